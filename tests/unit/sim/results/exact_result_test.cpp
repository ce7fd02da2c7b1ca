#include "sim/results/exact_result.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "analysis/column_schema.h"
#include "sim/errors.h"
#include "sim/exact/exact_tables.h"
#include "tests/support/full_practice.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace exact_result_test {

using namespace paystress;
using namespace paystress::test;
namespace pay = paystress::testing;

namespace {

Study study_of(Practice practice) {
  Study study;
  study.months = 3;
  study.need_usd_per_month = 9'000;
  study.target_usd_per_year = 110'000;
  practice.name = "clinic";
  study.practices = {std::move(practice)};
  auto offer = pay::contract_of({pay::fixed("base", 5'000.0),
                                 pay::measured("bonus", "completed_visits",
                                               pay::tiers(TierMode::retroactive, {pay::at_least(180, 20)}))});
  offer.name = "tiered";
  study.offers = {offer};
  StressPart dip;
  dip.first_month = dip.last_month = 2;
  dip.counts = {{StressedCount::booked_visits, 0.8}};
  study.stresses = {{"base", {}}, {"dip", {dip}}};
  study.scenarios = {{"clinic/tiered/base", "clinic", "tiered", "base", {}},
                     {"clinic/tiered/dip", "clinic", "tiered", "dip", {}}};
  return study;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a study is solved scenario by scenario", "[exact]") {
  const Study study = study_of(simple_practice());
  const auto inputs = engine::scenario_inputs(study);
  const auto pays = results::solve_exactly(study, inputs);
  REQUIRE(pays.size() == 2);
  // The dip costs bookings in month 2 only.
  CHECK(pays[0].months[0].mean() == pays[1].months[0].mean());
  CHECK(pays[0].months[1].mean() > pays[1].months[1].mean());
  CHECK(pays[1].tiers[0].windows[1].chances.miss > 0.99);
}

TEST_CASE("exact rows fill the columns of their tables", "[exact]") {
  const Study study = study_of(simple_practice());
  const auto inputs = engine::scenario_inputs(study);
  const auto pays = results::solve_exactly(study, inputs);
  TableOptions options;
  options.levels.quantiles = {0.05, 0.5};
  options.levels.tails = {0.05};
  options.need_usd_per_month = study.need_usd_per_month;
  options.target_usd_per_year = study.target_usd_per_year;
  const auto commas = [](const std::string& line) { return std::ranges::count(line, ','); };

  const auto income = lines_of(exact::exact_income_rows(study.scenarios[0], pays[0], options));
  CHECK(income.size() == 5 * 6);  // horizon, year 1, three months: mean, sd, 2 quantiles, tail, shortfall
  for (const auto& line : income)
    CHECK(commas(line) == static_cast<long>(table_schema(Table::income_distribution).columns.size()) - 1);
  CHECK(income[0].starts_with("clinic/tiered/base,clinic,tiered,base,income_usd,horizon,mean,,"));
  CHECK(income[0].ends_with(",1,,exact,"));
  CHECK(income[5].find("income_usd,horizon,shortfall_prob,27500,") != std::string::npos);
  CHECK(income[17].find("income_usd,month_01,shortfall_prob,9000,") != std::string::npos);

  const auto tiers = lines_of(exact::exact_tier_rows(study.scenarios[0], pays[0]));
  REQUIRE(tiers.size() == 5);  // three months, any, share
  for (const auto& line : tiers)
    CHECK(commas(line) == static_cast<long>(table_schema(Table::tier_miss).columns.size()) - 1);
  CHECK(tiers[0].find(",bonus,1,180,at_least,month,month_01,") != std::string::npos);
  CHECK(tiers[3].find(",bonus,1,180,at_least,month,any,") != std::string::npos);
  CHECK(tiers[4].ends_with(",exact,,,,"));
}

TEST_CASE("a study without exact answers is refused with every reason", "[exact]") {
  auto practice = full_practice();
  practice.events.clear();
  const Study study = study_of(practice);
  const auto inputs = engine::scenario_inputs(study);
  CHECK_THROWS_AS(results::solve_exactly(study, inputs), InputError);
  CHECK_THROWS_WITH(
      results::solve_exactly(study, inputs),
      Catch::StartsWith("no exact answer for these scenarios; --sampler fast has one with an error:\n"
                        "  clinic/tiered/base: ") &&
          Catch::Contains("\n  clinic/tiered/dip: demand.monthly_cv is not 0: months share their state"));
}

}  // namespace exact_result_test
