#include "analysis/fit/latent_demand.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <stdexcept>

#include "analysis/fit/priors.h"

namespace paystress::fit {
namespace {

constexpr Eigen::Index mean_at = 0, weekdays_at = 1, season_at = 8, months_at = 20;
// States beyond this many log units are no demand: Newton's steps are cut there.
constexpr double longest_step = 2.0;

/// The logarithm of the likelihood of one observation with its first two derivatives by the predictor.
struct Term {
  double value, slope, curvature;  // curvature >= 0: minus the second derivative
};

Term seen(double count, double eta) {
  const double mean = std::exp(eta);
  return {count * eta - mean, count - mean, mean};
}

/// P(demand >= slots) is the distribution function of a gamma law at the mean.
Term at_least(double slots, double eta) {
  if (slots <= 0) return {0, 0, 0};
  const double mean = std::exp(eta);
  // In double throughout: long double takes ten times as long for digits that are not used.
  using Plain = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const double p = boost::math::gamma_p(slots, mean, Plain());
  if (p < 1e-280)
    return {slots * eta - mean - std::lgamma(slots + 1), slots - mean, mean};  // its tail's leading term
  const double ratio = std::exp(slots * eta - mean - std::lgamma(slots)) / p;
  return {std::log(p), ratio, std::max(0.0, -ratio * (slots - mean - ratio))};
}

}  // namespace

LatentDemand::LatentDemand(const Log& log) : works_(log.works), monthly_(log.grain == Grain::month) {
  if (log.records.empty()) throw std::invalid_argument("a log without records");
  const int first_month = month_number(log.records.front().date);
  months_ = log.months();
  log_ramp_.assign(static_cast<std::size_t>(months_), 0.0);
  Eigen::Index day = months_at + months_;
  auto before = log.records.front().date;
  for (const auto& r : log.records) {
    Observation o;
    o.count = static_cast<double>(r[Count::booked].value_or(0));
    o.told = r[Count::booked].has_value();
    o.full = r[Count::slots] && o.told && *r[Count::booked] >= *r[Count::slots] && !monthly_;
    if (o.full) ++full_days_;
    o.season = season_at + month_number(r.date) % 12;
    o.month = months_at + month_number(r.date) - first_month;
    o.day = day++;
    if (monthly_) {
      o.days = static_cast<double>(std::max(1L, r[Count::workdays].value_or(scheduled_days(r.date, works_))));
      o.log_exposure = std::log(o.days);
    } else {
      o.weekday = weekdays_at + static_cast<Eigen::Index>(weekday_of(r.date));
      for (auto d = before; d < r.date; d += std::chrono::days(1))
        if (works_[weekday_of(d)]) ++o.gap;
    }
    before = r.date;
    observations_.push_back(o);
  }
  states_ = day;
  x_ = Eigen::VectorXd::Zero(states_);
  const auto law = log_prior(Parameter::visits_per_day);
  prior_mean_ = Eigen::VectorXd::Zero(states_);
  prior_mean_[mean_at] = law.mean;
  double count = 0, days = 0;
  for (const auto& o : observations_) {
    count += o.count;
    days += o.told ? o.days : 0;
  }
  x_[mean_at] = std::log(std::max(count, 0.5) / std::max(days, 1.0));
  lay_out();
}

std::array<Eigen::Index, 5> LatentDemand::Observation::at() const {
  if (weekday < 0) return {mean_at, season, month, day, 0};
  return {mean_at, weekday, season, month, day};
}

/// The pattern of the precision, and where in it each number goes: it is filled anew at every step.
void LatentDemand::lay_out() {
  std::vector<Eigen::Triplet<double>> entries;
  for (Eigen::Index i = 0; i < states_; ++i) {
    entries.emplace_back(i, i, 0.0);
    // The day after the last month is the first of another chain.
    const bool tied = i > months_at && i != months_at + months_ && (i < months_at + months_ || !monthly_);
    link_slots_.push_back(tied ? 0 : -1);
    if (tied) entries.emplace_back(i, i - 1, 0.0);
  }
  for (const auto& o : observations_)
    for (std::size_t i = 0; i < o.parts(); ++i)
      for (std::size_t j = 0; j <= i; ++j) entries.emplace_back(o.at()[i], o.at()[j], 0.0);
  precision_.resize(states_, states_);
  precision_.setFromTriplets(entries.begin(), entries.end());
  solver_.analyzePattern(precision_);
  for (Eigen::Index i = 0; i < states_; ++i) {
    diagonal_slots_.push_back(slot(i, i));
    auto& link = link_slots_[static_cast<std::size_t>(i)];
    if (link >= 0) link = slot(i, i - 1);
  }
  for (auto& o : observations_) {
    std::size_t pair = 0;
    for (std::size_t i = 0; i < o.parts(); ++i)
      for (std::size_t j = 0; j <= i; ++j) o.slots[pair++] = slot(o.at()[i], o.at()[j]);
  }
}

Eigen::Index LatentDemand::slot(Eigen::Index row, Eigen::Index column) const {
  const auto* rows = precision_.innerIndexPtr();
  const auto* first = rows + precision_.outerIndexPtr()[column];
  return std::lower_bound(first, rows + precision_.outerIndexPtr()[column + 1], row) - rows;
}

/// A Gaussian AR(1) from state `first` on; links[i] is the correlation of state i with the one before it,
/// links[0] is 0. Returns the logarithm of the determinant of its precision.
double LatentDemand::set_chain(Eigen::Index first, const std::vector<double>& links, double variance) {
  double log_det = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto at = first + static_cast<Eigen::Index>(i);
    const double innovation = variance * (1 - links[i] * links[i]);
    prior_diagonal_[at] += 1 / innovation;
    log_det -= std::log(innovation);
    if (i == 0) continue;
    prior_diagonal_[at - 1] += links[i] * links[i] / innovation;
    prior_link_[at] = -links[i] / innovation;
  }
  return log_det;
}

