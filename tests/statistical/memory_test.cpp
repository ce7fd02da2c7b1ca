// What ties days and months together: monthly states, daily shocks, the path's code mix, no-show clusters.

#include <boost/math/special_functions/gamma.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "tests/support/ledger_stats.h"

namespace memory_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr int months = 3;
constexpr double visits = 6, no_show = 0.1, message_rate = 1.5;
constexpr double spearman_messages = 0.6, spearman_no_show = -0.5;

double gaussian(double spearman) { return 2 * std::sin(std::numbers::pi * spearman / 6); }
double log_variance(double cv) { return std::log(1 + cv * cv); }

/// More slots than anybody asks for, no day off: what is booked is what is asked.
Case open_practice() {
  Case c;
  c.months = months;
  auto& p = c.practice;
  p[slots_per_hour] = Known{60};
  p[days_off_per_year] = Known{0};
  p[visits_per_day] = Known{visits};
  p[late_cancel_rate] = Known{0};
  p[tech_failure_rate] = Known{0};
  p[no_show_rate] = Known{no_show};
  p[no_show_daily_rho] = Known{0};
  return c;
}

Case remembering(double demand_cv, double daily_cv) {
  Case c = open_practice();
  c.paths = 10'000;
  auto& p = c.practice;
  p[demand_monthly_cv] = Known{demand_cv};
  p[demand_monthly_ar1] = Known{0.7};
  p[demand_daily_cv] = Known{daily_cv};
  p[demand_daily_ar1] = Known{0.8};
  p[no_show_monthly_cv] = Known{0.5};
  p[no_show_monthly_ar1] = Known{0.4};
  p[messages_per_visit] = Known{message_rate};
  p[messages_monthly_cv] = Known{0.33};
  p[messages_monthly_ar1] = Known{0.5};
  p[results_per_visit] = Known{0};
  p.correlation = {{"demand", "inbox.messages", spearman_messages}, {"no_show", "demand", spearman_no_show}};
  return c;
}

/// Number (from 0) of the first scheduled workday of each month, and the end, Monday to Friday from 1 January
/// 2026: 22, 20 and 22 workdays.
constexpr std::array<int, months + 1> first_workday{0, 22, 42, 64};

int workdays_before(int month) { return first_workday.at(static_cast<std::size_t>(month - 1)); }
double workdays(int month) { return workdays_before(month + 1) - workdays_before(month); }

/// E f_i f_j for two lognormal factors of mean 1 whose Gaussians have this covariance of logarithms.
double together(double log_covariance) { return std::exp(log_covariance); }

/// What a case says of the memory of its months and days.
struct Memory {
  const Practice& practice;

  [[nodiscard]] double number(Parameter p) const { return std::get<Known>(practice[p]).value; }
  /// Covariance of the logarithms of two monthly factors of one kind.
  [[nodiscard]] double own(Parameter cv, Parameter ar1, double lag) const {
    return log_variance(number(cv)) * std::pow(number(ar1), lag);
  }
  /// Of a demand factor and one of another kind; two stationary AR(1) with correlation r in a month have r
  /// times the memory of the later one after a lag.
  [[nodiscard]] double cross(double spearman, Parameter cv, Parameter ar1_of_later, double lag) const {
    return gaussian(spearman) *
           std::sqrt(log_variance(number(demand_monthly_cv)) * log_variance(number(cv))) *
           std::pow(number(ar1_of_later), lag);
  }
  /// Sum over the workdays of two months of E d_i d_j, the daily factors.
  [[nodiscard]] double daily_pairs(int a, int b) const {
    double sum = 0;
    for (int i = workdays_before(a); i < workdays_before(a + 1); ++i)
      for (int j = workdays_before(b); j < workdays_before(b + 1); ++j)
        sum += together(log_variance(number(demand_daily_cv)) *
                        std::pow(number(demand_daily_ar1), std::abs(i - j)));
    return sum;
  }
};

