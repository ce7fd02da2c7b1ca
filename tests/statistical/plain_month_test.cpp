// One month of a practice without memory: every column has a closed form or an enumeration.

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>

#include "tests/support/ledger_stats.h"
#include "tests/support/visit_law.h"

namespace plain_month_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr std::array<double, 3> mix{0.2, 0.5, 0.3};
constexpr std::array<double, 3> wrvu{70, 130, 192};
constexpr std::array<double, 3> cents{5512, 9021, 12876};
constexpr double days_off_a_month = 25.5 / 12;
constexpr Fates fates{0.12, 0.04, 0.2 * 0.3, 0.03};

Case plain() {
  Case c;
  auto& p = c.practice;
  p.weekday_factor = {1.1, 1, 1, 1, 0.9, 1, 1};
  p.season[0] = 0.95;
  p[session_hours] = Known{7.5};
  p[slots_per_hour] = Known{2.9};
  p[days_off_per_year] = Known{25.5};
  p[visits_per_day] = Known{20};
  for (const auto none : {demand_monthly_cv, demand_daily_cv, no_show_monthly_cv, messages_monthly_cv,
                          results_monthly_cv, other_monthly_cv})
    p[none] = Known{0};
  p[panel_mature] = Known{600.5};
  p[no_show_rate] = Known{fates.no_show};
  p[no_show_daily_rho] = Known{fates.rho};
  p[late_cancel_rate] = Known{fates.late_cancel};
  p[tech_failure_rate] = Known{0.2};
  p[tech_failure_lost] = Known{0.3};
  p[audit_reviewed] = Known{0.5};
  p[audit_down] = Known{0.3};
  p[audit_up] = Known{0.2};
  p[audit_lag_months] = Known{0};
  p[messages_per_member] = Known{0.2};
  p[other_per_visit] = Known{0.1};
  p[training_hours] = Known{6};
  for (std::size_t k = 0; k < mix.size(); ++k)
    p.codes.push_back(
        {std::string("9921") + "234"[k], mix[k], static_cast<long>(wrvu[k]), static_cast<long>(cents[k])});
  c.paths = 10'000;
  return c;
}

/// Slots of each scheduled workday of the month, were it worked.
std::vector<SlotDay> days() {
  const std::array<double, 5> weekday{1.1, 1, 1, 1, 0.9};
  std::vector<SlotDay> all;
  for (const int w : january_workdays())
    all.push_back({20 * weekday.at(static_cast<std::size_t>(w)) * 0.95, 7.5 * 2.9});
  return all;
}

/// Month's moments of a function of (demand, slots) summed over worked days.
LawMoments over_days(const std::function<double(double, double)>& f) {
  std::vector<DaySum> sums;
  for (const auto& day : days())
    sums.push_back({day.expect(f), day.expect([&](double n, double k) { return f(n, k) * f(n, k); })});
  return sum_over_worked(sums, days_off_a_month);
}

LawMoments over_visits(const VisitValue& visit) {
  std::vector<DaySum> sums;
  for (const auto& day : days()) sums.push_back(sum_over_booked(day, visit));
  return sum_over_worked(sums, days_off_a_month);
}

/// Every outcome of coding and review: probability, code first given, code after review.
void for_each_coding(const std::function<void(double, std::size_t, std::size_t)>& visit) {
  for (std::size_t k = 0; k < mix.size(); ++k) {
    visit(mix[k] * 0.5 * 0.3, k, k == 0 ? 0 : k - 1);
    visit(mix[k] * 0.5 * 0.2, k, k == 2 ? 2 : k + 1);
    visit(mix[k] * (1 - 0.5 * 0.5), k, k);
  }
}

LawMoments over_coded(const std::function<double(std::size_t, std::size_t)>& value) {
  std::vector<Fates::Outcome> outcomes;
  for_each_coding([&](double p, std::size_t first, std::size_t found) {
    outcomes.push_back({p, value(first, found)});
  });
  return over_visits(fates.of_completed(outcomes));
}

