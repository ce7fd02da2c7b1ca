#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace paystress::commands {

/// Calls a function again and again on a thread of its own, for what a person waits for. Without a thread to
/// be had it never calls. \test tests/unit/sim/commands/progress_test.cpp
class Ticker {
 public:
  using Interval = std::chrono::milliseconds;
  Ticker() = default;
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker() { stop(); }
  /// The first call comes after `first`, each other one `then` after the one before.
  void start(Interval first, Interval then, std::function<void()> call);
  void stop();  ///< no call is under way afterwards, and none comes

 private:
  std::mutex guard_;
  std::condition_variable_any wake_;
  std::optional<std::jthread> thread_;
};

/// What is redrawn on a terminal is redrawn this often, whether or not anything has moved.
inline constexpr Ticker::Interval between_redraws(750);
/// Elsewhere a line is written this often.
inline constexpr Ticker::Interval between_lines(10'000);

}  // namespace paystress::commands
