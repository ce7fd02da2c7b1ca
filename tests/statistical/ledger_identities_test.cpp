// What holds in every path and month, exactly.

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "model/holidays.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"

namespace ledger_identities_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

/// Where an identity fails, as text; empty where it holds in every path and month.
template <class Identity>
std::string first_break(const LedgerSample& s, Identity holds) {
  for (int month = 1; month <= static_cast<int>(s.months()); ++month)
    for (std::size_t path = 0; path < s.paths(); ++path) {
      const auto at = [&](std::string_view column) { return s.of(month, column)[path]; };
      if (!holds(at)) return "path " + std::to_string(path) + ", month " + std::to_string(month);
    }
  return {};
}

Case full(Stress stress = {"base", {}}) {
  Case c;
  c.practice = full_practice();
  c.stress = std::move(stress);
  c.months = 14;
  c.paths = 300;
  return c;
}

}  // namespace

TEST_CASE("ledgers add up in every path and month", "[statistical]") {
  const auto stress = GENERATE(Stress{"base", {}}, everything_stressed());
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, full(stress));
    INFO(name_of(kind) << ", " << stress.name);
    const auto codes = full_practice().codes;
    const auto over_codes = [&](const auto& at, const std::string& column, auto weight) {
      double sum = 0;
      for (const auto& code : codes) sum += at(column + "." + code.code) * weight(code);
      return sum;
    };
    const auto one = [](const VisitCode&) { return 1.0; };
    const auto wrvu = [](const VisitCode& code) { return static_cast<double>(code.work_rvu_hundredths); };
    const auto cents = [](const VisitCode& code) { return static_cast<double>(*code.usd_cents); };

    CHECK(first_break(s, [&](const auto& at) {
            return at("slots") == at("booked_visits") + at("unfilled_slots");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return at("booked_visits") ==
                   at("no_shows") + at("late_cancels") + at("tech_failures") + at("completed_visits");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return at("demand") >= at("booked_visits") + at("turned_away");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return over_codes(at, "visits", one) == at("completed_visits");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return over_codes(at, "visits", wrvu) == at("generated_wrvu");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return over_codes(at, "visits", cents) == at("collections_usd");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) { return over_codes(at, "code_change", one) == 0.0; }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return -over_codes(at, "code_change", wrvu) == at("wrvu_lost_audit");
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return at("credited_wrvu") == at("generated_wrvu") - at("wrvu_lost_audit");
          }) == "");
    // Every column that is stored as an integer is one, and none but the net changes is negative.
    CHECK(first_break(s, [&](const auto& at) {
            for (std::size_t c = 0; c < s.layout().size(); ++c) {
              const auto& column = s.layout()[c];
              const double x = at(column.name);
              const bool net = column.name.starts_with("code_change") || column.name == "wrvu_lost_audit" ||
                               column.name == "wrvu_pending" || column.name == "wrvu_lost_recode";
              if (!std::isfinite(x) || (column.scale > 0 && x != std::floor(x)) || (x < 0 && !net) ||
                  (x == 0 && std::signbit(x)))
                return false;
            }
            return true;
          }) == "");
  }
}

TEST_CASE("every scheduled workday is worked, off, a holiday or sick", "[statistical]") {
  StressPart shut;
  shut.first_month = shut.last_month = 3;
  shut.slots = {{0.0}};
  const auto stress = GENERATE_COPY(Stress{"base", {}}, Stress{"shut", {shut}});
  const double open = GENERATE(0.0, 0.5);
  for (const auto kind : sampler_kinds()) {
    Case c = full(stress);
    c.practice[days_off_per_year] = Known{60};
    c.practice[holidays_open] = Known{open};
    c.practice.events[0].per_year = Known{8};
    for (const auto& holiday : us_federal_holidays(std::chrono::year(2026), std::chrono::year(2027)))
      c.holidays.push_back(holiday.observed);
    const LedgerSample s(kind, c);
    INFO(name_of(kind) << ", " << stress.name << ", holidays open " << open);
    const auto calendar = c.calendar();
    double away = 0;
    for (int month = 1; month <= c.months; ++month) {
      double scheduled = 0;
      double holidays = 0;
      unsigned day = 0;
      for (const int weekday : calendar.weekdays(month)) {
        const bool is_holiday = calendar.is_holiday(month, ++day);
        if (!c.practice.works[static_cast<std::size_t>(weekday)]) continue;
        ++scheduled;
        if (is_holiday) ++holidays;
      }
      for (std::size_t path = 0; path < s.paths(); ++path) {
        const auto at = [&](std::string_view column) { return s.of(month, column)[path]; };
        const double left = scheduled - at("workdays") - at("days_off") - at("holidays") - at("sick_days");
        away += left;
        // A month that a stress closes has days of no kind.
        if (month != 3 || stress.name == "base") REQUIRE(left == 0);
        if (month == 3 && stress.name == "shut") REQUIRE(at("sick_days") == 0);
        REQUIRE(at("holidays") == (open == 0 ? holidays : 0));
        REQUIRE(std::abs(at("idle_hours") - at("unfilled_slots") / 2.9) <= 1e-12 * at("idle_hours"));
      }
    }
    CHECK((away > 0) == (stress.name == "shut"));
    // A year has its 60 days off, whether the clinician is ill or not.
    for (std::size_t path = 0; path < s.paths(); ++path) {
      double off = 0;
      for (int month = 1; month <= 12; ++month) off += s.of(month, "days_off")[path];
      REQUIRE(off == 60);
    }
  }
}

