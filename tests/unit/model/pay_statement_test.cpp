#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "model/settle.h"
#include "tests/support/pay_random.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_statement_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

std::string text(const StatementLine& l) {
  const auto number = [](const std::optional<double>& x) {
    return x ? fmt::format("{}", *x) : std::string();
  };
  return fmt::format("{},{},{},{},{},{},{},{}", l.period, l.name, l.kind, l.tier, number(l.quantity),
                     number(l.rate_usd), number(l.amount_usd), number(l.balance_usd));
}
std::vector<std::string> statement(const Contract& c, const TypedLedger& ledger) {
  std::vector<std::string> out;
  for (const auto& l : PayPlan(c, ledger.layout(), ledger.grid).statement(ledger.block(), 0))
    out.push_back(text(l));
  return out;
}

TEST_CASE("an undefined quantity leaves its cell empty", "[pay_statement]") {
  TypedLedger ledger(2);
  ledger.add("points", {6, 8}).add("hours", {0, 2}, ColumnUnit::hours, 0.0);
  const auto c = contract_of({measured("pace", "points / hours", SingleRate{10.0})});
  const auto lines = statement(c, ledger);
  CHECK(lines[0] == "1,pace,component,,,10,0,");
  CHECK(lines[2] == "2,pace,component,,4,10,40,");
}

TEST_CASE("an undefined rate leaves its cell empty", "[pay_statement]") {
  TypedLedger ledger(1);
  ledger.add("done", {3});
  const auto contract = contract_of({measured("work", "done", SingleRate{amount("1 / (done - 3)")})});
  const PayPlan plan(contract, ledger.layout(), ledger.grid);
  const auto lines = plan.statement(ledger.block(), 0);
  REQUIRE_FALSE(lines.empty());
  for (const auto& line : lines) CHECK_FALSE(line.rate_usd.has_value());
}

TEST_CASE("money that is not rounded is shown as it is", "[pay_statement]") {
  TypedLedger ledger(1);
  ledger.add("done", {3});
  auto c = contract_of({fixed("base", 10.125), measured("work", "done", SingleRate{45.123456})});
  c.round.unit_usd.reset();
  CHECK(statement(c, ledger) ==
        std::vector<std::string>{"1,base,component,,,,10.125,", "1,work,component,,3,45.123456,135.370368,",
                                 "1,total,total,,,,145.495368,", "total,base,component,,,,10.125,",
                                 "total,work,component,,,,135.370368,", "total,total,total,,,,145.495368,"});
  c.round.unit_usd = 0.001;  // finer than a cent: shown to it, and adds up
  CHECK(statement(c, ledger)[1] == "1,work,component,,3,45.123456,135.37,");
  CHECK(statement(c, ledger)[2] == "1,total,total,,,,145.495,");
}

TEST_CASE("a statement shows every component, tier and adjustment", "[pay_statement]") {
  TypedLedger ledger(2);
  ledger.add("done", {170, 90});
  auto c = contract_of(
      {fixed("base", 10'000.0),
       measured("bonus", "done", tiers(TierMode::marginal, {above(0, 0), above(120, 20), above(160, 30)}))});
  Draw draw;
  draw.usd = 10'500.0;
  adjust(c, "draw", draw);
  CHECK(statement(c, ledger) ==
        std::vector<std::string>{
            "1,base,component,,,,10000,", "1,bonus,component,3,170,6.470588235294118,1100,",
            "1,bonus,tier,1,120,0,0,", "1,bonus,tier,2,40,20,800,", "1,bonus,tier,3,10,30,300,",
            "1,draw,adjustment,,,,0,0", "1,total,total,,,,11100,", "2,base,component,,,,10000,",
            "2,bonus,component,1,90,0,0,", "2,bonus,tier,1,90,0,0,", "2,draw,adjustment,,,,500,500",
            "2,total,total,,,,10500,", "total,base,component,,,,20000,", "total,bonus,component,,,,1100,",
            "total,draw,adjustment,,,,500,500", "total,total,total,,,,21600,"});
}

TEST_CASE("a running retroactive ladder shows what the period changed", "[pay_statement]") {
  TypedLedger ledger(2);
  ledger.add("done", {100, 100});
  const auto c = contract_of({measured(
      "bonus", "done", tiers(TierMode::retroactive, {above(0, 10), above(150, 12)}), Span::quarter)});
  CHECK(statement(c, ledger) ==
        std::vector<std::string>{"1,bonus,component,1,100,10,1000,", "1,bonus,tier,1,100,10,1000,",
                                 "1,total,total,,,,1000,", "2,bonus,component,2,100,12,1400,",
                                 "2,bonus,tier,1,-100,10,-1000,", "2,bonus,tier,2,200,12,2400,",
                                 "2,total,total,,,,1400,", "total,bonus,component,,,,2400,",
                                 "total,total,total,,,,2400,"});
}

TEST_CASE("every statement adds up to the cent", "[pay_statement]") {
  int statements = 0;
  for (std::uint64_t i = 0; i < 1500; ++i) {
    const auto c = random_case(i);
    if (!find_flaws(c.contract, c.ledger.layout(), c.ledger.grid).empty()) continue;
    const PayPlan plan(c.contract, c.ledger.layout(), c.ledger.grid);
    const auto block = c.ledger.block();
    Settlement pay;
    plan.settle(block, pay);
    std::map<std::string, double> parts;
    std::map<std::string, double> totals;
    for (const auto& l : plan.statement(block, 0)) {
      // Amounts are whole cents.
      const double cents = *l.amount_usd * 100.0;
      if (std::fabs(cents) < 1e12) REQUIRE(std::fabs(cents - std::round(cents)) < 1e-3);
      if (l.kind == "component" || l.kind == "adjustment") parts[l.period] += std::round(cents);
      if (l.kind == "total") {
        totals[l.period] = std::round(cents);
        parts[l.period] += 0.0;  // a contract may have nothing that counts
      }
    }
    INFO(i << "\n" << summary(c.contract));
    REQUIRE(parts == totals);
    for (std::size_t p = 0; p < c.ledger.grid.size(); ++p) {
      REQUIRE(totals.at(c.ledger.grid[p].label) == std::round(pay.paid(p)[0] * 100.0));
    }
    ++statements;
  }
  CHECK(statements > 1000);
}

TEST_CASE("tier quantities of a marginal ladder sum to the quantity", "[pay_statement]") {
  TypedLedger ledger(6);
  ledger.add("q", {0, 30.25, 100, 7.5, 400.01, 0}, ColumnUnit::points, 100.0);
  const auto c = contract_of({measured(
      "bonus", "q",
      tiers(TierMode::marginal, {above(0, 1.01), above(50, 2.37), above(137.5, 3), above(500, 0.1)}),
      Span::year)});
  std::map<std::string, double> units;
  std::map<std::string, double> usd;
  std::map<std::string, double> whole_units;
  std::map<std::string, double> whole_usd;
  for (const auto& l : PayPlan(c, ledger.layout(), ledger.grid).statement(ledger.block(), 0)) {
    if (l.period == "total") continue;
    if (l.kind == "tier") units[l.period] += *l.quantity, usd[l.period] += *l.amount_usd;
    if (l.kind == "component") whole_units[l.period] = *l.quantity, whole_usd[l.period] = *l.amount_usd;
  }
  for (const auto& [period, quantity] : whole_units) {
    CHECK(units[period] == Approx(quantity).margin(1e-9));
    CHECK(std::round(usd[period] * 100.0) == std::round(whole_usd[period] * 100.0));
  }
}

}  // namespace
}  // namespace paystress::pay_statement_test
