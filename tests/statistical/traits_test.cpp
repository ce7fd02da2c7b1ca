// What a path draws once: uncertain numbers, their correlation, Latin hypercubes; and the ramp.

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "sim/random/trait_quantile.h"
#include "tests/support/ledger_stats.h"

namespace traits_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

/// Columns that show a trait as it was drawn: meeting hours, the quality score, hours of a session.
Case showing(double rho) {
  Case c;
  c.paths = 10'240;
  auto& p = c.practice;
  p[visits_per_day] = Known{1};  // quick: the visits are not looked at
  p[days_off_per_year] = Known{0};
  p[meetings_hours_per_month] = GammaMeanSd{10, 4};
  p[quality_mean] = BetaMeanSd{0.7, 0.1};
  p[quality_concentration] = Known{0};
  p[session_hours] = Pert{6, 8, 9};
  p[training_hours] = Known{0};
  if (rho != 0) p.correlation = {{"time.meetings_hours_per_month", "quality.mean", rho}};
  return c;
}

std::vector<double> session_of(const LedgerSample& s) {
  std::vector<double> hours;
  for (std::size_t i = 0; i < s.paths(); ++i)
    hours.push_back(s.of(1, "session_hours")[i] / s.of(1, "workdays")[i]);
  return hours;
}

Deviations check_traits(const LedgerSample& s, double rho) {
  Deviations d;
  d.moments("meeting hours (gamma)", s.of(1, "meeting_hours"), {10, 16});
  d.moments("quality (beta)", s.of(1, "quality_score"), {0.7, 0.01});
  const double mean = (6 + 4 * 8 + 9) / 6.0;
  d.moments("session hours (PERT)", session_of(s), {mean, (mean - 6) * (9 - mean) / 7});
  // Products of the Gaussians behind the columns; the copula's correlation is 2 sin(pi rho / 6).
  std::vector<double> products;
  std::vector<double> unrelated;
  const auto sessions = session_of(s);
  for (std::size_t i = 0; i < s.paths(); ++i) {
    // Distribution functions: gamma with shape 10^2 / 4^2 and scale 1.6, beta with 14 and 6.
    const double a = random::gaussian_quantile(boost::math::gamma_p(6.25, s.of(1, "meeting_hours")[i] / 1.6));
    products.push_back(a * random::gaussian_quantile(boost::math::ibeta(14, 6, s.of(1, "quality_score")[i])));
    unrelated.push_back(a * (sessions[i] - mean));
  }
  d.mean("Gaussian correlation", products, 2 * std::sin(std::numbers::pi * rho / 6));
  d.mean("no correlation", unrelated, 0.0);
  return d;
}

}  // namespace

TEST_CASE("uncertain numbers have their law and rank correlation", "[statistical]") {
  // 8 checks of 10,240 paths, limit 4.4: standard errors 0.4 %, 0.14 % and 0.08 % of the means, 0.01 of the
  // correlation.
  for (const auto kind : sampler_kinds()) {
    for (const double rho : {0.0, 0.6, -0.8}) {
      const LedgerSample s(kind, showing(rho));
      const Deviations d = check_traits(s, rho);
      INFO(name_of(kind) << " " << rho << ": " << d.report());
      CHECK(d.pass());
      CHECK_FALSE(check_traits(s, rho + 0.1).pass());
      // Spearman's own standard error is below 1 / sqrt(n - 1) = 0.01.
      CHECK(std::abs(spearman(s.of(1, "meeting_hours"), s.of(1, "quality_score")) - rho) < 4.4 * 0.01);
    }
    Case biased = showing(0.6);
    biased.practice[meetings_hours_per_month] = GammaMeanSd{10 * 1.02, 4};
    CHECK_FALSE(check_traits(LedgerSample(kind, biased), 0.6).pass());
    biased = showing(0.6);
    biased.practice[session_hours] = Pert{6, 8.1, 9};
    CHECK_FALSE(check_traits(LedgerSample(kind, biased), 0.6).pass());
  }
}

