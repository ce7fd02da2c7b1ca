#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/fit/correlations.h"
#include "model/practice.h"

namespace paystress::fit {

/// How a young practice fills: the law of `ramp` in a study, which starts at its first month.
struct Ramp {
  double start = 1;  ///< share of mature demand when the first month begins; mature from 0.95 on
  double months_to_95 = 20;

  static constexpr double mature = 0.95;
  /// Share of mature demand in the middle of the month that is `month` months after the first.
  [[nodiscard]] double share(double month) const {
    if (start >= mature) return 1;
    return 1 - (1 - start) * std::exp(-rate() * (month + 0.5));
  }
  /// The same filling, told from a month that begins so many months later.
  [[nodiscard]] Ramp after(double months) const {
    if (start >= mature) return *this;
    return {1 - (1 - start) * std::exp(-rate() * months), std::max(months_to_95 - months, shortest)};
  }

 private:
  static constexpr double shortest = 0.1;
  [[nodiscard]] double rate() const { return std::log((1 - start) / (1 - mature)) / months_to_95; }
};

/// What a log says of the filling, told from one month on: laws of the study's numbers, and how they go with
/// the mature demand and with each other.
struct RampEstimate {
  Quantity start, months_to_95;
  std::vector<Joined> joined;
};

}  // namespace paystress::fit
