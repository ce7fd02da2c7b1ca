#include "analysis/fit/fates.h"

#include <algorithm>
#include <cmath>

#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"

namespace paystress::fit {
namespace {

using enum Parameter;

double square(double x) { return x * x; }

/// The beta-binomial likelihood of a month's days through the rising factorials in it: entry j counts the
/// days whose count is above j.
struct BookedMonth {
  std::vector<long> shown_no, shown_up, booked;
  double rho_scale = 1;

  void add(long n, long k) {
    raise(shown_no, k);
    raise(shown_up, n - k);
    raise(booked, n);
  }
  static void raise(std::vector<long>& above, long count) {
    if (static_cast<std::size_t>(count) > above.size()) above.resize(static_cast<std::size_t>(count), 0);
    for (long j = 0; j < count; ++j) ++above[static_cast<std::size_t>(j)];
  }

  [[nodiscard]] double log_likelihood(double p, double rho) const {
    const double scaled = std::min(rho * rho_scale, 0.9);
    const double weight = (1 - scaled) / scaled;
    return rising(shown_no, p * weight) + rising(shown_up, (1 - p) * weight) - rising(booked, weight);
  }
  static double rising(const std::vector<long>& above, double a) {
    double sum = 0;
    for (std::size_t j = 0; j < above.size(); ++j)
      sum += static_cast<double>(above[j]) * std::log(a + static_cast<double>(j));
    return sum;
  }
};

std::vector<BookedMonth> booked_months(const Log& log) {
  std::vector<BookedMonth> months;
  int last = -1;
  for (const auto& r : log.records) {
    if (!r[Count::booked] || !r[Count::no_shows]) continue;
    const long n = *r[Count::booked], k = std::min(*r[Count::no_shows], n);
    if (months.empty() || month_number(r.date) != last) months.emplace_back();
    last = month_number(r.date);
    if (log.grain == Grain::month && n > 1) {
      const auto days = std::max(1L, r[Count::workdays].value_or(scheduled_days(r.date, log.works)));
      const double a_day = static_cast<double>(n) / static_cast<double>(days);
      months.back().rho_scale = std::max(a_day - 1, 1e-3) / static_cast<double>(n - 1);
    }
    months.back().add(n, k);
  }
  return months;
}

double log_normal_density(double x, const LogNormalPrior& prior) {
  return -square((x - prior.mean) / prior.sd) / 2;
}

Posterior no_show_posterior(const std::vector<BookedMonth>& months, double crude) {
  const auto [a, b] = beta_prior(no_show_rate);
  const auto rho_prior = log_prior(no_show_daily_rho);
  const auto cv_prior = log_prior(no_show_monthly_cv);
  const auto& rule = gauss_rule(9);
  const LogDensity density = [&, a = a, b = b](const Eigen::VectorXd& x) {
    const double p = 1 / (1 + std::exp(-x[0])), rho = std::exp(x[1]), cv = std::exp(x[2]);
    if (rho >= 0.9) return -1e300;
    const double variance = std::log1p(cv * cv);
    // The Jacobian of the logit makes the exponents a and b.
    double sum = a * std::log(p) + b * std::log1p(-p) + log_normal_density(x[1], rho_prior) +
                 log_normal_density(x[2], cv_prior);
    std::array<double, 9> logs{};
    for (const auto& month : months) {
      for (std::size_t i = 0; i < logs.size(); ++i) {
        const double rate = std::min(p * std::exp(std::sqrt(variance) * rule.nodes[i] - variance / 2), 0.999);
        logs[i] = std::log(rule.weights[i]) + month.log_likelihood(rate, rho);
      }
      const double top = *std::ranges::max_element(logs);
      double mass = 0;
      for (const double l : logs) mass += std::exp(l - top);
      sum += top + std::log(mass);
    }
    return sum;
  };
  const double p = std::clamp(crude, 0.005, 0.9);
  return integrate(density, Eigen::Vector3d(std::log(p / (1 - p)), rho_prior.mean, cv_prior.mean),
                   Eigen::Vector3d(0.2, rho_prior.sd, cv_prior.sd), 5);
}

/// Mean and square mean, so that products of independent shares have theirs.
struct Moments2 {
  double mean, square;
};
Moments2 times(const Moments2& x, const Moments2& y) { return {x.mean * y.mean, x.square * y.square}; }
Moments2 rest(const Moments2& x) { return {1 - x.mean, 1 - 2 * x.mean + x.square}; }
Moments2 beta_moments(double a, double b) {
  const double mean = a / (a + b);
  return {mean, mean * (a + 1) / (a + b + 1)};
}
Quantity beta_of(const Moments2& m) {
  return BetaMeanSd{m.mean, std::sqrt(std::max(m.square - m.mean * m.mean, 1e-14))};
}

/// The share of those left that `count` of `of` tells, under the prior of p.
Moments2 share(Parameter p, double scale, double count, double of) {
  const auto& law = std::get<BetaMeanSd>(prior_of(p).law);
  const double mean = std::min(law.mean * scale, 0.5), sd = law.sd * scale;
  const double n = mean * (1 - mean) / (sd * sd) - 1;
  return beta_moments(mean * n + count, (1 - mean) * n + std::max(0.0, of - count));
}

}  // namespace

FateEstimates fit_fates(const Log& log) {
  FateEstimates out;
  const auto total = [&](Count c) { return static_cast<double>(log.total(c)); };
  const double booked = total(Count::booked);
  const auto months = booked_months(log);
  const auto posterior =
      no_show_posterior(months, months.empty() ? 0.08 : total(Count::no_shows) / std::max(booked, 1.0));
  const auto rate = posterior.moments([](const Eigen::VectorXd& x) { return 1 / (1 + std::exp(-x[0])); });
  const Moments2 no_show{rate.mean, square(rate.mean) + square(rate.sd)};
  out.no_show_rate = beta_of(no_show);
  out.daily_rho = lognormal_of(posterior, 1);
  out.monthly_cv = lognormal_of(posterior, 2);
  out.joined = {{no_show_rate, no_show_daily_rho, posterior.correlation(0, 1)},
                {no_show_rate, no_show_monthly_cv, posterior.correlation(0, 2)},
                {no_show_daily_rho, no_show_monthly_cv, posterior.correlation(1, 2)}};

  // Late cancels and lost calls are shares of what no-shows leave; a share that is not told keeps its prior.
  const double left = booked - total(Count::no_shows);
  const double late = total(Count::late_cancels), lost = total(Count::lost_calls);
  const double prior_left = 1 / (1 - mean_of(prior_of(no_show_rate).law));
  const bool tells_late = log.tells(Count::late_cancels), tells_lost = log.tells(Count::lost_calls);
  const auto late_share = share(late_cancel_rate, prior_left, late, tells_late ? left : 0);
  out.late_cancel_rate = beta_of(times(rest(no_show), late_share));
  const auto failure = beta_prior(tech_failure_rate), kept = beta_prior(tech_failure_lost);
  if (!tells_lost) {
    out.failure_rate = prior_of(tech_failure_rate).law;
    out.failure_lost = prior_of(tech_failure_lost).law;
  } else if (log.tells(Count::moved_calls)) {
    const double moved = total(Count::moved_calls);
    out.failure_rate = beta_of(beta_moments(failure.a + lost + moved, failure.b + booked - lost - moved));
    out.failure_lost = beta_of(beta_moments(kept.a + lost, kept.b + moved));
  } else {
    // Only the product of the two is seen.
    const Moments2 prior = times(beta_moments(failure.a, failure.b), beta_moments(kept.a, kept.b));
    const double mean = prior.mean * prior_left,
                 sd = std::sqrt(prior.square - square(prior.mean)) * prior_left;
    const double n = mean * (1 - mean) / square(sd) - 1;
    const auto lost_share = beta_moments(mean * n + lost, (1 - mean) * n + std::max(0.0, left - late - lost));
    out.failure_rate = beta_of(times(times(rest(no_show), rest(late_share)), lost_share));
    out.failure_lost = Known{1.0};
  }
  return out;
}

}  // namespace paystress::fit
