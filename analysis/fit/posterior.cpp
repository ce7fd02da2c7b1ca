#include "analysis/fit/posterior.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlopt.hpp>
#include <stdexcept>

namespace paystress::fit {
namespace {

/// Golub and Welsch: the nodes are the eigenvalues of the Jacobi matrix of the Hermite polynomials, the
/// weights the squares of the first components.  \source Golub and Welsch, Math. Comp. 23 (1969) 221
GaussRule make_rule(int n) {
  Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
  for (int i = 1; i < n; ++i) jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(jacobi);
  GaussRule rule;
  for (int i = 0; i < n; ++i) {
    rule.nodes.push_back(solved.eigenvalues()[i]);
    rule.weights.push_back(solved.eigenvectors()(0, i) * solved.eigenvectors()(0, i));
  }
  return rule;
}

struct Mode {
  Eigen::VectorXd at;
  double value = 0;
};

// Of a grid over more coordinates, points that lie outermost along two of them or more are left out: of five
// a coordinate they are half of four coordinates and three quarters of six, and a hundredth of a variance.
constexpr Eigen::Index most_dense = 3;

// So far below any mode that no weight is left there.
constexpr double impossible = -1e300;

double guarded(const LogDensity& density, const Eigen::VectorXd& x) {
  const double value = density(x);
  return std::isfinite(value) ? value : impossible;
}

Mode find_mode(const LogDensity& density, const Eigen::VectorXd& start, const Eigen::VectorXd& scale) {
  const auto n = static_cast<unsigned>(start.size());
  nlopt::opt optimiser(n == 1 ? nlopt::LN_COBYLA : nlopt::LN_BOBYQA, n);
  const nlopt::vfunc objective = [](const std::vector<double>& x, std::vector<double>&, void* data) {
    const auto& f = *static_cast<const LogDensity*>(data);
    return guarded(f, Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Eigen::Index>(x.size())));
  };
  optimiser.set_max_objective(objective, const_cast<LogDensity*>(&density));
  std::vector<double> x(start.data(), start.data() + start.size());
  optimiser.set_initial_step(std::vector<double>(scale.data(), scale.data() + scale.size()));
  std::vector<double> tolerance;
  constexpr double share = 0.02;  // of a typical step: the grid corrects what is left
  for (Eigen::Index i = 0; i < scale.size(); ++i) tolerance.push_back(share * scale[i]);
  optimiser.set_xtol_abs(tolerance);
  constexpr int most = 400;
  optimiser.set_maxeval(most);
  double value = 0;
  try {
    optimiser.optimize(x, value);
  } catch (const nlopt::roundoff_limited&) {  // as near as it comes
  }
  const Eigen::VectorXd at = Eigen::Map<Eigen::VectorXd>(x.data(), start.size());
  value = guarded(density, at);
  if (value <= impossible)
    throw std::runtime_error("a posterior has no mode: the likelihood is 0 throughout");
  return {at, value};
}

/// The covariance that the curvature at the mode stands for; a flat direction gets the scale given.
Eigen::MatrixXd spread_at(const LogDensity& density, const Mode& mode, const Eigen::VectorXd& scale) {
  const auto n = mode.at.size();
  constexpr double step_share = 0.2;
  const Eigen::VectorXd step = step_share * scale;
  Eigen::MatrixXd precision(n, n);
  const auto f = [&](Eigen::Index i, double a, Eigen::Index j, double b) {
    Eigen::VectorXd x = mode.at;
    x[i] += a * step[i];
    x[j] += b * step[j];
    return guarded(density, x);
  };
  for (Eigen::Index i = 0; i < n; ++i) {
    precision(i, i) = -(f(i, 1, i, 0) - 2 * mode.value + f(i, -1, i, 0)) / (step[i] * step[i]);
    for (Eigen::Index j = 0; j < i; ++j)
      precision(i, j) = precision(j, i) =
          -(f(i, 1, j, 1) - f(i, 1, j, -1) - f(i, -1, j, 1) + f(i, -1, j, -1)) / (4 * step[i] * step[j]);
  }
  // In units of the scale, eigenvalues below a floor would send points beyond what is plausible.
  const Eigen::MatrixXd scaled = scale.asDiagonal() * precision * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(scaled);
  constexpr double floor = 0.25;
  const Eigen::VectorXd inverse = solved.eigenvalues().cwiseMax(floor).cwiseInverse();
  return scale.asDiagonal() * solved.eigenvectors() * inverse.cwiseSqrt().asDiagonal();
}

}  // namespace