void check_visits(Deviations& d, const LedgerSample& s) {
  const auto check = [&](const char* column, const LawMoments& law) {
    d.moments(column, s.of(1, column), law);
  };
  check("workdays", over_days([](double, double) { return 1.0; }));
  check("session_hours", over_days([](double, double) { return 7.5; }));
  check("slots", over_days([](double, double slots) { return slots; }));
  check("demand", over_days([](double demand, double) { return demand; }));
  check("booked_visits", over_days([](double demand, double slots) { return std::min(demand, slots); }));
  check("unfilled_slots",
        over_days([](double demand, double slots) { return std::max(0.0, slots - demand); }));
  check("turned_away", over_days([](double demand, double slots) { return std::max(0.0, demand - slots); }));
  check("no_shows", over_visits(fates.no_shows()));
  check("late_cancels", over_visits(fates.other(fates.late_cancel)));
  check("tech_failures", over_visits(fates.other(fates.lost)));
  check("completed_visits", over_visits(fates.other(fates.completed())));
  check("generated_wrvu", over_coded([](auto first, auto) { return wrvu[first]; }));
  check("credited_wrvu", over_coded([](auto, auto found) { return wrvu[found]; }));
  check("wrvu_lost_audit", over_coded([](auto first, auto found) { return wrvu[first] - wrvu[found]; }));
  check("collections_usd", over_coded([](auto first, auto) { return cents[first]; }));
  for (std::size_t k = 0; k < mix.size(); ++k) {
    const std::string code = s.layout().codes()[k];
    d.moments("visits." + code, s.of(1, "visits." + code),
              over_coded([&](auto first, auto) { return first == k ? 1.0 : 0.0; }));
    d.moments("code_change." + code, s.of(1, "code_change." + code), over_coded([&](auto first, auto found) {
                return (found == k ? 1.0 : 0.0) - (first == k ? 1.0 : 0.0);
              }));
  }
  const auto minutes = [&](double mean, double sd) {
    const auto visit = fates.other(fates.completed(), mean / 60, (mean * mean + sd * sd) / 3600);
    return over_visits(visit);
  };
  check("visit_hours", minutes(15, 9));
  check("charting_hours", minutes(6, 0));
  check("late_charting_hours", minutes(3, 0));
}

void check_inbox(Deviations& d, const LedgerSample& s) {
  const double workdays_per_year = 5 * 365.25 / 7;
  const double visits = std::min(20.0, 7.5 * 2.9) * fates.completed() * (1 - 25.5 / workdays_per_year);
  const double n = 22;
  const double messages = n * (1.2 * visits + 0.2 * 601 * 12 / workdays_per_year);
  const double results = n * 0.6 * visits;
  const double other = n * 0.1 * visits;
  d.moments("messages", s.of(1, "messages"), {messages, messages});
  d.moments("results", s.of(1, "results"), {results, results});
  d.moments("other_items", s.of(1, "other_items"), {other, other});
  // A compound Poisson: E sum = rate m, Var sum = rate (m^2 + sd^2), in hours.
  d.moments("inbox_hours", s.of(1, "inbox_hours"),
            {(messages * 2 + results * 1.4 + other * 1.5) / 60,
             (messages * 8 + results * 2 * 1.4 * 1.4 + other * 2 * 1.5 * 1.5) / 3600});
  d.moments("panel_members", s.of(1, "panel_members"), {601, 0});
  d.moments("meeting_hours", s.of(1, "meeting_hours"), {10, 0});
  d.moments("quality_score", s.of(1, "quality_score"), {0.7, 0.7 * 0.3 / 11});
}

/// Columns of streams that have nothing to do with each other.
void check_independence(Deviations& d, const LedgerSample& s) {
  const std::vector<std::string> apart{"messages", "results", "other_items", "quality_score", "slots"};
  const auto mean = [&](const std::string& column) {
    double sum = 0;
    for (const double x : s.of(1, column)) sum += x;
    return sum / static_cast<double>(s.paths());
  };
  for (std::size_t i = 0; i < apart.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      d.covariance(apart[i] + " with " + apart[j], s.of(1, apart[i]), mean(apart[i]), s.of(1, apart[j]),
                   mean(apart[j]), 0.0);
}

Deviations check(const LedgerSample& s) {
  Deviations d;
  check_visits(d, s);
  check_inbox(d, s);
  check_independence(d, s);
  return d;
}

}  // namespace

TEST_CASE("a month without memory follows its closed forms", "[statistical]") {
  // 72 checks of 10,000 paths. Standard errors of the means: 0.05 % of bookings, 0.2 % of no-shows, 0.35 % of
  // failed calls, so that a bias of 2 % lies between 6 and 40 standard errors from the law; limit 4.83.
  for (const auto kind : sampler_kinds()) {
    const Deviations d = check(LedgerSample(kind, plain()));
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
  }
}

