// Adjustments beyond the sixteen rules, and the known failures of other engines.
#include <catch2/catch.hpp>
#include <cmath>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_adjustments_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using Numbers = std::vector<double>;

TypedLedger earnings(std::vector<double> numbers, int rows_a_month = 1) {
  TypedLedger ledger(static_cast<int>(numbers.size()) / rows_a_month, 1, rows_a_month);
  ledger.add("earnings", std::move(numbers), ColumnUnit::usd, 100.0);
  return ledger;
}
Contract paid_out() { return contract_of({measured("work", "earnings", SingleRate{1.0})}); }
Contract with_draw(Draw draw) {
  auto c = paid_out();
  adjust(c, "draw", std::move(draw));
  return c;
}
Draw draw_of(double usd, Draw::Form form = Draw::Form::top_up) {
  Draw d;
  d.usd = usd;
  d.form = form;
  return d;
}

TEST_CASE("draws pay as published", "[pay_adjustments]") {
  // Oracle b35: recovery only from month 4.
  auto late = draw_of(1000);
  late.recover_from = 4;
  CHECK(paid(with_draw(late), earnings({500, 700, 400})) == Numbers{1000, 1000, 1000});
  CHECK(balances(with_draw(late), earnings({500, 700, 400})) == Numbers{500, 800, 1400});
  // Xactly b39 and the negative accrual of the veterinary contract a21.
  CHECK(paid(with_draw(draw_of(1500)), earnings({500, 3000})) == Numbers{1500, 2000});
  CHECK(balances(with_draw(draw_of(5000)), earnings({3740})) == Numbers{1260});
  // Visdum b40: advanced in the first pay period of the month, offset in the last; a debt stands.
  CHECK(paid(with_draw(draw_of(4000, Draw::Form::advance)), earnings({0, 6000}, 2)) == Numbers{4000, 2000});
  CHECK(paid(with_draw(draw_of(3000, Draw::Form::advance)), earnings({0, 2000}, 2)) == Numbers{3000, -1000});
  // Additive: on top and owed; repaid from the excess over the draw, never its own month's.
  CHECK(paid(with_draw(draw_of(1000, Draw::Form::additive)), earnings({500, 3000, 1200})) ==
        Numbers{1500, 3000, 2000});
  // A share of the excess, and draw months that stop while recovery goes on.
  auto part = draw_of(1000);
  part.recover_share = 0.25;
  part.months = MonthRange{1, 2};
  CHECK(paid(with_draw(part), earnings({0, 1400, 1000})) == Numbers{1000, 1300, 750});
  CHECK(balances(with_draw(part), earnings({0, 1400, 1000})) == Numbers{1000, 900, 650});
  // An opening balance is owed from the start.
  auto opened = with_draw(draw_of(1000));
  opened.opening.draw_balance_usd = 300;
  CHECK(paid(opened, earnings({1200, 1500})) == Numbers{1000, 1400});
}

