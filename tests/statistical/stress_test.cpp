// Stresses act after the draw: on the months they name, in the amount they state, on the same luck.

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"

namespace stress_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

Case full(Stress stress, int months = 9, std::size_t paths = 400) {
  Case c;
  c.practice = full_practice();
  c.stress = std::move(stress);
  c.months = months;
  c.paths = paths;
  return c;
}

StressPart in_months(int first, int last) {
  StressPart part;
  part.first_month = first;
  part.last_month = last;
  return part;
}

Stress counts(std::vector<CountStress> factors) {
  StressPart part = in_months(2, 3);
  part.counts = std::move(factors);
  return {"counts", {part}};
}

/// Columns of the sample that differ from the base's in this month.
std::vector<std::string> changed(const LedgerSample& base, const LedgerSample& stressed, int month) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < base.layout().size(); ++c) {
    const auto& name = base.layout()[c].name;
    if (!std::ranges::equal(base.of(month, name), stressed.of(month, name))) names.push_back(name);
  }
  return names;
}

/// Stressed count less factor x base count, path by path: its mean is 0 whatever the law of the base.
void add_ratio(Deviations& d, const LedgerSample& base, const LedgerSample& stressed, int month,
               const std::string& column, double factor) {
  std::vector<double> rest;
  double mean_base = 0;
  const auto b = base.of(month, column);
  const auto s = stressed.of(month, column);
  for (std::size_t i = 0; i < b.size(); ++i) {
    rest.push_back(s[i] - factor * b[i]);
    mean_base += b[i] / static_cast<double>(b.size());
  }
  // Thinned: Var = f (1 - f) E base. Raised by Poisson((f - 1) rate): E (f - 1) base, and the base's own
  // Poisson spread (f - 1)^2 E base about the rate.
  const double variance = factor < 1 ? factor * (1 - factor) : (factor - 1) * factor;
  d.moments(column + " x " + std::to_string(factor), rest, {0, variance * mean_base});
}

}  // namespace

TEST_CASE("a stress of x1.0 changes nothing, to the byte", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    const LedgerSample base(kind, full({"base", {}}, 14));
    CHECK(LedgerSample(kind, full(nothing_stressed(), 14)) == base);
    CHECK_FALSE(LedgerSample(kind, full(everything_stressed(), 14)) == base);
  }
}

TEST_CASE("a stress leaves the other months alone", "[statistical]") {
  // Audit corrections of stressed months land up to the lag later; there is no lag here.
  for (const auto kind : sampler_kinds()) {
    const auto without_lag = [](Stress stress) {
      Case c = full(std::move(stress), 10);
      c.practice[audit_lag_months] = Known{0};
      return c;
    };
    const LedgerSample base(kind, without_lag({"base", {}}));
    const LedgerSample stressed(kind, without_lag(everything_stressed()));
    for (const int month : {1, 9, 10}) CHECK(changed(base, stressed, month).empty());
    for (int month = 2; month <= 8; ++month) CHECK_FALSE(changed(base, stressed, month).empty());
  }
}

