// Columns drawn with the practice and kinds of shift: against closed forms, by month and by day.

#include <boost/math/distributions/binomial.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/exact/exact_practice.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/simple_practice.h"

namespace own_numbers_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr double days_of_january = 22;  // weekdays of January 2026

/// Eight slots a day that are always booked; each visit is missed with probability 0.2.
Case full_days() {
  Case c;
  c.practice = simple_practice();
  c.practice[session_hours] = Known{8};
  c.practice[slots_per_hour] = Known{1};
  c.practice[days_off_per_year] = Known{0};
  c.practice[visits_per_day] = Known{500};
  c.practice[panel_mature] = Known{300};
  c.practice[no_show_rate] = Known{0.2};
  c.practice[no_show_daily_rho] = Known{0};
  c.practice[late_cancel_rate] = Known{0};
  c.practice[tech_failure_rate] = Known{0};
  return c;
}

DrawnColumn share_of(const char* name, const char* of, double share) {
  DrawnColumn column{name, DrawnColumn::Law::share, of, {}};
  column.numbers[static_cast<std::size_t>(ColumnNumber::share)] = Known{share};
  return column;
}

DrawnColumn events(const char* name, std::vector<std::pair<ColumnNumber, double>> numbers) {
  DrawnColumn column{name, DrawnColumn::Law::events, "", {}};
  for (const auto& [n, x] : numbers) column.numbers[static_cast<std::size_t>(n)] = Known{x};
  return column;
}

DrawnColumn score(const char* name, double mean, double concentration) {
  DrawnColumn column{name, DrawnColumn::Law::score, "", {}};
  column.numbers[static_cast<std::size_t>(ColumnNumber::score_mean)] = Known{mean};
  column.numbers[static_cast<std::size_t>(ColumnNumber::score_concentration)] = Known{concentration};
  return column;
}

/// A column of two days (rows of the grid) of every path.
struct Days {
  std::vector<double> first, second;
};

Days days_of(samplers::SamplerKind kind, const Case& c, const std::string& column) {
  const auto sampler = samplers::make_sampler(kind, {&c.practice, &c.stress, c.calendar(), c.seed});
  const auto& layout = sampler->layout();
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < layout.size(); ++i)
    if (layout[i].finest == ColumnFinest::day) columns.push_back(i);
  Days all;
  const auto at = layout.find(column).value();
  for (std::size_t first = 0; first < c.paths; first += samplers::block_paths) {
    const std::size_t n = std::min(samplers::block_paths, c.paths - first);
    LedgerBlock months(static_cast<std::size_t>(c.months), layout.size(), n);
    DayLedger days(layout, columns, sampler->days(), n);
    sampler->sample_days(first, months, &days);
    for (std::size_t i = 0; i < n; ++i) {
      all.first.push_back(days.find(2, at)[i]);
      all.second.push_back(days.find(9, at)[i]);
      double sum = 0;
      for (std::size_t d = 0; d < sampler->days().days.size(); ++d)
        if (sampler->days().days[d].month == 1) sum += days.find(d, at)[i];
      // The months are sums of their days.
      if (sum != months.at(0, at)[i]) throw std::logic_error(column + ": days do not add up to the month");
    }
  }
  return all;
}

/// Columns of `a` that `b` has too are the same to the byte, in every month.
bool agree_where_shared(const LedgerSample& a, const LedgerSample& b) {
  for (int month = 1; month <= static_cast<int>(a.months()); ++month)
    for (std::size_t c = 0; c < a.layout().size(); ++c) {
      const auto& name = a.layout()[c].name;
      if (b.layout().find(name) && !std::ranges::equal(a.of(month, name), b.of(month, name))) return false;
    }
  return true;
}

}  // namespace

// 20,000 paths: a mean of 42 intakes is known to 0.1 %, so a share off by a hundredth is seen.
TEST_CASE("a share of a count is a binomial of it, by month and by day", "[statistical][columns]") {
  constexpr double share = 0.3;
  for (const auto kind : sampler_kinds()) {
    Case c = full_days();
    c.practice.columns = {share_of("intakes", "completed_visits", share)};
    const LedgerSample s(kind, c);
    const double n = 8 * days_of_january;
    const auto intakes = s.of(1, "intakes");
    const auto visits = s.of(1, "completed_visits");
    const auto days = days_of(kind, c, "intakes");
    Deviations d;
    d.moments("intakes", intakes, {n * 0.8 * share, n * 0.8 * share * (1 - 0.8 * share)});
    // Given the visits each counts by itself: the covariance is the share of their variance.
    d.covariance("with visits", intakes, n * 0.8 * share, visits, n * 0.8, share * n * 0.8 * 0.2);
    const double of_day = 8 * 0.8 * share;
    d.moments("of a day", days.first, {of_day, of_day * (1 - 0.8 * share)});
    d.covariance("of two days", days.first, of_day, days.second, of_day, 0.0);
    INFO(name_of(kind) << "\n" << d.report());
    CHECK(d.pass());
    Deviations off;
    off.mean("intakes", intakes, {n * 0.8 * share * 1.01, n * 0.8 * share * (1 - 0.8 * share)});
    CHECK_FALSE(off.pass());
  }
}