double LatentDemand::predictor(const Observation& o) const {
  double eta = o.log_exposure + offset_ + log_ramp_[static_cast<std::size_t>(o.month - months_at)] +
               x_[mean_at] + x_[o.season] + x_[o.month] + x_[o.day];
  if (o.weekday >= 0) eta += x_[o.weekday];
  return eta;
}

void LatentDemand::set_prior(const DemandStates& s) {
  const double monthly = std::max(std::log1p(s.monthly_cv * s.monthly_cv), 1e-10);
  const double daily = std::max(std::log1p(s.daily_cv * s.daily_cv), 1e-10);
  offset_ = -(monthly + daily) / 2;
  for (std::size_t m = 0; m < log_ramp_.size(); ++m)
    log_ramp_[m] = std::log(std::max(s.ramp.share(static_cast<double>(m)), 1e-6));
  prior_diagonal_ = Eigen::VectorXd::Zero(states_);
  prior_link_ = Eigen::VectorXd::Zero(states_);
  const auto mean = log_prior(Parameter::visits_per_day);
  constexpr double held_precision = 1e10;
  prior_diagonal_[mean_at] = held_ ? held_precision : 1 / (mean.sd * mean.sd);
  for (auto i = weekdays_at; i < season_at; ++i) prior_diagonal_[i] = 1 / (weekday_sd * weekday_sd);
  for (auto i = season_at; i < months_at; ++i) prior_diagonal_[i] = 1 / (season_sd * season_sd);
  std::vector<double> links(static_cast<std::size_t>(months_), s.monthly_ar1);
  links[0] = 0;
  prior_log_det_ = set_chain(months_at, links, monthly);
  links.clear();
  if (monthly_) {
    // The mean of a month's daily states, each an AR(1).
    const double stretch = (1 + s.daily_ar1) / (1 - s.daily_ar1);
    for (const auto& o : observations_) {
      const double variance = daily * stretch / o.days;
      prior_diagonal_[o.day] = 1 / variance;
      prior_log_det_ -= std::log(variance);
    }
    return;
  }
  for (const auto& o : observations_)
    links.push_back(links.empty() ? 0.0 : std::pow(s.daily_ar1, static_cast<double>(o.gap)));
  prior_log_det_ += set_chain(months_at + months_, links, daily);
}

/// The prior's precision times how far the states are from its mean.
Eigen::VectorXd LatentDemand::prior_pull() const {
  const Eigen::VectorXd off = x_ - prior_mean_;
  Eigen::VectorXd pull = prior_diagonal_.cwiseProduct(off);
  const auto tied = states_ - 1;
  pull.tail(tied) += prior_link_.tail(tied).cwiseProduct(off.head(tied));
  pull.head(tied) += prior_link_.tail(tied).cwiseProduct(off.tail(tied));
  return pull;
}

