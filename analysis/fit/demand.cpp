#include "analysis/fit/demand.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/fit/latent_demand.h"
#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"
#include "model/practice.h"

namespace paystress::fit {
namespace {

using enum Parameter;
constexpr int months_for_ar1 = 18, months_for_season = 24;
constexpr double z95 = 1.6448536269514722;
constexpr double largest_ar1 = 0.995;

double default_of(Parameter p) { return parameter_info(p).default_value; }

/// Which of the states a log can tell, in the order of the coordinates of the posterior.
struct Coordinates {
  bool daily, monthly_ar1;

  [[nodiscard]] Eigen::Index size() const { return 1 + (daily ? 2 : 0) + (monthly_ar1 ? 1 : 0); }
  [[nodiscard]] DemandStates states(const Eigen::VectorXd& x) const {
    DemandStates s{std::exp(x[0]), default_of(demand_monthly_ar1), default_of(demand_daily_cv),
                   default_of(demand_daily_ar1)};
    if (daily) {
      s.daily_cv = std::exp(x[1]);
      s.daily_ar1 = largest_ar1 * std::tanh(x[2]);
    }
    if (monthly_ar1) s.monthly_ar1 = largest_ar1 * std::tanh(x[size() - 1]);
    return s;
  }
  [[nodiscard]] std::pair<Eigen::VectorXd, Eigen::VectorXd> prior() const {
    Eigen::VectorXd mean(size()), sd(size());
    const auto month = log_prior(demand_monthly_cv), day = log_prior(demand_daily_cv);
    mean[0] = month.mean;
    sd[0] = month.sd;
    if (daily) {
      mean[1] = day.mean;
      sd[1] = day.sd;
      mean[2] = daily_ar1_prior.mean;
      sd[2] = daily_ar1_prior.sd;
    }
    if (monthly_ar1) {
      mean[size() - 1] = monthly_ar1_prior.mean;
      sd[size() - 1] = monthly_ar1_prior.sd;
    }
    return {mean, sd};
  }
};

/// A mixture of Gaussians by its first two moments.
class Mixture {
 public:
  void add(double weight, const LatentDemand::Marginal& m) {
    mean_ += weight * m.mean;
    square_ += weight * (m.variance + m.mean * m.mean);
  }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double sd() const { return std::sqrt(std::max(square_ - mean_ * mean_, 1e-12)); }
  /// Of a factor whose logarithm it is.
  [[nodiscard]] KnownEstimate factor() const {
    return {std::exp(mean_), std::exp(mean_ - z95 * sd()), std::exp(mean_ + z95 * sd())};
  }

 private:
  double mean_ = 0, square_ = 0;
};

Lognormal lognormal_of(const Posterior& posterior, Eigen::Index i) {
  const auto m = posterior.moments([i](const Eigen::VectorXd& x) { return x[i]; });
  return {std::exp(m.mean), m.sd};
}

KnownEstimate ar1_of(const Posterior& posterior, Eigen::Index i) {
  const auto m = posterior.moments([i](const Eigen::VectorXd& x) { return x[i]; });
  const auto at = [](double z) { return largest_ar1 * std::tanh(z); };
  return {at(m.mean), at(m.mean - z95 * m.sd), at(m.mean + z95 * m.sd)};
}

/// The level where most days are full: its posterior has a cliff below and the prior's slope above, which no
/// Gaussian at its mode has, so that it is summed over a grid.
Mixture level_of_full_days(LatentDemand& latent, const DemandStates& states) {
  const auto prior = log_prior(visits_per_day);
  constexpr double reach = 4, step = 0.08;  // in standard deviations of the prior
  std::vector<std::pair<double, LatentDemand::Marginal>> points;
  double top = -1e300;
  for (double z = -reach; z <= reach; z += step) {
    latent.hold_level(prior.mean + z * prior.sd);
    const double value = latent.log_likelihood(states);
    if (!std::isfinite(value)) continue;
    points.emplace_back(value, latent.summary().mean_demand);
    top = std::max(top, value);
  }
  double sum = 0;
  for (const auto& [value, at] : points) sum += std::exp(value - top);
  Mixture level;
  for (const auto& [value, at] : points) level.add(std::exp(value - top) / sum, at);
  return level;
}

}  // namespace

DemandEstimates fit_demand(const Log& log) {
  LatentDemand latent(log);
  const Coordinates coordinates{log.grain != Grain::month, log.months() >= months_for_ar1};
  const auto [mean, sd] = coordinates.prior();
  const LogDensity density = [&, &mean = mean, &sd = sd](const Eigen::VectorXd& x) {
    const double prior = ((x - mean).cwiseQuotient(sd)).squaredNorm() / 2;
    constexpr double far = 50;  // ten standard deviations off: nothing there
    return prior > far ? -1e300 : latent.log_likelihood(coordinates.states(x)) - prior;
  };
  const auto posterior = integrate(density, mean, sd, coordinates.size() > 2 ? 3 : 7);

  DemandEstimates out;
  out.days = static_cast<long>(latent.size());
  out.full_days = latent.full_days();
  out.daily_told = coordinates.daily;
  out.monthly_ar1_told = coordinates.monthly_ar1;
  out.season_told = log.months() >= months_for_season;
  Mixture level;
  std::array<Mixture, 7> weekday;
  std::array<Mixture, 12> season;
  for (std::size_t i = 0; i < posterior.points.size(); ++i) {
    const double weight = posterior.weights[i];
    if (weight < 1e-9) continue;
    latent.log_likelihood(coordinates.states(posterior.points[i]));
    const auto summary = latent.summary();
    level.add(weight, summary.mean_demand);
    for (std::size_t d = 0; d < 7; ++d) weekday[d].add(weight, summary.weekday[d]);
    for (std::size_t m = 0; m < 12; ++m) season[m].add(weight, summary.season[m]);
  }
  constexpr double mostly_full = 0.5;
  if (static_cast<double>(out.full_days) > mostly_full * static_cast<double>(out.days))
    level = level_of_full_days(latent, coordinates.states(posterior.mode));
  out.visits_per_day = Lognormal{std::exp(level.mean()), level.sd()};
  for (std::size_t d = 0; d < 7; ++d) out.weekday[d] = weekday[d].factor();
  for (std::size_t m = 0; m < 12; ++m) out.season[m] = season[m].factor();
  out.monthly_cv = lognormal_of(posterior, 0);
  out.daily_cv = coordinates.daily ? Quantity(lognormal_of(posterior, 1)) : prior_of(demand_daily_cv).law;
  out.daily_ar1.value = default_of(demand_daily_ar1);
  out.monthly_ar1.value = default_of(demand_monthly_ar1);
  if (coordinates.daily) out.daily_ar1 = ar1_of(posterior, 2);
  if (coordinates.monthly_ar1) out.monthly_ar1 = ar1_of(posterior, coordinates.size() - 1);
  return out;
}

}  // namespace paystress::fit
