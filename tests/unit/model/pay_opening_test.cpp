// What was earned before the start, and what is not due at the end.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_opening_test {
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

TEST_CASE("a yearly line on what a component earns does not pay the months before the start again",
          "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  c.pay.push_back(measured("share", "earned.base", SingleRate{0.1}, Span::year));
  CHECK(paid(c, TypedLedger(2, 11)) == Numbers{5'500, 5'500});
}

TEST_CASE("money added by the unit over an opened year is paid from the first month on",
          "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  adjust(c, "costs", AddMoney{amount("0 - 3 * points")}, Span::year);
  const auto ledger = TypedLedger(2, 11).add("points", {100, 200});
  CHECK(paid(c, ledger) == Numbers{4'700, 4'400});
}

TEST_CASE("in an opened year an interim rule looks at each month by itself", "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  auto& half = adjust(c, "half", Multiply{0.5}, Span::year);
  half.paid = PaidWhen::interim;
  CHECK(paid(c, TypedLedger(2, 11)) == Numbers{2'500, 2'500});
}

TEST_CASE("a bound that grows with hours starts an opened year from the hours before it",
          "[unit][pay_opening]") {
  auto c = opened(1'000, 4'000);
  auto& floor = adjust(c, "floor", Guarantee{amount("50 * hours")}, Span::year);
  floor.paid = PaidWhen::running;
  const auto ledger = TypedLedger(2, 11).add("hours", {60, 70});
  // 60 and 130 hours come to 3,000 and 6,500 of a year that has earned 5,000 and 6,000; 11 of 12 months.
  CHECK(paid(c, ledger) == Numbers{1'000, 1'500});
}

TEST_CASE("a yearly draw counts what was earned before the start, and its advance was paid then",
          "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  c.pay.front() = measured("base", "points", SingleRate{50.0});
  Draw draw;
  draw.usd = 61'000.0;
  adjust(c, "draw", draw, Span::year);
  const auto ledger = TypedLedger(2, 11).add("points", {100, 100});
  CHECK(paid(c, ledger) == Numbers{5'000, 6'000});
  draw.form = Draw::Form::advance;
  c.adjust.front().does = draw;
  c.opening.draw_balance_usd = 3'000;
  CHECK(paid(c, ledger) == Numbers{5'000, 2'000});
}

TEST_CASE("a bonus of the whole year is due at its end, and not due before", "[unit][pay_opening]") {
  auto c = opened(5'000, 50'000);
  auto bonus = fixed("bonus", 1'200, Span::year);
  std::get<FixedPay>(bonus.pays).paid = PaidWhen::period_end;
  c.pay.push_back(bonus);
  CHECK(paid(c, TypedLedger(2, 11)) == Numbers{5'000, 6'200});
  const TypedLedger short_of_it(1, 11);
  Settlement pay;
  PayPlan(c, short_of_it.layout(), short_of_it.grid).settle(short_of_it.block(), pay);
  CHECK(pay.not_due(1)[0] == Approx(1'100.0));
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
}  // namespace paystress::pay_opening_test