TEST_CASE("a share of completed visits has its exact law", "[statistical][columns]") {
  Case c = full_days();
  c.practice.columns = {share_of("intakes", "completed_visits", 0.3)};
  c.practice[demand_daily_cv] = Known{0};
  const auto plan = samplers::make_plan(c.practice, c.stress, c.calendar());
  const auto law = exact::ExactMonths(plan, "intakes").month(1);
  const boost::math::binomial binomial(8 * days_of_january, 0.8 * 0.3);
  for (std::size_t i = 0; i < law.size(); ++i)
    CHECK(law.probability(i) == Approx(pdf(binomial, static_cast<double>(law.value(i)))).margin(1e-12));
}

TEST_CASE("events are Poisson of what they follow, times the month's state", "[statistical][columns]") {
  constexpr double a_day = 0.5, a_visit = 0.1, cv = 0.4;
  using enum ColumnNumber;
  for (const auto kind : sampler_kinds()) {
    Case c = full_days();
    c.practice.columns = {events("calls", {{per_month, 3.5}, {per_member, 0.01}}),
                          events("forms", {{per_workday, a_day}, {per_visit, a_visit}, {monthly_cv, cv}})};
    const LedgerSample s(kind, c);
    const auto days = days_of(kind, c, "forms");
    Deviations d;
    d.moments("calls", s.of(1, "calls"), {6.5, 6.5});
    // Of a Poisson with the mean L S, S of mean 1: mean E L, variance E L + E L^2 (1 + cv^2) - (E L)^2.
    const auto of = [&](double n) {
      const double mean = a_day * n + a_visit * 8 * n * 0.8;
      const double variance = a_visit * a_visit * 8 * n * 0.8 * 0.2;
      return LawMoments{mean, mean + (variance + mean * mean) * (1 + cv * cv) - mean * mean};
    };
    d.moments("forms", s.of(1, "forms"), of(days_of_january));
    d.moments("of a day", days.first, of(1));
    // Two days share the month's state and nothing else.
    d.covariance("of two days", days.first, of(1).mean, days.second, of(1).mean,
                 of(1).mean * of(1).mean * cv * cv);
    INFO(name_of(kind) << "\n" << d.report());
    CHECK(d.pass());
  }
}

TEST_CASE("a score is one beta variate a study year", "[statistical][columns]") {
  for (const auto kind : sampler_kinds()) {
    Case c = full_days();
    c.months = 14;
    c.practice.columns = {score("on_time", 0.9, 30)};
    const LedgerSample s(kind, c);
    const LawMoments law{0.9, 0.9 * 0.1 / 31};
    Deviations d;
    d.moments("year 1", s.of(1, "on_time"), law);
    d.moments("year 2", s.of(13, "on_time"), law);
    d.covariance("of two years", s.of(1, "on_time"), 0.9, s.of(13, "on_time"), 0.9, 0.0);
    INFO(name_of(kind) << "\n" << d.report());
    CHECK(d.pass());
    CHECK(std::ranges::equal(s.of(1, "on_time"), s.of(12, "on_time")));
    CHECK(std::ranges::equal(s.of(13, "on_time"), s.of(14, "on_time")));
  }
}

TEST_CASE("drawn columns move no other number, nor each other", "[statistical][columns]") {
  for (const auto kind : sampler_kinds())
    for (const auto& stress : {Stress{"base", {}}, everything_stressed()}) {
      Case c;
      c.practice = full_practice();
      c.stress = stress;
      c.months = 5;
      c.paths = 300;
      const LedgerSample plain(kind, c);
      add_own_numbers(c.practice);
      c.practice.shifts.clear();
      const LedgerSample all(kind, c);
      INFO(name_of(kind) << " " << stress.name);
      CHECK(agree_where_shared(plain, all));
      std::erase_if(c.practice.columns, [](const DrawnColumn& x) { return x.name != "intakes"; });
      CHECK(agree_where_shared(LedgerSample(kind, c), all));
      // Days are dealt whether columns are drawn or not, and a stress of a column is the column's alone.
      StressPart part;
      part.first_month = part.last_month = 2;
      part.own_numbers = {{"columns.intakes.share", {2, 0, {}}}};
      c.stress.parts.push_back(part);
      const LedgerSample stressed(kind, c);
      CHECK(agree_where_shared(plain, stressed));
      CHECK(std::ranges::equal(stressed.of(1, "intakes"), all.of(1, "intakes")));
      CHECK(std::ranges::equal(stressed.of(3, "intakes"), all.of(3, "intakes")));
      double more = 0;
      double before = 0;
      for (std::size_t i = 0; i < c.paths; ++i) {
        more += stressed.of(2, "intakes")[i];
        before += all.of(2, "intakes")[i];
      }
      // 300 paths of some 70 intakes: 1 % of the sum is one standard error, twice as many a hundred.
      CHECK(more == Approx(2 * before).epsilon(0.05));
    }
}

