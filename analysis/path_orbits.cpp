#include "analysis/path_orbits.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "model/replicates.h"

namespace paystress {

PathOrbits::PathOrbits(std::vector<std::string> practices, std::size_t paths, PathDesign design)
    : practices_(std::move(practices)),
      stride_(design == PathDesign::replicates ? paths_of_replicate : 1),
      design_(design) {
  if (practices_.empty()) throw std::invalid_argument("PathOrbits: no practice");
  orbits_ = paths / (turns() * stride_) * stride_;
}

std::size_t PathOrbits::number_of(std::string_view practice) const {
  const auto at = std::ranges::find(practices_, practice);
  if (at == practices_.end()) throw std::invalid_argument("PathOrbits: no practice of this name");
  return static_cast<std::size_t>(at - practices_.begin());
}

OrbitSample::OrbitSample(std::vector<double> values, const PathOrbits& orbits)
    : orbits_(orbits), values_(std::move(values)), all_(values_) {
  if (values_.size() != orbits_.paths())
    throw std::invalid_argument("OrbitSample: not one number for each turn");
}

// The mean over the turns of each orbit, in the order of the orbits: of replicated paths those of K
// replicates follow each other, as the paths of one replicate do.
template <class OfTurn>
PathSample OrbitSample::by_orbit(const OfTurn& of_turn) const {
  std::vector<double> means(orbits_.orbits());
  const auto turns = static_cast<double>(orbits_.turns());
  for (std::size_t o = 0; o < means.size(); ++o) {
    double sum = 0.0;
    for (std::size_t r = 0; r < orbits_.turns(); ++r) sum += of_turn(values_[o * orbits_.turns() + r]);
    means[o] = sum / turns;
  }
  return {std::move(means), orbits_.design()};
}

// The mean over each unit that is independent of the others: an orbit, or all orbits of K replicates.
template <class OfTurn>
Moments OrbitSample::over_units(const OfTurn& of_turn) const {
  const std::size_t unit =
      orbits_.turns() * (orbits_.design() == PathDesign::replicates ? paths_of_replicate : 1);
  Moments moments;
  for (std::size_t first = 0; first < values_.size(); first += unit) {
    double sum = 0.0;
    for (std::size_t i = first; i < first + unit; ++i) sum += of_turn(values_[i]);
    moments.add(sum / static_cast<double>(unit));
  }
  return moments;
}

Estimate OrbitSample::over_paths(Estimate of_orbits) const {
  of_orbits.paths = orbits_.paths();
  return of_orbits;
}

Estimate OrbitSample::mean(double ci_level) const {
  return over_paths(by_orbit([](double x) { return x; }).mean(ci_level));
}

Estimate OrbitSample::skewed_mean(double ci_level) const {
  return over_paths(by_orbit([](double x) { return x; }).skewed_mean(ci_level));
}

Estimate OrbitSample::above(double line, double ci_level) const {
  return over_paths(by_orbit([line](double x) { return x > line ? 1.0 : 0.0; }).pooled_share(ci_level));
}

Estimate OrbitSample::equal_to(double value, double ci_level) const {
  return over_paths(by_orbit([value](double x) { return x == value ? 1.0 : 0.0; }).pooled_share(ci_level));
}

// Orbits tell how far the share of turns up to the quantile may be off; the order statistics at those shares
// hold the quantile, at a jump or on a lattice too.   \source Woodruff 1952, JASA 47:635
Estimate OrbitSample::quantile(double level, double ci_level) const {
  const bool strata = orbits_.design() == PathDesign::replicates;
  Estimate e{{},
             {},
             {},
             {},
             orbits_.paths(),
             strata ? IntervalMethod::replicates_order_statistic : IntervalMethod::orbits_order_statistic};
  if (values_.empty()) return e;
  const double value = all_.quantile(level);
  e.value = value;
  auto shares = over_units([value](double x) { return x < value ? 1.0 : 0.0; });
  const auto at_most = over_units([value](double x) { return x <= value ? 1.0 : 0.0; });
  shares.m2 = std::max(shares.m2, at_most.m2);
  shares.mean = level;
  if (strata && shares.n < least_replicates) return e;
  // Where no unit differs from another, the bounds of as many independent orbits are wide enough.
  if (!(shares.m2 > 0.0)) shares.n = orbits_.orbits();
  const auto share = pooled_share_estimate(shares, ci_level);
  const auto n = static_cast<double>(values_.size());
  const auto low = static_cast<std::size_t>(n * *share.ci_low);
  const auto high = static_cast<std::size_t>(std::ceil(n * *share.ci_high)) + 1;
  if (low >= 1) e.ci_low = all_.sorted()[low - 1];
  if (high <= values_.size()) e.ci_high = all_.sorted()[high - 1];
  return e;
}

}  // namespace paystress
