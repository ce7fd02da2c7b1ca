#pragma once

#include <cstdint>

#include "analysis/fit/simulate_days.h"

namespace paystress::test {

/// A practice whose numbers are drawn from what `fit` holds of them before it sees a log, weekday and season
/// factors and autocorrelations included; `slots_per_visit` times as many slots as the mean demand.
[[nodiscard]] fit::DrawnPractice draw_truth(std::uint64_t seed, double slots_per_visit);

/// Lets the practice open with its log: how it fills is drawn from what `fit` holds of it.
void draw_ramp(std::uint64_t seed, fit::DrawnPractice& truth);

}  // namespace paystress::test
