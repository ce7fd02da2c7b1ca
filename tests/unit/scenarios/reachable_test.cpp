#include "scenarios/reachable.h"

#include <catch2/catch.hpp>

namespace paystress::reachable_test {
namespace {

Practice clinic() {
  Practice p;
  p.name = "clinic";
  p[Parameter::session_hours] = Known{8};
  p[Parameter::slots_per_hour] = Known{3};
  p.codes = {{"99213", 1.0, 130, {}}};
  return p;
}

std::size_t unreachable(const Amount& measure, Bound bound, Span reset, const Practice& practice) {
  MeasuredPay pay;
  pay.measure = measure;
  pay.reset = reset;
  pay.schedule = TierLadder{TierMode::marginal, LumpRule::replace, {{bound, 1.0, 0.0, {}}}};
  Contract contract;
  contract.pay.push_back({"bonus", true, {}, {}, pay, {}});
  return find_unreachable_tiers(contract, practice, 24).size();
}

const Amount visits = Amount::name(Amount::Op::column, "completed_visits");

TEST_CASE("a tier at the most that slots allow is out of reach, one below is not", "[unit][reachable]") {
  // Five weekdays, at most five of each in a month: 25 days of 24 slots.
  CHECK(unreachable(visits, {600.0, false}, Span::month, clinic()) == 1);
  CHECK(unreachable(visits, {600.0, true}, Span::month, clinic()) == 0);
  CHECK(unreachable(visits, {599.0, false}, Span::month, clinic()) == 0);
  CHECK(unreachable(visits, {600.0, false}, Span::quarter, clinic()) == 0);
  CHECK(unreachable(visits, {7200.0, false}, Span::year, clinic()) == 1);
  CHECK(unreachable(visits, {7200.0, false}, Span::horizon, clinic()) == 0);
  auto more = clinic();
  more[Parameter::overbooked] = Known{0.5};  // a place more on every other day
  CHECK(unreachable(visits, {600.0, false}, Span::month, more) == 0);
  CHECK(unreachable(visits, {625.0, false}, Span::month, more) == 1);
}

TEST_CASE("ratios and uncertain numbers are judged where they have an end", "[unit][reachable]") {
  const auto pace = Amount::apply(Amount::Op::divide, {Amount::name(Amount::Op::column, "generated_wrvu"),
                                                       Amount::name(Amount::Op::column, "session_hours")});
  CHECK(unreachable(pace, {3.9, false}, Span::month, clinic()) == 1);  // 24 x 1.30 / 8
  CHECK(unreachable(pace, {3.8, false}, Span::month, clinic()) == 0);
  auto uncertain = clinic();
  uncertain[Parameter::slots_per_hour] = Pert{2, 3, 4};
  CHECK(unreachable(visits, {600.0, false}, Span::month, uncertain) == 0);
  CHECK(unreachable(visits, {800.0, false}, Span::month, uncertain) == 1);
  uncertain[Parameter::slots_per_hour] = Lognormal{3, 0.3};
  CHECK(unreachable(visits, {1e9, false}, Span::month, uncertain) == 0);
  CHECK(unreachable(Amount::name(Amount::Op::column, "messages"), {1e9, false}, Span::month, clinic()) == 0);
}

}  // namespace
}  // namespace paystress::reachable_test
