#include "analysis/precision.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/fake_scenario.h"

namespace precision_test {

namespace {

using namespace paystress;
using paystress::testing::FakeScenario;

constexpr auto mean = StatisticKind::mean, quantile = StatisticKind::quantile,
               tail_mean = StatisticKind::tail_mean, shortfall_prob = StatisticKind::shortfall_prob;

PrecisionTarget target_of(StatisticKind kind, double half_width, double level = 0.0, bool relative = false) {
  return {Measure::income_usd, PrecisionTarget::Of::scenario, {kind, level}, half_width, relative};
}
PrecisionTarget difference_of(double half_width) {
  return {Measure::income_usd, PrecisionTarget::Of::difference, {}, half_width, false};
}

TableOptions options_with_target(double usd) {
  TableOptions o;
  o.target_usd_per_year = usd;
  return o;
}

/// One month; path i pays i dollars.
FakeScenario ramp(std::size_t paths) {
  return {paths, 1, [](std::size_t i, std::size_t) { return static_cast<double>(i); }};
}

}  // namespace

TEST_CASE("each kind of target holds a run open by itself", "[unit][precision]") {
  const FakeScenario fake = ramp(10'000);
  const auto options = options_with_target(12'000.0);  // 1,000 dollars for the one month: 10 % of paths
  const auto status = [&](const PrecisionTarget& t) {
    const std::vector<PrecisionTarget> targets{t};
    return check_targets(targets, fake.scenario, *fake.practice, *fake.income, options).at(0);
  };
  const double mean_half = 1.960201 * std::sqrt(1e4 * 10'001.0 / 12.0 / 1e4);  // t of 9,999 degrees
  struct Case {
    PrecisionTarget target;
    double half_width;
  };
  // Quantile: ranks 458 and 544. Tail mean of the lowest 5 % and probability: see below.
  const auto tail = tail_mean_estimate(Sample(fake.income->income(fake.practice->periods()[0])), 0.05, 0.95);
  const auto prob = proportion_estimate(1000, 10'000, 0.95);
  const std::vector<Case> cases{{target_of(mean, 0.0), mean_half},
                                {target_of(quantile, 0.0, 0.05), (544.0 - 458.0) / 2.0},
                                {target_of(tail_mean, 0.0, 0.05), (*tail.ci_high - *tail.ci_low) / 2.0},
                                {target_of(shortfall_prob, 0.0), (*prob.ci_high - *prob.ci_low) / 2.0}};
  for (auto c : cases) {
    INFO(target_text(c.target));
    c.target.half_width = c.half_width * 1.001;
    CHECK(status(c.target).met);
    CHECK_FALSE(status(c.target).paths_needed);
    c.target.half_width = c.half_width * 0.999;
    const auto missed = status(c.target);
    CHECK_FALSE(missed.met);
    CHECK(*missed.half_width == Approx(c.half_width).epsilon(1e-5));
    CHECK(*missed.paths_needed == Approx(10'000 / 0.999 / 0.999).epsilon(1e-3));
    // Twice as narrow: four times the paths.
    c.target.half_width = c.half_width / 2.0;
    CHECK(*status(c.target).paths_needed == Approx(40'000).epsilon(1e-3));
  }
  auto relative = target_of(mean, 1.001 * mean_half / 4999.5, 0.0, true);
  CHECK(status(relative).met);
  relative.half_width *= 0.99;
  CHECK_FALSE(status(relative).met);
}

TEST_CASE("zero hits: absolute targets take the exact bound, relative ones are never met",
          "[unit][precision]") {
  const auto none = proportion_estimate(0, 10'000, 0.95);
  const double half = *none.ci_high / 2.0;  // near 1.85 / n
  const auto met = judge_target(target_of(shortfall_prob, half * 1.001), none);
  CHECK(met.met);
  CHECK(*met.half_width == Approx(1.844e-4).epsilon(1e-3));
  const auto missed = judge_target(target_of(shortfall_prob, half / 3.0), none);
  CHECK_FALSE(missed.met);
  CHECK(*missed.paths_needed == Approx(30'000.0).epsilon(1e-3));  // the bound shrinks with 1 / n
  const auto relative = judge_target(target_of(shortfall_prob, 1e6, 0.0, true), none);
  CHECK_FALSE(relative.met);
  CHECK_FALSE(relative.wanted);
  CHECK_FALSE(relative.paths_needed);
}

TEST_CASE("a tail mean without interval says how many paths it needs", "[unit][precision]") {
  const auto few = tail_mean_estimate(Sample(std::vector<double>(1000, 1.0)), 0.05, 0.95);
  const auto s = judge_target(target_of(tail_mean, 1.0, 0.05), few);
  CHECK_FALSE(s.met);
  CHECK_FALSE(s.half_width);
  CHECK(*s.paths_needed == 5000.0);
}

TEST_CASE("differences are targets of pairs", "[unit][precision]") {
  const Scenario a{"p/x/base", "p", "x", "base", {}}, b{"p/y/base", "p", "y", "base", {}};
  std::vector<double> pay_a, pay_b;
  for (int i = 0; i < 1000; ++i) {
    pay_a.push_back(1000.0 + i);
    pay_b.push_back(i % 2 == 0 ? 1000.0 + i : 998.0 + i);
  }
  const std::vector<ComparedScenario> scenarios{{{a, {}}, pay_a, {}}, {{b, {}}, pay_b, {}}};
  // Differences 0 and 2: sd 1.0005, half-width 1.9623 x 1.0005 / sqrt(1000) = 0.062.
  const std::vector<PrecisionTarget> wide{target_of(mean, 1.0), difference_of(0.0622)};
  const auto met = check_differences(wide, scenarios, {});
  REQUIRE(met.size() == 1);
  CHECK(met[0].met);
  CHECK(met[0].target == 1);
  CHECK(met[0].scenario == "p/x/base - p/y/base");
  const std::vector<PrecisionTarget> narrow{difference_of(0.0619)};
  CHECK_FALSE(check_differences(narrow, scenarios, {})[0].met);
}

TEST_CASE("the worst target is the one furthest off", "[unit][precision]") {
  std::vector<TargetStatus> s(3);
  s[0] = {0, "a", 2.0, 1.0, false, {}};
  s[1] = {1, "b", 3.0, 1.0, false, {}};
  s[2] = {2, "c", 0.5, 1.0, true, {}};
  CHECK(worst_target(s) == 1);
  s[0].half_width.reset();  // no interval at all is worse
  CHECK(worst_target(s) == 0);
  s[0].met = s[1].met = true;
  CHECK_FALSE(worst_target(s));
  CHECK_FALSE(worst_target({}));
}

TEST_CASE("checkpoints are fixed by the study", "[unit][precision]") {
  using Counts = std::vector<std::size_t>;
  Precision p;
  p.min_paths = 1000;
  p.max_paths = 5000;
  p.checkpoint = 1500;
  CHECK(checkpoints(p, 256, PathDesign::independent) == Counts{1024, 2560, 4096, 5000});
  p.max_paths = 1024;
  CHECK(checkpoints(p, 256, PathDesign::independent) == Counts{1024});
  p.max_paths = 1000;
  CHECK(checkpoints(p, 256, PathDesign::independent) == Counts{1000});
  p.max_paths = 40'000;
  p.checkpoint = 5000;
  CHECK(checkpoints(p, 1024, PathDesign::replicates) == Counts{30'720, 35'840, 39'936});
  p.max_paths = 30'000;
  CHECK_THROWS_AS(checkpoints(p, 1024, PathDesign::replicates), std::invalid_argument);
}

TEST_CASE("targets are named as they were asked for", "[unit][precision]") {
  CHECK(target_text(target_of(quantile, 500, 0.05)) == "quantile(income_usd, 0.05) +- 500");
  CHECK(target_text(target_of(mean, 0.01, 0.0, true)) == "mean(income_usd) +- 1 %");
}

}  // namespace precision_test
