#include "sim/exact/controls.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/contracts.h"

namespace controls_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

// No memory, no traits, slots never full: every mean has a closed form.
Practice plain() {
  Practice p;
  p.codes = {{"99213", 0.5, 130, {}}, {"99214", 0.5, 192, {}}};
  for (const auto key :
       {Parameter::demand_monthly_cv, Parameter::demand_daily_cv, Parameter::messages_monthly_cv,
        Parameter::audit_reviewed, Parameter::no_show_daily_rho, Parameter::days_off_per_year})
    p[key] = Known{0.0};
  p[Parameter::visits_per_day] = Known{4.0};
  p[Parameter::no_show_rate] = Known{0.10};
  p[Parameter::late_cancel_rate] = Known{0.05};
  p[Parameter::tech_failure_rate] = Known{0.10};
  p[Parameter::tech_failure_lost] = Known{0.50};
  return p;
}

double mean_of(const std::vector<Control>& controls, Measure measure, const std::string& period) {
  for (const auto& c : controls)
    if (c.measure == measure && c.period == period) return c.mean;
  FAIL("no control");
  return 0.0;
}

}  // namespace

TEST_CASE("controls are the closed-form means", "[unit][controls]") {
  const Study study;
  const exact::PracticeControls controls(plain(), {"base", {}}, study.calendar());
  // January 2026 has 22 weekdays, the year 261. 24 slots for a Poisson mean of 4: P(demand > 24) < 1e-11.
  const double visits_a_day = 4.0 * (1 - 0.10 - 0.05 - 0.05);
  const auto linear = contract_of("x", {pay_line("base", fixed_pay(120'000, Span::year)),
                                        pay_line("work", measured_pay("generated_wrvu", SingleRate{50.0}))});
  const auto found = controls.of(linear);
  CHECK(mean_of(found, Measure::completed_visits, "month_01") == Approx(22 * visits_a_day).epsilon(1e-9));
  CHECK(mean_of(found, Measure::completed_visits, "horizon") == Approx(261 * visits_a_day).epsilon(1e-9));
  CHECK(mean_of(found, Measure::income_usd, "horizon") ==
        Approx(120'000 + 50.0 * 261 * visits_a_day * 1.61).epsilon(1e-9));
  auto pushed = linear;
  pushed.push = Push{0.05, 12};
  CHECK(controls.of(pushed).empty());  // its paths add visits to those that were sampled
}

TEST_CASE("the mean of collections is that of the codes", "[unit][controls]") {
  // Its own law would live on a lattice of cents: seconds and gigabytes for nothing but a mean.
  const Study study;
  auto practice = plain();
  practice.codes[0].usd_cents = 9'519;
  practice.codes[1].usd_cents = 13'561;
  const exact::PracticeControls controls(practice, {"base", {}}, study.calendar());
  const auto share = contract_of("x", {pay_line("share", measured_pay("collections_usd", SingleRate{0.4}))});
  CHECK(mean_of(controls.of(share), Measure::income_usd, "horizon") ==
        Approx(0.4 * 261 * 4.0 * 0.8 * 115.40).epsilon(1e-9));
}

TEST_CASE("there is no control where there is no closed form", "[unit][controls]") {
  const Study study;
  auto practice = plain();
  practice[Parameter::no_show_rate] = Pert{0.03, 0.08, 0.18};
  const auto rate = contract_of("x", {pay_line("work", measured_pay("completed_visits", SingleRate{50.0}))});
  CHECK(exact::PracticeControls(practice, {"base", {}}, study.calendar()).of(rate).empty());
  // Of contracts that are not linear, the visits alone are controlled.
  const exact::PracticeControls controls(plain(), {"base", {}}, study.calendar());
  const auto has_income = [&](const Contract& c) {
    const auto all = controls.of(c);
    return std::ranges::any_of(all, [](const Control& x) { return x.measure == Measure::income_usd; });
  };
  CHECK(has_income(rate));
  auto capped = rate;
  capped.adjust = {adjustment("cap", Cap{1000.0})};
  CHECK_FALSE(has_income(capped));
  TierLadder ladder;
  ladder.tiers = {tier_above(100, 60)};
  CHECK_FALSE(has_income(contract_of("x", {pay_line("work", measured_pay("completed_visits", ladder))})));
  CHECK_FALSE(has_income(contract_of("x", {pay_line("base", fixed_pay(1000))})));
}

}  // namespace controls_test