const GaussRule& gauss_rule(int n) {
  static const std::map<int, GaussRule> rules = [] {
    std::map<int, GaussRule> made;
    for (const int size : {3, 5, 7, 9, 15, 21}) made.emplace(size, make_rule(size));
    return made;
  }();
  const auto it = rules.find(n);
  if (it == rules.end()) throw std::invalid_argument("no Gauss-Hermite rule of this size");
  return it->second;
}

double Posterior::mean(const std::function<double(const Eigen::VectorXd&)>& f) const {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) sum += weights[i] * f(points[i]);
  return sum;
}

Posterior::Moments Posterior::moments(const std::function<double(const Eigen::VectorXd&)>& f) const {
  const double m = mean(f);
  const double v = mean([&](const Eigen::VectorXd& x) { return (f(x) - m) * (f(x) - m); });
  return {m, std::sqrt(v)};
}

double Posterior::correlation(Eigen::Index i, Eigen::Index j) const {
  const auto a = moments([i](const Eigen::VectorXd& x) { return x[i]; });
  const auto b = moments([j](const Eigen::VectorXd& x) { return x[j]; });
  const double joint = mean([&](const Eigen::VectorXd& x) { return (x[i] - a.mean) * (x[j] - b.mean); });
  return a.sd > 0 && b.sd > 0 ? std::clamp(joint / (a.sd * b.sd), -1.0, 1.0) : 0.0;
}

Posterior integrate(const LogDensity& density, const Eigen::VectorXd& start, const Eigen::VectorXd& scale,
                    int points, const AtPoint& at_point) {
  auto mode = find_mode(density, start, scale);
  Eigen::MatrixXd root = spread_at(density, mode, scale);
  // Once more with steps of the posterior's own size: a scale from the prior can be far too wide.
  const Eigen::VectorXd own = root.rowwise().norm();
  if ((own.array() < 0.5 * scale.array()).any()) {
    mode = find_mode(density, mode.at, own);
    root = spread_at(density, mode, own);
  }
  const auto& rule = gauss_rule(points);
  const auto n = start.size();
  std::size_t total = 1;
  for (Eigen::Index i = 0; i < n; ++i) total *= static_cast<std::size_t>(points);
  Posterior posterior;
  posterior.mode = mode.at;
  std::vector<double> logs;
  for (std::size_t k = 0; k < total; ++k) {
    Eigen::VectorXd z(n);
    double log_weight = 0;
    auto rest = k;
    int outermost = 0;
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto node = rest % static_cast<std::size_t>(points);
      rest /= static_cast<std::size_t>(points);
      z[i] = rule.nodes[node];
      outermost += node == 0 || node + 1 == static_cast<std::size_t>(points) ? 1 : 0;
      log_weight += std::log(rule.weights[node]) + z[i] * z[i] / 2;
    }
    if (n > most_dense && outermost > 1) continue;
    posterior.points.push_back(mode.at + root * z);
    logs.push_back(log_weight + guarded(density, posterior.points.back()) - mode.value);
    if (at_point) at_point(posterior.points.size() - 1, logs.back());
  }
  const double top = *std::ranges::max_element(logs);
  double sum = 0;
  for (const double l : logs) sum += std::exp(l - top);
  for (const double l : logs) posterior.weights.push_back(std::exp(l - top) / sum);
  return posterior;
}

Lognormal lognormal_of(const Posterior& posterior, Eigen::Index i) {
  const auto m = posterior.moments([i](const Eigen::VectorXd& x) { return x[i]; });
  return {std::exp(m.mean), m.sd};
}

}  // namespace paystress::fit