TEST_CASE("a biased month is seen", "[statistical]") {
  const auto [parameter, factor] = GENERATE(table<Parameter, double>({{visits_per_day, 1.01},
                                                                      {slots_per_hour, 1.01},
                                                                      {days_off_per_year, 1.02},
                                                                      {no_show_rate, 1.02},
                                                                      {no_show_daily_rho, 1.3},
                                                                      {late_cancel_rate, 1.02},
                                                                      {tech_failure_rate, 1.02},
                                                                      {audit_down, 1.02},
                                                                      {audit_up, 1.02},
                                                                      {messages_per_visit, 1.01},
                                                                      {messages_per_member, 1.02},
                                                                      {results_per_visit, 1.01},
                                                                      {visit_minutes, 1.01},
                                                                      {visit_minutes_sd, 1.5},
                                                                      {results_minutes, 1.03},
                                                                      {quality_concentration, 1.1}}));
  for (const auto kind : sampler_kinds()) {
    Case biased = plain();
    biased.practice[parameter] = Known{factor * std::get<Known>(biased.practice[parameter]).value};
    const Deviations d = check(LedgerSample(kind, biased));
    INFO(name_of(kind) << ": " << parameter_info(parameter).key << " x " << factor << "\n" << d.report());
    CHECK_FALSE(d.pass());
  }
}

TEST_CASE("after-hours of a month follow an enumeration", "[statistical]") {
  // Minutes without spread: the day is a function of completed visits, messages and results, and is
  // enumerated. Nothing is idle for long: overrun, absorbed inbox and late charting all occur.
  for (const auto kind : sampler_kinds()) {
    Case c = plain();
    auto& p = c.practice;
    p[no_show_daily_rho] = Known{0};
    p[visit_minutes] = Known{21};
    for (const auto sd : {visit_minutes_sd, messages_minutes_sd, results_minutes_sd, other_minutes_sd})
      p[sd] = Known{0};
    p[other_per_visit] = Known{0};
    const double workdays_per_year = 5 * 365.25 / 7;
    const double visits = 20 * fates.completed() * (1 - 25.5 / workdays_per_year);
    const SlotDay messages{1.2 * visits + 0.2 * 601 * 12 / workdays_per_year, 0};
    const SlotDay results{0.6 * visits, 0};
    const auto over_inbox = [&](double idle, int power) {
      return messages.expect([&](double m, double) {
        return results.expect(
            [&](double r, double) { return std::pow(std::max(0.0, (m * 2 + r * 1.4 - idle) / 60), power); });
      });
    };
    // after(n, power): the day's after-hours given n completed visits; n = -1 is a day off.
    const auto after = [&](double n) {
      const double used = n * 27;
      const double fixed = (std::max(0.0, used - 450) + n * 3) / 60;
      const double first = over_inbox(std::max(0.0, 450 - used), 1);
      return DaySum{fixed + first,
                    fixed * fixed + 2 * fixed * first + over_inbox(std::max(0.0, 450 - used), 2)};
    };
    std::vector<DaySum> by_completed;
    for (int n = 0; n <= 23; ++n) by_completed.push_back(after(n));
    const DaySum day_off{over_inbox(0, 1), over_inbox(0, 2)};

    // Mean and variance of the month: days off are as good as exchangeable, so sum over worked days the
    // difference from a day off. Var = E Var + Var E over which days are off.
    std::vector<double> worked_mean;
    double mean = 0;
    double within = 0;
    const double off = days_off_a_month / 22;
    for (const auto& day : days()) {
      DaySum worked;
      const double c1 = fates.completed();
      worked.mean = day.expect([&](double demand, double slots) {
        const int b = static_cast<int>(std::min(demand, slots));
        double sum = 0;
        double choose = std::pow(1 - c1, b);
        for (int n = 0; n <= b; choose *= (b - n) / (n + 1.0) * c1 / (1 - c1), ++n)
          sum += choose * by_completed[static_cast<std::size_t>(n)].mean;
        return sum;
      });
      worked.square = day.expect([&](double demand, double slots) {
        const int b = static_cast<int>(std::min(demand, slots));
        double sum = 0;
        double choose = std::pow(1 - c1, b);
        for (int n = 0; n <= b; choose *= (b - n) / (n + 1.0) * c1 / (1 - c1), ++n)
          sum += choose * by_completed[static_cast<std::size_t>(n)].square;
        return sum;
      });
      mean += (1 - off) * worked.mean + off * day_off.mean;
      within += (1 - off) * (worked.square - worked.mean * worked.mean) +
                off * (day_off.square - day_off.mean * day_off.mean);
      worked_mean.push_back(worked.mean - day_off.mean);
    }
    std::vector<DaySum> differences;
    for (const double m : worked_mean) differences.push_back({m, m * m});
    const double between = sum_over_worked(differences, days_off_a_month).variance;

    const auto check_after = [&](const Case& sampled) {
      const LedgerSample s(kind, sampled);
      Deviations d;
      d.moments("after_hours", s.of(1, "after_hours"), {mean, within + between});
      return d;
    };
    const Deviations d = check_after(c);
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    // Standard error of the mean 0.1 %: half a per cent more visit time is seen.
    Case biased = c;
    biased.practice[visit_minutes] = Known{21 * 1.005};
    CHECK_FALSE(check_after(biased).pass());
  }
}

