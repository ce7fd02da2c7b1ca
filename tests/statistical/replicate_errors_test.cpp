// Errors under Latin hypercube traits: from the spread of replicates, right where the plain formula is not.
#include <boost/math/distributions/gamma.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

#include "analysis/path_sample.h"
#include "model/replicates.h"

namespace replicate_errors_test {

namespace {

using namespace paystress;

constexpr double ci_level = 0.95;

/// trait + luck, both exponential: gamma with shape 2. The trait is stratified within replicates.
std::vector<double> draw(std::uint64_t seed, std::size_t replicates) {
  boost::random::mt19937_64 bits(0x9e3779b97f4a7c15ULL * (2 * seed + 1));
  boost::random::uniform_01<> uniform;
  std::vector<double> values;
  std::vector<std::size_t> strata(paths_of_replicate);
  const auto n = static_cast<double>(paths_of_replicate);
  for (std::size_t r = 0; r < replicates; ++r) {
    std::iota(strata.begin(), strata.end(), std::size_t{0});
    for (std::size_t last = strata.size() - 1; last > 0; --last)
      std::swap(strata[last], strata[boost::random::uniform_int_distribution<std::size_t>(0, last)(bits)]);
    for (const std::size_t s : strata) {
      const double u = (static_cast<double>(s) + uniform(bits)) / n;
      values.push_back(-std::log1p(-u) - std::log1p(-uniform(bits)));
    }
  }
  return values;
}

struct Tally {
  Moments value, error;
  double covered = 0.0;
  void add(const Estimate& e, double truth) {
    value.add(*e.value);
    if (e.std_error) error.add(*e.std_error);
    covered += *e.ci_low <= truth && truth <= *e.ci_high ? 1.0 : 0.0;
  }
  [[nodiscard]] double coverage() const { return covered / static_cast<double>(value.n); }
  [[nodiscard]] double error_ratio() const {
    return error.mean / std::sqrt(value.m2 / static_cast<double>(value.n - 1));
  }
};

}  // namespace

TEST_CASE("errors under Latin hypercube traits come from replicates", "[statistical][latin_hypercube]") {
  // 300 seeds of 32 replicates. The spread over seeds has a relative s.e. of 4.1 %: 18 % is 4.4 s.e. (one
  // false alarm in 90,000 seeds a check). Coverage has an s.e. of 1.26 %: below 89.4 % is 4.4 s.e. Power:
  // half of the variance is stratified away, so that the plain error of the mean is 1.41 times too large, 10
  // s.e. off; it must fail.
  std::map<std::string, Tally> t;
  const boost::math::gamma_distribution<> law(2.0);
  const double p05 = boost::math::quantile(law, 0.05), p50 = boost::math::quantile(law, 0.5),
               p01 = boost::math::quantile(law, 0.01), p49 = boost::math::quantile(law, 0.49),
               p001 = boost::math::quantile(law, 0.001);
  constexpr double lattice_points = 4.0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto values = draw(seed, 32);
    const PathSample sample(values, PathDesign::replicates);
    t["mean"].add(sample.mean(ci_level), 2.0);
    t["sd"].add(sample.estimate({StatisticKind::sd}, ci_level), std::sqrt(2.0));
    t["median"].add(sample.quantile(0.5, ci_level), p50);
    t["quantile"].add(sample.quantile(0.05, ci_level), p05);
    t["far quantile"].add(sample.quantile(0.001, ci_level), p001);
    t["below"].add(sample.below(p50, ci_level), 0.5);
    t["rarely"].add(sample.below(p01, ci_level), 0.01);
    // E[X; X <= q] of a gamma(2) is 2 F3(q), F3 of shape 3.
    t["tail_mean"].add(sample.estimate({StatisticKind::tail_mean, 0.05}, ci_level),
                       2.0 * boost::math::cdf(boost::math::gamma_distribution<>(3.0), p05) / 0.05);
    // Whole numbers, as visits are, and pay with a cliff of 1.5 that 49 % of the paths do not pass.
    std::vector<double> lattice(values), cliff(values);
    for (double& v : lattice) v = std::floor(v * lattice_points);
    for (double& v : cliff) v += v < p49 ? 0.0 : 1.5;
    const PathSample counts(std::move(lattice), PathDesign::replicates);
    const PathSample jump(std::move(cliff), PathDesign::replicates);
    for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95}) {
      const auto below = std::floor(boost::math::quantile(law, p) * lattice_points);
      t["lattice quantiles"].add(counts.quantile(p, ci_level), below);
    }
    t["cliff median"].add(jump.quantile(0.5, ci_level), p50 + 1.5);
    t["plain"].add(mean_estimate(sample.all(), ci_level), 2.0);
  }
  for (const auto& [kind, tally] : t) {
    INFO(kind << ": coverage " << tally.coverage() << ", error ratio " << tally.error_ratio());
    if (kind == "plain") {
      CHECK(tally.error_ratio() > 1.18);
      continue;
    }
    CHECK(tally.coverage() > 0.894);
    // On a lattice and beside a cliff a standard error says little.
    if (kind.starts_with("lattice") || kind.starts_with("cliff") || kind.starts_with("far")) continue;
    CHECK(tally.error_ratio() > 0.82);
    CHECK(tally.error_ratio() < 1.18);
  }
}

TEST_CASE("fewer than 30 replicates give no error, no hits keep their bound",
          "[statistical][latin_hypercube]") {
  const PathSample few(draw(1, 29), PathDesign::replicates);
  CHECK(few.mean(ci_level).value);
  CHECK_FALSE(few.mean(ci_level).std_error);
  CHECK_FALSE(few.mean(ci_level).ci_low);
  CHECK_FALSE(few.quantile(0.5, ci_level).ci_low);
  const PathSample enough(draw(1, 30), PathDesign::replicates);
  CHECK(enough.mean(ci_level).std_error);
  CHECK(enough.mean(ci_level).method == IntervalMethod::replicates_t);
  // So far out that a replicate shows only its extreme: no spread of replicates, an end where one has a rank.
  CHECK(enough.quantile(0.0001, ci_level).value);
  CHECK_FALSE(enough.quantile(0.0001, ci_level).std_error);
  CHECK(enough.quantile(0.9999, ci_level).ci_low);
  CHECK_FALSE(enough.quantile(0.9999, ci_level).ci_high);
  CHECK(enough.quantile(0.005, ci_level).ci_low);
  // A single miss among 30 replicates: the interval of its probability stays below 1.
  std::vector<double> ones(30 * paths_of_replicate, 1.0);
  ones[5000] = 0.0;
  const auto nearly = PathSample(ones, PathDesign::replicates).at_least(1.0, ci_level);
  CHECK(*nearly.ci_high < 1.0);
  CHECK(*nearly.ci_low < *nearly.value);
  CHECK(nearly.method == IntervalMethod::replicates_korn_graubard);
  const auto never = enough.below(-1.0, ci_level);
  CHECK(*never.value == 0.0);
  CHECK(*never.ci_high * 30.0 * 1024.0 == Approx(3.7).epsilon(0.01));
}

}  // namespace replicate_errors_test
