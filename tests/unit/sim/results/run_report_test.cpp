#include "sim/results/run_report.h"

#include <catch2/catch.hpp>

using namespace paystress;

namespace {

const Scenario first{"p/a/base", "p", "a", "base", {}}, second{"p/b/base", "p", "b", "base", {}};
const std::vector<engine::ScenarioInput> inputs{{&first, nullptr, nullptr, nullptr},
                                                {&second, nullptr, nullptr, nullptr}};

Estimate estimate(double value) {
  Estimate e;
  e.value = value;
  return e;
}

std::vector<engine::ScenarioOutcome> outcomes() {
  std::vector<engine::ScenarioOutcome> rows(2);
  auto& k = rows[0].tables.key_figures;
  k.p50_usd = estimate(201'234);
  k.p50_usd.ci_low = 199'000;
  k.p50_usd.ci_high = 203'000;
  k.p05_usd = estimate(150'000);
  k.target_shortfall_prob = estimate(0.25);
  rows[0].tier = engine::TierHeadline{"bonus", 2, Span::quarter, 0.4};
  return rows;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the report shows a line a scenario, and a dash for what is not known", "[unit][run_report]") {
  Study study;
  const auto rows = outcomes();
  const auto text = results::run_report(study, inputs, rows);
  INFO(text);
  CHECK(has(text, "201,234 (199,000 to 203,000)"));
  CHECK(has(text, "bonus tier 2: missed in 40"));
  CHECK(has(text, "of quarters"));
  CHECK(text.find("p/a/base") < text.find("p/b/base"));
  CHECK_FALSE(has(text, "P(below target)"));  // only where the study has a target
  study.target_usd_per_year = 210'000;
  CHECK(has(results::run_report(study, inputs, rows), "P(below target)"));
}

TEST_CASE("the ranking is that of the base case", "[unit][run_report]") {
  engine::Comparisons comparisons;
  CHECK(results::ranking_report(inputs, comparisons).empty());
  comparisons.ranks = {{"dip", {{0, estimate(1), estimate(0.5), estimate(2)}}},
                       {"base", {{1, estimate(200'000), estimate(0.75), estimate(500)}}}};
  const auto text = results::ranking_report(inputs, comparisons);
  INFO(text);
  CHECK(has(text, "p/b/base"));
  CHECK(has(text, "75"));
  CHECK_FALSE(has(text, "p/a/base"));
}

TEST_CASE("of targets that are missed the worst is named with the paths that it would take",
          "[unit][run_report]") {
  Study study;
  study.precision =
      Precision{{{.measure = Measure::income_usd, .statistic = Statistic{}, .half_width = 100.0}}, 0, 0, 0};
  TargetStatus met{0, "p/a/base", 50.0, 100.0, true, std::nullopt};
  TargetStatus missed{0, "p/b/base", 250.0, 100.0, false, 6250.0};
  CHECK(results::precision_report(study, std::vector{met}, 1000).empty());
  const auto text = results::precision_report(study, std::vector{met, missed}, 1000);
  INFO(text);
  CHECK(has(text, "1 of 2 precision targets not met after 1000 paths"));
  CHECK(has(text, "p/b/base"));
  CHECK(has(text, "about 6250 paths would do"));
}
