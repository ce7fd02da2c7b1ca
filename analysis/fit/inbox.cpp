#include "analysis/fit/inbox.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"

namespace paystress::fit {
namespace {

struct CountedMonth {
  double items = 0, visits = 0;  ///< seen, expected
};

std::vector<CountedMonth> counted_months(const Log& log, Count kind, const ExpectedVisits& visits) {
  std::vector<CountedMonth> months;
  const int first = log.records.empty() ? 0 : month_number(log.records.front().date);
  int last = -1;
  for (const auto& r : log.records) {
    if (!r[kind]) continue;
    if (months.empty() || month_number(r.date) != last) months.emplace_back();
    last = month_number(r.date);
    months.back().items += static_cast<double>(*r[kind]);
    const double days =
        log.grain == Grain::month ? static_cast<double>(scheduled_days(r.date, log.works)) : 1.0;
    months.back().visits += days * visits.per_workday.at(static_cast<std::size_t>(last - first));
  }
  return months;
}

/// Items of a month given its mean, the lognormal state integrated out around its own mode: a month of many
/// items pins its state down far below the spread of the states.
double log_month(double items, double mean, double sigma) {
  // f(s) = items * eta - exp(eta) - s^2 / 2, eta = log mean + sigma s - sigma^2 / 2
  const double base = std::log(mean) - sigma * sigma / 2;
  double s = 0;
  constexpr int steps = 30;
  for (int i = 0; i < steps; ++i) {
    const double rate = std::exp(base + sigma * s);
    const double step = (sigma * (items - rate) - s) / (1 + sigma * sigma * rate);
    s += std::clamp(step, -1.0, 1.0);
  }
  const double width = 1 / std::sqrt(1 + sigma * sigma * std::exp(base + sigma * s));
  const auto& rule = gauss_rule(7);
  const auto f = [&](double at) {
    const double eta = base + sigma * at;
    return items * eta - std::exp(eta) - at * at / 2;
  };
  const double top = f(s);
  double sum = 0;
  for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
    const double z = rule.nodes[i];
    sum += rule.weights[i] * std::exp(f(s + width * z) - top + z * z / 2);
  }
  return top + std::log(sum * width);
}

}  // namespace

InboxEstimate fit_inbox(const Log& log, Count kind, Parameter per_visit, Parameter monthly_cv,
                        const ExpectedVisits& visits) {
  const auto months = counted_months(log, kind, visits);
  const auto rate_prior = log_prior(per_visit), cv_prior = log_prior(monthly_cv);
  const LogDensity density = [&](const Eigen::VectorXd& x) {
    const double a = (x[0] - rate_prior.mean) / rate_prior.sd, b = (x[1] - cv_prior.mean) / cv_prior.sd;
    const double cv = std::exp(x[1]), sigma = std::sqrt(std::log1p(cv * cv));
    double sum = -(a * a + b * b) / 2;
    for (const auto& m : months) sum += log_month(m.items, std::exp(x[0]) * m.visits, sigma);
    return sum;
  };
  const auto posterior = integrate(density, Eigen::Vector2d(rate_prior.mean, cv_prior.mean),
                                   Eigen::Vector2d(rate_prior.sd, cv_prior.sd), 7);
  const auto rate = posterior.moments([](const Eigen::VectorXd& x) { return x[0]; });
  const auto cv = posterior.moments([](const Eigen::VectorXd& x) { return x[1]; });
  // Items are counted, so that the more visits they follow, the fewer are a visit's.
  const double sd = std::hypot(rate.sd, visits.log_sd);
  return {Lognormal{std::exp(rate.mean), sd}, Lognormal{std::exp(cv.mean), cv.sd},
          static_cast<long>(months.size()), -visits.log_sd / sd, posterior.correlation(0, 1) * rate.sd / sd};
}

}  // namespace paystress::fit
