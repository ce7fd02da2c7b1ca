#include "sim/commands/interrupt.h"

#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <string_view>

#include "sim/commands/commands.h"

namespace paystress::commands {
namespace {

constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};
constexpr suseconds_t patience_us = 700'000;
// A signal handler has no argument of its own: this flag is the only state that it can reach.
std::atomic<bool> signal_seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note_signal(int) {
  signal_seen.store(true);
  // A system call without memory of its own, so that a handler may make it.
  const itimerval patience{{0, 0}, {0, patience_us}};
  ::setitimer(ITIMER_REAL, &patience, nullptr);
}

void end_now(int) {
  constexpr std::string_view said = "paystress: interrupted\n";
  if (::write(STDERR_FILENO, said.data(), said.size()) < 0) {
    // Nobody listens, and nobody has to.
  }
  ::_exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace

InterruptGuard::InterruptGuard() {
  signal_seen = false;
  struct sigaction action {};
  action.sa_handler = note_signal;
  // Once only: whoever asks twice is obeyed at once. Reads and writes under way are taken up again.
  action.sa_flags = static_cast<int>(SA_RESETHAND | static_cast<unsigned>(SA_RESTART));
  for (const int s : signals) sigaction(s, &action, nullptr);
  action.sa_handler = end_now;
  sigaction(SIGALRM, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  const itimerval none{};
  ::setitimer(ITIMER_REAL, &none, nullptr);
  for (const int s : signals) std::signal(s, SIG_DFL);
  std::signal(SIGALRM, SIG_DFL);
}

bool InterruptGuard::requested() { return signal_seen.load(std::memory_order_relaxed); }

}  // namespace paystress::commands
