#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/path_sample.h"

namespace paystress {

/// Which paths employers read whose luck is not shared. K practices take K turns on each K paths, an orbit:
/// in turn r practice j reads member (r + j) mod K. Members of an orbit are consecutive paths or, where
/// they are drawn in replicates, the same place in consecutive ones. Orbits are independent of each other (of
/// replicates those of other K); paths that fill none are left out. \test
/// tests/unit/analysis/path_orbits_test.cpp, tests/statistical/other_months_test.cpp
class PathOrbits {
 public:
  /// \throws std::invalid_argument without a practice
  PathOrbits(std::vector<std::string> practices, std::size_t paths, PathDesign design);
  [[nodiscard]] std::size_t turns() const { return practices_.size(); }  ///< of an orbit
  [[nodiscard]] std::size_t orbits() const { return orbits_; }
  [[nodiscard]] std::size_t paths() const { return turns() * orbits_; }  ///< that are in an orbit
  [[nodiscard]] PathDesign design() const { return design_; }
  /// j of a practice.   \throws std::invalid_argument when the run has none of this name
  [[nodiscard]] std::size_t number_of(std::string_view practice) const;
  /// The path that practice number `practice` reads.   \pre orbit < orbits(), turn and practice < turns()
  [[nodiscard]] std::size_t path(std::size_t orbit, std::size_t turn, std::size_t practice) const {
    const std::size_t member = (turn + practice) % turns();
    return (orbit / stride_ * turns() + member) * stride_ + orbit % stride_;
  }

 private:
  std::vector<std::string> practices_;
  std::size_t orbits_ = 0;
  std::size_t stride_;  ///< from one member of an orbit to the next
  PathDesign design_;
};

/// One number per turn of each orbit. Estimates are means over all turns, and the orbit is what their errors
/// and intervals are made from; they rest on paths() of the orbits. Empty without an orbit.
class OrbitSample {
 public:
  /// Values orbit by orbit, turn by turn within one.   \pre values.size() == orbits.paths()
  OrbitSample(std::vector<double> values, const PathOrbits& orbits);

  [[nodiscard]] Estimate mean(double ci_level) const;
  /// Of losses: never negative, most of them often 0.
  [[nodiscard]] Estimate skewed_mean(double ci_level) const;
  [[nodiscard]] Estimate above(double line, double ci_level) const;      ///< P(X > line)
  [[nodiscard]] Estimate equal_to(double value, double ci_level) const;  ///< P(X = value)
  /// Lower inverse of the distribution over all turns; no standard error.
  [[nodiscard]] Estimate quantile(double level, double ci_level) const;

 private:
  template <class OfTurn>
  [[nodiscard]] PathSample by_orbit(const OfTurn& of_turn) const;
  template <class OfTurn>
  [[nodiscard]] Moments over_units(const OfTurn& of_turn) const;
  [[nodiscard]] Estimate over_paths(Estimate of_orbits) const;

  PathOrbits orbits_;
  std::vector<double> values_;
  Sample all_;
};

}  // namespace paystress