/// One step of Newton's method on the states; true when it was short.
bool LatentDemand::newton_step() {
  double* const values = precision_.valuePtr();
  std::fill_n(values, precision_.nonZeros(), 0.0);
  for (std::size_t i = 0; i < diagonal_slots_.size(); ++i) {
    const auto state = static_cast<Eigen::Index>(i);
    values[diagonal_slots_[i]] += prior_diagonal_[state];
    if (link_slots_[i] >= 0) values[link_slots_[i]] += prior_link_[state];
  }
  Eigen::VectorXd gradient = -prior_pull();
  for (const auto& o : observations_) {
    if (!o.told) continue;
    const double eta = predictor(o);
    const auto term = o.full ? at_least(o.count, eta) : seen(o.count, eta);
    const auto at = o.at();
    for (std::size_t i = 0; i < o.parts(); ++i) gradient[at[i]] += term.slope;
    const auto pairs = o.parts() * (o.parts() + 1) / 2;
    for (std::size_t k = 0; k < pairs; ++k) values[o.slots[k]] += term.curvature;
  }
  solver_.factorize(precision_);
  Eigen::VectorXd step = solver_.solve(gradient);
  const double longest = step.cwiseAbs().maxCoeff();
  if (longest > longest_step) step *= longest_step / longest;
  x_ += step;
  log_det_ = solver_.vectorD().array().max(1e-300).log().sum();
  return longest < 1e-5;
}

void LatentDemand::hold_level(double log_mean) {
  held_ = true;
  x_[mean_at] = prior_mean_[mean_at] = log_mean;
}

double LatentDemand::log_likelihood(const DemandStates& states) {
  set_prior(states);
  constexpr int most = 40;
  for (int i = 0; i < most; ++i)
    if (newton_step()) break;
  double sum = (prior_log_det_ - log_det_) / 2;
  if (held_) {
    const auto law = log_prior(Parameter::visits_per_day);
    const double z = (prior_mean_[mean_at] - law.mean) / law.sd;
    sum -= z * z / 2;
  }
  sum -= (x_ - prior_mean_).dot(prior_pull()) / 2;
  for (const auto& o : observations_) {
    if (!o.told) continue;
    const double eta = predictor(o);
    sum += (o.full ? at_least(o.count, eta) : seen(o.count, eta)).value;
  }
  return sum;
}

LatentDemand::Summary LatentDemand::summary() const {
  // The logarithm of the mean of a group's factors, and its gradient: the factors' shares.
  const auto centre = [&](Eigen::Index first, Eigen::Index last, Eigen::VectorXd& gradient) {
    double sum = 0, n = 0;
    for (auto i = first; i < last; ++i) {
      if (first == weekdays_at && !works_[static_cast<std::size_t>(i - first)]) continue;
      sum += std::exp(x_[i]);
      ++n;
    }
    for (auto i = first; i < last; ++i)
      if (first != weekdays_at || works_[static_cast<std::size_t>(i - first)])
        gradient[i] += std::exp(x_[i]) / sum;
    return std::log(sum / n);
  };
  const auto marginal = [&](double mean, const Eigen::VectorXd& gradient) {
    return Marginal{mean, gradient.dot(solver_.solve(gradient))};
  };
  Summary out{};
  Eigen::VectorXd week = Eigen::VectorXd::Zero(states_), year = week;
  const double week_mean = monthly_ ? 0 : centre(weekdays_at, season_at, week);
  const double year_mean = centre(season_at, months_at, year);
  Eigen::VectorXd level = week + year;
  level[mean_at] = 1;
  out.mean_demand = marginal(x_[mean_at] + week_mean + year_mean, level);
  for (std::size_t i = 0; i < 7; ++i) {
    Eigen::VectorXd g = -week;
    const auto at = weekdays_at + static_cast<Eigen::Index>(i);
    g[at] += 1;
    out.weekday[i] = marginal(x_[at] - week_mean, g);
  }
  for (std::size_t i = 0; i < 12; ++i) {
    Eigen::VectorXd g = -year;
    const auto at = season_at + static_cast<Eigen::Index>(i);
    g[at] += 1;
    out.season[i] = marginal(x_[at] - year_mean, g);
  }
  return out;
}

LatentDemand::Marginal LatentDemand::record(std::size_t record) const {
  const auto& o = observations_.at(record);
  Eigen::VectorXd g = Eigen::VectorXd::Zero(states_);
  for (const auto at : {mean_at, o.season, o.month, o.day}) g[at] += 1;
  if (o.weekday >= 0) g[o.weekday] += 1;
  return {predictor(o), g.dot(solver_.solve(g))};
}

}  // namespace paystress::fit