Deviations check_memory(const LedgerSample& s, const Practice& claimed) {
  const Memory law{claimed};
  Deviations d;
  const auto name = [](const char* column, int a, int b) {
    return std::string(column) + " of months " + std::to_string(a) + " and " + std::to_string(b);
  };
  // Demand and no-shows of a month are correlated: the mean of the product of their factors is not 1.
  const double tied = law.cross(spearman_no_show, no_show_monthly_cv, no_show_monthly_ar1, 0);
  for (int a = 1; a <= months; ++a) {
    const double demand_a = visits * workdays(a);
    const double messages_a = message_rate * demand_a * (1 - no_show);
    const double no_shows_a = no_show * demand_a * together(tied);
    d.mean("demand", s.of(a, "demand"), demand_a);
    d.mean("no_shows", s.of(a, "no_shows"), no_shows_a);
    d.mean("messages", s.of(a, "messages"), messages_a);
    for (int b = a; b <= months; ++b) {
      const double lag = b - a;
      const double demand_b = visits * workdays(b);
      const double messages_b = message_rate * demand_b * (1 - no_show);
      const double no_shows_b = no_show * demand_b * together(tied);
      const double day_pairs = visits * visits * law.daily_pairs(a, b);
      const double demand_memory = law.own(demand_monthly_cv, demand_monthly_ar1, lag);
      d.covariance(name("demand", a, b), s.of(a, "demand"), demand_a, s.of(b, "demand"), demand_b,
                   day_pairs * together(demand_memory) - demand_a * demand_b + (a == b ? demand_a : 0));
      // Four factors: the logarithms' covariances add over all pairs.
      const double four = 2 * tied + demand_memory + law.own(no_show_monthly_cv, no_show_monthly_ar1, lag) +
                          law.cross(spearman_no_show, no_show_monthly_cv, demand_monthly_ar1, lag) +
                          law.cross(spearman_no_show, no_show_monthly_cv, no_show_monthly_ar1, lag);
      d.covariance(name("no-shows", a, b), s.of(a, "no_shows"), no_shows_a, s.of(b, "no_shows"), no_shows_b,
                   no_show * no_show * day_pairs * together(four) - no_shows_a * no_shows_b +
                       (a == b ? no_shows_a : 0));
      d.covariance(
          name("messages", a, b), s.of(a, "messages"), messages_a, s.of(b, "messages"), messages_b,
          messages_a * messages_b * (together(law.own(messages_monthly_cv, messages_monthly_ar1, lag)) - 1) +
              (a == b ? messages_a : 0));
      d.covariance(
          name("demand, then messages,", a, b), s.of(a, "demand"), demand_a, s.of(b, "messages"), messages_b,
          demand_a * messages_b *
              (together(law.cross(spearman_messages, messages_monthly_cv, messages_monthly_ar1, lag)) - 1));
      d.covariance(
          name("messages, then demand,", a, b), s.of(a, "messages"), messages_a, s.of(b, "demand"), demand_b,
          messages_a * demand_b *
              (together(law.cross(spearman_messages, messages_monthly_cv, demand_monthly_ar1, lag)) - 1));
    }
  }
  return d;
}

constexpr double clustered_visits = 20;

/// No-shows of a month are p of the bookings, day by day over-dispersed by rho.
Deviations check_clusters(const LedgerSample& s, double rho) {
  // Bookings of a day are Poisson: E B = L, E B (B - 1) = L^2.
  const double n = workdays(1);
  const double mean = n * clustered_visits * no_show;
  Deviations d;
  d.moments("no_shows", s.of(1, "no_shows"),
            {mean, mean + n * clustered_visits * clustered_visits * no_show * (1 - no_show) * rho});
  return d;
}

constexpr std::array<double, 3> mix{0.1, 0.6, 0.3};