TEST_CASE("a condition on even money judges the window so far, and what was paid is made good",
          "[pay_adjustments]") {
  const auto ledger = [](std::vector<double> done) {
    TypedLedger typed(static_cast<int>(done.size()));
    typed.add("done", std::move(done));
    return typed;
  };
  auto base = fixed("base", 3000.0, Span::quarter);
  base.when = condition("done >= 100");
  const auto paid_as = [&](PaidWhen when_paid, std::vector<double> done) {
    auto line = base;
    std::get<FixedPay>(line.pays).paid = when_paid;
    return paid(contract_of({line}), ledger(std::move(done)));
  };
  for (const auto when_paid : {PaidWhen::running, PaidWhen::period_end, PaidWhen::interim}) {
    CHECK(paid_as(when_paid, {40, 40, 40}) == Numbers{0, 0, 3000});
    CHECK(paid_as(when_paid, {40, 20, 20}) == Numbers{0, 0, 0});
  }
  CHECK(paid_as(PaidWhen::running, {100, 0, 0}) == Numbers{1000, 1000, 1000});
  // Each month on its own until the end: a month of 100 visits pays, the next does not.
  CHECK(paid_as(PaidWhen::interim, {100, 0, 0}) == Numbers{1000, 0, 2000});
  // A mean that falls below the line takes back what it had given.
  auto yearly = fixed("yearly", 12'000.0, Span::year);
  yearly.when = condition("score >= 0.8");
  TypedLedger scores(4);
  scores.add("score", {0.8, 0.7, 0.9, 0.9}, ColumnUnit::ratio, 0.0, ColumnJoin::mean);
  CHECK(paid(contract_of({yearly}), scores) == Numbers{1000, -1000, 3000, 1000});
  // add_usd is the same.
  auto c = contract_of({fixed("salary", 5000.0)});
  adjust(c, "bonus", AddMoney{3000.0}, Span::quarter).when = condition("done >= 100");
  CHECK(paid(c, ledger({40, 40, 40})) == Numbers{5000, 5000, 8000});
}

TEST_CASE("a cut period is worth what `partial` says, however even money is paid", "[pay_adjustments]") {
  for (const auto& [partial, sum] :
       {std::pair{Partial::prorate, 1000.0}, {Partial::full, 3000.0}, {Partial::none, 0.0}}) {
    for (const auto when_paid : {PaidWhen::running, PaidWhen::period_end}) {
      auto line = fixed("base", 3000.0, Span::quarter);
      std::get<FixedPay>(line.pays).paid = when_paid;
      auto c = contract_of({line});
      c.ends = 4;
      c.partial = partial;
      const auto all = paid(c, TypedLedger(6).add("done", {0, 0, 0, 0, 0, 0}));
      CHECK(all[3] == sum);
    }
  }
}

TEST_CASE("gates, multipliers and further withholds see what a withhold left", "[pay_adjustments]") {
  auto c = contract_of({measured("work", "earnings", SingleRate{1.0})});
  adjust(c, "held", Withhold{0.1, condition("earnings > 1e9"), Span::month, Amount{1.0}});
  auto gated = c;
  adjust(gated, "gate", Gate{condition("earnings > 1e9")});
  CHECK(paid(gated, earnings({10'000})) == Numbers{0});
  auto halved = c;
  adjust(halved, "half", Multiply{0.5});
  CHECK(paid(halved, earnings({10'000})) == Numbers{4500});
  auto twice = c;
  adjust(twice, "again", Withhold{1.0, condition("earnings > 1e9"), Span::month, Amount{1.0}});
  CHECK(paid(twice, earnings({1000})) == Numbers{0});
  // Its release bypasses them: 1000 kept back in each of three months comes back whole.
  auto released = contract_of({measured("work", "earnings", SingleRate{1.0})});
  adjust(released, "held", Withhold{0.1, condition("earnings > 0"), Span::quarter, Amount{1.0}});
  adjust(released, "half", Multiply{0.5});
  CHECK(paid(released, earnings({10'000, 10'000, 10'000})) == Numbers{4500, 4500, 7500});
  // A guarantee still counts it as earned.
  auto floor = c;
  adjust(floor, "floor", Guarantee{10'000.0});
  CHECK(paid(floor, earnings({10'000})) == Numbers{9000});
}

TEST_CASE("a draw whose condition does not hold neither pays nor takes back", "[pay_adjustments]") {
  for (const auto form : {Draw::Form::top_up, Draw::Form::additive}) {
    auto c = with_draw(draw_of(1000, form));
    c.adjust[0].when = condition("month < 2");
    const auto owed = form == Draw::Form::top_up ? 500.0 : 1000.0;
    CHECK(paid(c, earnings({500, 500})) == Numbers{form == Draw::Form::top_up ? 1000.0 : 1500.0, 500});
    CHECK(balances(c, earnings({500, 500})) == Numbers{owed, owed});
  }
}

TEST_CASE("a loan is forgiven straight-line, with or without a cliff, and repaid on leaving",
          "[pay_adjustments]") {
  auto sign_on = draw_of(12'000, Draw::Form::additive);
  sign_on.months = MonthRange{1, 1};
  sign_on.recover_share = 0.0;
  sign_on.forgive = 1000.0;
  auto c = with_draw(sign_on);
  const auto nothing = earnings(Numbers(14, 0.0));
  CHECK(balances(c, nothing)[5] == 6000);
  CHECK(balances(c, nothing)[11] == 0);
  CHECK(balances(c, nothing)[13] == 0);
  c.ends = 5;
  CHECK(paid(c, nothing)[4] == -7000);  // leaving in month 5: seven twelfths are due
  c.ends = 12;
  CHECK(paid(c, nothing)[11] == 0);
  std::get<Draw>(c.adjust[0].does).forgive_from = 12;  // a cliff: nothing before month 12
  CHECK(paid(c, nothing)[11] == 0);
  c.ends = 11;
  CHECK(paid(c, nothing)[10] == -12'000);
}

TEST_CASE("a corridor, a clamp and a gate with its reverse", "[pay_adjustments]") {
  auto clamp = paid_out();
  adjust(clamp, "floor", Guarantee{100.0});
  adjust(clamp, "top", Cap{150.0}, Span::month, {"work"});
  CHECK(paid(clamp, earnings({0, 120, 400})) == Numbers{100, 120, 150});
  auto gate = paid_out();
  adjust(gate, "gate", Gate{condition("earnings >= 100")});
  CHECK(paid(gate, earnings({99.99, 100, 400})) == Numbers{0, 100, 400});
  gate.adjust[0].does = Gate{condition("not (earnings >= 100)")};
  CHECK(paid(gate, earnings({99.99, 100, 400})) == Numbers{99.99, 0, 0});
  // Over the quarter the gate holds the money back until the condition is met.
  gate.adjust[0].does = Gate{condition("earnings >= 300")};
  gate.adjust[0].per = Span::quarter;
  CHECK(paid(gate, earnings({100, 150, 50, 400})) == Numbers{0, 0, 300, 400});
  auto corridor = contract_of({measured("settlement", "earnings", SingleRate{0.5})});
  pay_of(corridor.pay[0]).corridor = Corridor{1000.0, Amount{900.0}, Amount{1100.0}, true};
  CHECK(paid(corridor, earnings({800, 900, 1000, 1100, 1300})) == Numbers{-50, 0, 0, 0, 100});
}

TEST_CASE("money and units are carried forward", "[pay_adjustments]") {
  auto money = paid_out();
  adjust(money, "smooth", Carry{amount("max(0, earned.work - 1000)"), Span::month, Amount{300.0}});
  CHECK(paid(money, earnings({1500, 200, 900})) == Numbers{1200, 500, 900});
  CHECK(balances(money, earnings({1500, 200, 900})) == Numbers{300, 0, 0});
  // Units short of the target are added to the next year: the NHS tolerance zone.
  auto units = contract_of({measured("dental", "earnings", SingleRate{10.0}, Span::quarter)});
  adjust(units, "short", Carry{amount("min(0, earnings - 100)"), std::string("dental"), std::nullopt},
         Span::quarter);
  CHECK(paid(units, earnings({30, 30, 36, 50, 50, 0})) == Numbers{300, 300, 360, 460, 500, 0});
}

TEST_CASE("deductions, uplifts and shares apply before or after, as written", "[pay_adjustments]") {
  auto c = paid_out();
  adjust(c, "fees", AddMoney{-100.0});
  adjust(c, "share", Multiply{0.4});
  CHECK(paid(c, earnings({1000})) == Numbers{360});
  std::swap(c.adjust[0], c.adjust[1]);
  CHECK(paid(c, earnings({1000})) == Numbers{300});
  // Minimum commitment net of what was already paid, as a guarantee over the year.
  auto commitment = contract_of({measured("work", "earnings", SingleRate{1.0})});
  adjust(commitment, "minimum", Guarantee{1200.0}, Span::year);
  Numbers months(12, 50.0);
  Numbers expected(12, 50.0);
  expected[11] = 650;
  CHECK(paid(commitment, earnings(months)) == expected);
}

TEST_CASE("rounded subtotals: before the first adjustment, after each, and the payment",
          "[pay_adjustments]") {
  auto c = paid_out();
  c.round.unit_usd = 1.0;
  c.round.at = Rounding::At::subtotal;
  CHECK(paid(c, earnings({6.66})) == Numbers{7});
  // 6.66 is 7; a third of 7 is 2.33 and so 2.
  adjust(c, "share", Multiply{amount("1/3")}, Span::month);
  CHECK(paid(c, earnings({6.66})) == Numbers{2});
  // 6.50 is 7; half of it is 3.50 and so 4, not 7 less 4.
  c.adjust[0].does = Multiply{0.5};
  CHECK(paid(c, earnings({6.5})) == Numbers{4});
  // Cut off: 6.66 is 6; half of it is 3, a third of 5.99 (5) is 1.
  c.round.how = Rounding::How::truncate;
  CHECK(paid(c, earnings({6.66})) == Numbers{3});
  c.adjust[0].does = Multiply{amount("1/3")};
  CHECK(paid(c, earnings({5.99})) == Numbers{1});
  // The running total is rounded, so that nothing drifts: 6, 13, 19 are seen, 6 + 7 + 6.
  c.round.how = Rounding::How::half_up;
  CHECK(paid(c, earnings({6.4, 6.4, 6.4})) == Numbers{2, 2, 2});
  c.adjust[0].does = Multiply{0.5};
  CHECK(paid(c, earnings({6.4, 6.4, 6.4})) == Numbers{3, 4, 3});
  // Half of the quarter so far: 3, 6.5 and 9.5 of 6, 13 and 19.
  c.adjust[0].per = Span::quarter;
  CHECK(paid(c, earnings({6.4, 6.4, 6.4})) == Numbers{3, 4, 3});
  // A draw sees the rounded total too.
  c.adjust.clear();
  adjust(c, "draw", draw_of(10));
  CHECK(balances(c, earnings({6.4})) == Numbers{4});
}

TEST_CASE("a rounded adjustment that starts late begins at zero in every block of paths",
          "[pay_adjustments]") {
  auto c = paid_out();
  adjust(c, "share", Multiply{0.5}, Span::month);
  c.adjust[0].months = MonthRange{2, 3};
  c.adjust[0].round = Rounding{};
  const auto ledger = earnings({1, 1.01, 1.01});
  const PayPlan plan(c, ledger.layout(), ledger.grid);
  Settlement pay;
  for (int block = 0; block < 3; ++block) {
    plan.settle(ledger.block(), pay);
    CHECK(pay.adjusted(0, 1)[0] == -0.51);
    CHECK(pay.adjusted(0, 2)[0] == Approx(-0.50));
  }
}

TEST_CASE("schedules of the published insurance and incentive cases", "[pay_adjustments]") {
  const auto one = [](Contract c, double x) { return paid(c, earnings({x}))[0]; };
  // d08: a franchise pays from the first unit once it is passed, here strictly above.
  const auto franchise = contract_of(
      {measured("loss", "min(earnings, 900000)", tiers(TierMode::retroactive, {above(50'000, 1)}))});
  CHECK(one(franchise, 100'000) == 100'000);
  CHECK(one(franchise, 40'000) == 0);
  CHECK(one(franchise, 50'000) == 0);
  // d14: a deductible between a minimum and a maximum.
  const auto clamp = contract_of(
      {measured("loss", "max(0, earnings - max(100000, min(150000, 0.15 * earnings)))", SingleRate{1.0})});
  CHECK(one(clamp, 585'000) == 485'000);
  CHECK(one(clamp, 819'000) == 696'150);
  CHECK(one(clamp, 1'170'000) == 1'020'000);
  // b54: attainment tiers on a target; a01: the greater of base and production; b15: rates and lumps mixed.
  const auto attainment = contract_of(
      {measured("variable", "earnings / 500000",
                tiers(TierMode::marginal, {above(0, 100'000), above(1, 150'000), above(1.3, 200'000)}))});
  CHECK(one(attainment, 650'000) == 145'000);
  auto greater = contract_of(
      {fixed("base", 80'000.0), measured("bonus", "max(0, 27 * earnings - earned.base)", SingleRate{1.0})});
  CHECK(one(greater, 3000) == 81'000);
  CHECK(one(greater, 4500) == 121'500);
  const auto mixed = contract_of({measured(
      "fee", "earnings",
      tiers(TierMode::retroactive, {at_least(0, 0, 100), above(5, 0, 150), above(10, 10), above(15, 5)}))});
  for (const auto& [q, due] : {std::pair{0.0, 100.0},
                               {3.0, 100.0},
                               {5.0, 100.0},
                               {14.0, 140.0},
                               {15.0, 150.0},
                               {16.0, 80.0},
                               {100.0, 500.0}}) {
    CHECK(one(mixed, q) == due);
  }
}

TEST_CASE("known failures of other engines", "[pay_adjustments]") {
  const auto one = [](const TierLadder& ladder, double x) {
    return paid(contract_of({measured("fee", "earnings", ladder)}), earnings({x}))[0];
  };
  // A table 0-10, 10-20, 21+ billed 25 units as 26. A tier has one bound, so units cannot be counted twice.
  const auto unit_rate = tiers(TierMode::marginal, {above(0, 1), above(10, 1), above(20, 1)});
  CHECK(one(unit_rate, 25) == 25);
  // The last tier's threshold must not swallow the units up to it, nor those above.
  const auto last = tiers(TierMode::marginal, {above(0, 1), above(100, 2)});
  CHECK(one(last, 100) == 100);
  CHECK(one(last, 101) == 102);
  CHECK(one(last, 1'000'000) == 100 + 2 * 999'900.0);
  // A fee of the first tier at zero usage is what the contract says.
  CHECK(one(tiers(TierMode::marginal, {at_least(0, 1, 10)}), 0) == 10);
  CHECK(one(tiers(TierMode::marginal, {above(0, 1, 10)}), 0) == 0);
  // A quantity in the gap of a printed table (100.5 between "to 100" and "from 101") belongs to a tier.
  const auto lago = tiers(TierMode::retroactive, {at_least(0, 2, 10), above(100, 1), above(200, 0.5, 50)});
  CHECK(one(lago, 100) == 210);
  CHECK(one(lago, 100.5) == 100.5);
  CHECK(one(lago, 101) == 101);
  CHECK(one(lago, 300) == 200);
  // Bounds of sums of decimals: 0.1 + 0.2 is stored above 0.3 and is not above it.
  TypedLedger sum(1);
  sum.add("a", {0.1}, ColumnUnit::ratio, 0.0).add("b", {0.2}, ColumnUnit::ratio, 0.0);
  CHECK(paid(contract_of({measured("fee", "a + b", tiers(TierMode::lump_sum, {above(0.3, 9)}))}), sum) ==
        Numbers{0});
  CHECK(paid(contract_of({measured("fee", "a + b", tiers(TierMode::lump_sum, {at_least(0.3, 9)}))}), sum) ==
        Numbers{9});
}

TEST_CASE("marginal pay is continuous at every bound", "[pay_adjustments]") {
  const auto ladder =
      tiers(TierMode::marginal, {above(0, 3), above(121, 20.25), above(160.5, 7), above(1000, 0)});
  const auto one = [&](double x) {
    TypedLedger ledger(1);
    ledger.add("q", {x}, ColumnUnit::points, 0.0);
    auto c = contract_of({measured("fee", "q", ladder)});
    c.round.unit_usd.reset();
    return paid(c, ledger)[0];
  };
  for (const double bound : {121.0, 160.5, 1000.0}) {
    CHECK(one(bound + 1e-7) - one(bound) <= 20.25 * 1e-7 * 1.001);
    CHECK(one(bound) - one(bound - 1e-7) <= 20.25 * 1e-7 * 1.001);
  }
}

TEST_CASE("each = code applies the schedule to every code by itself", "[pay_adjustments]") {
  TypedLedger ledger(1);
  ledger.add("visits.A", {12}).add("visits.B", {30}).add("visits.C", {0});
  auto c =
      contract_of({measured("bonus", "visits", tiers(TierMode::retroactive, {above(10, 2), above(20, 3)}))});
  pay_of(c.pay[0]).each_code = true;
  CHECK(paid(c, ledger) == Numbers{12 * 2 + 30 * 3});
  const PayPlan plan(c, ledger.layout(), ledger.grid);
  REQUIRE(plan.tiered().size() == 3);
  CHECK(plan.tiered()[1].name == "bonus.B");
  // A10: dollars by code.
  const auto table =
      contract_of({measured("visits", "0", CodeTable{{{"A", 15.0}, {"B", 23.5}, {"X", 1.0}}})});
  CHECK(paid(table, ledger) == Numbers{12 * 15 + 30 * 23.5});
}

TEST_CASE("an opening brings quantities of the running year, never its pay", "[pay_adjustments]") {
  TypedLedger july(6, 7);
  july.add("units", {100, 100, 100, 100, 100, 100});
  auto c = contract_of({measured("work", "units", SingleRate{1.0}, Span::year),
                        measured("monthly", "units", tiers(TierMode::marginal, {at_least(0, 0, 5)}))});
  c.year = YearKind::calendar;
  c.opening.to_date = {{"units", 600.0}};
  CHECK(paid(c, july) == Numbers(6, 105.0));  // the flat of the first month is due like any other
  // A yearly guarantee sees six months of pay: without `partial` its share would be a guess.
  adjust(c, "floor", Guarantee{2000.0}, Span::year);
  const auto flaws = find_flaws(c, july.layout(), july.grid);
  REQUIRE(flaws.size() == 1);
  CHECK(flaws[0].why == "adjust.floor runs over a year of which only 6 of 12 months fall in the contract");
  c.partial = Partial::prorate;
  CHECK(paid_in_all(c, july) == 1000);
}

TEST_CASE("pay periods shorter than a month", "[pay_adjustments]") {
  auto c = contract_of(
      {fixed("base", 3000.0), measured("bonus", "earnings", tiers(TierMode::marginal, {above(100, 1)}))});
  adjust(c, "floor", Guarantee{3150.0});
  CHECK(paid(c, earnings({80, 80, 10, 20}, 2)) == Numbers{1500, 1560 + 90, 1500, 1650});
}

}  // namespace
}  // namespace paystress::pay_adjustments_test
