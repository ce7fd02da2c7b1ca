#include "sim/exact/exact_practice.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/full_practice.h"
#include "tests/support/simple_practice.h"
#include "tests/support/visit_law.h"

namespace exact_practice_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

samplers::PracticePlan plan_of(const Practice& practice, int months = 1,
                               const Stress& stress = {"base", {}}) {
  return samplers::make_plan(practice, stress, Calendar(std::chrono::year(2026) / 1 / 1, months));
}

/// Moments of a month of the simple practice, from day laws by pairs of visits and days: apart from all
/// convolutions.
LawMoments closed_form(const VisitValue& visit, double off = 25.0 / 12) {
  std::vector<DaySum> days;
  for (std::size_t i = 0; i < january_workdays().size(); ++i)
    days.push_back(sum_over_booked(simple_day(), visit));
  return sum_over_worked(days, off);
}

void check_moments(const samplers::PracticePlan& plan, const char* column, const LawMoments& law) {
  const exact::LatticeLaw month = exact::ExactMonths(plan, column).month(1);
  INFO(column);
  CHECK(month.mean() == Approx(law.mean).epsilon(1e-11));
  CHECK(month.variance() == Approx(law.variance).epsilon(1e-9));
}

}  // namespace

TEST_CASE("exact months have the closed moments", "[exact]") {
  Practice practice = simple_practice();
  practice[demand_daily_cv] = Known{0};
  const auto plan = plan_of(practice);
  const Fates fates = simple_fates();
  check_moments(plan, "booked_visits", closed_form({1, 1, 1}));
  check_moments(plan, "no_shows", closed_form(fates.no_shows()));
  check_moments(plan, "late_cancels", closed_form(fates.other(fates.late_cancel)));
  check_moments(plan, "tech_failures", closed_form(fates.other(fates.lost)));
  check_moments(plan, "completed_visits", closed_form(fates.other(fates.completed())));
  std::vector<Fates::Outcome> coded;
  for (const auto& code : practice.codes)
    coded.push_back({code.share, static_cast<double>(code.work_rvu_hundredths)});
  check_moments(plan, "generated_wrvu", closed_form(fates.of_completed(coded)));
}

TEST_CASE("exact months of a single workday are the day's law", "[exact]") {
  // Mondays only in a month with four of them, all but one off: what is left is one day, enumerated here.
  Practice practice = simple_practice();
  practice.works = {true, false, false, false, false, false, false};
  practice[days_off_per_year] = Known{51};
  practice[demand_daily_cv] = Known{0};
  const auto plan = plan_of(practice, 12);  // 52 Mondays in 2026, 51 of them off
  const exact::ExactMonths months(plan, "completed_visits");
  const auto& month = months.months().front();
  REQUIRE(month.workdays == 4);
  CHECK(month.days_off.size() == 2);  // 3 or 4 off
  const exact::LatticeLaw& one_day = month.given.front();
  CHECK(month.days_off.front().days == 3);
  CHECK(month.days_off.front().probability == Approx(4.0 / 52).epsilon(1e-12));
  const Fates fates = simple_fates();
  double checked = 0;
  for (std::size_t i = 0; i < one_day.size(); ++i) {
    // P(n completed): bookings, of which each is completed with (1 - q) c / (1 - p), q by its urn.
    const auto n = static_cast<double>(one_day.value(i));
    const double p = simple_day().expect([&](double demand, double slots) {
      const double b = std::min(demand, slots);
      double sum = 0;
      const double weight = (1 - fates.rho) / fates.rho;
      double no_shows = 1;  // P(k no-shows of b)
      for (double k = 0; k < b; ++k) no_shows *= ((1 - fates.no_show) * weight + k) / (weight + k);
      for (double k = 0; k <= b - n; ++k) {
        const double success = fates.completed() / (1 - fates.no_show);
        double choose = std::pow(success, n) * std::pow(1 - success, b - k - n);
        for (double j = 0; j < n; ++j) choose *= (b - k - j) / (j + 1);
        sum += no_shows * choose;
        no_shows *=
            (b - k) / (k + 1) * (fates.no_show * weight + k) / ((1 - fates.no_show) * weight + b - k - 1);
      }
      return sum;
    });
    CHECK(one_day.probability(i) == Approx(p).margin(1e-13));
    checked += p;
  }
  CHECK(checked == Approx(1).epsilon(1e-12));
}

