// Amounts over the last months and over the year before, interest on a draw, and curves that name terms.
#include <catch2/catch.hpp>
#include <vector>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_stretches_test {
namespace {

using testing::adjust;
using testing::amount;
using testing::balances;
using testing::condition;
using testing::contract_of;
using testing::fixed;
using testing::measured;
using testing::paid;
using testing::TypedLedger;
using Numbers = std::vector<double>;

// Flaws or warnings as "key: problem".
std::vector<std::string> told(const std::vector<ContractFlaw>& flaws) {
  std::vector<std::string> out;
  for (const auto& flaw : flaws) out.push_back(flaw.key + ": " + flaw.problem);
  return out;
}
std::vector<std::string> flaws(const Contract& c, const TypedLedger& ledger) {
  return told(find_flaws(c, ledger.layout(), ledger.grid));
}
std::vector<std::string> oddities(const Contract& c, const TypedLedger& ledger) {
  return told(find_oddities(c, ledger.layout(), ledger.grid));
}
std::string why_not(std::string_view text) {
  const auto read = parse_amount(text);
  const auto* fault = std::get_if<ExpressionFault>(&read);
  return fault != nullptr ? std::to_string(fault->offset) + ": " + fault->why : "";
}

TEST_CASE("trailing() sums the last months, and the first months have fewer", "[unit][pay_stretches]") {
  auto c = contract_of({measured("x", "trailing(points, 3)", SingleRate{1.0})});
  const auto ledger = TypedLedger(5).add("points", {100, 40, 60, 20, 10});
  CHECK(paid(c, ledger) == Numbers{100, 140, 200, 120, 90});
}

TEST_CASE("a bonus on the mean of the last months divides by the months seen", "[unit][pay_stretches]") {
  auto line = fixed("bonus", 500.0);
  line.when = condition("trailing(points, 3) / months_seen >= 50");
  // Means: 30, 50, 50, 60, 40.
  const auto ledger = TypedLedger(5).add("points", {30, 70, 50, 60, 10});
  CHECK(paid(contract_of({line}), ledger) == Numbers{0, 500, 500, 500, 0});
}

TEST_CASE("trailing() crosses years, phases and resets, and is a ratio of sums of a ratio",
          "[unit][pay_stretches]") {
  auto line = measured("x", "trailing(points / hours, 2)", SingleRate{1.0});
  line.months = MonthRange{2, 3};
  const auto ledger = TypedLedger(3, 11).add("points", {100, 50, 30}).add("hours", {10, 20, 0});
  CHECK(paid(contract_of({line}), ledger) == Numbers{0, 5, 4});
}

TEST_CASE("last_year() is the year before, and in the first year what the opening says",
          "[unit][pay_stretches]") {
  auto c = contract_of(
      {measured("growth", "max(0, to_date(points) - last_year(points))", SingleRate{1.0}, Span::year)});
  TypedLedger ledger(24);
  Numbers points(24, 10.0);
  points[23] = 100.0;
  ledger.add("points", points);
  c.opening.last_year = {{"points", 115.0}};
  auto pay = paid(c, ledger);
  CHECK(pay[10] == 0.0);
  CHECK(pay[11] == 5.0);   // 120 against 115
  CHECK(pay[22] == 0.0);   // 110 against 120
  CHECK(pay[23] == 90.0);  // 210 against 120
  CHECK(oddities(c, ledger).empty());
  c.opening.last_year.clear();
  pay = paid(c, ledger);
  CHECK(pay[0] == 10.0);
  CHECK(oddities(c, ledger) ==
        std::vector<std::string>{"opening.last_year.points: is not said, and is 0 in the first year"});
}

TEST_CASE("years of the calendar cut the first year, and the opening of it belongs to it",
          "[unit][pay_stretches]") {
  auto c = contract_of({measured("x", "last_year(points)", SingleRate{1.0})});
  c.year = YearKind::calendar;
  c.opening.to_date = {{"points", 1000.0}};
  c.opening.last_year = {{"points", 7.0}};
  const auto ledger = TypedLedger(3, 11).add("points", {1, 2, 50});
  CHECK(paid(c, ledger) == Numbers{7, 7, 1003});
}

TEST_CASE("amounts over other months say what is wrong with them", "[unit][pay_stretches]") {
  CHECK(why_not("trailing(points)") == "0: trailing() takes an amount and a number of months");
  CHECK(why_not("1 + trailing(points, 0)") == "4: trailing() counts whole months, 1 to 1200, not 0");
  CHECK(why_not("trailing(points, hours)") == "0: trailing() counts whole months, 1 to 1200, not hours");
  CHECK(why_not("points / months_seen") == "9: months_seen goes with a trailing() in the same text");
  CHECK(why_not("trailing(points, 3) / months_seen(2)") ==
        "22: months_seen(2) goes with a trailing(..., 2) in the same text");
  CHECK(why_not("trailing(points, 3) / trailing(hours, 2) * months_seen") ==
        "43: months_seen goes with trailing() of several lengths here: write months_seen(n)");
  CHECK(why_not("last_year(points, 2)") == "0: last_year() takes one amount");
  CHECK(amount("trailing(points, 3) / months_seen").text() == "trailing(points, 3) / months_seen(3)");
  const auto c = contract_of({measured("x", "points + trailing(5, 3)", SingleRate{1.0})});
  CHECK(flaws(c, TypedLedger(3).add("points", {1, 2, 3})) ==
        std::vector<std::string>{"pay.x.measure: trailing(5, 3) counts nothing"});
}

TEST_CASE("a draw bears interest on what a month finds owed", "[unit][pay_stretches]") {
  auto c = contract_of({measured("visits", "points", SingleRate{1.0})});
  Draw draw;
  draw.usd = 1'000.0;
  draw.interest_per_year = 0.12;
  adjust(c, "draw", draw);
  const auto ledger = TypedLedger(4).add("points", {0, 600, 1'200, 5'000});
  // 1,000 owed; 1,010 and 400 more; 1,424.10 less 200; 1,236.341 repaid of 4,000 beyond the draw.
  const auto owed = balances(c, ledger);
  CHECK(owed[0] == Approx(1'000.0));
  CHECK(owed[1] == Approx(1'410.0));
  CHECK(owed[2] == Approx(1'410.0 * 1.01 - 200.0));
  CHECK(owed[3] == Approx(0.0));
  CHECK(paid(c, ledger) == Numbers{1'000, 1'000, 1'000, 5'000 - 1'236.34});
}

TEST_CASE("interest of an opened balance is due with it where the contract ends", "[unit][pay_stretches]") {
  auto c = contract_of({fixed("base", 5'000.0)});
  Draw loan;
  loan.usd = 0.0;
  loan.recover_share = 0.0;
  loan.interest_per_year = amount("0.06");
  adjust(c, "loan", loan);
  c.opening.draw_balance_usd = 20'000.0;
  c.ends = 2;
  // 20,000 x 1.005 x 1.005
  CHECK(paid(c, TypedLedger(2)) == Numbers{5'000, 5'000 - 20'200.5});
  std::get<Draw>(c.adjust[0].does).interest_per_year = 6.0;
  CHECK(flaws(c, TypedLedger(2)) ==
        std::vector<std::string>{"adjust.loan.draw.interest_per_year: 6 is not a share"});
}

TEST_CASE("points of a curve name terms, and a term moved in some months moves them then",
          "[unit][pay_stretches]") {
  Curve curve;
  curve.points = {{0.0, 0.0}, {amount("goal"), amount("goal * 10")}};
  auto c = contract_of({measured("curve", "points", curve)});
  c.terms = {{"goal", amount("100 + 100 * max(0, min(1, month - 2))")}};
  const auto ledger = TypedLedger(3).add("points", {50, 150, 150});
  CHECK(paid(c, ledger) == Numbers{500, 1'000, 1'500});
  CHECK(flaws(c, ledger).empty());
}

TEST_CASE("points of a curve stand still and ascend in every month", "[unit][pay_stretches]") {
  Curve curve;
  curve.points = {{amount("first"), 0.0}, {100.0, amount("points")}};
  auto c = contract_of({measured("curve", "points", curve)});
  c.terms = {{"first", amount("60 * month")}};
  CHECK(flaws(c, TypedLedger(3).add("points", {1, 2, 3})) ==
        std::vector<std::string>{"pay.curve.curve.2.2: reads the ledger",
                                 "pay.curve.curve.2: x = 100 lies before 120 in month 2"});
}

// From January 16 to March 10.
constexpr MonthRange by_days{1, 3, 16.0 / 31.0, 10.0 / 31.0};

TEST_CASE("fixed money of a phase by days is paid by the days of its first and last month",
          "[unit][pay_stretches]") {
  auto c = contract_of({fixed("base", 3'100.0)});
  c.pay[0].months = by_days;
  CHECK(paid(c, TypedLedger(4)) == Numbers{1'600, 3'100, 1'000, 0});
  c.pay[0] = fixed("base", 9'300.0, Span::quarter);
  c.pay[0].months = by_days;
  CHECK(paid(c, TypedLedger(4)) == Numbers{1'600, 3'100, 1'000, 0});
  c.partial = Partial::none;
  CHECK(paid(c, TypedLedger(4)) == Numbers{0, 0, 0, 0});
}

TEST_CASE("bounds and guarantees of a phase by days are scaled where partial says so",
          "[unit][pay_stretches]") {
  auto c = contract_of({fixed("base", 310.0)});
  c.pay[0].months = by_days;
  adjust(c, "floor", Guarantee{3'100.0}).months = by_days;
  c.partial = Partial::prorate;
  CHECK(paid(c, TypedLedger(4)) == Numbers{1'600, 3'100, 1'000, 0});
  c.partial = Partial::full;
  CHECK(paid(c, TypedLedger(4)) == Numbers{3'100, 3'100, 3'100, 0});
  c.partial.reset();
  CHECK(flaws(c, TypedLedger(4)) == std::vector<std::string>{"partial: missing"});
}

TEST_CASE("a quarter of a phase by days counts them in its bounds", "[unit][pay_stretches]") {
  SpanColumn from_the_16th;
  from_the_16th.info = {"late_visits", ColumnUnit::count, ColumnJoin::sum, 1.0, ""};
  from_the_16th.value = amount("completed_visits");
  from_the_16th.when = condition("date >= \"2026-01-16\"");
  auto line = measured("bonus", "late_visits", testing::tiers(TierMode::marginal, {testing::above(310, 10)}),
                       Span::quarter);
  line.months = MonthRange{1, 12, 16.0 / 31.0, 1.0};
  auto c = contract_of({line});
  c.partial = Partial::prorate;
  c.ledger = {from_the_16th};
  // 310 x (2 + 16 / 31) / 3 = 260 visits.
  auto ledger = TypedLedger(3).add("late_visits", {100, 100, 100});
  CHECK(paid(c, ledger) == Numbers{0, 0, 400});
  CHECK(flaws(c, ledger.add("workdays", {20, 20, 20})).empty());
  c.ledger.clear();
  CHECK(flaws(c, ledger) ==
        std::vector<std::string>{
            "pay.bonus.months: cuts a month by days, and late_visits is known by the month"});
}

}  // namespace
}  // namespace paystress::pay_stretches_test
