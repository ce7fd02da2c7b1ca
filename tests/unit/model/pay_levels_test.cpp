// Levels (headcounts, scores): what they pay accrues over the months in force.
#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/pay_support.h"

namespace paystress::pay_levels_test {
namespace {

using testing::above;
using testing::amount;
using testing::at_least;
using testing::contract_of;
using testing::measured;
using testing::paid;
using testing::paid_in_all;
using testing::tiers;
using testing::TypedLedger;

TypedLedger members(int months, double level) {
  return TypedLedger(months).add("members", std::vector<double>(static_cast<std::size_t>(months), level),
                                 ColumnUnit::count, 1.0, ColumnJoin::last);
}

TEST_CASE("$9 a member and quarter ended after 4 months pays 9,600, not 14,400", "[unit][pay_levels]") {
  auto contract = contract_of({measured("panel", "members", SingleRate{9.0}, Span::quarter)});
  contract.ends = 4;
  CHECK(paid_in_all(contract, members(12, 800)) == 9'600.0);
  contract.partial = Partial::prorate;
  CHECK(paid_in_all(contract, members(12, 800)) == 9'600.0);
  contract.partial = Partial::full;
  CHECK(paid_in_all(contract, members(12, 800)) == 14'400.0);
  contract.partial = Partial::none;
  CHECK(paid_in_all(contract, members(12, 800)) == 7'200.0);
}

TEST_CASE("$12 a member after month 1 of a quarter pays 8,800, not 16,800", "[unit][pay_levels]") {
  const auto contract = contract_of(
      {measured("panel", "members", SingleRate{amount("9 + 3 * max(0, min(1, month - 1))")}, Span::quarter)});
  CHECK(paid(contract, members(3, 800)) == std::vector<double>{2'400, 3'200, 3'200});
}

TEST_CASE("$34 a patient and year over 18 months pays 51,000, not 68,000", "[unit][pay_levels]") {
  const auto contract = contract_of({measured("panel", "members", SingleRate{34.0}, Span::year)});
  CHECK(paid_in_all(contract, members(18, 1000)) == 51'000.0);
}

TEST_CASE("interim pay of a level is not taken back", "[unit][pay_levels]") {
  auto contract = contract_of({measured("panel", "members", SingleRate{9.0}, Span::quarter)});
  testing::pay_of(contract.pay[0]).paid = PaidWhen::interim;
  contract.ends = 4;
  CHECK(paid(contract, members(4, 800)) == std::vector<double>{2'400, 2'400, 2'400, 2'400});
}

TEST_CASE("a level that changes is paid as it stands at the end of the period", "[unit][pay_levels]") {
  const auto contract = contract_of({measured("panel", "members", SingleRate{9.0}, Span::quarter)});
  const auto ledger =
      TypedLedger(3).add("members", {600, 700, 800}, ColumnUnit::count, 1.0, ColumnJoin::last);
  CHECK(paid_in_all(contract, ledger) == 7'200.0);
}

TEST_CASE("in a cut month every schedule of a level follows one rule", "[unit][pay_levels]") {
  // A quarter of which one month is in force: each pays a third.
  const auto third = [](Schedule schedule) {
    auto contract = contract_of({measured("panel", "members", std::move(schedule), Span::quarter)});
    contract.ends = 1;
    contract.partial = Partial::prorate;
    return paid_in_all(contract, members(3, 100));
  };
  CHECK(third(SingleRate{9.0}) == 300.0);
  CHECK(third(tiers(TierMode::marginal, {above(0, 9)})) == 300.0);
  CHECK(third(tiers(TierMode::retroactive, {above(50, 9)})) == 300.0);
  CHECK(third(tiers(TierMode::lump_sum, {at_least(100, 900)})) == 300.0);
  CHECK(third(tiers(TierMode::marginal, {at_least(100, 0, 900)})) == 300.0);
  CHECK(third(Curve{{{0, 0}, {200, 1800}}}) == 300.0);

  auto added = contract_of({testing::fixed("base", 0.0, Span::quarter)});
  testing::adjust(added, "per_member", AddMoney{amount("9 * members")}, Span::quarter);
  added.ends = 1;
  added.partial = Partial::prorate;
  CHECK(paid_in_all(added, members(3, 100)) == 300.0);

  auto fixed = contract_of({testing::fixed("per_member", amount("9 * members"), Span::quarter)});
  fixed.ends = 1;
  fixed.partial = Partial::prorate;
  CHECK(paid_in_all(fixed, members(3, 100)) == 300.0);
}

TEST_CASE("visits paid at the tier of a level are a flow", "[unit][pay_levels]") {
  auto contract = contract_of(
      {measured("visits", "members", tiers(TierMode::retroactive, {above(50, 9)}), Span::quarter)});
  testing::pay_of(contract.pay[0]).pay_per = amount("n");
  const auto ledger = members(3, 100).add("n", {10, 10, 10});
  CHECK(paid(contract, ledger) == std::vector<double>{90, 90, 90});
}

}  // namespace
}  // namespace paystress::pay_levels_test
