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

constexpr std::array<int, 4> signals{SIGINT, SIGTERM, SIGHUP, SIGUSR1};
constexpr suseconds_t patience_us = 700'000;
// A signal handler has no argument of its own: these flags are the only state that it can reach.
std::atomic<bool> signal_seen{false}, finish_seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note_signal(int) {
  signal_seen.store(true);
  // A system call without memory of its own, so that a handler may make it.
  const itimerval patience{{0, 0}, {0, patience_us}};
  ::setitimer(ITIMER_REAL, &patience, nullptr);
}

void note_finish(int) { finish_seen.store(true); }

void end_now(int) {
  constexpr std::string_view said = "paystress: interrupted\n";
  if (::write(STDERR_FILENO, said.data(), said.size()) < 0) {
    // Nobody listens, and nobody has to.
  }
  ::_exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace

InterruptGuard::InterruptGuard(OnUsr1 on_usr1) {
  signal_seen = false;
  finish_seen = false;
  struct sigaction action {};
  action.sa_handler = note_signal;
  // Once only: whoever asks twice is obeyed at once. Reads and writes under way are taken up again.
  action.sa_flags = static_cast<int>(SA_RESETHAND | static_cast<unsigned>(SA_RESTART));
  for (const int s : signals) sigaction(s, &action, nullptr);
  if (on_usr1 == OnUsr1::finish_row) {
    action.sa_handler = note_finish;
    action.sa_flags = static_cast<int>(SA_RESTART);
    sigaction(SIGUSR1, &action, nullptr);
  }
  action.sa_flags = static_cast<int>(SA_RESTART);
  action.sa_handler = end_now;
  sigaction(SIGALRM, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  const itimerval none{};
  ::setitimer(ITIMER_REAL, &none, nullptr);
  for (const int s : signals) std::signal(s, SIG_DFL);
  std::signal(SIGALRM, SIG_DFL);
}

bool InterruptGuard::finish_requested() { return finish_seen.load(std::memory_order_relaxed); }

bool InterruptGuard::requested() { return signal_seen.load(std::memory_order_relaxed); }

}  // namespace paystress::commands
