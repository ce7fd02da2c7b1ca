#pragma once

#include "model/practice.h"

namespace paystress::test {

/// A practice that uses every part of the model: traits, correlations, states, ramp, events, audit with lag.
[[nodiscard]] Practice full_practice();

/// Adds columns drawn with the practice, of every law, and kinds of shift by weekday and by share.
void add_own_numbers(Practice& practice);

/// A stress that uses every kind of change, in months 2 to 5 and 4 to 8.
[[nodiscard]] Stress everything_stressed();

/// A stress that names everything and changes nothing: x 1.0, + 0, a share of 0.
[[nodiscard]] Stress nothing_stressed();

}  // namespace paystress::test