TEST_CASE("shifts by weekday have their own hours, slots, demand and no-shows", "[statistical][shifts]") {
  constexpr double fridays = 5;
  ShiftKind late{"late", std::array<bool, 7>{false, false, false, false, true, false, false}, {}};
  const auto set = [&](ShiftNumber n, double x) { late.numbers[static_cast<std::size_t>(n)] = Known{x}; };
  set(ShiftNumber::hours, 4);
  set(ShiftNumber::slots_per_hour, 3);
  set(ShiftNumber::demand, 5);
  set(ShiftNumber::no_show, 0.5);
  for (const auto kind : sampler_kinds()) {
    Case c = full_days();
    c.practice[demand_daily_cv] = Known{0};
    c.practice.shifts = {late};
    const LedgerSample s(kind, c);
    INFO(name_of(kind));
    const auto always = [&](const char* column, double value) {
      return std::ranges::all_of(s.of(1, column), [&](double x) { return std::abs(x - value) < 1e-9; });
    };
    CHECK(always("shift.late", fridays));
    CHECK(always("session_hours", 8 * (days_of_january - fridays) + 4 * fridays));
    CHECK(always("slots", 8 * (days_of_january - fridays) + 12 * fridays));
    // Poisson demand of 5 on a Friday, cut at 12 slots on one day in 500.
    double booked = 0;
    double square = 0;
    double p = std::exp(-5.0);
    double rest = 1;
    for (int k = 0; k < 12; ++k, p *= 5.0 / k) {
      booked += k * p;
      square += k * k * p;
      rest -= p;
    }
    booked += 12 * rest;
    square += 144 * rest;
    const double variance = square - booked * booked;
    const double plain = 8 * (days_of_january - fridays);
    Deviations d;
    d.moments("booked", s.of(1, "booked_visits"), {plain + fridays * booked, fridays * variance});
    d.moments(
        "no-shows", s.of(1, "no_shows"),
        {0.2 * plain + 0.5 * fridays * booked, plain * 0.16 + fridays * (0.25 * booked + 0.25 * variance)});
    d.moments("idle hours", s.of(1, "idle_hours"), {fridays * (12 - booked) / 3, fridays * variance / 9});
    INFO(d.report());
    CHECK(d.pass());
  }
}

TEST_CASE("a drawn kind of shift is a coin on each day", "[statistical][shifts]") {
  constexpr double share = 0.25;
  ShiftKind night{"night", {}, {}};
  const auto set = [&](ShiftNumber n, double x) { night.numbers[static_cast<std::size_t>(n)] = Known{x}; };
  set(ShiftNumber::share, share);
  set(ShiftNumber::hours, 4);
  set(ShiftNumber::no_show, 0.5);
  for (const auto kind : sampler_kinds()) {
    Case c = full_days();
    c.practice.shifts = {night};
    const LedgerSample s(kind, c);
    const auto days = days_of(kind, c, "shift.night");
    const double n = days_of_january;
    const LawMoments nights{n * share, n * share * (1 - share)};
    Deviations d;
    d.moments("nights", s.of(1, "shift.night"), nights);
    d.moments("hours", s.of(1, "session_hours"), {8 * n - 4 * nights.mean, 16 * nights.variance});
    // No-shows of a day: Bin(8, 0.2), or Bin(4, 0.5) at night.
    const double mean = 8 * 0.2 * (1 - share) + 4 * 0.5 * share;
    const double square = (8 * 0.16 + 1.6 * 1.6) * (1 - share) + (1 + 4.0) * share;
    d.moments("no-shows", s.of(1, "no_shows"), {n * mean, n * (square - mean * mean)});
    d.moments("a day", days.first, {share, share * (1 - share)});
    d.covariance("two days", days.first, share, days.second, share, 0.0);
    INFO(name_of(kind) << "\n" << d.report());
    CHECK(d.pass());
  }
}

TEST_CASE("a kind of shift without numbers of its own is a name alone", "[statistical][shifts]") {
  for (const auto kind : sampler_kinds()) {
    Case c;
    c.practice = full_practice();
    c.practice[session_hours] = Known{8};
    c.months = 4;
    c.paths = 300;
    const LedgerSample plain(kind, c);
    c.practice.shifts = {{"late", std::array<bool, 7>{false, false, false, false, true, false, false}, {}}};
    const LedgerSample named(kind, c);
    INFO(name_of(kind));
    for (int month = 1; month <= c.months; ++month)
      for (std::size_t k = 0; k < plain.layout().size(); ++k) {
        const auto& column = plain.layout()[k].name;
        const auto a = plain.of(month, column);
        const auto b = named.of(month, column);
        INFO(column);
        // Hours of shifts are added by the day, and expected visits over the weekdays.
        CHECK(std::ranges::equal(
            a, b, [](double x, double y) { return std::abs(x - y) <= 1e-6 * std::abs(x) + 1e-9; }));
      }
  }
}

}  // namespace own_numbers_test
