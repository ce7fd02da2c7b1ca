#pragma once

#include <cmath>

#include "model/quantity.h"

namespace paystress {

/// 90th percentile of the standard normal.
inline constexpr double z90 = 1.2815515655446004;

/// The lognormal with these 10th and 90th percentiles.   \pre 0 < p10 < p90
[[nodiscard]] inline Lognormal lognormal_between(double p10, double p90) {
  return {std::sqrt(p10 * p90), (std::log(p90) - std::log(p10)) / (2 * z90)};
}

}  // namespace paystress
