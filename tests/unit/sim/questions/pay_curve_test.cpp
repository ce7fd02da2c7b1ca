#include "sim/questions/pay_curve.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "model/study.h"
#include "tests/support/contracts.h"

namespace paystress::pay_curve_test {
namespace {

questions::PayCurve curve_of(const Contract& contract, int months, double from, double to, double step) {
  Study study;
  study.months = months;
  return questions::pay_curve({&contract,
                               LedgerLayout::typed({ledger_column_info(LedgerColumn::completed_visits)}, 0),
                               study.grid(),
                               "completed_visits",
                               {},
                               from,
                               to,
                               step});
}

Contract laddered(TierMode mode, Span reset, std::vector<Tier> tiers) {
  auto pays =
      testing::measured_pay("completed_visits", TierLadder{mode, LumpRule::replace, std::move(tiers)});
  pays.reset = reset;
  return testing::contract_of("x", {testing::pay_line("p", pays)});
}

TEST_CASE("a marginal ladder has kinks and no cliffs", "[pay_curve]") {
  const auto contract =
      laddered(TierMode::marginal, Span::month, {testing::tier_above(120, 20), testing::tier_above(160, 30)});
  const auto curve = curve_of(contract, 1, 100, 200, 20);
  REQUIRE(curve.points.size() == 6);
  const std::vector<double> pay{0, 0, 400, 800, 1400, 2000}, next{0, 20, 20, 30, 30, 30};
  for (std::size_t k = 0; k < pay.size(); ++k) {
    CHECK(curve.points[k].pay_usd == pay[k]);
    CHECK(curve.points[k].marginal_usd == next[k]);
    CHECK(curve.points[k].average_usd == pay[k] / curve.points[k].quantity);
  }
  CHECK(curve.cliffs.empty());
  CHECK(curve.all_cliffs);
}

TEST_CASE("a retroactive ladder jumps at each bound, wherever the grid lies", "[pay_curve]") {
  const auto contract = laddered(TierMode::retroactive, Span::month,
                                 {testing::tier_above(0, 60), testing::tier_above(160, 66)});
  for (const double step : {1.0, 7.0, 100.0, 200.0}) {
    CAPTURE(step);
    const auto curve = curve_of(contract, 1, 0, 200, step);
    REQUIRE(curve.cliffs.size() == 1);
    CHECK(curve.cliffs[0].below == 160);
    CHECK(curve.cliffs[0].from == 161);
    // 161 x 66 - 160 x 60 = 1026, of which the next visit explains 66.
    CHECK(curve.cliffs[0].jump_usd == Approx(960));
  }
  CHECK(std::isnan(curve_of(contract, 1, 0, 10, 1).points[0].average_usd));
}

TEST_CASE("pay that falls at a bound is a cliff too", "[pay_curve]") {
  const auto contract =
      laddered(TierMode::retroactive, Span::month, {testing::tier_above(0, 10), testing::tier_above(50, 8)});
  const auto curve = curve_of(contract, 1, 10, 90, 40);
  REQUIRE(curve.cliffs.size() == 1);
  CHECK(curve.cliffs[0].from == 51);
  CHECK(curve.cliffs[0].jump_usd == Approx(51 * 8 - 50 * 10 - 8));
}

TEST_CASE("a quantity over several months is spread evenly, to the unit", "[pay_curve]") {
  const auto contract = laddered(TierMode::retroactive, Span::year,
                                 {testing::tier_above(0, 10), testing::tier_above(1000, 12)});
  const auto curve = curve_of(contract, 12, 995, 1005, 1);
  for (const auto& p : curve.points) {
    CAPTURE(p.quantity);
    CHECK(p.pay_usd == Approx(p.quantity * (p.quantity > 1000 ? 12 : 10)));
  }
  REQUIRE(curve.cliffs.size() == 1);
  CHECK(curve.cliffs[0].from == 1001);
  CHECK(curve.cliffs[0].jump_usd == Approx(2000));
}

TEST_CASE("the end of the range is a point, and a cliff before it is found", "[pay_curve]") {
  const auto contract = laddered(TierMode::retroactive, Span::month,
                                 {testing::tier_above(100, 10), testing::tier_above(120, 9)});
  const auto curve = curve_of(contract, 1, 0, 130, 50);
  REQUIRE(curve.points.size() == 4);
  CHECK(curve.points.back().quantity == 130);
  CHECK(curve.points.back().pay_usd == 130 * 9);
  CHECK(curve.cliffs.size() == 2);
}

TEST_CASE("cliffs of single months show over a year too", "[pay_curve]") {
  auto contract = laddered(TierMode::retroactive, Span::month,
                           {testing::tier_above(0, 60), testing::tier_above(160, 66)});
  contract.adjust.push_back(testing::adjustment("floor", Guarantee{Amount(60'000)}));
  contract.adjust[0].per = Span::year;
  const auto curve = curve_of(contract, 12, 1800, 2040, 24);
  REQUIRE(curve.cliffs.size() == 1);
  CHECK(curve.cliffs[0].below == 12 * 160);
  CHECK(curve.cliffs[0].from == 12 * 161);
  CHECK(curve.cliffs[0].jump_usd == Approx(12 * 160 * 6));  // what the 161st visits explain: 12 x 66
  // Marginal: twelve kinks in a row, no cliff.
  contract.pay[0] =
      laddered(TierMode::marginal, Span::month, {testing::tier_above(0, 60), testing::tier_above(160, 66)})
          .pay[0];
  CHECK(curve_of(contract, 12, 1800, 2040, 24).cliffs.empty());
}

TEST_CASE("steps of equal height are found though the middle lies on the line", "[pay_curve]") {
  auto pays = testing::measured_pay("completed_visits", SingleRate{Amount(100)});
  pays.blocks = Blocks{};
  pays.blocks->size = 10;
  const auto contract = testing::contract_of("x", {testing::pay_line("p", pays)});
  const auto curve = curve_of(contract, 1, 0, 200, 20);
  CHECK(curve.cliffs.size() == 20);
}

TEST_CASE("the months of a curve are the longest period of the contract", "[pay_curve]") {
  const auto tier = testing::tier_above(0, 1);
  CHECK(questions::natural_months(laddered(TierMode::marginal, Span::month, {tier})) == 1);
  CHECK(questions::natural_months(laddered(TierMode::marginal, Span::quarter, {tier})) == 3);
  auto yearly = laddered(TierMode::marginal, Span::year, {tier});
  CHECK(questions::natural_months(yearly) == 12);
  yearly.ends = 7;
  CHECK(questions::natural_months(yearly) == 7);
  auto phased = laddered(TierMode::marginal, Span::month, {tier});
  phased.pay[0].months = MonthRange{7, 18};
  CHECK(questions::natural_months(phased) == 24);
  auto salaried = laddered(TierMode::marginal, Span::month, {tier});
  salaried.pay.push_back(testing::pay_line("base", testing::fixed_pay(120'000, Span::year)));
  CHECK(questions::natural_months(salaried) == 1);
  auto judged = laddered(TierMode::marginal, Span::month, {tier});
  judged.pay[0].when = std::get<Condition>(parse_condition("to_date(completed_visits) > 900"));
  CHECK(questions::natural_months(judged) == 12);
  auto guaranteed = laddered(TierMode::marginal, Span::month, {tier});
  guaranteed.adjust.push_back(testing::adjustment("g", Guarantee{Amount(5)}));
  guaranteed.adjust[0].per = Span::quarter;
  CHECK(questions::natural_months(guaranteed) == 3);
}

}  // namespace
}  // namespace paystress::pay_curve_test
