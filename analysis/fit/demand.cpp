#include "analysis/fit/demand.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "analysis/fit/latent_demand.h"
#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"
#include "model/practice.h"

namespace paystress::fit {
namespace {

using enum Parameter;
constexpr int months_for_ar1 = 18, months_for_season = 24;
constexpr double largest_ar1 = 0.995;

double default_of(Parameter p) { return parameter_info(p).default_value; }

/// Which of the states a log can tell, in the order of the coordinates of the posterior.
struct Coordinates {
  bool daily, monthly_ar1;
  std::optional<double> age = {};  ///< months from the opening of a young practice to the log's first

  [[nodiscard]] Eigen::Index ramp_at() const { return 1 + (daily ? 2 : 0) + (monthly_ar1 ? 1 : 0); }
  [[nodiscard]] Eigen::Index size() const { return ramp_at() + (age ? 2 : 0); }
  /// The filling from the opening on.
  [[nodiscard]] Ramp ramp(const Eigen::VectorXd& x) const {
    if (!age) return {};
    return {Ramp::mature / (1 + std::exp(-x[ramp_at()])), std::exp(x[ramp_at() + 1])};
  }
  [[nodiscard]] DemandStates states(const Eigen::VectorXd& x) const {
    DemandStates s{std::exp(x[0]), default_of(demand_monthly_ar1), default_of(demand_daily_cv),
                   default_of(demand_daily_ar1)};
    if (daily) {
      s.daily_cv = std::exp(x[1]);
      s.daily_ar1 = largest_ar1 * std::tanh(x[2]);
    }
    if (monthly_ar1) s.monthly_ar1 = largest_ar1 * std::tanh(x[ramp_at() - 1]);
    if (age) s.ramp = ramp(x).after(*age);
    return s;
  }
  [[nodiscard]] std::pair<Eigen::VectorXd, Eigen::VectorXd> prior() const {
    Eigen::VectorXd mean(size()), sd(size());
    const auto put = [&](Eigen::Index i, const GaussianPrior& prior) {
      mean[i] = prior.mean;
      sd[i] = prior.sd;
    };
    const auto log_of = [](Parameter p) {
      const auto law = log_prior(p);
      return GaussianPrior{law.mean, law.sd};
    };
    put(0, log_of(demand_monthly_cv));
    if (daily) put(1, log_of(demand_daily_cv));
    if (daily) put(2, daily_ar1_prior);
    if (monthly_ar1) put(ramp_at() - 1, monthly_ar1_prior);
    if (age) put(ramp_at(), ramp_start_prior);
    if (age) put(ramp_at() + 1, ramp_months_prior);
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
  /// Likewise, beside a coordinate of the points.
  void add(double weight, const LatentDemand::Marginal& m, double coordinate) {
    add(weight, m);
    coordinate_ += weight * coordinate;
    coordinate_square_ += weight * coordinate * coordinate;
    product_ += weight * m.mean * coordinate;
  }
  [[nodiscard]] double correlation() const {
    const double spread = std::sqrt(std::max(coordinate_square_ - coordinate_ * coordinate_, 1e-12));
    return (product_ - mean_ * coordinate_) / (sd() * spread);
  }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double sd() const { return std::sqrt(std::max(square_ - mean_ * mean_, 1e-12)); }
  /// Of a factor whose logarithm it is.
  [[nodiscard]] KnownEstimate factor() const {
    return {std::exp(mean_), std::exp(mean_ - z95 * sd()), std::exp(mean_ + z95 * sd())};
  }

 private:
  double mean_ = 0, square_ = 0, coordinate_ = 0, coordinate_square_ = 0, product_ = 0;
};

KnownEstimate ar1_of(const Posterior& posterior, Eigen::Index i) {
  const auto m = posterior.moments([i](const Eigen::VectorXd& x) { return x[i]; });
  const auto at = [](double z) { return largest_ar1 * std::tanh(z); };
  return {at(m.mean), at(m.mean - z95 * m.sd), at(m.mean + z95 * m.sd)};
}

/// Means and covariances of the filling and of the logarithm of the mature demand, told from a month on.
class RampMoments {
 public:
  void add(double weight, double log_demand, const Ramp& ramp) {
    const std::array<double, 3> x{log_demand, ramp.start, std::log(ramp.months_to_95)};
    for (std::size_t i = 0; i < 3; ++i) {
      mean_[i] += weight * x[i];
      for (std::size_t j = 0; j < 3; ++j) square_[i][j] += weight * x[i] * x[j];
    }
  }
  /// `log_demand_variance`: within the points, which the filling does not share.
  [[nodiscard]] RampEstimate estimate(double log_demand_variance) const {
    RampEstimate out;
    const auto cov = [&](std::size_t i, std::size_t j) { return square_[i][j] - mean_[i] * mean_[j]; };
    const auto sd = [&](std::size_t i) {
      return std::sqrt(std::max(cov(i, i) + (i == 0 ? log_demand_variance : 0.0), 1e-12));
    };
    const auto with = [&](std::size_t i, std::size_t j) { return cov(i, j) / (sd(i) * sd(j)); };
    const double most_sd = 0.99 * std::sqrt(mean_[1] * (1 - mean_[1]));
    out.start = BetaMeanSd{mean_[1], std::min(sd(1), most_sd)};
    out.months_to_95 = Lognormal{std::exp(mean_[2]), sd(2)};
    out.joined = {{visits_per_day, ramp_start, with(0, 1)},
                  {visits_per_day, ramp_months_to_95, with(0, 2)},
                  {ramp_start, ramp_months_to_95, with(1, 2)}};
    return out;
  }
  [[nodiscard]] double mean_start() const { return mean_[1]; }

