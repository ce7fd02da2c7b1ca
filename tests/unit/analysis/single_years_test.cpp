#include "analysis/single_years.h"

#include <catch2/catch.hpp>
#include <set>

#include "analysis/column_schema.h"
#include "tests/support/fake_scenario.h"

namespace single_years_test {

using namespace paystress;
using paystress::testing::csv_cells;

namespace {

/// Pay of 1,000 paths over two months, in blocks of 256 that are written last first: path i earns 10 and
/// its own number times 7, modulo 1,000, so that every amount comes once and in no order.
IncomeColumns shuffled_income(std::size_t block_paths) {
  const PathShape shape{1000, block_paths};
  IncomeColumns income(shape, 2);
  for (std::size_t b = shape.blocks(); b-- > 0;) {
    std::vector<double> first(shape.paths_in(b), 10.0), second;
    for (std::size_t i = 0; i < first.size(); ++i)
      second.push_back(static_cast<double>((b * block_paths + i) * 7 % 1000));
    const std::vector<const double*> months{first.data(), second.data()};
    income.write(b, months);
  }
  return income;
}

std::vector<double> totals(const IncomeColumns& income) { return income.income({{}, 1, 2, 0.0}); }

}  // namespace

TEST_CASE("the single years are the paths at the percentiles of pay", "[unit][single_years]") {
  const auto income = shuffled_income(256);
  const auto usd = totals(income);
  const auto paths = single_year_paths(usd);
  // The 50th, 250th, ... of the amounts 10 to 1,009.
  for (std::size_t i = 0; i < paths.size(); ++i)
    CHECK(usd[paths.at(i)] == 10.0 + 1000.0 * single_year_levels.at(i) - 1.0);
}

TEST_CASE("among paths that are paid the same the number decides", "[unit][single_years]") {
  const std::vector<double> equal(200, 5.0);
  CHECK(single_year_paths(equal) == std::array<std::size_t, 5>{9, 49, 99, 149, 189});
  // 150 paths at a floor, then 50 above it, the dearest first.
  std::vector<double> floored(200, 5.0);
  for (std::size_t i = 0; i < 50; ++i) floored[i] = 1000.0 - static_cast<double>(i);
  CHECK(single_year_paths(floored) == std::array<std::size_t, 5>{59, 99, 149, 199, 10});
  CHECK(single_year_paths(std::vector<double>{3.0}) == std::array<std::size_t, 5>{});
  CHECK(single_year_paths(std::vector<double>{9.0, 3.0}) == std::array<std::size_t, 5>{1, 1, 1, 0, 0});
}

TEST_CASE("single_years.csv has the months of each of them, however paths lie in blocks",
          "[unit][single_years]") {
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  const std::vector<std::string> dates{"2026-01", "2026-02"};
  const auto rows_of = [&](std::size_t block_paths) {
    const auto income = shuffled_income(block_paths);
    return single_year_rows({scenario, 0.25}, totals(income), income, dates);
  };
  const auto text = rows_of(256);
  CHECK(rows_of(1000) == text);
  CHECK(rows_of(64) == text);
  const auto rows = csv_cells(text);
  REQUIRE(rows.size() == 10);
  for (const auto& r : rows) REQUIRE(r.size() == table_schema(Table::single_years).columns.size());
  // 7 x 7 = 49: path 7 stands at the 50th place of a thousand.
  CHECK(rows[0] ==
        std::vector<std::string>{"p/o/base", "p", "o", "base", "0.05", "7", "1", "2026-01", "10", "0.25"});
  CHECK(rows[1] ==
        std::vector<std::string>{"p/o/base", "p", "o", "base", "0.05", "7", "2", "2026-02", "49", "0.25"});
  std::set<std::string> paths;
  for (const auto& r : rows) paths.insert(r[5]);
  CHECK(paths.size() == 5);
}

}  // namespace single_years_test
