#include "analysis/waterfall.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "analysis/column_schema.h"
#include "tests/support/fake_scenario.h"

namespace waterfall_test {

namespace {

using namespace paystress;
using paystress::testing::csv_cells;

const Scenario scenario{"p/o/base", "p", "o", "base", {}};

using Levels = std::vector<std::vector<double>>;

/// Levels whose cents do not survive plain rounding of the differences: thirds of a dollar.
Levels thirds(std::size_t paths) {
  Levels levels(4);
  for (std::size_t level = 0; level < 4; ++level)
    for (std::size_t i = 0; i < paths; ++i)
      levels[level].push_back(320'000.0 - static_cast<double>(level * (1000 + i)) / 3.0);
  return levels;
}

Waterfall waterfall_of(const Levels& levels) {
  Waterfall w{{scenario, {}}, "usd", {"unfilled_slots", "no_shows", "coding_downgrades"}, {}};
  for (const auto& level : levels) w.levels.emplace_back([level] { return level; });
  return w;
}

std::int64_t cents(const std::string& cell) { return std::llround(std::stod(cell) * 100.0); }

}  // namespace

TEST_CASE("the waterfall's changes add up on every path, to the cent", "[unit][waterfall]") {
  const auto levels = thirds(1000);
  std::vector<double> sum(1000, 0.0);
  int changes = 0;
  for_each_line(waterfall_of(levels), [&](const WaterfallLine& line) {
    if (!line.is_change) return;
    ++changes;
    for (std::size_t i = 0; i < 1000; ++i) sum[i] += line.units[i];
  });
  REQUIRE(changes == 3);
  for (std::size_t i = 0; i < 1000; ++i)
    REQUIRE(std::llround(sum[i]) == std::llround(levels[3][i] * 100.0) - 32'000'000);
}

TEST_CASE("the waterfall's printed means add up, to the cent", "[unit][waterfall]") {
  for (const std::size_t paths : {1U, 2U, 7U, 1000U}) {
    const auto rows = csv_cells(waterfall_rows(waterfall_of(thirds(paths)), 0.95));
    REQUIRE(rows.size() == 5);
    std::int64_t sum = 0;
    for (const auto& row : rows) {
      REQUIRE(row.size() == table_schema(Table::waterfall).columns.size());
      if (row[7] == "change") sum += cents(row[8]);
    }
    CHECK(rows.front()[6] == "advertised");
    CHECK(rows.back()[6] == "realistic");
    CHECK(sum == cents(rows.back()[8]) - cents(rows.front()[8]));
    CHECK(rows[1][6] == "unfilled_slots");
    CHECK(rows[1][9].empty() == (paths == 1));
  }
}

TEST_CASE("means of dollars an hour lie within their intervals", "[unit][waterfall]") {
  auto w = waterfall_of(thirds(100'000));
  w.view = "hourly";
  for (auto& level : w.levels) {
    auto hourly = level();
    for (double& x : hourly) x /= 2000.0;
    level = [hourly] { return hourly; };
  }
  for (const auto& row : csv_cells(waterfall_rows(w, 0.95))) {
    INFO(row[6]);
    CHECK(std::stod(row[8]) >= std::stod(row[10]) - 1e-5);
    CHECK(std::stod(row[8]) <= std::stod(row[11]) + 1e-5);
  }
}

TEST_CASE("a path without hours is left out of every line", "[unit][waterfall]") {
  auto levels = thirds(3);
  levels[2][1] = std::numeric_limits<double>::quiet_NaN();
  for_each_line(waterfall_of(levels), [](const WaterfallLine& line) {
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::isnan(line.units[i]) == (i == 1));
  });
  const auto rows = csv_cells(waterfall_rows(waterfall_of(levels), 0.95));
  for (const auto& row : rows) CHECK(row[row.size() - 2] == "2");
}

TEST_CASE("levels must fit the causes", "[unit][waterfall]") {
  auto levels = thirds(3);
  auto w = waterfall_of(levels);
  w.causes.pop_back();
  CHECK_THROWS_AS(waterfall_rows(w, 0.95), std::invalid_argument);
  levels[1].pop_back();
  CHECK_THROWS_AS(waterfall_rows(waterfall_of(levels), 0.95), std::invalid_argument);
}

}  // namespace waterfall_test
