// What can be said of an amount without any ledger: its names, whether it grows, its range.
#include "model/amount_facts.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "model/amount_range.h"
#include "tests/support/pay_support.h"

namespace paystress::amount_facts_test {
namespace {

using testing::amount;

LedgerLayout layout() {
  return testing::TypedLedger(1)
      .add("visits", {1})
      .add("hours", {1}, ColumnUnit::hours, 0.0)
      .add("panel", {1}, ColumnUnit::count, 1.0, ColumnJoin::last)
      .layout();
}

TEST_CASE("sums over months grow, levels and ratios of sums do not", "[unit][amount_facts]") {
  CHECK(growth(amount("visits"), layout()) == 1);
  CHECK(growth(amount("panel"), layout()) == 0);
  CHECK(growth(amount("visits / hours"), layout()) == 0);
  CHECK(growth(amount("3 * panel + visits"), layout()) == 1);
  CHECK(growth(amount("1 / hours"), layout()) == -1);
  CHECK(growth(amount("annualised(visits)"), layout()) == 0);
}

TEST_CASE("whole numbers stay whole under sums and whole multiples", "[unit][amount_facts]") {
  CHECK(is_count(amount("visits - 10"), layout()));
  CHECK(is_count(amount("2 * visits"), layout()));
  CHECK_FALSE(is_count(amount("visits / 2"), layout()));
  CHECK_FALSE(is_count(amount("hours"), layout()));
}

TEST_CASE("a circle of terms has no value", "[unit][amount_facts]") {
  Contract c;
  c.terms = {{"a", amount("b + 1")}, {"b", amount("a * 2")}, {"c", amount("visits")}};
  CHECK_FALSE(expand_terms(amount("a"), c).has_value());
  CHECK(expand_terms(amount("c + 1"), c)->text() == "visits + 1");
}

TEST_CASE("terms that double at every step are counted, not written out", "[unit][amount_facts]") {
  Contract c;
  c.terms = {{"t0", amount("visits")}};
  for (int i = 1; i < 60; ++i) {
    const std::string before = "t" + std::to_string(i - 1);
    c.terms.emplace_back("t" + std::to_string(i), amount(before + " + " + before));
  }
  // Of term i: 2^i names and 2^i - 1 sums; over all terms 2 (2^60 - 1) - 60.
  CHECK(written_out_size(c).parts == std::ldexp(1.0, 61) - 62.0);
  CHECK(written_out_size(c).depth == 60);
  CHECK(expand_terms(amount("t15"), c).has_value());        // 65,535 parts
  CHECK_FALSE(expand_terms(amount("t16"), c).has_value());  // 131,071
  c.pay = {testing::measured("x", "visits", SingleRate{amount("t59")})};
  const auto ledger = testing::TypedLedger(1).add("visits", {1});
  const auto flaws = find_flaws(c, ledger.layout(), ledger.grid);
  REQUIRE(flaws.size() == 1);
  CHECK(flaws[0].key == "terms");
  CHECK(flaws[0].problem == "with its terms written out the offer has 3.46e+18 parts, more than 100000");
}

TEST_CASE("factors of terms add up to no depth that a stack could not hold", "[unit][amount_facts]") {
  std::string factors = "visits";
  for (int i = 0; i < 150; ++i) factors += " * visits";
  Contract c;
  c.terms = {{"t0", amount(factors)}};
  const auto add_term = [&](int i) {
    c.terms.emplace_back("t" + std::to_string(i), amount("t" + std::to_string(i - 1) + factors.substr(6)));
  };
  for (int i = 1; i < 6; ++i) add_term(i);
  c.pay = {testing::measured("x", "t5", SingleRate{amount("1")})};
  const auto ledger = testing::TypedLedger(1).add("visits", {1});
  CHECK(written_out_size(c).depth == 901);
  CHECK(find_flaws(c, ledger.layout(), ledger.grid).empty());
  add_term(6);
  const auto flaws = find_flaws(c, ledger.layout(), ledger.grid);
  REQUIRE(flaws.size() == 1);
  CHECK(flaws[0].key == "terms");
  CHECK(flaws[0].problem ==
        "with its terms written out an amount is nested 1051 levels deep, more than 1000");
}

TEST_CASE("a range holds every value an amount can take", "[unit][amount_facts]") {
  const auto range = range_of(amount("max(3, min(10, visits)) - 5 + 1"), layout());
  CHECK(range.low == -1.0);
  CHECK(range.high == 6.0);
  CHECK(range_of(amount("visits - visits"), layout()).high == 0.0);
  CHECK(range_of(amount("visits"), layout()).low ==
        -std::numeric_limits<double>::infinity());  // typed: any sign
  CHECK(range_of(amount("month"), layout()).low == 1.0);
}

}  // namespace
}  // namespace paystress::amount_facts_test