TEST_CASE("counts are scaled by their factor, whatever their law", "[statistical]") {
  // 20 checks of 4,000 paths, limit 4.6. Standard error of the mean change: 0.2 % of bookings (0.8), 0.3 % of
  // messages (x 2): a factor off by 0.02 is 10 standard errors away.
  for (const auto kind : sampler_kinds()) {
    const LedgerSample base(kind, full({"base", {}}, 3, 4'000));
    const auto check = [&](double bookings, double messages, double claimed_bookings,
                           double claimed_messages) {
      const LedgerSample stressed(kind, full(counts({{StressedCount::booked_visits, bookings},
                                                     {StressedCount::messages, messages},
                                                     {StressedCount::results, 0.5},
                                                     {StressedCount::other_items, 1.5}}),
                                             3, 4'000));
      Deviations d;
      for (const int month : {2, 3}) {
        for (const auto* column : {"booked_visits", "no_shows", "completed_visits"})
          add_ratio(d, base, stressed, month, column, claimed_bookings);
        add_ratio(d, base, stressed, month, "messages", claimed_messages);
        add_ratio(d, base, stressed, month, "results", 0.5);
      }
      return d;
    };
    const auto d = check(0.8, 2.0, 0.8, 2.0);
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    CHECK(check(0.0, 0.0, 0.0, 0.0).pass());
    CHECK_FALSE(check(0.82, 2.0, 0.8, 2.0).pass());
    CHECK_FALSE(check(0.8, 2.02, 0.8, 2.0).pass());
  }
}

TEST_CASE("thinned bookings leave the rest of the day as it was", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    const LedgerSample base(kind, full({"base", {}}, 4));
    const LedgerSample stressed(kind, full(counts({{StressedCount::booked_visits, 0.8}}), 4));
    std::size_t wrong = 0;
    for (const int month : {2, 3})
      for (std::size_t path = 0; path < base.paths(); ++path) {
        const auto change = [&](const char* column) {
          return stressed.of(month, column)[path] - base.of(month, column)[path];
        };
        wrong += change("unfilled_slots") != -change("booked_visits");
        // Those that stay keep their fate: no loss can grow.
        for (const auto* column : {"no_shows", "late_cancels", "tech_failures", "completed_visits",
                                   "visits.99212", "visits.99213", "visits.99214", "visits.99215"})
          wrong += change(column) > 0;
        for (const auto* column : {"slots", "demand", "turned_away", "messages", "results", "other_items",
                                   "workdays", "inbox_hours", "panel_members", "quality_score"})
          wrong += change(column) != 0;
      }
    CHECK(wrong == 0);
  }
}

TEST_CASE("stressed demand is thinned or raised by its factor", "[statistical]") {
  // 4 checks of 4,000 paths, limit 4.2; standard errors of the mean change: 0.15 % and 0.2 % of demand.
  for (const auto kind : sampler_kinds()) {
    const LedgerSample base(kind, full({"base", {}}, 3, 4'000));
    for (const double factor : {0.7, 1.2}) {
      const LedgerSample stressed(kind, full(counts({{StressedCount::demand, factor}}), 3, 4'000));
      Deviations d;
      Deviations wrong;
      for (const int month : {2, 3}) {
        add_ratio(d, base, stressed, month, "demand", factor);
        add_ratio(wrong, base, stressed, month, "demand", factor + 0.02);
      }
      INFO(name_of(kind) << ": " << d.report());
      CHECK(d.pass());
      CHECK_FALSE(wrong.pass());
      CHECK(std::ranges::equal(base.of(2, "slots"), stressed.of(2, "slots")));
      CHECK(std::ranges::equal(base.of(2, "messages"), stressed.of(2, "messages")));
    }
  }
}

TEST_CASE("a recode moves its share and nothing else", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    const auto recoded = [](double share) {
      StressPart part = in_months(2, 3);
      part.recodes = {{"99214", "99213", share}};
      return full({"coding", {part}}, 4, 4'000);
    };
    const LedgerSample base(kind, recoded(0.0));
    const LedgerSample all(kind, recoded(1.0));
    const LedgerSample some(kind, recoded(0.7));
    std::size_t wrong = 0;
    for (const int month : {2, 3})
      for (std::size_t path = 0; path < base.paths(); ++path) {
        const auto at = [&](const LedgerSample& s, const char* column) { return s.of(month, column)[path]; };
        const double moved = at(base, "visits.99214");
        wrong += at(all, "visits.99214") != 0;
        wrong += at(all, "visits.99213") != at(base, "visits.99213") + moved;
        wrong += at(all, "wrvu_lost_recode") != moved * (192 - 130);
        wrong += at(all, "generated_wrvu") != at(base, "generated_wrvu") - moved * (192 - 130);
        for (const auto* column : {"completed_visits", "visits.99212", "visits.99215", "demand", "messages",
                                   "after_hours", "wrvu_lost_no_show"})
          wrong += at(all, column) != at(base, column) || at(some, column) != at(base, column);
      }
    CHECK(wrong == 0);
    Deviations d;
    Deviations biased;
    for (const int month : {2, 3}) {
      add_ratio(d, base, some, month, "visits.99214", 1 - 0.7);
      add_ratio(biased, base, some, month, "visits.99214", 1 - 0.71);
    }
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    CHECK_FALSE(biased.pass());  // 1 % of the visits: 12 standard errors
  }
}

TEST_CASE("a stressed parameter changes its law on the same luck", "[statistical]") {
  StressPart part = in_months(2, 3);
  part.parameters = {{meetings_hours_per_month, {1.5, 1, {}}},
                     {no_show_rate, {1, 0, 0.3}},
                     {quality_mean, {1, 0.1, {}}},
                     {days_off_per_year, {0, 60, {}}},
                     {messages_per_visit, {2, 0, {}}},
                     {no_show_monthly_cv, {1, 0, 0.0}}};
  for (const auto kind : sampler_kinds()) {
    const LedgerSample base(kind, full({"base", {}}, 12, 2'000));
    const LedgerSample stressed(kind, full({"parameters", {part}}, 12, 2'000));
    const auto meetings = stressed.of(2, "meeting_hours");
    CHECK(std::ranges::all_of(meetings, [](double h) { return h == 4 * 1.5 + 1; }));
    std::size_t wrong = 0;
    for (std::size_t path = 0; path < base.paths(); ++path) {
      // One uniform a year for quality, one random order for days off: both move one way in every path.
      wrong += !(stressed.of(2, "quality_score")[path] > base.of(2, "quality_score")[path]);
      wrong += stressed.of(4, "quality_score")[path] != base.of(4, "quality_score")[path];
      wrong += stressed.of(2, "workdays")[path] > base.of(2, "workdays")[path];
    }
    CHECK(wrong == 0);
    // 6 checks of 2,000 paths, limit 4.3: no-shows are 0.3 of bookings (s.e. 0.1 %), the mean quality 0.8
    // (s.e. 0.3 %).
    Deviations d;
    for (const int month : {2, 3}) {
      std::vector<double> rest;
      for (std::size_t path = 0; path < base.paths(); ++path)
        rest.push_back(stressed.of(month, "no_shows")[path] -
                       0.3 * stressed.of(month, "booked_visits")[path]);
      d.mean("no-shows less 0.3 of bookings", rest, 0.0);
      d.moments("quality", stressed.of(month, "quality_score"), {0.8, 0.8 * 0.2 / 11});
    }
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
  }
}

TEST_CASE("a stressed quality score keeps its uniform where its law is uncertain too", "[statistical]") {
  StressPart part = in_months(2, 3);
  part.parameters = {{quality_mean, {1, 0, 0.3}}};
  for (const auto kind : sampler_kinds()) {
    const auto uncertain = [&](Stress stress) {
      Case c = full(std::move(stress), 4, 1'000);
      c.practice.correlation.clear();
      c.practice[quality_mean] = BetaMeanSd{0.7, 0.02};
      c.practice[quality_concentration] = Known{3};
      return c;
    };
    const LedgerSample base(kind, uncertain({"base", {}}));
    const LedgerSample stressed(kind, uncertain({"low", {part}}));
    std::size_t raised = 0;
    for (std::size_t path = 0; path < base.paths(); ++path)
      raised += !(stressed.of(2, "quality_score")[path] < base.of(2, "quality_score")[path]);
    INFO(name_of(kind));
    CHECK(raised == 0);
    // Mean 0.7 with a variance of 0.7 x 0.3 / 4 within a path and 0.02^2 among them.
    Deviations d;
    d.mean("quality", base.of(1, "quality_score"), {0.7, 0.7 * 0.3 / 4 + 0.0004 * 3 / 4});
    d.moments("low quality", stressed.of(2, "quality_score"), {0.3, 0.3 * 0.7 / 4});
    CHECK(d.pass());
  }
}

TEST_CASE("closed slots close the day", "[statistical]") {
  StressPart part = in_months(2, 2);
  part.slots = {{0.0}};
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, full({"closed", {part}}, 3));
    for (const auto* column : {"workdays", "session_hours", "slots", "demand", "booked_visits"})
      CHECK(std::ranges::all_of(s.of(2, column), [](double x) { return x == 0; }));
    CHECK(std::ranges::all_of(s.of(3, "workdays"), [](double x) { return x > 0; }));
    // Nobody is in session, so every inbox minute is after hours.
    CHECK(std::ranges::equal(s.of(2, "after_hours"), s.of(2, "inbox_hours"),
                             [](double a, double b) { return std::abs(a - b) <= 1e-12 * b; }));
  }
}

}  // namespace stress_test
