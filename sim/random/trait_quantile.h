#pragma once

#include "model/quantity.h"

namespace paystress::random {

/// Standard Gaussian quantile of u.   \pre 0 < u < 1
[[nodiscard]] double gaussian_quantile(double u);
/// Standard Gaussian distribution function.
[[nodiscard]] double gaussian_probability(double z);

/// Quantile u of the beta law with shapes a and b.   \pre a, b > 0; 0 < u < 1
[[nodiscard]] double beta_quantile(double a, double b, double u);

/// The variate of Gamma(to) at the probability that x has under Gamma(from).   \pre from, to > 0; x >= 0
[[nodiscard]] double moved_gamma(double from, double to, double x);

/// Value of an uncertain number at the standard Gaussian z: its quantile at Phi(z), not clamped to a range.
/// Both tails keep their precision: the upper one is inverted by its complement.
/// \source sim/LAW.md: 1. Path       \test tests/unit/sim/random/trait_quantile_test.cpp
[[nodiscard]] double trait_quantile(const Quantity& quantity, double z);

}  // namespace paystress::random
