#include "sim/commands/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>

namespace paystress::commands {
namespace {

constexpr std::array<int, 2> signals{SIGINT, SIGTERM};
// A signal handler has no argument of its own: this flag is the only state that it can reach.
std::atomic<bool> signal_seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note_signal(int) { signal_seen.store(true); }

}  // namespace

InterruptGuard::InterruptGuard() {
  signal_seen = false;
  struct sigaction action {};
  action.sa_handler = note_signal;
  // Once only: whoever asks twice is obeyed at once. Reads and writes under way are taken up again.
  action.sa_flags = static_cast<int>(SA_RESETHAND | static_cast<unsigned>(SA_RESTART));
  for (const int s : signals) sigaction(s, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  for (const int s : signals) std::signal(s, SIG_DFL);
}

bool InterruptGuard::requested() { return signal_seen.load(std::memory_order_relaxed); }

}  // namespace paystress::commands
