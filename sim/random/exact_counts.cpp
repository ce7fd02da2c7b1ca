#include "sim/random/exact_counts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/random/portable_math.h"

namespace paystress::random {
namespace {

// Farther out than this many standard deviations (and steps) lies less than 1e-25 of a Poisson or binomial.
constexpr double far_sds = 12;
constexpr double far_steps = 40;

/// Inverts a law on low..high whose probabilities satisfy p(k + 1) = ratio(k) p(k), starting from `middle`.
template <class Ratio>
double invert(double u, double low, double middle, double high, Ratio ratio) {
  double below = 0.0;
  double w = 1.0;
  for (double k = middle; k > low; k -= 1.0) {
    w /= ratio(k - 1.0);
    below += w;
  }
  double above = 0.0;
  w = 1.0;
  for (double k = middle; k < high; k += 1.0) {
    w *= ratio(k);
    above += w;
  }
  const double target = u * (below + 1.0 + above);
  double k = middle;
  w = 1.0;
  if (target <= below) {
    double sum = below;  // P(X <= k - 1), not normalised
    while (k > low && target <= sum) {
      k -= 1.0;
      w /= ratio(k);
      sum -= w;
    }
    return k;
  }
  double sum = below + 1.0;
  while (k < high && target > sum) {
    w *= ratio(k);
    k += 1.0;
    sum += w;
  }
  return k;
}

/// Inverts from 0 upwards, where p(0) is not too small to start from.
template <class Ratio>
double invert_upwards(double u, double first, double high, Ratio ratio) {
  double sum = first;
  double w = first;
  double k = 0.0;
  while (k < high && u > sum) {
    w *= ratio(k);
    k += 1.0;
    sum += w;
  }
  return k;
}

// Beyond this variance a sum takes longer than a tenth of a millisecond, and a quantile is the Gaussian's
// with its skewness: the next term of the expansion is below 1e-3 counts of a thousand or more in a
// deviation.
constexpr double most_summed_variance = 1e6;

// \source Cornish, Fisher, Moments and cumulants in the specification of distributions (1938); counts are
// whole
double expanded(double u, double mean, double variance, double skewness, double low, double high) {
  const double sd = std::sqrt(variance);
  const double z = portable::gaussian_quantile(u);
  return std::clamp(std::floor(mean + sd * (z + skewness * (z * z - 1.0) / 6.0) + 0.5), low, high);
}

// Sums that start at exp(-300) lose nothing; above that the middle is nearer than 0 anyway.
constexpr double most_from_zero = 300;

}  // namespace

double exact_poisson(double u, double mean) {
  if (!(mean > 0.0)) return 0.0;
  if (mean > most_summed_variance)
    return expanded(u, mean, mean, 1.0 / std::sqrt(mean), 0.0, std::numeric_limits<double>::max());
  const double last = std::ceil(mean + far_sds * std::sqrt(mean) + far_steps);
  if (mean < most_from_zero)
    return invert_upwards(u, portable::exp(-mean), last, [mean](double k) { return mean / (k + 1.0); });
  const double reach = far_sds * std::sqrt(mean) + far_steps;
  return invert(u, std::max(0.0, std::floor(mean - reach)), std::floor(mean), std::ceil(mean + reach),
                [mean](double k) { return mean / (k + 1.0); });
}

double exact_binomial(double u, double n, double p) {
  if (n <= 0.0 || p <= 0.0) return 0.0;
  if (p >= 1.0) return n;
  const double mean = n * p, variance = mean * (1.0 - p);
  if (variance > most_summed_variance)
    return expanded(u, mean, variance, (1.0 - 2.0 * p) / std::sqrt(variance), 0.0, n);
  const double reach = far_sds * std::sqrt(variance) + far_steps;
  const double odds = p / (1.0 - p);
  const double log_none = n * portable::log(1.0 - p);
  if (log_none > -most_from_zero)
    return invert_upwards(u, portable::exp(log_none), n,
                          [n, odds](double k) { return (n - k) / (k + 1.0) * odds; });
  return invert(u, std::max(0.0, std::floor(mean - reach)), std::min(n, std::floor(mean)),
                std::min(n, std::ceil(mean + reach)),
                [n, odds](double k) { return (n - k) / (k + 1.0) * odds; });
}

double exact_beta_binomial(double u, double n, double a, double b, double rho) {
  if (n <= 0.0 || a <= 0.0) return 0.0;
  if (b <= 0.0) return n;
  if (rho <= 0.0) return exact_binomial(u, n, a / (a + b));
  return invert(u, 0.0, std::min(n, std::floor(n * a / (a + b))), n,
                [=](double k) { return (n - k) * (a + k * rho) / ((k + 1.0) * (b + (n - k - 1.0) * rho)); });
}

double exact_hypergeometric(double u, double all, double marked, double n) {
  const double low = std::max(0.0, n + marked - all);
  const double high = std::min(n, marked);
  if (low >= high) return high;
  const double mode = std::floor((n + 1.0) * (marked + 1.0) / (all + 2.0));
  return invert(u, low, std::clamp(mode, low, high), high, [=](double k) {
    return (marked - k) * (n - k) / ((k + 1.0) * (all - marked - n + k + 1.0));
  });
}

double exact_gamma_from(double shape, double z, double u, Stream& bits) {
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / (3.0 * std::sqrt(d));
  for (;;) {
    const double t = 1.0 + c * z;
    if (t > 0.0) {
      const double v = t * t * t;
      if (portable::log(u) < 0.5 * z * z + d * (1.0 - v + portable::log(v))) return d * v;
    }
    z = portable::gaussian_quantile(uniform52(bits));
    u = uniform52(bits);
  }
}

double exact_gamma(double shape, Stream& bits) {
  const double boost = shape < 1.0 ? portable::exp(portable::log(uniform52(bits)) / shape) : 1.0;
  const double z = portable::gaussian_quantile(uniform52(bits));
  const double u = uniform52(bits);
  return exact_gamma_from(shape < 1.0 ? shape + 1.0 : shape, z, u, bits) * boost;
}

double refine_uniform(std::uint32_t word, std::uint32_t more) {
  const double u = (static_cast<double>(word) + (static_cast<double>(more) + 0.5) * 0x1p-32) * 0x1p-32;
  return std::min(u, 1.0 - 0x1p-53);
}

}  // namespace paystress::random