 private:
  std::array<double, 3> mean_{};
  std::array<std::array<double, 3>, 3> square_{};
};

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

DemandEstimates fit_demand(const Log& log, std::optional<int> opened) {
  LatentDemand latent(log);
  Coordinates coordinates{log.grain != Grain::month, log.months() >= months_for_ar1};
  if (opened) coordinates.age = month_number(log.records.front().date) - *opened;
  const auto [mean, sd] = coordinates.prior();
  const LogDensity density = [&, &mean = mean, &sd = sd](const Eigen::VectorXd& x) {
    const double prior = ((x - mean).cwiseQuotient(sd)).squaredNorm() / 2;
    constexpr double far = 50;  // ten standard deviations off: nothing there
    return prior > far ? -1e300 : latent.log_likelihood(coordinates.states(x)) - prior;
  };
  // The states of a point are at hand right after its density; where next to no weight is, they are not
  // asked.
  std::map<std::size_t, LatentDemand::Summary> summaries;
  constexpr double nothing = -25;
  const AtPoint summarise = [&](std::size_t point, double log_weight) {
    if (log_weight > nothing) summaries.emplace(point, latent.summary());
  };
  const int rule = coordinates.size() > 2 ? 5 : 7;
  const auto posterior = integrate(density, mean, sd, rule, summarise);

  DemandEstimates out;
  out.days = static_cast<long>(latent.size());
  out.full_days = latent.full_days();
  out.daily_told = coordinates.daily;
  out.monthly_ar1_told = coordinates.monthly_ar1;
  out.season_told = log.months() >= months_for_season;
  Mixture level, level_by_months, level_by_days;
  std::array<Mixture, 7> weekday;
  std::array<Mixture, 12> season;
  RampMoments at_start, after;
  out.ramp.assign(static_cast<std::size_t>(log.months()), opened ? 0.0 : 1.0);
  double log_demand_variance = 0;
  for (const auto& [i, summary] : summaries) {
    const double weight = posterior.weights[i];
    const auto states = coordinates.states(posterior.points[i]);
    at_start.add(weight, summary.mean_demand.mean, states.ramp);
    after.add(weight, summary.mean_demand.mean, states.ramp.after(log.months()));
    log_demand_variance += weight * summary.mean_demand.variance;
    for (std::size_t m = 0; opened && m < out.ramp.size(); ++m)
      out.ramp[m] += weight * states.ramp.share(static_cast<double>(m));
    level.add(weight, summary.mean_demand);
    level_by_months.add(weight, summary.mean_demand, posterior.points[i][0]);
    if (coordinates.daily) level_by_days.add(weight, summary.mean_demand, posterior.points[i][1]);
    for (std::size_t d = 0; d < 7; ++d) weekday[d].add(weight, summary.weekday[d]);
    for (std::size_t m = 0; m < 12; ++m) season[m].add(weight, summary.season[m]);
  }
  constexpr double mostly_full = 0.5;
  if (static_cast<double>(out.full_days) > mostly_full * static_cast<double>(out.days))
    level = level_of_full_days(latent, coordinates.states(posterior.mode));
  out.visits_per_day = Lognormal{std::exp(level.mean()), level.sd()};
  if (opened) {
    out.ramp_at_start = at_start.estimate(log_demand_variance);
    if (after.mean_start() < Ramp::mature) out.ramp_after = after.estimate(log_demand_variance);
  }
  for (std::size_t d = 0; d < 7; ++d) out.weekday[d] = weekday[d].factor();
  for (std::size_t m = 0; m < 12; ++m) out.season[m] = season[m].factor();
  out.monthly_cv = lognormal_of(posterior, 0);
  out.joined = {{visits_per_day, demand_monthly_cv, level_by_months.correlation()}};
  if (coordinates.daily) {
    out.joined.push_back({visits_per_day, demand_daily_cv, level_by_days.correlation()});
    out.joined.push_back({demand_monthly_cv, demand_daily_cv, posterior.correlation(0, 1)});
  }
  out.daily_cv = coordinates.daily ? Quantity(lognormal_of(posterior, 1)) : prior_of(demand_daily_cv).law;
  out.daily_ar1.value = default_of(demand_daily_ar1);
  out.monthly_ar1.value = default_of(demand_monthly_ar1);
  if (coordinates.daily) out.daily_ar1 = ar1_of(posterior, 2);
  if (coordinates.monthly_ar1) out.monthly_ar1 = ar1_of(posterior, coordinates.ramp_at() - 1);
  return out;
}

}  // namespace paystress::fit
