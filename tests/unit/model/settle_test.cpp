#include "model/settle.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/pay_support.h"

namespace paystress::settle_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using Numbers = std::vector<double>;

TEST_CASE("fixed pay accrues by months, exact to the cent", "[settle]") {
  CHECK(paid(contract_of({fixed("base", 150'000.0, Span::year)}), TypedLedger(3)) ==
        Numbers{12'500, 12'500, 12'500});
  // 100,000 / 12 = 8333.33...: the running total is rounded, so a year is 100,000.00.
  const auto twelve = paid(contract_of({fixed("base", 100'000.0, Span::year)}), TypedLedger(12));
  CHECK(twelve[0] == 8333.33);
  CHECK(twelve[1] == 8333.34);
  CHECK(paid_in_all(contract_of({fixed("base", 100'000.0, Span::year)}), TypedLedger(12)) == 100'000.0);
}

TEST_CASE("the three tier modes pay as published", "[settle]") {
  // OpenFisca, Stripe: the numbers of the published cases b01, b02, b03, c02, c03.
  const auto pay = [](TierMode mode, std::vector<Tier> rows, double quantity,
                      LumpRule lump = LumpRule::replace) {
    TypedLedger ledger(1);
    ledger.add("units", {quantity}, ColumnUnit::count, 0.0);
    return paid(contract_of({measured("bonus", "units", tiers(mode, std::move(rows), lump))}), ledger)[0];
  };
  const std::vector<Tier> stripe{above(0, 5), above(5, 4), above(10, 3), above(15, 2), above(20, 1)};
  CHECK(pay(TierMode::retroactive, stripe, 1) == 5);
  CHECK(pay(TierMode::retroactive, stripe, 5) == 25);
  CHECK(pay(TierMode::retroactive, stripe, 6) == 24);
  CHECK(pay(TierMode::retroactive, stripe, 20) == 40);
  CHECK(pay(TierMode::retroactive, stripe, 25) == 25);
  CHECK(pay(TierMode::marginal, stripe, 6) == 29);
  const std::vector<Tier> brackets{above(6, 0.23), above(9, 0.29)};
  CHECK(pay(TierMode::lump_sum, brackets, 1) == 0);
  CHECK(pay(TierMode::lump_sum, brackets, 8) == 0.23);
  CHECK(pay(TierMode::lump_sum, brackets, 10) == 0.29);
  CHECK(pay(TierMode::lump_sum, brackets, 10, LumpRule::accumulate) == 0.52);
}

TEST_CASE("a quarterly ladder runs over its months and starts again", "[settle]") {
  TypedLedger ledger(6);
  ledger.add("visits_done", {100, 200, 300, 0, 500, 0});
  const auto line = [](TierMode mode) {
    return contract_of(
        {measured("bonus", "visits_done", tiers(mode, {above(250, 10), above(500, 20)}), Span::quarter)});
  };
  CHECK(paid(line(TierMode::marginal), ledger) == Numbers{0, 500, 4000, 0, 2500, 0});
  CHECK(paid(line(TierMode::retroactive), ledger) == Numbers{0, 3000, 9000, 0, 5000, 0});
  auto late = line(TierMode::retroactive);
  pay_of(late.pay[0]).paid = PaidWhen::period_end;
  CHECK(paid(late, ledger) == Numbers{0, 0, 12000, 0, 0, 5000});
}

TEST_CASE("a ratio of period sums reaches its tiers and pays per unit", "[settle]") {
  TypedLedger ledger(3);
  ledger.add("credited", {304, 450, 0}, ColumnUnit::points, 100.0)
      .add("hours", {100, 100, 0}, ColumnUnit::hours, 0.0);
  auto contract = contract_of({measured("bonus", "credited / hours",
                                        tiers(TierMode::retroactive, {at_least(3.04, 40), above(4.5, 60)}))});
  pay_of(contract.pay[0]).pay_per = amount("credited");
  CHECK(paid(contract, ledger) == Numbers{12160, 18000, 0});  // no hours: undefined, nothing
  pay_of(contract.pay[0]).schedule = tiers(TierMode::marginal, {above(3, 40)});
  CHECK(paid(contract, ledger) == Numbers{160, 6000, 0});
  pay_of(contract.pay[0]).pay_per.reset();
  CHECK(paid(contract, ledger) == Numbers{160, 6000, 0});
}

TEST_CASE("guarantee and cap", "[settle]") {
  TypedLedger ledger(3);
  ledger.add("units", {100, 300, 200});
  auto contract = contract_of({measured("work", "units", SingleRate{10.0})});
  adjust(contract, "floor", Guarantee{1500.0});
  CHECK(paid(contract, ledger) == Numbers{1500, 3000, 2000});
  adjust(contract, "top", Cap{4600.0}, Span::horizon, {"work"});
  CHECK(paid(contract, ledger) == Numbers{1500, 3000, 100});
}

TEST_CASE("tier columns show bound, reach and what is lost at the line", "[settle]") {
  TypedLedger ledger(2);
  ledger.add("units", {119, 130});
  const auto contract = contract_of({measured(
      "bonus", "units", tiers(TierMode::retroactive, {above(0, 10), above(120, 12)}), Span::month)});
  const PayPlan plan(contract, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  REQUIRE(plan.tiered().size() == 1);
  CHECK(pay.tier_measure(0, 0)[0] == 119);
  CHECK(pay.tier_bound(0, 1, 0)[0] == 120);
  CHECK(pay.tier_reached(0, 0, 0)[0] == 1);
  CHECK(pay.tier_reached(0, 1, 0)[0] == 0);
  CHECK(pay.tier_lost(0, 1, 0)[0] == 120 * 12 - 119 * 10);
  CHECK(pay.tier_lost(0, 1, 1)[0] == 0);
  CHECK(pay.earned(0, 1)[0] == 1560);
}

TEST_CASE("tables show the bound of a counted tier as the contract says it", "[settle]") {
  // A marginal tier that begins with the 300th visit pays from 299 on; it is reached at 300.
  const auto c = contract_of({measured("bonus", "done", tiers(TierMode::marginal, {at_least(300, 20)}))});
  TypedLedger ledger(3);
  ledger.add("done", {299, 300, 290});
  const PayPlan plan(c, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  for (std::size_t month = 0; month < 3; ++month) CHECK(pay.tier_bound(0, 0, month)[0] == 300);
  CHECK(pay.tier_reached(0, 0, 0)[0] == 0);
  CHECK(pay.tier_reached(0, 0, 1)[0] == 1);
  CHECK(pay.tier_reached(0, 0, 2)[0] == 0);
}

}  // namespace
}  // namespace paystress::settle_test
