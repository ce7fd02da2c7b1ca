// Rates and bounds that change with time: each month's units on the ladder of that month.
#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "model/contract_key.h"
#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_spans_test {
namespace {

using testing::above;
using testing::amount;
using testing::contract_of;
using testing::measured;
using testing::paid;
using testing::paid_in_all;
using testing::tiers;
using testing::TypedLedger;

// 5,200 wRVU in a year: 2,567.6 in its first half, 1,296 of them in months 4 to 6.
TypedLedger year() {
  return TypedLedger(12).add("wrvu",
                             {423.8, 423.9, 423.9, 432, 432, 432, 438.7, 438.7, 438.7, 438.7, 438.7, 438.9},
                             ColumnUnit::points, 100.0);
}
Contract marginal(const std::string& usd) {
  auto ladder = tiers(TierMode::marginal, {above(0, 0)});
  ladder.tiers[0].usd = amount(usd);
  return contract_of({measured("work", "wrvu", ladder, Span::year)});
}
Contract plain(const std::string& usd) {
  return contract_of({measured("work", "wrvu", SingleRate{amount(usd)}, Span::year)});
}
Contract retroactive(const std::string& usd, RateChange change = RateChange::worked) {
  auto ladder = tiers(TierMode::retroactive, {above(0, 0)});
  ladder.tiers[0].usd = amount(usd);
  ladder.rate_change = change;
  return contract_of({measured("work", "wrvu", ladder, Span::year)});
}
// What a stress of an offer's rate to $40 in some months makes of $45.
Contract stressed_rate(const Contract& contract, const std::string& key, int first, int last) {
  Stress stress{"cut", {}};
  StressPart part;
  part.first_month = first;
  part.last_month = last;
  OfferStress change;
  change.key = "offer." + key;
  change.change.set = 40.0;
  part.offers.push_back(change);
  stress.parts.push_back(part);
  return stressed(contract, stress, 12).value();
}

const std::string from_july = "45 - 5 * max(0, min(1, month - 6))";
const std::string in_spring = "45 - 5 * max(0, min(1, month - 3)) * max(0, min(1, 7 - month))";

TEST_CASE("a rate cut from July pays 220,838 on every plain rate, not 208,000", "[unit][pay_spans]") {
  for (const auto& contract : {plain(from_july), marginal(from_july), retroactive(from_july)}) {
    CHECK(paid_in_all(contract, year()) == 220'838.0);
  }
  CHECK(paid_in_all(retroactive(from_july, RateChange::latest), year()) == 208'000.0);
}

TEST_CASE("a rate cut in months 4 to 6 pays 227,520, not 234,000", "[unit][pay_spans]") {
  for (const auto& contract : {plain(in_spring), marginal(in_spring), retroactive(in_spring)}) {
    CHECK(paid_in_all(contract, year()) == 227'520.0);
  }
}

TEST_CASE("a stress of a rate in some months follows the rule of the rate", "[unit][pay_spans]") {
  CHECK(paid_in_all(stressed_rate(plain("45"), "pay.work.usd", 7, 12), year()) == 220'838.0);
  CHECK(paid_in_all(stressed_rate(marginal("45"), "pay.work.tiers.1.usd", 7, 12), year()) == 220'838.0);
  CHECK(paid_in_all(stressed_rate(retroactive("45"), "pay.work.tiers.1.usd", 4, 6), year()) == 227'520.0);
}

TEST_CASE("no month's pay is taken back when a rate falls", "[unit][pay_spans]") {
  const auto by_month = paid(marginal(from_july), year());
  CHECK(by_month[5] == 432 * 45.0);
  CHECK(by_month[6] == Approx(438.7 * 40.0));
}

TEST_CASE("a bound that is raised in some months takes the units worked in them", "[unit][pay_spans]") {
  // 100 visits a month; above 600 in the year they pay $10, in months 7 to 9 only above 800.
  auto ladder = tiers(TierMode::marginal, {above(0, 0), above(0, 10)});
  ladder.tiers[1].from.at = amount("600 + 200 * max(0, min(1, month - 6)) * max(0, min(1, 10 - month))");
  const auto contract = contract_of({measured("visits", "n", ladder, Span::year)});
  const auto ledger = TypedLedger(12).add("n", std::vector<double>(12, 100.0));
  // Units 601 to 800 are worked in months 7 and 8 and earn nothing; 801 to 1,200 earn 10.
  CHECK(paid_in_all(contract, ledger) == 4'000.0);
}

TEST_CASE("a retroactive tier is found with the last month's bounds", "[unit][pay_spans]") {
  auto ladder = tiers(TierMode::retroactive, {above(0, 1), above(0, 2)});
  ladder.tiers[1].from.at = amount("500 + 1000 * max(0, min(1, month - 11))");
  const auto contract = contract_of({measured("visits", "n", ladder, Span::year)});
  const auto ledger = TypedLedger(12).add("n", std::vector<double>(12, 100.0));
  CHECK(paid(contract, ledger)[10] == 200.0);       // 1,100 visits at 2
  CHECK(paid_in_all(contract, ledger) == 1'200.0);  // 1,200 do not reach 1,500: all at 1
}

TEST_CASE("a restated month shifts the places of later ones", "[unit][pay_spans]") {
  // Units above 100 pay 1 in months 1 and 2, 2 from month 3 on; review takes 20 visits of month 1 in month 3.
  auto ladder = tiers(TierMode::marginal, {above(100, 0)});
  ladder.tiers[0].usd = amount("1 + max(0, min(1, month - 2))");
  auto contract = contract_of({measured("visits", "visits.A", ladder, Span::year)});
  testing::pay_of(contract.pay[0]).restate = Restate::when_found;
  auto ledger = TypedLedger(3).add("visits.A", {100, 50, 50}).add("code_change.A", {0, 0, -20});
  ledger.lag_months = 2;
  // Month 2 earned 50; restated it earns 30, and the 50 of month 3 earn 2 each.
  CHECK(paid(contract, ledger) == std::vector<double>{0, 50, -20 + 100});
}

TEST_CASE("dollars by code that change are those of the month", "[unit][pay_spans]") {
  const auto contract =
      contract_of({measured("codes", "0", CodeTable{{{"A", amount("10 - month")}, {"B", 1.0}}}, Span::year)});
  const auto ledger = TypedLedger(3).add("visits.A", {10, 20, 30}).add("visits.B", {1, 1, 1});
  CHECK(paid(contract, ledger) == std::vector<double>{91, 161, 211});
}

TEST_CASE("a yearly sum that changes with time is that of each month, whenever it is paid",
          "[unit][pay_spans]") {
  auto contract =
      contract_of({testing::fixed("base", amount("1200 + 1200 * max(0, min(1, month - 6))"), Span::year)});
  const TypedLedger ledger(12);
  CHECK(paid_in_all(contract, ledger) == 1'800.0);
  std::get<FixedPay>(contract.pay[0].pays).paid = PaidWhen::period_end;
  CHECK(paid(contract, ledger)[11] == 1'800.0);
}

TEST_CASE("a factor that changes with time multiplies the money of its own months", "[unit][pay_spans]") {
  auto contract = contract_of({testing::fixed("base", 1000)});
  testing::adjust(contract, "less", Multiply{amount("1 - 0.5 * max(0, min(1, month - 6))")}, Span::year);
  const TypedLedger ledger(12);
  CHECK(paid_in_all(contract, ledger) == 9'000.0);
}

// 11 points at $20, then 25 taken back while a point is worth $15: below 0 nothing is earned.
TEST_CASE("a ratio whose points are taken back below 0 earns nothing", "[unit][pay_spans]") {
  auto ladder = tiers(TierMode::marginal, {above(0, 0)});
  ladder.tiers[0].usd = amount("25 - 5 * month");
  const auto c = contract_of({measured("bonus", "points / hours", ladder, Span::quarter)});
  const auto of = [&](double last) {
    return paid(c, TypedLedger(3).add("points", {11, -25, last}).add("hours", {10, 10, 10}));
  };
  CHECK(of(0) == std::vector<double>{220, -220, 0});
  CHECK(of(14) == std::vector<double>{220, -220, 0});
  CHECK(of(24) == std::vector<double>{220, -220, 220 - 11 * 15 + 10 * 10});
}

}  // namespace
}  // namespace paystress::pay_spans_test
