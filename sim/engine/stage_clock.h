#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string_view>

namespace paystress::engine {

/// What a run spends its time on.
enum class Stage { sampling, pricing, tables };
inline constexpr std::array<std::string_view, 3> stage_names{"sampling", "pricing", "tables"};

/// Seconds that all threads together spent in each stage.
class StageClock {
 public:
  /// Adds the time from `since` until now; returns now. Any thread may call it.
  std::chrono::steady_clock::time_point add(Stage stage, std::chrono::steady_clock::time_point since) {
    const auto now = std::chrono::steady_clock::now();
    const std::scoped_lock lock(guard_);
    spent_[static_cast<std::size_t>(stage)] += now - since;
    return now;
  }
  [[nodiscard]] double seconds(Stage stage) const {
    const std::scoped_lock lock(guard_);
    return std::chrono::duration<double>(spent_[static_cast<std::size_t>(stage)]).count();
  }

 private:
  mutable std::mutex guard_;
  std::array<std::chrono::steady_clock::duration, stage_names.size()> spent_{};
};

/// Adds to a clock, where there is one, the time since it was made or last told.
class StageLap {
 public:
  explicit StageLap(StageClock* clock) : clock_(clock), since_(std::chrono::steady_clock::now()) {}
  void end(Stage stage) {
    if (clock_ != nullptr) since_ = clock_->add(stage, since_);
  }

 private:
  StageClock* clock_;
  std::chrono::steady_clock::time_point since_;
};

}  // namespace paystress::engine