TEST_CASE("a Latin hypercube has one path in each stratum of each replicate", "[statistical]") {
  const Quantity meetings = GammaMeanSd{10, 4};
  const auto empty_strata = [&](const LedgerSample& s) {
    int wrong = 0;
    for (std::size_t replicate = 0; replicate < 3; ++replicate) {
      const auto column = s.of(1, "meeting_hours").subspan(replicate * 1024, 1024);
      std::vector<double> sorted(column.begin(), column.end());
      std::ranges::sort(sorted);
      for (int k = 0; k < 1024; ++k) {
        const double low =
            k == 0 ? 0 : random::trait_quantile(meetings, random::gaussian_quantile(k / 1024.0));
        const double high =
            k == 1023 ? 1e9 : random::trait_quantile(meetings, random::gaussian_quantile((k + 1) / 1024.0));
        // A path on the edge of a stratum may fall on either side by rounding.
        const double x = sorted[static_cast<std::size_t>(k)];
        if (x < low * (1 - 1e-9) || x > high * (1 + 1e-9)) ++wrong;
      }
    }
    return wrong;
  };
  for (const auto kind : sampler_kinds()) {
    Case c = showing(0);
    c.paths = 3 * 1024;
    CHECK(empty_strata(LedgerSample(kind, c)) > 1000);  // independent paths leave a third of the strata empty
    for (const auto traits : {TraitSampling::latin_hypercube, TraitSampling::sobol}) {
      c.traits = traits;
      const LedgerSample s(kind, c);
      CHECK(empty_strata(s) == 0);
      // Traits and replicates are shuffled apart: no rank correlation beyond 4.4 / sqrt(n - 1).
      CHECK(std::abs(spearman(s.of(1, "meeting_hours"), s.of(1, "quality_score"))) < 4.4 / std::sqrt(3071));
      CHECK(std::abs(spearman(s.of(1, "meeting_hours").first(1024), s.of(1, "meeting_hours").last(1024))) <
            4.4 / std::sqrt(1023));
    }
  }
}

TEST_CASE("volume, panel and inbox follow the ramp", "[statistical]") {
  Case c;
  c.months = 6;
  c.paths = 4'000;
  auto& p = c.practice;
  p[slots_per_hour] = Known{60};
  p[days_off_per_year] = Known{0};
  p[visits_per_day] = Known{10};
  p[demand_monthly_cv] = p[demand_daily_cv] = p[messages_monthly_cv] = Known{0};
  p[no_show_rate] = Known{0.1};
  p[late_cancel_rate] = p[tech_failure_rate] = Known{0};
  p[panel_mature] = Known{1000};
  p[messages_per_member] = Known{0.3};
  p[ramp_start] = Known{0.35};
  p[ramp_months_to_95] = Known{9};
  constexpr std::array<double, 6> workdays{22, 20, 22, 22, 21, 22};
  const auto check = [&](const LedgerSample& s, double months_to_95) {
    Deviations d;
    for (int m = 1; m <= 6; ++m) {
      // A straight line on a logarithmic scale from 65 % missing to 5 % missing.
      const double share = 1 - 0.65 * std::pow(0.05 / 0.65, (m - 0.5) / months_to_95);
      const double members = std::floor(1000 * share + 0.5);
      const double n = workdays.at(static_cast<std::size_t>(m) - 1);
      const double demand = n * 10 * share;
      const double messages = n * (1.2 * 10 * share * 0.9 + 0.3 * members * 12 / (5 * 365.25 / 7));
      d.moments("demand", s.of(m, "demand"), {demand, demand});
      d.moments("panel members", s.of(m, "panel_members"), {members, 0});
      d.moments("messages", s.of(m, "messages"), {messages, messages});
    }
    return d;
  };
  // 36 checks of 4,000 paths, limit 4.7. Standard error of a month's demand and messages: 0.15 %.
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, c);
    const Deviations d = check(s, 9);
    INFO(name_of(kind) << ": " << d.report());
    CHECK(d.pass());
    CHECK_FALSE(check(s, 9.1).pass());
  }
}

}  // namespace traits_test
