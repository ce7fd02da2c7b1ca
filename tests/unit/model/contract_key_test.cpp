#include "model/contract_key.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "tests/support/contracts.h"
#include "tests/support/pay_support.h"

namespace contract_key_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

Contract hybrid() {
  auto later = tier_above(161.0, 30.0);
  later.from.included = true;
  TierLadder ladder;
  ladder.tiers = {tier_above(120.0, 20.0), later};
  auto c = contract_of("hybrid", {pay_line("base", fixed_pay(150000.0, Span::year)),
                                  pay_line("bonus", measured_pay("completed_visits", ladder))});
  c.terms = {{"rate", 20.0}};
  c.adjust = {adjustment("floor", Guarantee{14000.0})};
  return c;
}

Stress stress_of(const std::string& key, Change change, int first, int last) {
  StressPart part;
  part.first_month = first;
  part.last_month = last;
  part.offers = {{key, change}};
  return {"s", {part}};
}

double value_at(Contract& c, const char* key) {
  const Amount* a = find_amount(c, key);
  REQUIRE(a != nullptr);
  return a->value();
}

}  // namespace

TEST_CASE("amounts of a contract are found by the keys of the study file", "[unit][contract_key]") {
  auto c = hybrid();
  CHECK(amount_keys(c) == std::vector<std::string>{"terms.rate", "pay.base.fixed_usd",
                                                   "pay.bonus.tiers.1.above", "pay.bonus.tiers.1.usd",
                                                   "pay.bonus.tiers.1.flat_usd", "pay.bonus.tiers.2.at_least",
                                                   "pay.bonus.tiers.2.usd", "pay.bonus.tiers.2.flat_usd",
                                                   "adjust.floor.guarantee_usd"});
  CHECK(value_at(c, "pay.bonus.tiers.2.at_least") == 161.0);
  CHECK(value_at(c, "adjust.floor.guarantee_usd") == 14000.0);
  CHECK(find_amount(c, "pay.bonus.tiers.2.above") == nullptr);
  CHECK(find_amount(c, "pay.bonus.tiers.3.usd") == nullptr);
}

TEST_CASE("a stress of the whole horizon replaces the amount of its own offer", "[unit][contract_key]") {
  const auto c = hybrid();
  auto cut_and_raise = multiply_by(0.9);
  cut_and_raise.add = 100.0;
  Change to_130;
  to_130.set = 130.0;
  auto cut = stressed(c, stress_of("hybrid.pay.base.fixed_usd", cut_and_raise, 1, 12), 12);
  REQUIRE(cut);
  CHECK(value_at(*cut, "pay.base.fixed_usd") == 150000.0 * 0.9 + 100.0);
  auto set = stressed(c, stress_of("hybrid.pay.bonus.tiers.1.above", to_130, 1, 12), 12);
  REQUIRE(set);
  CHECK(value_at(*set, "pay.bonus.tiers.1.above") == 130.0);
  CHECK_FALSE(stressed(c, stress_of("other.pay.base.fixed_usd", multiply_by(0.9), 1, 12), 12));
  CHECK_FALSE(stressed(c, stress_of("hybrid.pay.base.fixed_usd", {}, 1, 12), 12));  // x1.0 is no change
  CHECK_THROWS_AS(stressed(c, stress_of("hybrid.pay.base.usd", multiply_by(2), 1, 12), 12),
                  std::invalid_argument);
}

TEST_CASE("a stress of some months writes the amount as a function of the month", "[unit][contract_key]") {
  auto c = stressed(hybrid(), stress_of("hybrid.terms.rate", multiply_by(1.5), 4, 6), 12);
  REQUIRE(c);
  // Evaluated by hand at every month: the tree holds nothing but numbers, the month and arithmetic.
  const std::function<double(const Amount&, double)> at = [&](const Amount& a, double month) -> double {
    std::vector<double> v;
    for (const auto& o : a.operands()) v.push_back(at(o, month));
    switch (a.op()) {
      case Amount::Op::number:
        return a.value();
      case Amount::Op::month:
        return month;
      case Amount::Op::add:
        return std::accumulate(v.begin() + 1, v.end(), v[0]);
      case Amount::Op::subtract:
        return v[0] - v[1];
      case Amount::Op::multiply:
        return v[0] * v[1];
      case Amount::Op::minimum:
        return std::min(v[0], v[1]);
      case Amount::Op::maximum:
        return std::max(v[0], v[1]);
      default:
        throw std::logic_error("unexpected operation");
    }
  };
  for (int month = 1; month <= 12; ++month)
    CHECK(at(c->terms[0].second, month) == (month >= 4 && month <= 6 ? 30.0 : 20.0));
}

TEST_CASE("a plain rate that a stress changes is that of the months it changes, whatever the reset",
          "[unit][contract_key]") {
  auto pays = measured_pay("completed_visits", SingleRate{3.0});
  pays.reset = Span::quarter;
  const auto c = contract_of("plain", {pay_line("visits", pays)});
  const auto doubled = stressed(c, stress_of("plain.pay.visits.usd", multiply_by(2.0), 2, 4), 12);
  REQUIRE(doubled);
  TypedLedger ledger(6);
  ledger.add("completed_visits", std::vector<double>(6, 160.0));
  CHECK(paid(*doubled, ledger) == std::vector<double>{480, 960, 960, 960, 480, 480});
}

}  // namespace contract_key_test
