#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

namespace paystress::fit {

/// A logarithm of a density, up to a constant, over coordinates without bounds.
using LogDensity = std::function<double(const Eigen::VectorXd&)>;

/// A posterior as points and weights that sum to 1: the mean of any function is a sum over them.
///
/// Adaptive Gauss-Hermite quadrature: the mode (NLopt, BOBYQA), the curvature there by differences, and a
/// product grid of points along its axes, weighted by the true density. Exact to the stated order where the
/// density is a polynomial times a Gaussian.  \source Naylor and Smith, Appl. Statist. 31 (1982) 214
struct Posterior {
  std::vector<Eigen::VectorXd> points;
  std::vector<double> weights;
  Eigen::VectorXd mode;

  [[nodiscard]] double mean(const std::function<double(const Eigen::VectorXd&)>& f) const;
  struct Moments {
    double mean = 0, sd = 0;
  };
  [[nodiscard]] Moments moments(const std::function<double(const Eigen::VectorXd&)>& f) const;
};

/// `start` and `scale` (a typical step) have one entry a coordinate; `points` a coordinate: 3, 5, 7 or 9.
/// \throws std::runtime_error where no mode is found.  \test tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] Posterior integrate(const LogDensity& density, const Eigen::VectorXd& start,
                                  const Eigen::VectorXd& scale, int points);

/// Nodes and weights (summing to 1) of the standard Gaussian law.  \pre n is 3, 5, 7, 9, 15 or 21
struct GaussRule {
  std::vector<double> nodes, weights;
};
[[nodiscard]] const GaussRule& gauss_rule(int n);

}  // namespace paystress::fit
