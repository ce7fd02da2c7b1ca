#pragma once

namespace paystress::commands {

/// While it lives, the first SIGINT, SIGTERM or SIGHUP sets a flag instead of ending the program, so that a
/// run stops between blocks; where a stage does not stop within most of a second, the program ends with 130
/// all the same, and so it does at once at a second signal. What a run leaves then is set right by the next
/// one. SIGUSR1, which schedulers send before the end, does the same, or asks for an end after the row that
/// is being run. At most one at a time. \test tests/unit/sim/commands/interrupt_test.cpp
class InterruptGuard {
 public:
  enum class OnUsr1 { stop, finish_row };
  explicit InterruptGuard(OnUsr1 on_usr1 = OnUsr1::stop);
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
  /// Has a signal arrived since the guard was made?
  [[nodiscard]] static bool requested();
  /// Has SIGUSR1 asked for an end after the row that is being run?
  [[nodiscard]] static bool finish_requested();
};

}  // namespace paystress::commands
