// Legal but odd: what a contract does not say in silence.
#include <catch2/catch.hpp>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::contract_oddities_test {
namespace {

using testing::adjust;
using testing::amount;
using testing::contract_of;
using testing::fixed;
using testing::measured;
using testing::TypedLedger;

std::string oddities(const Contract& c, int months = 12) {
  const auto ledger = TypedLedger(months).add("done", {}).add("hours", {}, ColumnUnit::hours, 0.0);
  std::string out;
  for (const auto& f : find_oddities(c, ledger.layout(), ledger.grid))
    out += f.key + ": " + f.problem + " (" + f.why + "). " + f.fix + "\n";
  return out;
}

TEST_CASE("a rate inside a yearly measure reaches back, and that is said", "[unit][contract_oddities]") {
  auto c = contract_of({measured("work", "rate * done", SingleRate{1.0}, Span::year)});
  c.terms = {{"rate", amount("45 - 5 * max(0, min(1, month - 6))")}};
  CHECK(oddities(c) ==
        "pay.work.measure: multiplies what adds up by a number that changes with the month (each month the "
        "whole "
        "year so far is counted at that month's number, earlier months too). Write the number as usd, or "
        "reset = "
        "\"month\"\n");
  c.pay = {measured("work", "rate * done", SingleRate{1.0}, Span::month)};
  CHECK(oddities(c).empty());
  c.pay = {measured("work", "done", SingleRate{amount("rate")}, Span::year)};
  CHECK(oddities(c).empty());
  c.pay = {measured("work", "max(0, done - 100 * month)", SingleRate{1.0}, Span::year)};  // a target to date
  c.terms.clear();
  CHECK(oddities(c).empty());
  c.pay = {measured("pace", "done / hours * month", SingleRate{1.0}, Span::year)};
  CHECK(oddities(c).empty());
}

TEST_CASE("fixed and added money that multiply the ledger by the month say the same",
          "[unit][contract_oddities]") {
  auto c = contract_of({fixed("share", amount("month * done"), Span::quarter)});
  CHECK(oddities(c).find("pay.share.fixed_usd: multiplies what adds up") == 0);
  c = contract_of({fixed("base", 100.0)});
  adjust(c, "costs", AddMoney{amount("done / month")}, Span::year);
  CHECK(oddities(c).find("adjust.costs.add_usd: multiplies what adds up") == 0);
}

TEST_CASE("an adjustment settled at the end of a period that is not over is told",
          "[unit][contract_oddities]") {
  auto c = contract_of({measured("work", "done", SingleRate{1.0})});
  adjust(c, "floor", Guarantee{1'000.0}, Span::year);
  CHECK(oddities(c, 24).empty());
  CHECK(
      oddities(c, 18) ==
      "adjust.floor.per: the last month priced lies inside a year (what is settled at its end is not in the "
      "results). Price whole years, or write ends\n");
}

TEST_CASE("a contract of adjustments alone is legal and pays them", "[unit][contract_oddities]") {
  Contract c;
  c.name = "x";
  adjust(c, "stipend", AddMoney{100.0});
  adjust(c, "floor", Guarantee{130.0});
  const TypedLedger ledger(2);
  CHECK(find_flaws(c, ledger.layout(), ledger.grid).empty());
  CHECK(testing::paid(c, ledger) == std::vector<double>{130.0, 130.0});
}

}  // namespace
}  // namespace paystress::contract_oddities_test
