#pragma once

#include <vector>

#include "model/quantity.h"

namespace paystress::random {

/// The value of an uncertain number at the standard Gaussian z, as trait_quantile, but from portable
/// arithmetic alone: lognormal directly, observed values by their bounds, beta and gamma laws from a table of
/// their quantile at z = -8.5, -8.5 + 1/32, ..., 8.5 and a cubic through four neighbours. Error below 2e-6 of
/// the law's standard deviation for |z| < 5 and shapes of 0.2 and more. \test
/// tests/unit/sim/random/trait_table_test.cpp
class TraitTable {
 public:
  explicit TraitTable(const Quantity& quantity);
  [[nodiscard]] double operator()(double z) const;

 private:
  enum class Form { value, lognormal, table, observed };
  Form form_ = Form::value;
  double scale_ = 0.0;  ///< the value, or the median
  double sigma_ = 0.0;
  std::vector<double> values_;  ///< at the knots, or the observed ones
  std::vector<double> bounds_;  ///< observed: z up to which value i holds
};

namespace portable {

/// P(Gamma(shape) <= x) or its complement, to about 1e-14 relative.   \pre shape > 0, x >= 0
[[nodiscard]] double gamma_probability(double shape, double x, bool upper);
/// P(Beta(a, b) <= x), to about 1e-13 relative, 1e-15 (a + b) where that is more.
/// \pre a, b > 0, 0 <= x <= 1, y = 1 - x
[[nodiscard]] double beta_probability(double a, double b, double x, double y);
/// Quantile u of Beta(a, b), as exactly as the probability and the digits of x and 1 - x tell it.
/// \pre a, b > 0; 0 < u < 1   \test tests/unit/sim/random/trait_table_test.cpp
[[nodiscard]] double beta_quantile(double a, double b, double u);
/// The variate of Gamma(to) at the probability that x has under Gamma(from), to about 1e-12 relative; where
/// both shapes are 1,000 or more by cube roots, then within 6e-6 of the probability.
/// \pre from, to > 0; x >= 0   \source Wilson and Hilferty, PNAS 17 (1931) 684
[[nodiscard]] double moved_gamma(double from, double to, double x);
/// P(Z <= z) for z <= 0.
[[nodiscard]] double gaussian_lower_tail(double z);
/// log of the gamma function.   \pre x > 0   \source Lanczos; coefficients of Godfrey (g = 607/128)
[[nodiscard]] double log_gamma(double x);

}  // namespace portable
}  // namespace paystress::random