/// One mix for all months of a path: Poisson visits by code, mixed over Dirichlet shares.
Deviations check_mix(const LedgerSample& s, double concentration) {
  Deviations d;
  const auto completed = [](int month) { return workdays(month) * visits * (1 - no_show); };
  for (std::size_t i = 0; i < mix.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      for (int month = 1; month <= 2; ++month) {
        const double covariance = (i == j ? mix[i] * (1 - mix[i]) : -mix[i] * mix[j]) / (1 + concentration);
        const auto& codes = s.layout().codes();
        d.covariance("visits." + codes[i] + " with " + codes[j], s.of(1, "visits." + codes[i]),
                     completed(1) * mix[i], s.of(month, "visits." + codes[j]), completed(month) * mix[j],
                     completed(1) * completed(month) * covariance +
                         (i == j && month == 1 ? completed(1) * mix[i] : 0));
      }
  return d;
}

Case mixed(double concentration) {
  Case c = open_practice();
  c.months = 2;
  c.paths = 5'000;
  auto& p = c.practice;
  p[demand_monthly_cv] = p[demand_daily_cv] = Known{0};
  p[codes_concentration] = Known{concentration};
  for (std::size_t k = 0; k < mix.size(); ++k)
    p.codes.push_back({std::string("9921") + "234" [k], mix[k], 100, {}});
  return c;
}

/// Covariance of one of two equal shares under concentration a with the same share under b, its gamma
/// variates at the same uniforms: by the midpoint rule over both uniforms.
double covariance_at_same_uniforms(double a, double b) {
  constexpr int steps = 400;
  std::vector<double> at_a, at_b;
  for (int i = 0; i < steps; ++i) {
    const double u = (i + 0.5) / steps;
    at_a.push_back(boost::math::gamma_p_inv(a / 2, u));
    at_b.push_back(boost::math::gamma_p_inv(b / 2, u));
  }
  double sum = 0;
  for (std::size_t i = 0; i < steps; ++i)
    for (std::size_t j = 0; j < steps; ++j)
      sum += (at_a[i] / (at_a[i] + at_a[j]) - 0.5) * (at_b[i] / (at_b[i] + at_b[j]) - 0.5);
  return sum / (steps * steps);
}

/// Two codes of equal shares whose concentration is `own`, and that of `first` and `second` in two months.
Case two_codes(double own, double first, double second) {
  Case c = mixed(own);
  c.paths = 10'000;
  c.practice.codes.resize(2);
  for (auto& code : c.practice.codes) code.share = 0.5;
  c.stress.name = "spread";
  for (const auto& [month, concentration] : {std::pair{1, first}, {2, second}}) {
    if (concentration == own) continue;
    StressPart part;
    part.first_month = part.last_month = month;
    part.parameters = {{codes_concentration, {1, 0, concentration}}};
    c.stress.parts.push_back(part);
  }
  return c;
}

}  // namespace

TEST_CASE("months remember as stated", "[statistical]") {
  // 39 checks of 10,000 paths, limit 4.7. A covariance of neighbouring months has a standard error of 2 to 5
  // % of itself, a mean one of 0.2 to 0.5 %; a fifth off in any spread or memory is seen.
  for (const auto kind : sampler_kinds()) {
    const Case claimed = remembering(0.4, 0.06);
    const Deviations d = check_memory(LedgerSample(kind, claimed), claimed.practice);
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    for (const auto parameter : {demand_monthly_cv, demand_monthly_ar1, no_show_monthly_cv,
                                 messages_monthly_cv, messages_monthly_ar1}) {
      Case biased = claimed;
      std::get<Known>(biased.practice[parameter]).value *= 0.8;
      const Deviations off = check_memory(LedgerSample(kind, biased), claimed.practice);
      INFO(parameter_info(parameter).key << " x 0.8: " << off.report());
      CHECK_FALSE(off.pass());
    }
    for (auto i : {0U, 1U}) {
      Case biased = claimed;
      biased.practice.correlation[i].rho *= 0.7;
      CHECK_FALSE(check_memory(LedgerSample(kind, biased), claimed.practice).pass());
    }
  }
}

