#include "sim/random/trait_quantile.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "model/lognormal.h"

namespace trait_quantile_test {

using namespace paystress;

namespace {

// The quantile function integrated over the Gaussian gives the moments of the law: a second method, which
// sees a wrong shape, scale or tail. Midpoint rule in z, step 0.002 over +-8.5: error below 1e-7 of the
// value.
struct Moments {
  double mean, sd;
};
Moments moments(const Quantity& q) {
  double mass = 0, first = 0, second = 0;
  for (int i = -4250; i < 4250; ++i) {
    const double z = (i + 0.5) * 0.002;
    const double weight = std::exp(-0.5 * z * z);
    const double x = random::trait_quantile(q, z);
    mass += weight;
    first += weight * x;
    second += weight * x * x;
  }
  const double mean = first / mass;
  return {mean, std::sqrt(second / mass - mean * mean)};
}

}  // namespace

TEST_CASE("quantiles of traits have the moments of their law", "[traits]") {
  SECTION("PERT: mean (low + 4 likely + high) / 6, variance (mean - low)(high - mean) / 7") {
    const auto m = moments(Pert{0.033, 0.08, 0.18});
    const double mean = (0.033 + 4 * 0.08 + 0.18) / 6;
    CHECK(m.mean == Approx(mean).epsilon(1e-6));
    CHECK(m.sd == Approx(std::sqrt((mean - 0.033) * (0.18 - mean) / 7)).epsilon(1e-5));
  }
  SECTION("lognormal: mean = median exp(sigma^2 / 2)") {
    const auto m = moments(Lognormal{4.3, 0.285});
    CHECK(m.mean == Approx(4.3 * std::exp(0.5 * 0.285 * 0.285)).epsilon(1e-6));
    CHECK(m.sd / m.mean == Approx(std::sqrt(std::exp(0.285 * 0.285) - 1)).epsilon(1e-5));
  }
  SECTION("beta") {
    const auto m = moments(BetaMeanSd{0.2, 0.1});
    CHECK(m.mean == Approx(0.2).epsilon(1e-6));
    CHECK(m.sd == Approx(0.1).epsilon(1e-5));
  }
  SECTION("gamma") {
    const auto m = moments(GammaMeanSd{15, 9});
    CHECK(m.mean == Approx(15).epsilon(1e-6));
    CHECK(m.sd == Approx(9).epsilon(1e-5));
  }
}

TEST_CASE("quantiles of traits at stated points", "[traits]") {
  CHECK(random::gaussian_quantile(0.9) == Approx(z90).epsilon(1e-14));
  CHECK(random::gaussian_quantile(0.1) == Approx(-z90).epsilon(1e-14));
  CHECK(random::gaussian_quantile(0x1p-53) == Approx(-8.2095361516013).epsilon(1e-12));
  CHECK(random::gaussian_probability(z90) == Approx(0.9).epsilon(1e-14));
  // The pace of the shipped random clinician: 90th percentile 6.2.
  CHECK(random::trait_quantile(Lognormal{4.3, 0.285}, z90) == Approx(6.2).epsilon(1e-3));
  CHECK(random::trait_quantile(Known{3.5}, 2.0) == 3.5);
  // A beta with both shapes 1 is the uniform law; a gamma with shape 1 the exponential.
  CHECK(random::trait_quantile(BetaMeanSd{0.5, std::sqrt(1.0 / 12)}, z90) == Approx(0.9).epsilon(1e-12));
  CHECK(random::trait_quantile(GammaMeanSd{2, 2}, z90) == Approx(2 * std::log(10.0)).epsilon(1e-12));
  CHECK(random::trait_quantile(GammaMeanSd{2, 2}, 8) ==
        Approx(-2 * std::log(random::gaussian_probability(-8))).epsilon(1e-10));
}

TEST_CASE("empirical quantile u is the ceil(u n)-th smallest", "[traits]") {
  const Empirical observed{{1, 2, 4, 8}, "history.csv:visits"};
  const std::array<std::pair<double, double>, 6> cases{
      {{1e-9, 1}, {0.2499, 1}, {0.2501, 2}, {0.5001, 4}, {0.7501, 8}, {1 - 1e-9, 8}}};
  for (const auto& [u, value] : cases)
    CHECK(random::trait_quantile(observed, random::gaussian_quantile(u)) == value);
}

TEST_CASE("laws without spread are their value", "[traits]") {
  CHECK(random::trait_quantile(Pert{3, 3, 3}, 1.7) == 3);
  CHECK(random::trait_quantile(BetaMeanSd{0.4, 0}, 1.7) == 0.4);
  CHECK(random::trait_quantile(GammaMeanSd{5, 0}, -3) == 5);
}

}  // namespace trait_quantile_test
