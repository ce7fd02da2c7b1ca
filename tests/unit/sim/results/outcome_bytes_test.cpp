#include "sim/results/outcome_bytes.h"

#include <catch2/catch.hpp>
#include <limits>

#include "sim/errors.h"
#include "sim/results/result_tables.h"

namespace outcome_bytes_test {

using namespace paystress;

namespace {

engine::ScenarioOutcome an_outcome() {
  engine::ScenarioOutcome o;
  o.tables.income_distribution = "income\n";
  o.tables.tier_miss = "tier\n";
  o.tables.summary = "summary\n";
  o.tables.months = "months\n";
  o.single_years = "years\n";
  o.tables.histogram = "histogram\n";
  o.waterfall = "waterfall\n";
  o.debt = "debt\n";
  o.sensitivity = "sensitivity\n";
  o.tables.warnings = {"one", "two"};
  o.tables.key_figures.paths = 3;
  o.tables.key_figures.p50_usd.value = 1.0 / 3;
  o.tables.key_figures.completed_visits_mean.ci_high = 7;
  o.tables.key_figures.year_p50_usd.resize(2);
  o.tables.key_figures.year_p50_usd[1].value = 176'409;
  o.left_prob = 0.125;
  o.tier = engine::TierHeadline{"bonus", 2, Span::year, 0.25};
  o.income_usd = {-0.0, 1.0 / 3, std::numeric_limits<double>::denorm_min()};
  o.completed_visits = std::make_shared<const std::vector<double>>(std::vector<double>{1, 2, 3});
  o.paths = std::make_shared<const PathColumns>(PathColumns{{1}, {2}, {3}, {4}, {5}});
  return o;
}

}  // namespace

TEST_CASE("an outcome is the same after it was kept", "[unit][outcome_bytes]") {
  const auto was = an_outcome();
  const auto bytes = results::outcome_bytes(was);
  const auto is = results::outcome_of(results::table_rows(was), bytes);
  CHECK(results::table_rows(is) == results::table_rows(was));
  CHECK(results::outcome_bytes(is) == bytes);
  CHECK(is.tables.warnings == was.tables.warnings);
  CHECK(is.tables.key_figures.p50_usd.value == 1.0 / 3);
  CHECK_FALSE(is.tables.key_figures.p50_usd.ci_low.has_value());
  CHECK(is.tables.key_figures.completed_visits_mean.ci_high == 7);
  REQUIRE(is.tables.key_figures.year_p50_usd.size() == 2);
  CHECK_FALSE(is.tables.key_figures.year_p50_usd[0].value.has_value());
  CHECK(is.tables.key_figures.year_p50_usd[1].value == 176'409);
  CHECK(is.left_prob == 0.125);
  CHECK(is.tier->component == "bonus");
  CHECK(is.tier->reset == Span::year);
  CHECK(is.income_usd == was.income_usd);
  CHECK(*is.completed_visits == *was.completed_visits);
  CHECK(is.paths->generated_wrvu == std::vector<double>{5});
}

TEST_CASE("an outcome that was cut is not read", "[unit][outcome_bytes]") {
  const auto was = an_outcome();
  const auto bytes = results::outcome_bytes(was);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_THROWS_AS(results::outcome_of(results::table_rows(was), std::string_view(bytes).substr(0, size)),
                    OutputError);
}

}  // namespace outcome_bytes_test
