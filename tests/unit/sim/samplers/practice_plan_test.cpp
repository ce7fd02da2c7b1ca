#include "sim/samplers/practice_plan.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

namespace practice_plan_test {

using namespace paystress;
using enum Parameter;

namespace {

Calendar months_of_2026(int months) { return {std::chrono::year(2026) / 1 / 1, months}; }

Practice coded() {
  Practice practice;
  practice.codes = {{"99213", 0.6, 130, 9000}, {"99214", 0.4, 192, 13000}};
  return practice;
}

Stress one_part(StressPart part) {
  part.last_month = 12;
  return {"test", {std::move(part)}};
}

samplers::PracticePlan plan_of(const Practice& practice, const Stress& stress = {"base", {}}) {
  return samplers::make_plan(practice, stress, months_of_2026(14));
}

}  // namespace

TEST_CASE("a plan lays out the scheduled workdays", "[plan]") {
  Practice practice;
  practice.weekday_factor[0] = 1.07;
  practice.season[1] = 0.9;
  const auto plan = plan_of(practice);
  CHECK(plan.workdays_per_year == 5 * 365.25 / 7);
  REQUIRE(plan.months.size() == 14);
  // January 2026 starts on a Thursday and has 22 weekdays; 2 February is its first Monday, day 32.
  CHECK(plan.months[0].workdays.size() == 22);
  CHECK(plan.months[0].workdays.front().day == 0);
  CHECK(plan.months[1].workdays.front().day == 32);
  CHECK(plan.months[1].workdays.front().demand_factor == 1.07 * 0.9);
  CHECK(plan.months[1].workdays[1].demand_factor == 0.9);
  REQUIRE(plan.years.size() == 2);
  CHECK(plan.years[0].workdays == 261);
  CHECK(plan.years[0].share == 1.0);
  CHECK(plan.years[1].first_month == 13);
  CHECK(plan.years[1].share == 2.0 / 12);
}

TEST_CASE("uncertain numbers are traits in order of key", "[plan]") {
  Practice practice;
  practice[no_show_rate] = Pert{0.03, 0.08, 0.18};
  practice[visits_per_day] = Lognormal{20, 0.1};
  practice.events = {{"illness", Known{0.5}, GammaMeanSd{5, 2}, 0.0, 1.0}};
  practice.correlation = {{"no_show.rate", "demand.visits_per_day", -0.5}};
  const auto plan = plan_of(practice);
  REQUIRE(plan.traits.size() == 3);
  CHECK(plan.traits[0].key == "demand.visits_per_day");
  CHECK(plan.traits[1].key == "events.illness.days");
  CHECK(plan.traits[1].number == samplers::PracticePlan::days_of(0));
  CHECK(plan.traits[2].key == "no_show.rate");
  CHECK(plan.traits[2].high == 1.0);
  CHECK(plan.numbers[samplers::PracticePlan::per_year_of(0)] == 0.5);
  const Eigen::MatrixXd correlation = plan.trait_factor * plan.trait_factor.transpose();
  CHECK(correlation(0, 2) == Approx(2 * std::sin(-std::numbers::pi / 12)).epsilon(1e-14));
  CHECK(correlation(0, 1) == Approx(0).margin(1e-15));
}

TEST_CASE("innovations of monthly states keep the correlation of a month", "[plan]") {
  Practice practice;
  practice[demand_monthly_ar1] = Known{0.8};
  practice[messages_monthly_ar1] = Known{0.3};
  practice.correlation = {{"demand", "inbox.messages", 0.3}};
  const auto plan = plan_of(practice);
  const Eigen::MatrixXd innovations = plan.innovation_factor * plan.innovation_factor.transpose();
  // Stationary covariance of the pair: c sqrt(1 - a^2) sqrt(1 - b^2) / (1 - a b).
  const double r = innovations(0, 2) * std::sqrt((1 - 0.64) * (1 - 0.09)) / (1 - 0.24);
  CHECK(r == Approx(2 * std::sin(std::numbers::pi * 0.3 / 6)).epsilon(1e-14));
}

TEST_CASE("stresses are laid out by month", "[plan]") {
  Stress stress{"test", {}};
  StressPart first;
  first.first_month = 2, first.last_month = 3;
  first.counts = {{StressedCount::demand, 0.8}, {StressedCount::messages, 1.0}};
  first.slots = {{0.5}};
  first.parameters = {{no_show_rate, {2, 0, {}}}, {audit_down, {1, 0, {}}}};
  first.recodes = {{"99214", "99213", 0.7}};
  StressPart second;
  second.first_month = 3, second.last_month = 99;
  second.counts = {{StressedCount::demand, 1.5}};
  second.parameters = {{no_show_rate, {1, 0.9, {}}}};
  stress.parts = {first, second};
  const auto plan = plan_of(coded(), stress);
  const auto demand = static_cast<std::size_t>(StressedCount::demand);
  CHECK(plan.months[0].count_factor[demand] == 1.0);
  CHECK(plan.months[1].count_factor[demand] == 0.8);
  CHECK(plan.months[2].count_factor[demand] == 0.8 * 1.5);
  CHECK(plan.months[13].count_factor[demand] == 1.5);
  CHECK(plan.months[1].slots_factor == 0.5);
  CHECK(plan.months[1].changes.size() == 1);  // x1.0 is no change
  REQUIRE(plan.months[1].recodes.size() == 1);
  CHECK(plan.months[1].recodes[0].from == 1);
  CHECK(plan.months[1].recodes[0].to == 0);
  auto numbers = plan.numbers;
  samplers::apply_changes(plan.months[2], numbers);
  CHECK(numbers[samplers::PracticePlan::number_of(no_show_rate)] == 1.0);  // 2 x 0.08 + 0.9, clamped
  CHECK(numbers[samplers::PracticePlan::number_of(late_cancel_rate)] == 0.0);
  CHECK(numbers[samplers::PracticePlan::number_of(tech_failure_lost)] == 0.0);
}

TEST_CASE("what the model cannot mean is refused", "[plan]") {
  Practice practice = coded();
  practice[no_show_rate] = Pert{0.03, 0.08, 0.18};
  const auto with_correlation = [&](std::vector<RankCorrelation> correlation) {
    auto p = practice;
    p.correlation = std::move(correlation);
    return p;
  };
  CHECK_THROWS_WITH(plan_of(with_correlation({{"demand", "no_show.rate", 0.3}})),
                    "demand and no_show.rate cannot be correlated: two uncertain numbers or two monthly "
                    "states can");
  CHECK_THROWS_WITH(
      plan_of(with_correlation({{"demand", "no_show", 0.9},
                                {"demand", "inbox.messages", 0.9},
                                {"no_show", "inbox.messages", -0.9}})),
      "the correlations of the monthly states are not positive definite: no joint law has them");
  StressPart part;
  part.counts = {{StressedCount::booked_visits, 1.1}};
  CHECK_THROWS_WITH(plan_of(practice, one_part(part)),
                    "booked_visits can only be multiplied by up to 1: raise demand or slots instead");
  part = {};
  part.parameters = {{audit_lag_months, {1, 1, {}}}};
  CHECK_THROWS_WITH(plan_of(practice, one_part(part)), "audit.lag_months cannot change for some months");
  part = {};
  part.recodes = {{"99214", "99212", 1.0}};
  CHECK_THROWS_WITH(plan_of(practice, one_part(part)),
                    "no recoding from 99214 to 99212: the practice has no such code");
}

TEST_CASE("the ramp reaches 95 % of mature in the stated month", "[plan]") {
  CHECK(samplers::ramp_share(0.35, 20, 1) ==
        Approx(1 - 0.65 * std::pow(0.05 / 0.65, 0.5 / 20)).epsilon(1e-14));
  // Month m is evaluated in its middle: the end of month 20 lies between months 20 and 21.
  CHECK(samplers::ramp_share(0.35, 20, 20) < 0.95);
  CHECK(samplers::ramp_share(0.35, 20, 21) > 0.95);
  CHECK(samplers::ramp_share(0.95, 20, 1) == 1.0);
}

TEST_CASE("expected visits per scheduled workday", "[plan]") {
  Practice practice;
  practice[no_show_rate] = Known{0.1};
  practice[late_cancel_rate] = Known{0.05};
  practice[tech_failure_rate] = Known{0.2};
  practice[tech_failure_lost] = Known{0.25};
  practice[days_off_per_year] = Known{26};
  const auto plan = plan_of(practice);
  // 20 asked a day, 24 slots; 80 % kept; 260.89 scheduled days less 26.
  CHECK(samplers::expected_visits_per_workday(plan.numbers, 1.0, plan.workdays_per_year) ==
        Approx(20 * 0.8 * (1 - 26 * 7 / (5 * 365.25))).epsilon(1e-14));
  practice[visits_per_day] = Known{30};
  CHECK(samplers::expected_visits_per_workday(plan_of(practice).numbers, 1.0, plan.workdays_per_year) ==
        Approx(24 * 0.8 * (1 - 26 * 7 / (5 * 365.25))).epsilon(1e-14));
}

}  // namespace practice_plan_test
