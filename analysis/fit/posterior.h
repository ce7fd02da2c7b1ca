#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

#include "model/quantity.h"

namespace paystress::fit {

/// A logarithm of a density, up to a constant, over coordinates without bounds.
using LogDensity = std::function<double(const Eigen::VectorXd&)>;

/// A posterior as points and weights that sum to 1: the mean of any function is a sum over them.
///
/// Adaptive Gauss-Hermite quadrature: the mode (NLopt, BOBYQA), the curvature there by differences, and a
/// product grid of points along its axes (thinned beyond three), weighted by the true density. Exact to the
/// stated order where the density is a polynomial times a Gaussian.  \source Naylor and Smith, Appl. Statist.
/// 31 (1982) 214
struct Posterior {
  std::vector<Eigen::VectorXd> points;
  std::vector<double> weights;
  Eigen::VectorXd mode;

  [[nodiscard]] double mean(const std::function<double(const Eigen::VectorXd&)>& f) const;
  struct Moments {
    double mean = 0, sd = 0;
  };
  [[nodiscard]] Moments moments(const std::function<double(const Eigen::VectorXd&)>& f) const;
  /// Of two coordinates.
  [[nodiscard]] double correlation(Eigen::Index i, Eigen::Index j) const;
};

/// Ends of a 90 % interval of a Gaussian, in standard deviations.
inline constexpr double z95 = 1.6448536269514722;

/// The law of exp(coordinate i): its mean and spread on the logarithm.
[[nodiscard]] Lognormal lognormal_of(const Posterior& posterior, Eigen::Index i);

/// Called right after the density of a point was asked for: its place among the points, and the logarithm of
/// its weight against a point at the mode.
using AtPoint = std::function<void(std::size_t, double)>;

/// `start` and `scale` (a typical step) have one entry a coordinate; `points` a coordinate: 3, 5, 7 or 9.
/// \throws std::runtime_error where no mode is found.  \test tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] Posterior integrate(const LogDensity& density, const Eigen::VectorXd& start,
                                  const Eigen::VectorXd& scale, int points, const AtPoint& at_point = {});

/// Nodes and weights (summing to 1) of the standard Gaussian law.  \pre n is 3, 5, 7, 9, 15 or 21
struct GaussRule {
  std::vector<double> nodes, weights;
};
[[nodiscard]] const GaussRule& gauss_rule(int n);

}  // namespace paystress::fit
