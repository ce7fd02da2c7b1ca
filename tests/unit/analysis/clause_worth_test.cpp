#include "analysis/clause_worth.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

namespace clause_worth_test {

namespace {

using namespace paystress;

// 1,000 paths of pay base + path, changed by the readings of two clauses.
std::vector<double> pay(double base) {
  std::vector<double> paths;
  for (int i = 1; i <= 1000; ++i) paths.push_back(base + i);
  return paths;
}

std::vector<CombinationPay> combinations() {
  return {{{0, 0}, pay(0)}, {{0, 1}, pay(5000)}, {{1, 0}, pay(0)}, {{1, 1}, pay(5000)}};
}

}  // namespace

TEST_CASE("clauses are ranked by what their readings change", "[unit]") {
  const std::vector<std::size_t> readings{2, 2};
  const auto all = combinations();
  const auto ranked = rank_clauses(readings, all, 0.95);
  REQUIRE(ranked.size() == 2);
  CHECK(ranked[0].clause == 1);
  CHECK(*ranked[0].spreads[0].value == 5000.0);  // a shift of every path shifts every quantile
  CHECK(*ranked[0].spreads[1].value == 5000.0);
  CHECK(*ranked[0].spreads[0].ci_low < 5000.0);
  CHECK(*ranked[0].spreads[0].ci_high > 5000.0);
  CHECK(*ranked[0].changes_pay_prob.value == 1.0);
  CHECK(*ranked[0].quantiles[0][1].value == 5500.0);
  CHECK(*ranked[0].quantiles[1][0].value == 50.0);

  // Readings that pay alike on every path are worth exactly nothing.
  CHECK(ranked[1].clause == 0);
  CHECK(*ranked[1].spreads[0].value == 0.0);
  CHECK(*ranked[1].spreads[0].ci_high == 0.0);
  CHECK(*ranked[1].changes_pay_prob.value == 0.0);
  CHECK(*ranked[1].changes_pay_prob.ci_high > 0.0);
}

TEST_CASE("a combination that is needed and was not priced is refused", "[unit]") {
  const std::vector<std::size_t> readings{2, 2};
  auto all = combinations();
  all.pop_back();
  CHECK_NOTHROW(rank_clauses(readings, all, 0.95));  // both clauses changed at once is no clause's worth
  all.erase(all.begin() + 1);
  CHECK_THROWS_AS(rank_clauses(readings, all, 0.95), std::invalid_argument);
}

TEST_CASE("readings.csv has a row for every statistic of every clause and combination", "[unit]") {
  const std::vector<std::size_t> readings{2, 2};
  const auto all = combinations();
  const std::vector<std::string> keys{"pay.bonus.reset", "pay.bonus.mode"};
  const std::vector<std::vector<std::string>> texts{{"\"month\"", "\"year\""},
                                                    {"\"marginal\"", "\"retroactive\""}};
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  const auto rows = reading_rows({scenario, {}}, rank_clauses(readings, all, 0.95), keys, texts, all, 0.95);
  CHECK(std::ranges::count(rows, '\n') == 2 * (3 + 4) + 4 * 2);
  CHECK(rows.starts_with("p/o/base,p,o,base,1,pay.bonus.mode,,spread_of_quantile,0.5,5000,"));
  CHECK(rows.find("p/o/base,p,o,base,,all,1-2,quantile,0.5,5500,") != std::string::npos);
}

}  // namespace clause_worth_test