TEST_CASE("hours follow counts in every path and month", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    Case c = full();
    c.practice[session_hours] = Known{7.5};
    c.practice[charting_minutes] = Known{6};
    c.practice[late_charting_minutes] = Known{3};
    const LedgerSample s(kind, c);
    INFO(name_of(kind));
    CHECK(first_break(s, [](const auto& at) { return at("session_hours") == 7.5 * at("workdays"); }) == "");
    // Sums over days in another order: a relative 1e-12 is 4,000 roundings.
    const auto same = [](double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(a, b); };
    CHECK(first_break(s, [&](const auto& at) {
            return same(at("charting_hours"), at("completed_visits") / 10);
          }) == "");
    CHECK(first_break(s, [&](const auto& at) {
            return same(at("late_charting_hours"), at("completed_visits") / 20);
          }) == "");
    // What does not fit into the sessions is after hours, and never more than all that is not paid for.
    // `fast` adds the days' minutes in single precision: 23 days, a rounding of 6e-8 each.
    const double rounding = kind == samplers::SamplerKind::fast ? 23 * 6e-8 : 1e-12;
    CHECK(first_break(s, [&](const auto& at) {
            const double work = at("visit_hours") + at("charting_hours") + at("inbox_hours");
            return at("after_hours") >=
                       (work - at("session_hours") + at("late_charting_hours")) * (1 - rounding) &&
                   at("after_hours") <= (work + at("late_charting_hours")) * (1 + rounding);
          }) == "");
  }
}

TEST_CASE("wRVU of lost visits are the mean code's, to a hundredth a month", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    Case c = full();
    c.practice[codes_concentration] = Known{0};
    double mean = 0;
    for (const auto& code : c.practice.codes)
      mean += code.share * static_cast<double>(code.work_rvu_hundredths);
    const LedgerSample s(kind, c);
    INFO(name_of(kind));
    const auto follows = [&](const char* wrvu, const char* visits) {
      return first_break(s, [&](const auto& at) { return at(wrvu) == std::floor(at(visits) * mean + 0.5); });
    };
    CHECK(follows("wrvu_lost_unfilled", "unfilled_slots") == "");
    CHECK(follows("wrvu_lost_late_cancel", "late_cancels") == "");
    CHECK(follows("wrvu_lost_no_show", "no_shows") == "");
    CHECK(follows("wrvu_lost_tech_failure", "tech_failures") == "");
  }
}

TEST_CASE("what review finds lands lag months later, and the rest is pending", "[statistical]") {
  constexpr int lag = 3;
  for (const auto kind : sampler_kinds()) {
    Case c = full();
    c.practice[audit_lag_months] = Known{0};
    const LedgerSample at_once(kind, c);
    c.practice[audit_lag_months] = Known{lag};
    const LedgerSample later(kind, c);
    INFO(name_of(kind));
    std::size_t wrong = 0;
    for (std::size_t path = 0; path < later.paths(); ++path) {
      double pending = 0;
      for (int m = 1; m <= c.months; ++m) {
        const double found = m > lag ? at_once.of(m - lag, "wrvu_lost_audit")[path] : 0.0;
        pending += -at_once.of(m, "wrvu_lost_audit")[path] + found;
        wrong += later.of(m, "wrvu_lost_audit")[path] != found;
        wrong += later.of(m, "wrvu_pending")[path] != pending;
        wrong += at_once.of(m, "wrvu_pending")[path] != 0.0;
        for (const auto& code : later.layout().codes())
          wrong += later.of(m, "code_change." + code)[path] !=
                   (m > lag ? at_once.of(m - lag, "code_change." + code)[path] : 0.0);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a review stays within a code's family, in every path and month", "[statistical]") {
  Case c = full();
  const std::vector<std::string> families{"new", "established"};
  for (std::size_t i = 0; i < c.practice.codes.size(); ++i) c.practice.codes[i].family = families[i % 2];
  REQUIRE(c.practice.codes.size() >= 4);
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, c);
    INFO(name_of(kind));
    for (const auto& family : families) {
      const auto moved = [&](const auto& at, bool absolute) {
        double sum = 0;
        for (const auto& code : c.practice.codes) {
          const double change = at("code_change." + code.code);
          if (code.family == family) sum += absolute ? std::fabs(change) : change;
        }
        return sum;
      };
      CHECK(first_break(s, [&](const auto& at) { return moved(at, false) == 0.0; }) == "");
      CHECK(first_break(s, [&](const auto& at) { return moved(at, true) == 0.0; }) != "");
    }
  }
}

}  // namespace ledger_identities_test
