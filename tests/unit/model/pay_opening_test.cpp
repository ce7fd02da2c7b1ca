// What was earned before the start, and what is not due at the end.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress {
namespace {

using testing::adjust;
using testing::amount;
using testing::contract_of;
using testing::fixed;
using testing::measured;
using testing::paid;
using testing::paid_in_all;
using testing::TypedLedger;
using Numbers = std::vector<double>;

// The contract's calendar year began ten months before: two months of it are left.
Contract opened(double monthly, double earned_before) {
  auto c = contract_of({fixed("base", monthly)});
  c.year = YearKind::calendar;
  c.opening.earned_usd = {{"base", earned_before}};
  return c;
}

TEST_CASE("a yearly guarantee counts what was earned before the start", "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  adjust(c, "floor", Guarantee{63'000.0}, Span::year);
  CHECK(paid(c, TypedLedger(2, 11)) == Numbers{5'000, 5'000 + 3'000});
}

TEST_CASE("a yearly cap counts what was earned before the start, and takes nothing of it back",
          "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  adjust(c, "top", Cap{57'000.0}, Span::year, {"base"});
  CHECK(paid(c, TypedLedger(2, 11)) == Numbers{5'000, 2'000});
  auto over = opened(5'000, 60'000);
  adjust(over, "top", Cap{57'000.0}, Span::year, {"base"});
  CHECK(paid(over, TypedLedger(3, 11)) == Numbers{0, 0, 5'000});
}

TEST_CASE("earned.X to date holds what was earned before the start", "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  c.pay.push_back(measured("share", "to_date(earned.base)", SingleRate{0.1}));
  CHECK(paid(c, TypedLedger(1, 11))[0] == 5'000 + 5'500);
}

TEST_CASE("18 months with a yearly bonus pay 234,877 of 351,702 earned, and the rest is said",
          "[unit][pay_opening]") {
  auto line = measured("bonus", "points", SingleRate{1.0}, Span::year);
  testing::pay_of(line).paid = PaidWhen::period_end;
  const auto c = contract_of({line});
  TypedLedger ledger(18);
  Numbers points(18, 0.0);
  points[3] = 234'877;
  points[14] = 116'825;
  ledger.add("points", points);
  CHECK(paid_in_all(c, ledger) == 234'877.0);
  const PayPlan plan(c, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  CHECK(pay.not_due(0)[0] == 116'825.0);
  const auto rows = plan.statement(ledger.block(), 0);
  const auto row = std::ranges::find(rows, "not due", &StatementLine::kind);
  REQUIRE(row != rows.end());
  CHECK(row->amount_usd == 116'825.0);
  auto ends = c;
  ends.ends = 18;
  CHECK(paid_in_all(ends, ledger) == 351'702.0);
}

TEST_CASE("interim pay and fixed sums that are not due are what is earned less what is paid",
          "[unit][pay_opening]") {
  auto line = measured("steps", "points", testing::tiers(TierMode::lump_sum, {testing::at_least(100, 300)}),
                       Span::quarter);
  testing::pay_of(line).paid = PaidWhen::interim;
  auto bonus = fixed("bonus", 1'200, Span::year);
  std::get<FixedPay>(bonus.pays).paid = PaidWhen::period_end;
  const auto c = contract_of({line, bonus});
  const auto ledger = TypedLedger(2).add("points", {100, 0});
  const PayPlan plan(c, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  CHECK(pay.not_due(0)[0] == 200.0);  // 300 reached, 100 paid
  CHECK(pay.not_due(1)[0] == 200.0);  // two of twelve months
}

TEST_CASE("50 x 0.81 cut off to the dollar by component pays 40.50, not 41.00", "[unit][pay_opening]") {
  auto c = contract_of({fixed("base", 50)});
  adjust(c, "less", Multiply{0.81});
  c.round = {1.0, Rounding::How::truncate, Rounding::At::component};
  CHECK(paid_in_all(c, TypedLedger(1)) == 40.50);
}

TEST_CASE("rounding each period by itself can be written", "[unit][pay_opening]") {
  auto c = contract_of({fixed("base", amount("10 / 3"))});
  CHECK(paid(c, TypedLedger(3)) == Numbers{3.33, 3.34, 3.33});
  c.round.each = Rounding::Each::period;
  CHECK(paid(c, TypedLedger(3)) == Numbers{3.33, 3.33, 3.33});
}

TEST_CASE("10000000000.00497 is paid without a cent too much", "[unit][pay_opening]") {
  CHECK(paid(contract_of({fixed("base", 10000000000.00497)}), TypedLedger(1))[0] == 10000000000.00);
}

}  // namespace
}  // namespace paystress
