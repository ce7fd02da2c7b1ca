// Random events: when they start, how long they last, what they do to the days they cover; days off.

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/ledger_stats.h"

namespace events_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr double workdays_per_year = 5 * 365.25 / 7;
constexpr int workdays = 42;  // January and February 2026

/// An event by its chance to start on a day and its length: floor(days + u).
struct EventLaw {
  double starts, days;

  /// P(the event covers the day `ahead` days after its start): it lasts longer than that.
  [[nodiscard]] double lasts(int ahead) const {
    if (ahead < 0) return 0;
    return std::min(1.0, std::max(0.0, days - ahead));
  }
  /// P(neither day i nor day j >= i is covered): no start covers either; a start up to i that covers j covers
  /// i too.
  [[nodiscard]] double clear(int i, int j) const {
    double p = 1;
    for (int start = 0; start <= j; ++start)
      p *= 1 - starts * (start <= i ? lasts(i - start) : lasts(j - start));
    return p;
  }
};

/// Mean and variance of the days of two months that an event leaves alone.
LawMoments clear_days(const EventLaw& law) {
  double mean = 0;
  double square = 0;
  for (int i = 0; i < workdays; ++i) {
    mean += law.clear(i, i);
    for (int j = 0; j < workdays; ++j) square += law.clear(std::min(i, j), std::max(i, j));
  }
  return {mean, square - mean * mean};
}

std::vector<double> total(const LedgerSample& s, const char* column) {
  std::vector<double> sum(s.paths());
  for (int m = 1; m <= static_cast<int>(s.months()); ++m)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += s.of(m, column)[i];
  return sum;
}

Case with_events(std::vector<PracticeEvent> events) {
  Case c;
  c.months = 2;
  auto& p = c.practice;
  p[days_off_per_year] = Known{0};
  p[demand_monthly_cv] = p[demand_daily_cv] = Known{0};
  p[visits_per_day] = Known{4};
  p[slots_per_hour] = Known{2};
  p.events = std::move(events);
  return c;
}

}  // namespace

TEST_CASE("an illness closes the days that it covers", "[statistical]") {
  // 2 checks of 20,000 paths, limit 4.1. About 5 of 42 days are lost; standard error 0.04 days, so that 5 %
  // of the frequency or of the length (0.2 days) are 5 standard errors.
  for (const auto kind : sampler_kinds()) {
    for (const double days : {2.4, 5.0}) {
      const LedgerSample s(kind, with_events({{"illness", Known{12}, Known{days}, 0.0, 1.0}}));
      const auto check = [&](const EventLaw& law) {
        Deviations d;
        d.moments("workdays", total(s, "workdays"), clear_days(law));
        return d;
      };
      const Deviations d = check({12 / workdays_per_year, days});
      INFO(name_of(kind) << " " << days << ": " << d.report());
      CHECK(d.pass());
      CHECK_FALSE(check({12 * 1.08 / workdays_per_year, days}).pass());
      CHECK_FALSE(check({12 / workdays_per_year, days * 1.08}).pass());
    }
  }
}

TEST_CASE("events multiply slots and demand on their days", "[statistical]") {
  const EventLaw outage{20 / workdays_per_year, 1.5};
  const EventLaw flu{30 / workdays_per_year, 3};
  double slots = 0;
  double demand = 0;
  for (int day = 0; day < workdays; ++day) {
    const double out = 1 - outage.clear(day, day);
    const double ill = 1 - flu.clear(day, day);
    // Independent events: factors multiply, 16 slots and 4 patients on a plain day.
    slots += 16 * (1 - 0.5 * out) * (1 - 0.25 * ill);
    demand += 4 * (1 - 0.2 * out) * (1 + 0.5 * ill);
  }
  // 2 checks of 10,000 paths, limit 4.1; standard errors 0.12 % and 0.14 %.
  for (const auto kind : sampler_kinds()) {
    const auto check = [&](double flu_demand) {
      Case c = with_events(
          {{"flu", Known{30}, Known{3}, 0.75, flu_demand}, {"outage", Known{20}, Known{1.5}, 0.5, 0.8}});
      c.paths = 10'000;
      const LedgerSample s(kind, c);
      Deviations d;
      d.mean("slots", total(s, "slots"), slots);
      d.mean("demand", total(s, "demand"), demand);
      return d;
    };
    const Deviations d = check(1.5);
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    CHECK_FALSE(check(1.55).pass());
  }
}

TEST_CASE("an event that always runs covers every day from its start", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    Case c = with_events({{"closed", Known{366}, Known{1}, 0.0, 1.0}});
    c.paths = 64;
    CHECK(total(LedgerSample(kind, c), "workdays") == std::vector<double>(64, 0.0));
  }
}

TEST_CASE("each study year has its days off, spread evenly", "[statistical]") {
  // 14 months: 25 days in year 1, exactly; 25 x 2 / 12 = 4.1667 in the last two, 4 or 5.
  for (const auto kind : sampler_kinds()) {
    Case c;
    c.months = 14;
    c.paths = 4'000;
    c.practice[visits_per_day] = Known{0};
    c.practice[days_off_per_year] = Known{25};
    c.practice[messages_per_visit] = c.practice[results_per_visit] = Known{0};
    const LedgerSample s(kind, c);
    std::size_t wrong = 0;
    std::vector<double> rest;
    for (std::size_t path = 0; path < s.paths(); ++path) {
      double first_year = 0;
      for (int m = 1; m <= 12; ++m) first_year += s.of(m, "workdays")[path];
      wrong += first_year != 261 - 25;
      rest.push_back(s.of(13, "workdays")[path] + s.of(14, "workdays")[path]);
      wrong += rest.back() != 41 - 4 && rest.back() != 41 - 5;  // January and February 2027: 21 + 20
    }
    CHECK(wrong == 0);
    Deviations d;
    d.moments("days worked in year 2", rest, {41 - 25.0 / 6, (1.0 / 6) * (5.0 / 6)});
    // A month of n of the year's N workdays: hypergeometric.
    const double n = 22;
    const double off = 25 * n / 261;
    d.moments("days worked in January", s.of(1, "workdays"),
              {n - off, off * (1 - n / 261) * (261 - 25) / 260});
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());  // 4 checks, limit 4.2; standard errors 0.006 and 0.02 days
  }
}

}  // namespace events_test
