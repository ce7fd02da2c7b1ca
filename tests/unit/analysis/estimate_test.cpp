#include "analysis/estimate.h"

#include <boost/math/distributions/binomial.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

namespace estimate_test {

namespace {

using namespace paystress;

constexpr double ci = 0.95;

std::vector<double> ramp(std::size_t n) {
  std::vector<double> v(n);
  std::iota(v.begin(), v.end(), 1.0);
  return v;
}

}  // namespace

TEST_CASE("tail mean counts the boundary path pro rata", "[unit][estimate]") {
  const Sample textbook({10, 4, 20, 10});
  CHECK(*tail_mean_estimate(textbook, 0.5, ci).value == 7.0);
  CHECK(*tail_mean_estimate(textbook, 0.25, ci).value == 4.0);
  CHECK(*tail_mean_estimate(textbook, 1.0, ci).value == 11.0);
  // 1.2 paths: all of the 4, a fifth of a 10.
  CHECK(*tail_mean_estimate(textbook, 0.3, ci).value == Approx(6.0 / 1.2).epsilon(1e-15));
  // Less than one path: that path.
  CHECK(*tail_mean_estimate(textbook, 0.01, ci).value == 4.0);
}

TEST_CASE("tail mean's error holds the threshold's, its interval needs 250 tail paths", "[unit][estimate]") {
  // Standard error from the two-part formula: variance within the tail plus (1 - a)(q - mean of tail)^2, by
  // hand for 1 ... 4 and a = 1/2: threshold 2, shortfalls 1, 0, 0, 0; variance of the sample 1/4; / n / a^2.
  const auto small = tail_mean_estimate(Sample({1, 2, 3, 4}), 0.5, ci);
  CHECK(*small.std_error == Approx(std::sqrt(0.25 / 4.0) / 0.5).epsilon(1e-14));
  CHECK_FALSE(small.ci_low);
  CHECK_FALSE(tail_mean_estimate(Sample(ramp(4999)), 0.05, ci).ci_low);
  CHECK(tail_mean_estimate(Sample(ramp(5000)), 0.05, ci).ci_low);
  // The whole sample: the mean and its error.
  const Sample all(ramp(1000));
  const auto tail = tail_mean_estimate(all, 1.0, ci), mean = mean_estimate(all, ci);
  CHECK(*tail.value == *mean.value);
  CHECK(*tail.std_error == Approx(*mean.std_error).epsilon(1e-12));
}

TEST_CASE("quantiles are lower inverses with exact order-statistic intervals", "[unit][estimate]") {
  const auto textbook = quantile_ranks(10'000, 0.05, ci);
  CHECK(textbook.value == 500);
  CHECK(textbook.low == 458);
  CHECK(textbook.high == 544);
  const auto e = quantile_estimate(Sample(ramp(10'000)), 0.05, ci);
  CHECK(*e.value == 500.0);
  CHECK(*e.ci_low == 458.0);
  CHECK(*e.ci_high == 544.0);
  CHECK_FALSE(e.std_error);
  CHECK(*quantile_estimate(Sample({1, 2, 3, 4}), 0.5, ci).value == 2.0);
  CHECK(*quantile_estimate(Sample({1, 2, 3, 4}), 0.5001, ci).value == 3.0);
  // 100 x 0.07 = 7.000000000000001 in doubles; it means the seventh.
  CHECK(quantile_ranks(100, 0.07, ci).value == 7);
  CHECK_THROWS_AS(quantile_ranks(100, 0.0, ci), std::invalid_argument);
  CHECK_THROWS_AS(quantile_ranks(100, 1.0, ci), std::invalid_argument);
}

TEST_CASE("quantile ranks are the tightest whose sides each miss at most 2.5 %", "[unit][estimate]") {
  for (const std::size_t n : {1U, 2U, 5U, 6U, 20U, 99U, 1000U, 12'345U, 10'000'000U}) {
    for (const double p : {0.01, 0.05, 0.25, 0.5, 0.9, 0.99}) {
      INFO("n = " << n << ", p = " << p);
      const boost::math::binomial b(static_cast<double>(n), p);
      const auto below = [&](std::size_t r) { return boost::math::cdf(b, static_cast<double>(r) - 1.0); };
      const auto r = quantile_ranks(n, p, ci);
      REQUIRE(r.value >= 1);
      REQUIRE(r.value <= n);
      REQUIRE(r.high <= n);
      if (r.low > 0) CHECK(below(r.low) <= 0.025);
      if (r.low < n) CHECK(below(r.low + 1) > 0.025);
      const auto above = [&](std::size_t x) {
        return boost::math::cdf(boost::math::complement(b, static_cast<double>(x) - 1.0));
      };
      if (r.high > 0) CHECK(above(r.high) <= 0.025 * (1 + 1e-9));
      if (r.high > 1) CHECK(above(r.high - 1) > 0.025 * (1 - 1e-9));
      if (r.high == 0) CHECK(std::pow(p, static_cast<double>(n)) > 0.025);
      if (r.high != 0) CHECK(r.low < r.high);
    }
  }
}

TEST_CASE("probabilities carry Clopper-Pearson bounds, zero hits included", "[unit][estimate]") {
  const auto none = proportion_estimate(0, 1000, ci);
  CHECK(*none.value == 0.0);
  CHECK(*none.ci_low == 0.0);
  CHECK(*none.ci_high == Approx(1.0 - std::pow(0.025, 1e-3)).epsilon(1e-12));
  CHECK(*none.ci_high * 1000.0 == Approx(3.7).epsilon(0.005));
  CHECK_FALSE(none.std_error);
  const auto all = proportion_estimate(1000, 1000, ci);
  CHECK(*all.ci_high == 1.0);
  CHECK(*all.ci_low == Approx(std::pow(0.025, 1e-3)).epsilon(1e-12));
  // Clopper & Pearson 1934: 3 of 10 gives (0.067, 0.652).
  const auto some = proportion_estimate(3, 10, ci);
  CHECK(*some.ci_low == Approx(0.0667).margin(5e-5));
  CHECK(*some.ci_high == Approx(0.6525).margin(5e-5));
  CHECK(*some.std_error == Approx(std::sqrt(0.3 * 0.7 / 10.0)));
  CHECK_FALSE(proportion_estimate(0, 0, ci).value);
  CHECK_THROWS_AS(proportion_estimate(2, 1, ci), std::invalid_argument);
  // Strictly below the line.
  CHECK(*shortfall_estimate(Sample({1, 2, 2, 3}), 2.0, ci).value == 0.25);
}

TEST_CASE("mean and standard deviation match the textbook", "[unit][estimate]") {
  // 1 ... 10: mean 5.5, s^2 = 55/6; t(9, 0.975) = 2.262157.
  const Sample s(ramp(10));
  const auto mean = mean_estimate(s, ci);
  CHECK(*mean.value == 5.5);
  CHECK(*mean.std_error == Approx(std::sqrt(55.0 / 6.0 / 10.0)).epsilon(1e-14));
  CHECK(*mean.ci_high - 5.5 == Approx(2.2621571628 * *mean.std_error).epsilon(1e-9));
  const auto sd = sd_estimate(s, ci);
  CHECK(*sd.value == Approx(std::sqrt(55.0 / 6.0)).epsilon(1e-14));
  // Fourth moment of 1 ... 10 about 5.5: 120.8625; var(s^2) = (m4 - 7/9 s^4) / 10.
  CHECK(s.fourth_moment() == Approx(120.8625).epsilon(1e-14));
  const double var_s2 = (120.8625 - 7.0 / 9.0 * 55.0 / 6.0 * 55.0 / 6.0) / 10.0;
  CHECK(*sd.std_error == Approx(std::sqrt(var_s2) / (2.0 * *sd.value)).epsilon(1e-12));
}

TEST_CASE("few paths and equal paths are defined, undefined cells are empty", "[unit][estimate]") {
  const Sample none({});
  CHECK_FALSE(mean_estimate(none, ci).value);
  CHECK_FALSE(sd_estimate(none, ci).value);
  CHECK_FALSE(quantile_estimate(none, 0.5, ci).value);
  CHECK_FALSE(tail_mean_estimate(none, 0.05, ci).value);
  const Sample one({7.25});
  CHECK(*mean_estimate(one, ci).value == 7.25);
  CHECK_FALSE(mean_estimate(one, ci).std_error);
  CHECK_FALSE(mean_estimate(one, ci).ci_low);
  CHECK_FALSE(sd_estimate(one, ci).value);
  CHECK(*quantile_estimate(one, 0.5, ci).value == 7.25);
  CHECK_FALSE(quantile_estimate(one, 0.5, ci).ci_low);
  CHECK_FALSE(quantile_estimate(one, 0.5, ci).ci_high);
  CHECK(*tail_mean_estimate(one, 0.05, ci).value == 7.25);
  const Sample two({1.0, 3.0});
  CHECK(*mean_estimate(two, ci).std_error == Approx(1.0));
  CHECK(*sd_estimate(two, ci).value == Approx(std::sqrt(2.0)));
  CHECK_FALSE(sd_estimate(two, ci).std_error);
  const Sample equal(std::vector<double>(1000, 0.1));
  CHECK(*mean_estimate(equal, ci).value == 0.1);
  CHECK(*mean_estimate(equal, ci).std_error == 0.0);
  CHECK(*sd_estimate(equal, ci).value == 0.0);
  CHECK(*quantile_estimate(equal, 0.05, ci).ci_high == 0.1);
  CHECK(*tail_mean_estimate(equal, 0.5, ci).value == Approx(0.1).epsilon(1e-15));
  // A path without the measure (no session hours) is left out.
  const Sample gap({1.0, std::numeric_limits<double>::quiet_NaN(), 3.0});
  CHECK(gap.size() == 2);
  CHECK(*mean_estimate(gap, ci).value == 2.0);
}

TEST_CASE("cents and trillions keep their digits", "[unit][estimate]") {
  for (const double scale : {1e-2, 1e12}) {
    // scale x (1 + i 1e-9): a naive sum of squares loses every digit of the spread.
    std::vector<double> v(10'001);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = scale * (1.0 + static_cast<double>(i) * 1e-9);
    const Sample s(v);
    const double n = 10'001.0, sd = scale * 1e-9 * std::sqrt(n * (n + 1.0) / 12.0);
    CHECK(*mean_estimate(s, ci).value == Approx(scale * (1.0 + 5e-6)).epsilon(1e-15));
    CHECK(*sd_estimate(s, ci).value == Approx(sd).epsilon(1e-7));
    const auto tail = tail_mean_estimate(s, 0.5, ci);
    CHECK(std::isfinite(*tail.std_error));
    CHECK(*tail.ci_low < *tail.value);
  }
}

TEST_CASE("moments joined block by block equal those of the whole", "[unit][estimate]") {
  Moments whole, joined;
  RatioMoments ratio_whole, ratio_joined;
  for (int block = 0; block < 7; ++block) {
    Moments part;
    RatioMoments ratio_part;
    for (int i = 0; i < 10 + block; ++i) {
      const double x = 1e6 + std::sin(100.0 * block + i), y = 1.0 + i;
      whole.add(x);
      part.add(x);
      ratio_whole.add(x, y);
      ratio_part.add(x, y);
    }
    joined.merge(part);
    ratio_joined.merge(ratio_part);
  }
  CHECK(joined.n == whole.n);
  CHECK(joined.mean == Approx(whole.mean).epsilon(1e-14));
  CHECK(joined.m2 == Approx(whole.m2).epsilon(1e-7));
  CHECK(*ratio_estimate(ratio_joined, ci).value == Approx(*ratio_estimate(ratio_whole, ci).value));
  // A constant ratio has no error.
  RatioMoments constant;
  for (int i = 1; i < 50; ++i) constant.add(3.0 * i, i);
  CHECK(*ratio_estimate(constant, ci).value == 3.0);
  CHECK(*ratio_estimate(constant, ci).std_error == Approx(0.0).margin(1e-9));
  CHECK_FALSE(ratio_estimate(RatioMoments{}, ci).value);
}

TEST_CASE("pooled shares take their error across paths, not across months", "[unit][estimate]") {
  // Half of the paths miss every month: 100 paths say as much as 100 coins, not as 1,200.
  Moments all_or_nothing, independent;
  for (int i = 0; i < 100; ++i) {
    all_or_nothing.add(i % 2);
    independent.add(0.5 + (i % 2 == 0 ? 1.0 : -1.0) * std::sqrt(0.25 / 12.0));
  }
  const auto wide = pooled_share_estimate(all_or_nothing, ci);
  const auto narrow = pooled_share_estimate(independent, ci);
  const auto coins = proportion_estimate(50, 100, ci);
  CHECK(*wide.ci_low == Approx(*coins.ci_low).margin(0.005));
  CHECK(*narrow.ci_high - *narrow.ci_low ==
        Approx((*wide.ci_high - *wide.ci_low) / std::sqrt(12.0)).epsilon(0.1));
  // Never seen in any path: the bound for paths.
  Moments never;
  for (int i = 0; i < 100; ++i) never.add(0.0);
  CHECK(*pooled_share_estimate(never, ci).ci_high == Approx(*proportion_estimate(0, 100, ci).ci_high));
  // Hits by periods: the same where every path has as many, and weighted by them where not.
  RatioMoments of_twelve, none, unlike;
  for (int i = 0; i < 100; ++i) {
    of_twelve.add(i % 2 == 0 ? 0.0 : 12.0, 12.0);
    none.add(0.0, 1.0 + i);
    unlike.add(1.0, i % 2 == 0 ? 1.0 : 3.0);
  }
  const auto whole = pooled_share_estimate(of_twelve, ci);
  CHECK(*whole.value == 0.5);
  CHECK(*whole.ci_low == Approx(*wide.ci_low).epsilon(1e-12));
  CHECK(*whole.ci_high == Approx(*wide.ci_high).epsilon(1e-12));
  CHECK(*pooled_share_estimate(none, ci).ci_high == Approx(*proportion_estimate(0, 100, ci).ci_high));
  CHECK(*pooled_share_estimate(unlike, ci).value == 0.5);
  CHECK(*pooled_share_estimate(unlike, ci).std_error == Approx(*ratio_estimate(unlike, ci).std_error));
  CHECK_FALSE(pooled_share_estimate(RatioMoments{}, ci).value);
}

TEST_CASE("the interval of a skewed mean leans to the long tail", "[unit][estimate]") {
  // 10 of 100 paths lose 1, the others nothing: mean 0.1, skewness (1 - 2p) / sqrt(p q) = 2.667.
  std::vector<double> losses(100, 0.0);
  for (std::size_t i = 0; i < 10; ++i) losses[i] = 1.0;
  const auto e = skewed_mean_estimate(Sample(losses), ci);
  CHECK(*e.value == Approx(0.1));
  CHECK(*e.std_error == Approx(std::sqrt(0.09 / 99.0)));
  // T = t in W + a W^2 / 3 + a^2 W^3 / 27 + a / 6 with a = g1 / 10.
  const double a = 0.8 / 0.3 / 10.0, t = 1.9842169516;
  const auto w = [&](double z) { return 3.0 / a * (std::cbrt(1.0 + a * (z - a / 6.0)) - 1.0); };
  CHECK(*e.ci_low == Approx(0.1 - w(t) * *e.std_error).epsilon(1e-8));
  CHECK(*e.ci_high == Approx(0.1 - w(-t) * *e.std_error).epsilon(1e-8));
  CHECK(*e.ci_high - 0.1 > 0.1 - *e.ci_low);
  // Four paths say too little of how rare the loss is.
  std::vector<double> rare(100, 0.0);
  for (std::size_t i = 0; i < 4; ++i) rare[i] = 1.0;
  CHECK_FALSE(skewed_mean_estimate(Sample(rare), ci).ci_low);
  CHECK(*skewed_mean_estimate(Sample(std::vector<double>(100, 0.0)), ci).ci_high == 0.0);
}

TEST_CASE("a tail that is one value but for rare paths", "[unit][estimate]") {
  // A guarantee of 100 that 40 % fall back on; k paths get less.
  const auto tail = [](std::size_t k) {
    std::vector<double> pay(10'000, 200.0);
    for (std::size_t i = 0; i < 4'000; ++i) pay[i] = 100.0;
    for (std::size_t i = 0; i < k; ++i) pay[i] = 50.0;
    return tail_mean_estimate(Sample(pay), 0.05, ci);
  };
  CHECK(*tail(0).ci_low == 100.0);
  CHECK(*tail(0).ci_high == 100.0);
  CHECK_FALSE(tail(4).ci_low);
  const auto ten = tail(10);
  CHECK(*ten.value == Approx(100.0 - 10.0 * 50.0 / 500.0));
  CHECK(*ten.ci_high < 100.0);
  CHECK(*ten.value - *ten.ci_low > *ten.ci_high - *ten.value);  // there may be more of them than were seen
}

}  // namespace estimate_test