TEST_CASE("days remember as stated", "[statistical]") {
  // As above, with little monthly spread: the variance of a month's demand is that of its days.
  for (const auto kind : sampler_kinds()) {
    const Case claimed = remembering(0.02, 0.5);
    const Deviations d = check_memory(LedgerSample(kind, claimed), claimed.practice);
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    for (const auto parameter : {demand_daily_cv, demand_daily_ar1}) {
      Case biased = claimed;
      std::get<Known>(biased.practice[parameter]).value *= 0.9;
      const Deviations off = check_memory(LedgerSample(kind, biased), claimed.practice);
      INFO(parameter_info(parameter).key << " x 0.9: " << off.report());
      CHECK_FALSE(off.pass());
    }
  }
}

TEST_CASE("no-shows of a day cluster as stated", "[statistical]") {
  // A variance of 10,000 paths has a standard error of 1.4 %; the wrong rho moves it by 10 % or more.
  const auto clustered = [](double rho) {
    Case c = open_practice();
    c.months = 1;
    c.paths = 10'000;
    c.practice[visits_per_day] = Known{clustered_visits};
    c.practice[demand_monthly_cv] = c.practice[demand_daily_cv] = Known{0};
    c.practice[no_show_daily_rho] = Known{rho};
    return c;
  };
  for (const auto kind : sampler_kinds()) {
    // 0.9 is nearly a coin for the whole day: the shapes of the beta law lie far below 1.
    for (const auto& [rho, wrong] : {std::pair{0.0, 0.006}, {0.03, 0.04}, {0.9, 0.8}}) {
      const LedgerSample s(kind, clustered(rho));
      INFO(name_of(kind) << " rho " << rho << ": " << check_clusters(s, rho).report());
      CHECK(check_clusters(s, rho).pass());
      CHECK_FALSE(check_clusters(s, wrong).pass());
    }
  }
}

TEST_CASE("months of two concentrations go together by the same uniforms", "[statistical]") {
  // Two covariances of 10,000 paths, limit 4.2 (false alarm 5e-5 for the four checks); each has a standard
  // error of about 2 %. A mix drawn anew has covariance 0, one that is only the base's is off by more than a
  // fifth.
  for (const auto kind : sampler_kinds()) {
    for (const auto& [own, first, second] :
         {std::tuple{2.0, 2.0, 40.0}, std::tuple{0.0, 1.0, 30.0}, std::tuple{50.0, 50.0, 2.0}}) {
      const LedgerSample s(kind, two_codes(own, first, second));
      const double n = workdays(1) * visits * (1 - no_show) / 2, m = workdays(2) * visits * (1 - no_show) / 2;
      const double wanted = 4 * n * m * covariance_at_same_uniforms(first, second);
      const auto off = [&](double factor) {
        Deviations d;
        d.covariance("months", s.of(1, "visits.99212"), n, s.of(2, "visits.99212"), m, factor * wanted);
        return d;
      };
      INFO(name_of(kind) << " " << own << ": " << off(1).report());
      CHECK(off(1).pass());
      CHECK_FALSE(off(1.2).pass());
      CHECK_FALSE(off(0.8).pass());
    }
  }
}

TEST_CASE("the code mix of a path spreads as stated", "[statistical]") {
  // 12 checks of 10,000 paths, limit 4.5; covariances have standard errors of 1.0 to 2.5 %.
  for (const auto kind : sampler_kinds()) {
    for (const double concentration : {0.5, 50.0}) {
      const LedgerSample s(kind, mixed(concentration));
      INFO(name_of(kind) << " " << concentration << ": " << check_mix(s, concentration).report());
      CHECK(check_mix(s, concentration).pass());
      CHECK_FALSE(check_mix(s, concentration * 1.2).pass());
    }
    // No concentration: the mix itself, no common spread at all.
    const LedgerSample s(kind, mixed(0));
    CHECK(check_mix(s, 1e12).pass());
    CHECK_FALSE(check_mix(s, 300).pass());
  }
}

}  // namespace memory_test