TEST_CASE("exact months follow ramp, season and stresses", "[exact]") {
  Practice practice = simple_practice();
  practice[demand_daily_cv] = Known{0};
  practice[days_off_per_year] = Known{0};
  practice[slots_per_hour] = Known{20};  // nobody is turned away, so that means are products
  practice[ramp_start] = Known{0.5};
  practice[ramp_months_to_95] = Known{6};
  practice.season[1] = 0.8;
  StressPart part;
  part.first_month = part.last_month = 3;
  part.counts = {{StressedCount::booked_visits, 0.75}, {StressedCount::demand, 1.2}};
  part.recodes = {{practice.codes[1].code, practice.codes[0].code, 0.5}};
  part.parameters = {{no_show_rate, {2, 0, {}}}};
  const auto plan = plan_of(practice, 3, {"test", {part}});
  const exact::ExactMonths visits(plan, "completed_visits");
  const exact::ExactMonths wrvu(plan, "generated_wrvu");
  const Fates fates = simple_fates();
  const auto share = [](int m) { return 1 - 0.5 * std::pow(0.1, (m - 0.5) / 6); };
  const double asked = simple_day().mean_demand;
  CHECK(visits.month(1).mean() == Approx(22 * asked * share(1) * fates.completed()).epsilon(1e-10));
  CHECK(visits.month(2).mean() == Approx(20 * asked * share(2) * 0.8 * fates.completed()).epsilon(1e-10));
  const double stressed = 22 * asked * share(3) * 1.2 * 0.75 * (fates.completed() - fates.no_show);
  CHECK(visits.month(3).mean() == Approx(stressed).epsilon(1e-10));
  double mean_wrvu = 0;
  for (const auto& code : practice.codes)
    mean_wrvu += code.share * static_cast<double>(code.work_rvu_hundredths);
  mean_wrvu +=
      practice.codes[1].share * 0.5 *
      static_cast<double>(practice.codes[0].work_rvu_hundredths - practice.codes[1].work_rvu_hundredths);
  CHECK(wrvu.month(3).mean() == Approx(stressed * mean_wrvu).epsilon(1e-10));
}

TEST_CASE("a daily shock without memory is integrated", "[exact]") {
  // With open slots the variance of a month is Poisson plus that of the daily factors, cv^2 each.
  Practice practice = simple_practice();
  practice[demand_daily_cv] = Known{0.3};
  practice[demand_daily_ar1] = Known{0};
  practice[days_off_per_year] = Known{0};
  practice[slots_per_hour] = Known{60};
  const double asked = simple_day().mean_demand;
  const exact::LatticeLaw law = exact::ExactMonths(plan_of(practice), "booked_visits").month(1);
  CHECK(law.mean() == Approx(22 * asked).epsilon(1e-10));
  CHECK(law.variance() == Approx(22 * (asked + asked * asked * 0.09)).epsilon(1e-10));
}

TEST_CASE("what ties months together is refused with the reason", "[exact]") {
  const auto reasons = exact::why_not_exact(plan_of(full_practice()));
  const auto says = [&](const std::string& text) { return std::ranges::count(reasons, text) == 1; };
  CHECK(says("no_show.rate is uncertain: all months of a path share what is drawn for it"));
  CHECK(says("demand.monthly_cv is not 0: months share their state"));
  CHECK(says("no_show.monthly_cv is not 0: months share their state"));
  CHECK(says("demand.daily_ar1 is not 0: days remember each other"));
  CHECK(says("codes.concentration is not 0: all months of a path share a code mix"));
  CHECK(says("events.illness covers several days and months"));
  CHECK(exact::why_not_exact(plan_of(simple_practice())).empty());
  for (const auto& [parameter, value] : {std::pair{days_off_spell, 5.0},
                                         {demand_returning, 0.5},
                                         {late_cancel_refilled, 0.5},
                                         {overbooked, 1.0}}) {
    Practice practice = simple_practice();
    practice[parameter] = Known{value};
    const auto why = exact::why_not_exact(plan_of(practice));
    REQUIRE(why.size() == 1);
    CHECK(why[0].starts_with(parameter_info(parameter).key));
  }
  Practice by_day = simple_practice();
  by_day.no_show_season[0] = 1.1;
  CHECK(exact::why_not_exact(plan_of(by_day)) ==
        std::vector<std::string>{"no_show.weekday or no_show.season make the days' no-show rates differ"});
  Practice lagging = simple_practice();
  lagging[audit_lag_months] = Known{2};
  CHECK_THROWS_WITH(exact::ExactMonths(plan_of(lagging), "credited_wrvu"),
                    "the months of credited_wrvu have no exact law");
  CHECK_THROWS_WITH(exact::ExactMonths(plan_of(simple_practice()), "after_hours"),
                    "the months of after_hours have no exact law");
}

}  // namespace exact_practice_test
