#include "analysis/fit/fit_practice.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

#include "analysis/fit/demand.h"
#include "analysis/fit/fit_check.h"
#include "analysis/fit/priors.h"
#include "analysis/fit/simulate_days.h"
#include "analysis/fit/write_practice.h"
#include "tests/support/fit_truths.h"

namespace paystress::fit::fit_practice_test {
namespace {

using namespace std::chrono;
using enum Parameter;

const FittedNumber& number(const FittedPractice& fitted, Parameter p) {
  for (const auto& n : fitted.numbers)
    if (n.parameter == p) return n;
  throw std::out_of_range("not fitted");
}

DrawnPractice plain_practice() {
  auto truth = test::draw_truth(3, 1.6);
  truth[visits_per_day] = 18;
  truth[slots_per_hour] = 3;
  truth[session_hours] = 8;
  truth[demand_monthly_cv] = 0.04;
  truth[demand_daily_cv] = 0.08;
  truth[no_show_rate] = 0.1;
  truth[days_off_per_year] = 24;
  truth[visit_minutes_sd] = 6;
  return truth;
}

FitOptions office() {
  FitOptions options;
  options.known_codes = {"99212", "99213", "99214", "99215"};
  return options;
}

TEST_CASE("more months give narrower numbers", "[fit][practice]") {
  const auto truth = plain_practice();
  const sys_days first(2022y / January / 1);
  const auto few = fit_practice(simulate_days(truth, first, 3, 5), office());
  const auto many = fit_practice(simulate_days(truth, first, 36, 5), office());
  for (const auto p : {visits_per_day, no_show_rate, demand_daily_cv, demand_monthly_cv, visit_minutes,
                       days_off_per_year, messages_per_visit}) {
    INFO(parameter_info(p).key);
    CHECK(number(many, p).high - number(many, p).low < number(few, p).high - number(few, p).low);
  }
  CHECK(few.season_basis == Basis::prior);
  CHECK(many.season_basis != Basis::prior);
  CHECK(number(few, demand_monthly_ar1).basis == Basis::prior);
  CHECK(number(many, demand_monthly_ar1).basis != Basis::prior);
}

// One day that is not full tells much of demand, and upper ends of 18 to 23 are right then: logs with such
// days, about half, are left out. The coverage of logs of full days is in recovery_test.cpp.
TEST_CASE("where every day is full the upper end of demand is the prior's", "[fit][practice]") {
  auto truth = plain_practice();
  truth[slots_per_hour] = 1;  // 8 slots for 18 who ask
  int all_full = 0;
  for (std::uint64_t seed = 1; seed <= 16; ++seed) {
    const auto demand = fit_demand(simulate_days(truth, sys_days(2024y / January / 1), 6, seed));
    if (demand.full_days < demand.days) continue;
    ++all_full;
    CHECK(interval90(demand.visits_per_day).high > interval90(prior_of(visits_per_day).law).high);
  }
  CHECK(all_full >= 4);
}

TEST_CASE("days that are full tell only that demand is at least the slots", "[fit][practice]") {
  auto truth = plain_practice();
  truth[slots_per_hour] = 1;  // 8 slots for 18 who ask
  const auto full = fit_practice(simulate_days(truth, sys_days(2024y / January / 1), 6, 6), office());
  const auto& demand = number(full, visits_per_day);
  CHECK(demand.low > 8);
  REQUIRE(full.warnings.size() == 1);
  CHECK(full.warnings[0].find("is at least the slots, and the prior") != std::string::npos);
  // Half of the days full: the others tell the demand.
  truth[slots_per_hour] = 18.0 / 8;
  const auto half = fit_practice(simulate_days(truth, sys_days(2024y / January / 1), 6, 6), office());
  CHECK(number(half, visits_per_day).low < 18);
  CHECK(number(half, visits_per_day).high > 18);
  CHECK(number(half, visits_per_day).high < 22);
}

TEST_CASE("the mix is the prior's visits and the coded ones", "[fit][practice]") {
  Log log = simulate_days(plain_practice(), sys_days(2024y / January / 1), 3, 7);
  log.codes = {{"99213", 500}, {"99215", 300}, {"G0000", 9}};
  const auto fitted = fit_practice(log, office());
  CHECK(std::get<Known>(number(fitted, codes_concentration).law).value == Approx(1000));
  REQUIRE(fitted.practice.codes.size() == 4);
  CHECK(fitted.practice.codes[1].share == Approx((500 + 0.537 * 200) / 1000));
  CHECK(fitted.practice.codes[3].share == Approx((300 + 0.02 * 200) / 1000));
  CHECK(fitted.left_codes == std::vector<std::string>{"G0000"});
}

TEST_CASE("a month a row tells the level, the rates and the months", "[fit][practice]") {
  const auto days = simulate_days(plain_practice(), sys_days(2022y / January / 1), 24, 8);
  Log months;
  months.grain = Grain::month;
  months.works = days.works;
  for (const auto& r : days.records) {
    const year_month_day d(r.date);
    const sys_days first(d.year() / d.month() / 1);
    if (months.records.empty() || months.records.back().date != first) {
      months.records.emplace_back();
      months.records.back().date = first;
    }
    auto& to = months.records.back();
    for (const auto c : {Count::booked, Count::no_shows, Count::completed}) to[c] = to[c].value_or(0) + *r[c];
    to[Count::workdays] = to[Count::workdays].value_or(0) + 1;
  }
  const auto fitted = fit_practice(months, office());
  CHECK(number(fitted, visits_per_day).low < 18);
  CHECK(number(fitted, visits_per_day).high > 18);
  CHECK(number(fitted, visits_per_day).high < 20);
  CHECK(number(fitted, no_show_rate).low < 0.1);
  CHECK(number(fitted, no_show_rate).high > 0.1);
  CHECK(number(fitted, demand_daily_cv).basis == Basis::prior);
  CHECK(number(fitted, no_show_daily_rho).basis == Basis::prior);
  CHECK(fitted.weekday_basis == Basis::prior);
}

TEST_CASE("laws are written as a study has them", "[fit][practice]") {
  CHECK(study_text(Known{0.6}) == "0.6");
  CHECK(study_text(BetaMeanSd{0.081234567, 0.004}) == "{ mean = 0.081235, sd = 0.004 }");
  CHECK(study_text(GammaMeanSd{25, 10}) == "{ mean = 25, sd = 10 }");
  CHECK(study_text(Lognormal{18.2, 0.1}) == "{ median = 18.2, cv = 0.10025 }");
}

TEST_CASE("the check finds a right practice right and sees a trend", "[fit][check]") {
  auto truth = plain_practice();
  auto log = simulate_days(truth, sys_days(2023y / January / 1), 12, 9);
  const auto right = check_fit(log, fit_practice(log, office()), 200);
  CHECK(right.rows.size() > 100);
  CHECK(right.warnings().empty());
  // Demand that doubles over the year is no month-to-month state of a few per cent.
  for (std::size_t i = 0; i < log.records.size(); ++i) {
    auto& r = log.records[i];
    const double share = 0.5 + 0.5 * static_cast<double>(i) / static_cast<double>(log.records.size());
    r[Count::booked] = static_cast<long>(share * static_cast<double>(*r[Count::booked]));
    r[Count::no_shows] = std::min(*r[Count::no_shows], *r[Count::booked]);
  }
  const auto trend = check_fit(log, fit_practice(log, office()), 200);
  const auto seen = std::ranges::find_if(
      trend.rows, [](const CheckRow& r) { return r.column == "booked" && r.statistic == "trend"; });
  REQUIRE(seen != trend.rows.end());
  CHECK(seen->seen > 0.4);
  CHECK(seen->tail_prob < 0.1);
  CHECK(fit_check_csv(right).starts_with(
      "column,group,statistic,seen,fitted_mean,fitted_p05,fitted_p95,tail_prob,warning\nbooked,"));
}

const CheckRow& row_of(const FitCheck& check, std::string_view statistic) {
  const auto it = std::ranges::find_if(
      check.rows, [&](const CheckRow& r) { return r.column == "booked" && r.statistic == statistic; });
  if (it == check.rows.end()) throw std::out_of_range("no such row");
  return *it;
}

TEST_CASE("the check sees a lasting change and a second peak", "[fit][check]") {
  auto truth = plain_practice();
  truth[slots_per_hour] = 8;
  const auto first = sys_days(2023y / January / 1);
  // Twelve months, then twelve at half of them: no state of a few per cent, and no straight line.
  auto log = simulate_days(truth, first, 24, 9);
  for (auto& r : log.records)
    if (r.date >= first + years(1)) r[Count::booked] = *r[Count::booked] / 2;
  const auto change = row_of(check_fit(log, fit_practice(log, office()), 400), "regime");
  CHECK(change.seen == Approx(2.0 / 3).margin(0.05));
  // Every other day is worked with a colleague: twice as many visits.
  auto days = simulate_days(truth, first, 12, 9);
  for (std::size_t i = 0; i < days.records.size(); i += 2) days.records[i][Count::booked] = 45;
  const auto two = row_of(check_fit(days, fit_practice(days, office()), 400), "second_peak");
  CHECK(two.seen > 0.6);
  CHECK(two.tail_prob < 0.01);
  CHECK(two.warning.find("the days have a second peak") != std::string::npos);
}

}  // namespace
}  // namespace paystress::fit::fit_practice_test