TEST_CASE("after-hours with gamma times agree with a second simulation", "[statistical]") {
  // The same month by the standard library's generators and distributions; both samples have 10,000 paths, so
  // a difference has sqrt(2) times the standard error of one: 0.15 % of the mean, 2.2 % of the variance.
  std::mt19937_64 bits(20260107);
  const auto poisson = [&](double mean) { return std::poisson_distribution<int>(mean)(bits); };
  const auto minutes = [&](int n, double mean, double sd) {
    return n == 0 ? 0.0 : std::gamma_distribution<double>(n * mean * mean / (sd * sd), sd * sd / mean)(bits);
  };
  const double workdays_per_year = 5 * 365.25 / 7;
  const double visits = 20 * fates.completed() * (1 - 25.5 / workdays_per_year);
  const auto schedule = days();
  std::vector<double> months;
  for (int path = 0; path < 10'000; ++path) {
    std::vector<std::size_t> order(schedule.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), bits);
    const std::size_t off = std::bernoulli_distribution(0.125)(bits) ? 3 : 2;
    double hours = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const double inbox = minutes(poisson(1.2 * visits + 0.2 * 601 * 12 / workdays_per_year), 2, 2) +
                           minutes(poisson(0.6 * visits), 1.4, 1.4) +
                           minutes(poisson(0.1 * visits), 1.5, 1.5);
      int completed = 0;
      double session = 0;
      if (i >= off) {
        session = 450;
        const int slots = std::bernoulli_distribution(0.75)(bits) ? 22 : 21;
        const int booked = std::min(poisson(schedule[order[i]].mean_demand), slots);
        // The rate of the day by its urn: of Beta(a, b) no-shows the next is one with (a + seen) / (a + b +
        // all).
        const double weight = (1 - fates.rho) / fates.rho;
        int no_shows = 0;
        for (int visit = 0; visit < booked; ++visit) {
          const double rate = (fates.no_show * weight + no_shows) / (weight + visit);
          if (std::bernoulli_distribution(rate)(bits)) ++no_shows;
        }
        completed =
            std::binomial_distribution<int>(booked - no_shows, fates.completed() / (1 - fates.no_show))(bits);
      }
      const double used = minutes(completed, 15, 9) + completed * 6;
      hours += (std::max(0.0, used - session) + std::max(0.0, inbox - std::max(0.0, session - used)) +
                completed * 3) /
               60;
    }
    months.push_back(hours);
  }
  const auto agree = [&](samplers::SamplerKind kind, const Case& sampled) {
    const LedgerSample s(kind, sampled);
    Deviations d;
    d.same_moments("after_hours", s.of(1, "after_hours"), months);
    return d;
  };
  for (const auto kind : sampler_kinds()) {
    const Deviations d = agree(kind, plain());
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    Case biased = plain();
    biased.practice[late_charting_minutes] = Known{3 * 1.02};
    CHECK_FALSE(agree(kind, biased).pass());
    biased = plain();
    biased.practice[messages_minutes_sd] = Known{4};
    CHECK_FALSE(agree(kind, biased).pass());
  }
}

}  // namespace plain_month_test
