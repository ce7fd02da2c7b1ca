#include "sim/random/trait_quantile.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>

namespace paystress::random {
namespace {

double beta_at(double a, double b, double z) {
  return z <= 0 ? boost::math::ibeta_inv(a, b, gaussian_probability(z))
                : boost::math::ibetac_inv(a, b, gaussian_probability(-z));
}

struct AtGaussian {
  double z;

  double operator()(const Known& known) const { return known.value; }
  double operator()(const Pert& pert) const {
    const double width = pert.high - pert.low;
    if (width <= 0) return pert.low;
    const double a = 1 + 4 * (pert.likely - pert.low) / width;
    const double b = 1 + 4 * (pert.high - pert.likely) / width;
    return pert.low + width * beta_at(a, b, z);
  }
  double operator()(const Lognormal& lognormal) const {
    return lognormal.median * std::exp(lognormal.sigma * z);
  }
  double operator()(const BetaMeanSd& beta) const {
    if (beta.sd <= 0) return beta.mean;
    const double weight = beta.mean * (1 - beta.mean) / (beta.sd * beta.sd) - 1;
    return beta_at(beta.mean * weight, (1 - beta.mean) * weight, z);
  }
  double operator()(const GammaMeanSd& gamma) const {
    if (gamma.sd <= 0) return gamma.mean;
    const double shape = gamma.mean * gamma.mean / (gamma.sd * gamma.sd);
    const double scale = gamma.sd * gamma.sd / gamma.mean;
    return scale * (z <= 0 ? boost::math::gamma_p_inv(shape, gaussian_probability(z))
                           : boost::math::gamma_q_inv(shape, gaussian_probability(-z)));
  }
  double operator()(const Empirical& empirical) const {
    const auto n = static_cast<double>(empirical.sorted.size());
    const double rank = std::clamp(std::ceil(gaussian_probability(z) * n), 1.0, n);
    return empirical.sorted[static_cast<std::size_t>(rank) - 1];
  }
};

}  // namespace

double moved_gamma(double from, double to, double x) {
  if (x <= 0) return 0.0;
  const double p = boost::math::gamma_p(from, x);
  return p <= 0.5 ? boost::math::gamma_p_inv(to, p)
                  : boost::math::gamma_q_inv(to, boost::math::gamma_q(from, x));
}

double beta_quantile(double a, double b, double u) { return boost::math::ibeta_inv(a, b, u); }

double gaussian_quantile(double u) {
  return u <= 0.5 ? -std::numbers::sqrt2 * boost::math::erfc_inv(2 * u)
                  : std::numbers::sqrt2 * boost::math::erfc_inv(2 * (1 - u));
}

double gaussian_probability(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double trait_quantile(const Quantity& quantity, double z) { return std::visit(AtGaussian{z}, quantity); }

}  // namespace paystress::random
