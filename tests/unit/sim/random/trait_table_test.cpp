#include "sim/random/trait_table.h"

#include <boost/math/special_functions/beta.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>

#include "sim/random/trait_quantile.h"

namespace paystress::trait_table_test {
namespace {

/// Largest difference from trait_quantile over |z| <= 5, in units of the law's spread (half the distance of
/// its 16 % and 84 % points).
double worst_error(const Quantity& q) {
  const random::TraitTable table(q);
  const double spread = (random::trait_quantile(q, 1) - random::trait_quantile(q, -1)) / 2;
  double worst = 0;
  for (int i = -2500; i <= 2500; ++i) {
    const double z = i / 500.0 + 1e-4;
    worst = std::max(worst, std::abs(table(z) - random::trait_quantile(q, z)) / spread);
  }
  return worst;
}

TEST_CASE("portable trait tables agree with the quantiles of Boost", "[unit][simd]") {
  CHECK(worst_error(Pert{0.033, 0.08, 0.18}) < 2e-6);
  CHECK(worst_error(Pert{2, 2, 9}) < 2e-6);  // mode at the end: shape 1
  CHECK(worst_error(Pert{2, 9, 9}) < 2e-6);
  CHECK(worst_error(BetaMeanSd{0.5, 0.1}) < 2e-6);
  CHECK(worst_error(BetaMeanSd{0.99, 0.01}) < 2e-6);
  CHECK(worst_error(BetaMeanSd{0.3, 0.38}) < 4e-6);  // shapes 0.14 and 0.32: nearly a coin
  CHECK(worst_error(GammaMeanSd{20, 5}) < 2e-6);
  CHECK(worst_error(GammaMeanSd{1, 2}) < 2e-6);
  CHECK(worst_error(GammaMeanSd{1, 0.001}) < 2e-6);
  CHECK(worst_error(Lognormal{4.3, 0.285}) < 1e-12);
  CHECK(worst_error(Empirical{{1, 2, 2, 5, 9}, "x"}) == 0);
}

TEST_CASE("a portable beta quantile has its probability", "[unit][simd]") {
  for (const double a : {0.05, 0.3, 1.0, 1.5, 4.8, 55.2, 900.0, 2e5})
    for (const double b : {0.05, 0.3, 1.0, 1.5, 4.8, 55.2, 900.0, 2e5})
      for (const double u : {1e-12, 1e-6, 0.01, 0.3, 0.5, 0.77, 0.999, 1 - 1e-9}) {
        INFO(a << ", " << b << " at " << u);
        const double x = random::portable::beta_quantile(a, b, u);
        if (x >= 1) continue;  // nearer than the last digit of 1 - x
        const double density = boost::math::ibeta_derivative(a, b, x);
        const double last_digits = 3e-16 * std::max(x, 1 - x) * density;  // of x and of 1 - x
        if (!(last_digits < 1e-6)) continue;
        const double error = std::max(1e-13, 1e-15 * (a + b));  // of beta_probability, relative
        CHECK(std::abs(boost::math::ibeta(a, b, x) - u) <
              error * std::min(1.0, 10 * u) + 4e-15 + last_digits);
      }
}

TEST_CASE("a gamma variate moves to another shape at its probability", "[unit][simd]") {
  using random::portable::gamma_probability;
  using random::portable::moved_gamma;
  for (const double from : {0.04, 0.7, 3.0, 90.0, 5000.0})
    for (const double to : {0.04, 0.7, 3.0, 90.0, 5000.0})
      for (const double u : {1e-9, 1e-3, 0.2, 0.49, 0.51, 0.9, 0.999, 1 - 1e-9}) {
        const double x = random::moved_gamma(1.0, from, -std::log1p(-u));
        if (x < 1e-290) continue;
        INFO(from << " to " << to << " at " << u);
        CHECK(moved_gamma(from, to, x) == Approx(random::moved_gamma(from, to, x)).epsilon(1e-9));
      }
  double worst = 0;
  for (const double from : {1e3, 1e4, 1e6})
    for (const double to : {1e3, 3e4, 1e6})
      for (int i = -40; i <= 40; ++i) {
        const double x = from + i / 10.0 * std::sqrt(from);
        worst = std::max(worst, std::abs(gamma_probability(to, moved_gamma(from, to, x), false) -
                                         gamma_probability(from, x, false)));
      }
  CHECK(worst < 6e-6);
  CHECK(moved_gamma(2.0, 5.0, 0.0) == 0.0);
  CHECK(moved_gamma(2.0, 2.0, 1.25) == 1.25);
}

TEST_CASE("a law of little spread is tabulated in bounded time", "[unit][simd]") {
  // Against Boost, just above the shape from which moments tell the law, and far above it.
  CHECK(worst_error(GammaMeanSd{1, 0.00099}) < 1e-5);
  CHECK(worst_error(GammaMeanSd{20, 0.0015}) < 1e-5);
  CHECK(worst_error(BetaMeanSd{0.3, 0.0003}) < 1e-5);
  const auto start = std::chrono::steady_clock::now();
  CHECK(random::TraitTable(GammaMeanSd{20, 1e-5})(2.0) == Approx(20.00002).epsilon(1e-9));
  CHECK(random::TraitTable(BetaMeanSd{0.4, 1e-9})(-1.0) == Approx(0.4 - 1e-9).epsilon(1e-12));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("a trait table of no spread is its value", "[unit][simd]") {
  CHECK(random::TraitTable(Known{3.5})(1.7) == 3.5);
  CHECK(random::TraitTable(Pert{2, 2, 2})(-1) == 2.0);
  CHECK(random::TraitTable(GammaMeanSd{2, 0})(3) == 2.0);
}

}  // namespace
}  // namespace paystress::trait_table_test
