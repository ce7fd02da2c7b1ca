#include "sim/commands/interrupt.h"

#include <catch2/catch.hpp>
#include <csignal>

namespace interrupt_test {

using paystress::commands::InterruptGuard;

TEST_CASE("the first signal is noted while a guard lives", "[unit][interrupt]") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const InterruptGuard guard;
    CHECK_FALSE(InterruptGuard::requested());
    std::raise(signal);
    CHECK(InterruptGuard::requested());
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    CHECK(now.sa_handler == SIG_DFL);  // the second one ends the program
  }
  const InterruptGuard fresh;
  CHECK_FALSE(InterruptGuard::requested());
}

}  // namespace interrupt_test
