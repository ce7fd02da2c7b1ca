#pragma once

#include "model/practice.h"

namespace paystress {

/// A number that is `factor` times as large, as uncertain in proportion.   \pre factor > 0; no BetaMeanSd
[[nodiscard]] Quantity scaled(const Quantity& quantity, double factor);

/// The practice at another pace: demand, slots and places beyond them times the factor; what is sampled from
/// completed or expected visits follows.   \test tests/unit/model/scaled_practice_test.cpp
[[nodiscard]] Practice at_pace(Practice practice, double factor);

}  // namespace paystress
