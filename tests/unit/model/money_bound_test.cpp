// Money beyond 9e13 dollars is refused, and below it keeps every cent.
#include "model/money_bound.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "model/rounding.h"
#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::money_bound_test {
namespace {

using testing::adjust;
using testing::contract_of;
using testing::fixed;
using testing::measured;
using testing::paid;
using testing::TypedLedger;

std::string refusal(const Contract& contract, const TypedLedger& ledger) {
  try {
    (void)paid(contract, ledger);
  } catch (const MoneyBeyondBound& e) {
    return e.what();
  }
  return {};
}
std::string beyond(const char* what, const char* period = "1") {
  return std::string("offers.test: ") + what + " in " + period +
         " is beyond 90,000,000,000,000 dollars (money is kept to the cent up to there). Correct the amounts "
         "of "
         "the contract or the quantities.";
}
Contract named(std::vector<PayLine> lines) {
  auto c = contract_of(std::move(lines));
  c.name = "test";
  return c;
}

TEST_CASE("a typed 1e20 is refused where it stands", "[unit][money_bound]") {
  auto c = named({fixed("base", 1e20)});
  c.opening.earned_usd = {{"base", -1e14}};
  const TypedLedger ledger(1);
  const auto flaws = find_flaws(c, ledger.layout(), ledger.grid);
  REQUIRE(flaws.size() == 2);
  CHECK(flaws[0].key == "pay.base.fixed_usd");
  CHECK(flaws[0].problem == "1e+20 is beyond 90,000,000,000,000");
  CHECK(flaws[1].key == "opening.earned_usd.base");
  CHECK(find_flaws(named({fixed("base", most_usd)}), ledger.layout(), ledger.grid).empty());
}

TEST_CASE("pay that overflows is refused and never -nan", "[unit][money_bound]") {
  auto c = named({measured("work", "huge * huge", SingleRate{1.0})});
  CHECK(refusal(c, TypedLedger(1).add("huge", {1e200}, ColumnUnit::hours, 0.0)) == beyond("work"));
  auto difference = named({measured("work", "huge * huge - huge * huge", SingleRate{1.0})});
  CHECK(refusal(difference, TypedLedger(1).add("huge", {1e3}, ColumnUnit::hours, 0.0)).empty());
  // What a cap swallows has lost its cents before.
  adjust(c, "top", Cap{100.0}, Span::month, {"work"});
  CHECK(refusal(c, TypedLedger(2).add("huge", {1, 1e8}, ColumnUnit::hours, 0.0)) == beyond("work", "2"));
}

TEST_CASE("an adjustment or a total beyond the bound is refused", "[unit][money_bound]") {
  auto c = named({fixed("base", 1e13)});
  CHECK(refusal(c, TypedLedger(9)).empty());
  CHECK(refusal(c, TypedLedger(10)) == beyond("the total", "10"));
  adjust(c, "times", Multiply{-20.0});
  CHECK(refusal(c, TypedLedger(1)) == beyond("times"));
}

TEST_CASE("1e12 dollars and a cent a month keep every cent", "[unit][money_bound]") {
  const double usd = 1'000'000'000'000.01;
  for (const auto how : {Rounding::How::half_up, Rounding::How::half_even, Rounding::How::truncate}) {
    auto c = named({fixed("base", usd)});
    c.round.how = how;
    const auto months = paid(c, TypedLedger(12));
    CHECK(std::ranges::all_of(months, [&](double month) { return month == usd; }));
  }
}

TEST_CASE("whole numbers of cents stay what they are up to the bound", "[unit][money_bound]") {
  for (const double cents : {2.8e14, 1e15 + 1, 0x1p51 + 1, 0x1p52 + 1, 9e15 - 1}) {
    CHECK(round_to_integer(cents, Rounding::How::half_up) == cents);
    CHECK(round_to_integer(-cents, Rounding::How::half_even) == -cents);
    CHECK(round_to_integer(cents, Rounding::How::truncate) == cents);
  }
}

}  // namespace
}  // namespace paystress::money_bound_test
