#include "sim/exact/exact_tables.h"

#include <catch2/catch.hpp>

#include "analysis/column_schema.h"
#include "tests/support/fake_scenario.h"

namespace exact_tables_test {

namespace {

using namespace paystress;
using paystress::testing::csv_cells;

/// Pay of 0, 100 or 200 dollars in one month, on a lattice that rounds by at most 3 dollars.
exact::ExactPay three_outcomes() {
  exact::ExactPay pay;
  pay.horizon = exact::LatticeLaw(0, 10'000, {0.25, 0.5, 0.25});
  pay.years = pay.months = {pay.horizon};
  pay.largest_rounding_usd = 3.0;
  exact::ExactTier tier{"bonus", 1, 40.0, true, {}, {}, {}};
  tier.windows.push_back({"month_01", {0.25, 0.1, 0.0, 12.5, 100.0}});
  tier.any = tier.share = tier.windows[0].chances;
  pay.tiers = {tier};
  return pay;
}

const Scenario scenario{"p/o/base", "p", "o", "base", {}};

}  // namespace

TEST_CASE("a line is compared at the rate of the months up to a known end", "[unit][exact]") {
  auto pay = three_outcomes();
  pay.months.emplace_back(0, 1, std::vector<double>{1.0});
  pay.ends = 1;
  TableOptions options;
  options.levels = {};
  options.target_usd_per_year = 1200.0;  // 200 dollars for both months, 100 for the one in force
  options.need_usd_per_month = 150.0;
  const auto rows = csv_cells(exact::exact_income_rows(scenario, pay, options));
  std::vector<std::string> told;
  for (const auto& r : rows)
    if (r[6] == "shortfall_prob") told.push_back(r[5] + " " + r[7] + " " + r[8]);
  CHECK(told == std::vector<std::string>{"horizon 200 0.25", "year_1 200 0.25", "month_01 150 0.75"});
}

TEST_CASE("an exact number stands within the width of its lattice", "[unit][exact]") {
  TableOptions options;
  options.levels.quantiles = {0.5};
  options.levels.tails = {0.5};
  options.target_usd_per_year = 1200.0;  // 100 dollars for the one month: not below it, but within 3 of it
  const auto rows = csv_cells(exact::exact_income_rows(scenario, three_outcomes(), options));
  using Cells = std::vector<std::string>;
  const auto figures = [&](std::size_t row) {
    const auto& r = rows.at(row);
    return Cells{r[6], r[8], r[10], r[11], r[12], r[13], r[14]};
  };
  CHECK(figures(0) == Cells{"mean", "100", "100", "100", "1", "", "exact"});
  CHECK(figures(1)[0] == "sd");
  CHECK(std::stod(figures(1)[2]) == Approx(std::sqrt(5000.0) - 3.0));
  CHECK(figures(2) == Cells{"quantile", "100", "97", "103", "1", "", "exact"});
  CHECK(figures(3) == Cells{"tail_mean", "50", "47", "53", "1", "", "exact"});
  CHECK(figures(4) == Cells{"shortfall_prob", "0.25", "0.25", "0.75", "1", "", "exact"});
}

TEST_CASE("near misses and shortfalls have exact numbers too", "[unit][exact]") {
  const auto rows = csv_cells(exact::exact_tier_rows(scenario, three_outcomes()));
  REQUIRE(rows.size() == 3);  // month_01, any, share
  const auto cell = [&](const std::string& column) {
    const auto& columns = table_schema(Table::tier_miss).columns;
    const auto it = std::ranges::find(columns, column, &TableColumn::name);
    return rows[0].at(static_cast<std::size_t>(it - columns.begin()));
  };
  CHECK(cell("miss_prob") == "0.25");
  CHECK(cell("near_miss_prob") == "0.1");
  CHECK(cell("near_share") == "0.05");
  CHECK(cell("near_units_miss_prob").empty());  // the study asks for none
  CHECK(cell("shortfall_units_mean") == "12.5");
  CHECK(cell("lost_usd_mean") == "100");
  CHECK(cell("method") == "exact");
}

}  // namespace exact_tables_test
