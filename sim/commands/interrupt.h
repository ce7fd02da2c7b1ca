#pragma once

namespace paystress::commands {

/// While it lives, the first SIGINT or SIGTERM sets a flag instead of ending the program, so that a run
/// stops between blocks; a second one ends the program at once. At most one at a time.
/// \test tests/unit/sim/commands/interrupt_test.cpp
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
  /// Has a signal arrived since the guard was made?
  [[nodiscard]] static bool requested();
};

}  // namespace paystress::commands
