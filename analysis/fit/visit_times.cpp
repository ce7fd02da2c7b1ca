#include "analysis/fit/visit_times.h"

#include <cmath>

#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"

namespace paystress::fit {

VisitTimes fit_visit_times(const std::map<long, TimedVisits>& timed) {
  const auto mean_prior = log_prior(Parameter::visit_minutes);
  const auto sd_prior = log_prior(Parameter::visit_minutes_sd);
  VisitTimes out;
  double total = 0;
  for (const auto& [visits, t] : timed) {
    out.visits += visits * t.times;
    total += t.minutes;
  }
  const LogDensity density = [&](const Eigen::VectorXd& x) {
    const double mean = std::exp(x[0]), sd = std::exp(x[1]);
    const double a = (x[0] - mean_prior.mean) / mean_prior.sd, b = (x[1] - sd_prior.mean) / sd_prior.sd;
    double sum = -(a * a + b * b) / 2;
    const double shape = mean * mean / (sd * sd), scale = sd * sd / mean;
    for (const auto& [visits, t] : timed) {
      const double k = shape * static_cast<double>(visits);
      sum += (k - 1) * t.log_minutes - t.minutes / scale -
             static_cast<double>(t.times) * (k * std::log(scale) + std::lgamma(k));
    }
    return sum;
  };
  const double start = out.visits > 0 ? std::log(total / static_cast<double>(out.visits)) : mean_prior.mean;
  const auto posterior = integrate(density, Eigen::Vector2d(start, sd_prior.mean),
                                   Eigen::Vector2d(mean_prior.sd, sd_prior.sd), 7);
  const auto law = [&](Eigen::Index i) {
    const auto m = posterior.moments([i](const Eigen::VectorXd& x) { return x[i]; });
    return Lognormal{std::exp(m.mean), m.sd};
  };
  out.minutes = law(0);
  out.minutes_sd = law(1);
  out.minutes_with_sd = posterior.correlation(0, 1);
  return out;
}

}  // namespace paystress::fit
