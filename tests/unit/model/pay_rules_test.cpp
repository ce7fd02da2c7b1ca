// The sixteen rules that two readers of a contract would otherwise implement differently, one test each.
#include <catch2/catch.hpp>
#include <cmath>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_rules_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using Numbers = std::vector<double>;

Contract per_unit(double usd = 10.0) { return contract_of({measured("work", "units", SingleRate{usd})}); }
TypedLedger units(std::vector<double> numbers) {
  TypedLedger ledger(static_cast<int>(numbers.size()));
  ledger.add("units", std::move(numbers), ColumnUnit::points, 100.0);
  return ledger;
}

TEST_CASE("rule 1: an adjustment sees its components and earlier adjustments within them", "[pay_rules]") {
  TypedLedger ledger(1);
  ledger.add("a", {100}).add("b", {50});
  auto c = contract_of({measured("first", "a", SingleRate{1.0}), measured("second", "b", SingleRate{1.0})});
  adjust(c, "floor_a", Guarantee{120.0}, Span::month, {"first"});  // +20, on first alone
  adjust(c, "half_b", Multiply{0.5}, Span::month, {"second"});     // sees 50, not the floor: -25
  adjust(c, "double_a", Multiply{2.0}, Span::month, {"first"});    // sees 100 + 20: +120
  adjust(c, "tenth", Multiply{1.1}, Span::month, {});              // sees all: 240 + 25 = 265, +26.5
  CHECK(paid(c, ledger) == Numbers{291.5});
  // earned.first is before adjustments.
  c.pay.push_back(measured("echo", "earned.first", SingleRate{1.0}));
  c.pay.back().counts = false;
  const PayPlan plan(c, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  CHECK(pay.earned(2, 0)[0] == 100);
  CHECK(pay.adjusted(3, 0)[0] == Approx(26.5).epsilon(1e-14));
  CHECK(pay.paid(0)[0] == 291.5);
}

TEST_CASE("rule 2: a guarantee tests money paid in its own period, a cap binds the running total",
          "[pay_rules]") {
  // A bonus of the quarter, paid at its end, counts for the guarantee of the month in which it is paid.
  auto c = contract_of({measured("bonus", "units", SingleRate{10.0}, Span::quarter)});
  pay_of(c.pay[0]).paid = PaidWhen::period_end;
  adjust(c, "floor", Guarantee{500.0});
  CHECK(paid(c, units({100, 100, 100})) == Numbers{500, 500, 3000});
  // Over the quarter the guarantee sees all of it; it is settled at the quarter's end.
  c.adjust[0].per = Span::quarter;
  c.adjust[0].does = Guarantee{3200.0};
  CHECK(paid(c, units({100, 100, 100})) == Numbers{0, 0, 3200});

  auto capped = per_unit();
  adjust(capped, "top", Cap{2500.0}, Span::quarter, {"work"});
  CHECK(paid(capped, units({100, 100, 100, 100})) == Numbers{1000, 1000, 500, 1000});
  // A running guarantee is due by months gone by, and is taken back out of later excess.
  auto running = per_unit();
  adjust(running, "floor", Guarantee{3000.0}, Span::quarter).paid = PaidWhen::running;
  CHECK(paid(running, units({0, 50, 300})) == Numbers{1000, 1000, 1500});
  running.adjust[0].paid = PaidWhen::interim;  // each month by itself, made good at the end
  CHECK(paid(running, units({0, 120, 300})) == Numbers{1000, 1200, 2000});
}

TEST_CASE("rule 3: a draw is repaid only from the excess over it", "[pay_rules]") {
  Draw draw;
  draw.usd = 2000.0;
  auto c = per_unit(1.0);
  adjust(c, "draw", draw);
  const auto siebel = units({2750, 3000, 1500, 2375, 3000, 2750});
  CHECK(paid(c, siebel) == Numbers{2750, 3000, 2000, 2000, 2875, 2750});
  CHECK(balances(c, siebel) == Numbers{0, 0, 500, 125, 0, 0});
  // A later cap takes the repaid month's pay but never reopens the balance.
  auto capped = c;
  adjust(capped, "top", Cap{2500.0}, Span::month, {"work"});
  CHECK(paid(capped, siebel) == Numbers{2500, 2500, 2000, 2000, 2500, 2500});
  CHECK(balances(capped, siebel) == balances(c, siebel));
  // At the horizon the balance is reported, not deducted, unless the contract ends inside.
  auto ending = c;
  const auto poor = units({1500, 2000, 5000});
  CHECK(paid(c, units({1500, 2000})) == Numbers{2000, 2000});
  ending.ends = 2;
  CHECK(paid(ending, poor) == Numbers{2000, 1500, 0});
  std::get<Draw>(ending.adjust[0].does).at_end = Draw::AtEnd::forgiven;
  CHECK(paid(ending, poor) == Numbers{2000, 2000, 0});
  CHECK(balances(ending, poor) == Numbers{500, 0, 0});
}

TEST_CASE("rule 4: proration scales bounds, flats, lumps, guarantees and caps by months, never rates",
          "[pay_rules]") {
  // A calendar year entered in July: six of twelve months.
  TypedLedger ledger(6, 7);
  ledger.add("units", {100, 100, 100, 100, 100, 200});
  auto c = contract_of({measured(
      "bonus", "units", tiers(TierMode::marginal, {above(0, 1, 120), above(600, 3, 60)}), Span::year)});
  c.year = YearKind::calendar;
  c.partial = Partial::prorate;  // bound 300, flats 60 and 30
  CHECK(paid_in_all(c, ledger) == 300 * 1 + 400 * 3 + 60 + 30);
  c.partial = Partial::full;
  CHECK(paid_in_all(c, ledger) == 600 * 1 + 100 * 3 + 120 + 60);
  c.partial = Partial::none;
  CHECK(paid_in_all(c, ledger) == 0);
  auto lump = contract_of(
      {measured("bonus", "units", tiers(TierMode::lump_sum, {at_least(1400, 1000)}), Span::year)});
  lump.year = YearKind::calendar;
  lump.partial = Partial::prorate;
  CHECK(paid_in_all(lump, ledger) == 500);  // 700 of 700
  auto floor = contract_of({measured("work", "units", SingleRate{1.0})});
  floor.year = YearKind::calendar;
  floor.partial = Partial::prorate;
  adjust(floor, "floor", Guarantee{2400.0}, Span::year);
  CHECK(paid_in_all(floor, ledger) == 1200);
  adjust(floor, "top", Cap{2500.0}, Span::year, {"work"});
  CHECK(paid_in_all(floor, ledger) == 1200);
  floor.adjust.erase(floor.adjust.begin());
  floor.adjust[0].does = Cap{1000.0};
  CHECK(paid_in_all(floor, ledger) == 500);
  // A ratio has no length: its bounds stay.
  TypedLedger ratio(6, 7);
  ratio.add("points", {4, 4, 4, 4, 4, 4}).add("hours", {1, 1, 1, 1, 1, 1});
  auto by_ratio = contract_of(
      {measured("bonus", "points / hours", tiers(TierMode::retroactive, {at_least(4, 10)}), Span::year)});
  pay_of(by_ratio.pay[0]).pay_per = amount("points");
  by_ratio.year = YearKind::calendar;
  by_ratio.partial = Partial::prorate;
  CHECK(paid_in_all(by_ratio, ratio) == 240);
}

TEST_CASE("rule 5: retroactive pay on the running total lets negative differences stand", "[pay_rules]") {
  const auto c = contract_of({measured(
      "bonus", "units", tiers(TierMode::retroactive, {above(0, 10), above(150, 4)}), Span::quarter)});
  CHECK(paid(c, units({100, 100, 50, 100})) == Numbers{1000, -200, 200, 1000});
}

TEST_CASE("rule 6: year-to-date tiers paid over the month re-rate that month only", "[pay_rules]") {
  auto c = contract_of({measured(
      "bonus", "units", tiers(TierMode::retroactive, {above(0, 10, 5), above(150, 20, 7)}), Span::year)});
  pay_of(c.pay[0]).pay_over = Span::month;
  // Flats are per reset period: 5 on entering, 2 more when the second tier replaces the first.
  CHECK(paid(c, units({100, 100, 100})) == Numbers{1005, 2002, 2000});
  pay_of(c.pay[0]).pay_over.reset();
  CHECK(paid(c, units({100, 100, 100})) == Numbers{1005, 3002, 2000});
}

TEST_CASE("rule 7: a later code change is booked when found, in the month worked, or as net units",
          "[pay_rules]") {
  // 100 visits a month; in month 3 review takes 20 visits off month 1 (two months later).
  TypedLedger ledger(4);
  ledger.lag_months = 2;
  ledger.add("visits.99214", {100, 100, 100, 100}).add("code_change.99214", {0, 0, -20, 0});
  auto c = contract_of(
      {measured("bonus", "visits.99214", tiers(TierMode::retroactive, {above(0, 10), above(90, 20)}))});
  auto& restate = pay_of(c.pay[0]).restate;
  restate = Restate::when_found;  // month 1 falls from 100 x 20 to 80 x 10, booked in month 3
  CHECK(paid(c, ledger) == Numbers{2000, 2000, 2000 - 1200, 2000});
  restate = Restate::worked_month;
  CHECK(paid(c, ledger) == Numbers{800, 2000, 2000, 2000});
  restate = Restate::net_units;
  CHECK(paid(c, ledger) == Numbers{2000, 2000, 800, 2000});
  // Within one reset period the found change re-rates the running total.
  pay_of(c.pay[0]).reset = Span::quarter;
  pay_of(c.pay[0]).schedule = tiers(TierMode::retroactive, {above(0, 10), above(190, 20)});
  restate = Restate::when_found;
  CHECK(paid(c, ledger) == Numbers{1000, 3000, 1600, 1000});
  // Credited wRVU carry the correction found in the month.
  TypedLedger wrvu(3);
  wrvu.lag_months = 1;
  wrvu.add("generated_wrvu", {10, 10, 10}, ColumnUnit::points, 100.0);
  wrvu.add("credited_wrvu", {10, 7, 10}, ColumnUnit::points, 100.0);
  auto w = contract_of(
      {measured("bonus", "credited_wrvu", tiers(TierMode::retroactive, {above(0, 1), at_least(10, 2)}))});
  pay_of(w.pay[0]).restate = Restate::when_found;
  CHECK(paid(w, wrvu) == Numbers{20, 20 - 13, 20});
  pay_of(w.pay[0]).restate = Restate::worked_month;
  CHECK(paid(w, wrvu) == Numbers{7, 20, 20});
  pay_of(w.pay[0]).restate = Restate::net_units;
  CHECK(paid(w, wrvu) == Numbers{20, 7, 20});
}

TEST_CASE("rule 7: outside a tolerance the amount counts from the target, or from the edge", "[pay_rules]") {
  const auto owed = [](double delivered, bool from_edge) {
    auto c = contract_of({fixed("contract", 600'000.0), measured("clawback", "units", SingleRate{20.0})});
    pay_of(c.pay[1]).corridor = Corridor{30'000.0, Amount{28'800.0}, std::nullopt, from_edge};
    TypedLedger ledger(1);
    ledger.add("units", {delivered});
    return paid(c, ledger)[0] - 600'000.0;
  };
  CHECK(owed(20'000, false) == -200'000);  // the published NHS dental case
  CHECK(owed(20'000, true) == -176'000);
  CHECK(owed(28'800, false) == 0);
  CHECK(owed(28'799, false) == -24'020);
  CHECK(owed(28'799, true) == -20);
  CHECK(owed(31'000, false) == 0);
}

TEST_CASE("rule 8: a ratio is the ratio of period sums, undefined at a zero denominator", "[pay_rules]") {
  TypedLedger ledger(3);
  ledger.add("points", {10, 50, 0}).add("hours", {10, 10, 0});
  auto c = contract_of(
      {measured("bonus", "points / hours", tiers(TierMode::retroactive, {at_least(3, 1)}), Span::quarter)});
  pay_of(c.pay[0]).pay_per = amount("points");
  CHECK(paid(c, ledger) == Numbers{0, 60, 0});  // 60 / 20 = 3, not the mean of 1 and 5
  pay_of(c.pay[0]).reset = Span::month;
  CHECK(paid(c, ledger) == Numbers{0, 50, 0});  // 0 / 0 reaches nothing
  // Gates fail when undefined, whichever way they are written.
  for (const char* open : {"points / hours >= 0", "points / hours < 100", "not (points / hours > 100)"}) {
    auto gated = contract_of({fixed("base", 100.0)});
    adjust(gated, "gate", Gate{condition(open)});
    CHECK(paid(gated, ledger) == Numbers{100, 100, 0});
  }
  // Marginal tiers on a ratio scale their bounds by the denominator: 3 per hour x 10 hours = 30 points.
  auto marginal = contract_of(
      {measured("bonus", "points / hours", tiers(TierMode::marginal, {above(0, 2), above(3, 5)}))});
  CHECK(paid(marginal, ledger) == Numbers{20, 30 * 2 + 20 * 5, 0});
}

TEST_CASE("a mean over months does not depend on the pay periods within one", "[pay_rules]") {
  // 0.6, 1, 1 by the month: 0.867. January by the week counts once.
  const auto pays = [](int rows_a_month, std::vector<double> scores) {
    TypedLedger ledger(3, 1, rows_a_month);
    ledger.add("score", std::move(scores), ColumnUnit::ratio, 100.0, ColumnJoin::mean);
    auto line = fixed("bonus", 3000, Span::quarter);
    std::get<FixedPay>(line.pays).paid = PaidWhen::period_end;
    line.when = condition("score >= 0.8 and score < 0.9");
    return paid_in_all(contract_of({line}), ledger);
  };
  CHECK(pays(1, {0.6, 1, 1}) == 3000);
  CHECK(pays(2, {0.6, 0.6, 1, 1, 1, 1}) == 3000);
  TypedLedger uneven(3);  // January by the week, the others whole
  uneven.add("score", {0.6, 0.6, 0.6, 0.6, 1, 1}, ColumnUnit::ratio, 100.0, ColumnJoin::mean);
  const auto january = uneven.grid.front();
  for (int k = 0; k < 3; ++k) uneven.grid.insert(uneven.grid.begin(), january);
  for (std::size_t k = 0; k < 3; ++k) uneven.grid[k].ends_month = false;
  auto line = fixed("bonus", 3000, Span::quarter);
  std::get<FixedPay>(line.pays).paid = PaidWhen::period_end;
  line.when = condition("score >= 0.8");
  CHECK(paid_in_all(contract_of({line}), uneven) == 3000);
  // And the running mean within a month is of the rows so far, of which half the month has accrued.
  TypedLedger month(1, 1, 2);
  month.add("score", {0.5, 1}, ColumnUnit::ratio, 100.0, ColumnJoin::mean);
  const auto slices = paid(contract_of({measured("x", "score", SingleRate{100.0})}), month);
  CHECK(slices[0] == 25);
  CHECK(slices[1] == 50);
}

TEST_CASE("rule 9: the running total is rounded and the difference paid, so cents never drift",
          "[pay_rules]") {
  // A third of a cent a month: 0.00333.. x 300 units = 1.005 -> half up is 1.01, though 1.005 is stored
  // below.
  CHECK(paid(per_unit(0.00335), units({300})) == Numbers{1.01});
  CHECK(paid(per_unit(-0.00335), units({300})) == Numbers{-1.01});
  // A half cent a month: 0.005, 0.010, 0.015, ... paid 0.01, 0.00, 0.01, 0.00.
  CHECK(paid(per_unit(0.005), units({1, 1, 1, 1})) == Numbers{0.01, 0, 0.01, 0});
  auto even = per_unit(0.005);
  even.round.how = Rounding::How::half_even;
  CHECK(paid(even, units({1, 1, 1, 1})) == Numbers{0, 0.01, 0.01, 0});
  even.round.how = Rounding::How::truncate;
  CHECK(paid(even, units({1, 1, 1, 1})) == Numbers{0, 0.01, 0, 0.01});
  auto dollars = per_unit(0.4);
  dollars.round.unit_usd = 1.0;
  CHECK(paid(dollars, units({1, 1, 1, 1, 1})) == Numbers{0, 1, 0, 1, 0});
  auto rate = per_unit(0.126);
  rate.round.at = Rounding::At::rate;
  CHECK(paid(rate, units({100})) == Numbers{13});
  auto component = per_unit(0.006);
  component.pay.push_back(measured("more", "units", SingleRate{0.006}));
  CHECK(paid(component, units({1})) == Numbers{0.01});
  component.round.at = Rounding::At::component;
  CHECK(paid(component, units({1})) == Numbers{0.02});
}

TEST_CASE("rule 10: bounds are points; above and at_least differ only at equality", "[pay_rules]") {
  const auto pay = [](TierMode mode, Tier tier, double quantity, double scale) {
    TypedLedger ledger(1);
    ledger.add("q", {quantity}, scale == 1.0 ? ColumnUnit::count : ColumnUnit::points, scale);
    return paid(contract_of({measured("bonus", "q", tiers(mode, {std::move(tier)}))}), ledger)[0];
  };
  for (const double q : {119.0, 120.0, 121.0}) {
    // Marginal: only the flat at equality.
    CHECK(pay(TierMode::marginal, above(120, 2), q, 100) ==
          pay(TierMode::marginal, at_least(120, 2), q, 100));
  }
  CHECK(pay(TierMode::marginal, above(120, 2, 7), 120, 100) == 0);
  CHECK(pay(TierMode::marginal, at_least(120, 2, 7), 120, 100) == 7);
  CHECK(pay(TierMode::retroactive, above(120, 2), 120, 100) == 0);
  CHECK(pay(TierMode::retroactive, at_least(120, 2), 120, 100) == 240);
  CHECK(pay(TierMode::lump_sum, above(120, 2), 120, 100) == 0);
  CHECK(pay(TierMode::lump_sum, at_least(120, 2), 120, 100) == 2);
  // The 121st visit and on: above 120, or at_least 121 of a count, also where the bound is an amount.
  {
    auto c = contract_of({measured("bonus", "units", tiers(TierMode::marginal, {at_least(121, 2, 7)}))});
    auto& from = std::get<TierLadder>(pay_of(c.pay[0]).schedule).tiers[0].from;
    from.at = amount("goal");
    c.terms.emplace_back("goal", Amount{121.0});
    const auto paid_at = [&](double q) { return paid(c, TypedLedger(1).add("units", {q}))[0]; };
    CHECK(paid_at(120) == 0);
    CHECK(paid_at(121) == 9);
    from.at = amount("120 + month");
    CHECK(paid_at(120) == 0);
    CHECK(paid_at(121) == 9);
    from.at = amount("month - 1");  // zero usage reaches at_least 0
    CHECK(paid_at(0) == 7);
  }
  CHECK(pay(TierMode::marginal, above(120, 2), 121, 1) == 2);
  CHECK(pay(TierMode::marginal, at_least(121, 2), 121, 1) == 2);
  CHECK(pay(TierMode::marginal, at_least(121, 2), 120, 1) == 0);
  // Not of a quantity with decimals: there 121 is a point like any other.
  CHECK(pay(TierMode::marginal, at_least(121, 2), 121, 100) == 0);
}

TEST_CASE("rule 11: zero usage reaches at_least 0, minimum blocks are due, an empty month is a month",
          "[pay_rules]") {
  const auto none = units({0});
  const auto first = [](Tier tier) {
    return contract_of({measured("fee", "units", tiers(TierMode::retroactive, {std::move(tier)}))});
  };
  CHECK(paid(first(at_least(0, 2, 10)), none) == Numbers{10});
  CHECK(paid(first(above(0, 2, 10)), none) == Numbers{0});
  auto blocks = per_unit(5.0);
  pay_of(blocks.pay[0]).blocks = Blocks{100.0, 100.0, 3.0};
  CHECK(paid(blocks, none) == Numbers{15});
  auto floor = per_unit();
  adjust(floor, "floor", Guarantee{100.0});
  CHECK(paid(floor, units({0, 50, 0})) == Numbers{100, 500, 100});
}

TEST_CASE("rule 12: marginal adds one flat per tier entered, retroactive pays the reached one's",
          "[pay_rules]") {
  const auto pay = [](TierMode mode, double q) {
    return paid(contract_of({measured("fee", "units", tiers(mode, {at_least(0, 10, 2), above(10, 5, 3)}))}),
                units({q}))[0];
  };
  // Lago, graduated: the published case b12.
  CHECK(pay(TierMode::marginal, 0) == 2);
  CHECK(pay(TierMode::marginal, 1) == 12);
  CHECK(pay(TierMode::marginal, 10) == 102);
  CHECK(pay(TierMode::marginal, 11) == 110);
  CHECK(pay(TierMode::retroactive, 10) == 102);
  CHECK(pay(TierMode::retroactive, 11) == 58);
  // Blocks: free units first, round up, bounds count blocks.
  auto blocks = per_unit(5.0);
  pay_of(blocks.pay[0]).blocks = Blocks{100.0, 100.0, 0.0};
  for (const auto& [q, due] :
       {std::pair{100.0, 0.0}, {101.0, 5.0}, {200.0, 5.0}, {201.0, 10.0}, {200.01, 10.0}}) {
    CHECK(paid(blocks, units({q})) == Numbers{due});
  }
  auto inside = contract_of(
      {measured("minutes", "units", tiers(TierMode::retroactive, {above(0, 1), above(100, 0.5)}))});
  pay_of(inside.pay[0]).blocks = Blocks{0.0, 10.0, 0.0};
  CHECK(paid(inside, units({1500})) == Numbers{75});  // Kill Bill, top tier: 150 blocks at 0.50
  CHECK(paid(inside, units({1000})) == Numbers{100});
}

TEST_CASE("rule 13: marginal with a paid quantity pays the blended rate; a cliff holds from its point on",
          "[pay_rules]") {
  TypedLedger ledger(1);
  ledger.add("score", {8}).add("visits_done", {300});
  auto c = contract_of({measured("bonus", "score", tiers(TierMode::marginal, {above(0, 1), above(6, 3)}))});
  pay_of(c.pay[0]).pay_per = amount("visits_done");
  CHECK(paid(c, ledger) == Numbers{300 * (6 * 1 + 2 * 3) / 8.0});
  const auto on_curve = [](double x) {
    const Curve curve{
        {{80, 0}, {80, 40}, {100, 50}, {120, 80}}};  // CEO of the published case a41, cliff at 80
    return paid(contract_of({measured("bonus", "units", curve)}), units({x}))[0];
  };
  CHECK(on_curve(79.99) == 0);
  CHECK(on_curve(80) == 40);
  CHECK(on_curve(90) == 45);
  CHECK(on_curve(100) == 50);
  CHECK(on_curve(110) == 65);
  CHECK(on_curve(120) == 80);
  CHECK(on_curve(500) == 80);
}

TEST_CASE("rule 14: later adjustments count withheld money as earned, its release bypasses them",
          "[pay_rules]") {
  TypedLedger ledger(3);
  ledger.add("units", {100, 100, 100})
      .add("quality", {0.9, 0.9, 0.9}, ColumnUnit::ratio, 0.0, ColumnJoin::mean);
  auto c = contract_of({measured("work", "units", SingleRate{10.0})});
  adjust(c, "holdback", Withhold{0.1, condition("quality >= 0.8"), Span::quarter, Amount{1.0}});
  adjust(c, "floor", Guarantee{950.0});
  adjust(c, "top", Cap{1000.0}, Span::month, {"work"});
  CHECK(paid(c, ledger) == Numbers{900, 900, 1200});  // the guarantee sees 1000, the cap does not see 1300
  CHECK(balances(c, ledger) == Numbers{100, 200, 0});
  std::get<Withhold>(c.adjust[0].does).release = condition("quality >= 0.95");
  CHECK(paid(c, ledger) == Numbers{900, 900, 900});
  auto& part = std::get<Withhold>(c.adjust[0].does);
  part.release = {};
  part.released = amount("quality");
  CHECK(paid(c, ledger) == Numbers{900, 900, 900 + 270});
}

TEST_CASE("rule 15: annualised is to date x 12 / months elapsed in the current year", "[pay_rules]") {
  auto c =
      contract_of({measured("bonus", "annualised(units)", tiers(TierMode::lump_sum, {at_least(1200, 1)}))});
  CHECK(paid(c, units({100, 90, 111, 99, 100})) == Numbers{1, 0, 1, 1, 1});
  // A calendar year entered in July needs `partial` or an opening.
  TypedLedger july(2, 7);
  july.add("units", {100, 100});
  c.year = YearKind::calendar;
  pay_of(c.pay[0]).reset = Span::year;
  pay_of(c.pay[0]).measure = amount("units");
  const auto flaws = find_flaws(c, july.layout(), july.grid);
  REQUIRE(flaws.size() == 1);
  CHECK(flaws[0].key == "partial");
  CHECK(flaws[0].why == "pay.bonus runs over a year of which only 6 of 12 months fall in the contract");
  // With an opening the year to date goes on: 600 before the start, 700 and 800 after.
  c.opening.to_date = {{"units", 600.0}};
  CHECK(find_flaws(c, july.layout(), july.grid).empty());
  pay_of(c.pay[0]).measure = amount("annualised(units)");
  CHECK(paid(c, july) == Numbers{0, 0});  // at least 1200: true before the start already, paid then
  pay_of(c.pay[0]).schedule = tiers(TierMode::marginal, {above(650, 1)});
  pay_of(c.pay[0]).measure = amount("units");
  CHECK(paid(c, july) == Numbers{50, 100});
}

TEST_CASE("rule 16: a negative quantity earns negative money at a plain rate and nothing on a ladder",
          "[pay_rules]") {
  CHECK(paid(per_unit(), units({-3})) == Numbers{-30});
  for (const auto mode : {TierMode::marginal, TierMode::retroactive, TierMode::lump_sum}) {
    CHECK(paid(contract_of({measured("bonus", "units", tiers(mode, {above(0, 10)}))}), units({-3})) ==
          Numbers{0});
  }
  // A bound that is an amount uses money earned to date.
  TypedLedger ledger(3);
  ledger.add("units", {100, 100, 100});
  auto c =
      contract_of({fixed("base", 500.0), measured("excess", "10 * units",
                                                  tiers(TierMode::marginal, {above(0, 1)}), Span::quarter)});
  std::get<TierLadder>(pay_of(c.pay[1]).schedule).tiers[0].from.at = amount("earned.base");
  CHECK(paid(c, ledger) == Numbers{1000, 1000, 1000});
}

TEST_CASE("a month without units adds exactly nothing on a ladder that changes", "[pay_rules]") {
  auto ladder = tiers(TierMode::marginal, {at_least(0, 56, 199.61), at_least(25.77, 39.23)});
  ladder.tiers[0].flat_usd = amount("199.61 + 0.9 * max(0, min(1, month - 7))");
  auto line = measured("work", "points", ladder, Span::horizon);
  const auto c = contract_of({line});
  TypedLedger ledger(4);
  ledger.add("points", {40.35, 51, 152.18, 0}, ColumnUnit::points, 100.0);
  Settlement pay;
  PayPlan(c, ledger.layout(), ledger.grid).settle(ledger.block(), pay);
  CHECK(pay.earned(0, 3)[0] == 0.0);  // not -4.5e-13, which a bound of earned.work would see
}

}  // namespace
}  // namespace paystress::pay_rules_test
