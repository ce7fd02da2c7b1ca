#pragma once

#include <cstdint>

#include "sim/random/streams.h"

namespace paystress::random {

/// Exact inversions in double precision: the smallest k with P(X <= k) >= u. Sums of probabilities by their
/// recursion from the middle outwards, without logarithms or gamma functions; portable arithmetic only. The
/// fast sampler falls back on them for the few draws that its single precision leaves in doubt. Poisson and
/// binomial counts of a variance above 1e6 are the nearest quantile of an expansion, within one of a count.
/// \pre 0 < u < 1   \test tests/unit/sim/random/exact_counts_test.cpp

/// \pre 0 <= mean
[[nodiscard]] double exact_poisson(double u, double mean);
/// \pre n whole, 0 <= p <= 1
[[nodiscard]] double exact_binomial(double u, double n, double p);
/// Beta-binomial with Beta(a / rho, b / rho), a = p (1 - rho), b = (1 - p)(1 - rho); binomial(n, p) at rho =
/// 0. \pre n whole, a, b >= 0, a + b > 0, 0 <= rho < 1
[[nodiscard]] double exact_beta_binomial(double u, double n, double a, double b, double rho);

/// Hypergeometric: how many of `marked` among `all` lie in a sample of n without replacement.
/// \pre whole, 0 <= marked <= all, 0 <= n <= all
[[nodiscard]] double exact_hypergeometric(double u, double all, double marked, double n);

/// A unit-scale gamma variate of this shape, by Marsaglia and Tsang's method, from proposals of `bits`.
/// \source Marsaglia, Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000) 363
/// \pre shape > 0
[[nodiscard]] double exact_gamma(double shape, Stream& bits);
/// The same, where the first proposal is given: Gaussian z, acceptance uniform u; later ones from `bits`.
/// \pre shape >= 1
[[nodiscard]] double exact_gamma_from(double shape, double z, double u, Stream& bits);

/// Uniform on (0, 1) refined from the 2^-32 cell of `word` by 32 more bits.
[[nodiscard]] double refine_uniform(std::uint32_t word, std::uint32_t more);

}  // namespace paystress::random
