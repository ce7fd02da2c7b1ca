#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace paystress::random::portable {

/// Elementary functions from additions, multiplications, divisions and sqrt alone, in a fixed order: the same
/// bytes on every machine, which libm does not promise. For setup and for the rare exact paths of `fast`.
/// \test tests/unit/sim/random/simd_math_test.cpp states and checks the errors
namespace detail {

template <std::size_t n>
[[nodiscard]] constexpr double polynomial(const double (&c)[n], double x) {
  double sum = c[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

}  // namespace detail

/// Natural logarithm, below 1 ulp.   \pre x > 0 and normal   \source FreeBSD msun, e_log.c
[[nodiscard]] inline double log(double x) {
  constexpr double c[] = {6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
                          2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
                          1.479819860511658591e-01};
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // Split into 2^k m with m in [sqrt(1/2), sqrt(2)).
  const std::uint64_t shifted = bits - 0x3FE6A09E667F3BCDU;
  const auto k = static_cast<std::int64_t>(shifted) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(k) << 52));
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double r = z * detail::polynomial(c, z);
  const double half = 0.5 * f * f;
  const double dk = static_cast<double>(k);
  return dk * ln2_high - ((half - (s * (half + r) + dk * ln2_low)) - f);
}

/// Exponential, below 1 ulp; 0 below -708, the value at 709 above.   \source FreeBSD msun, e_exp.c
[[nodiscard]] inline double exp(double x) {
  constexpr double c[] = {1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
                          -1.65339022054652515390e-06, 4.13813679705723846039e-08};
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  if (x < -708.0) return 0.0;
  if (x > 709.0) x = 709.0;
  const double scaled = x * 1.44269504088896338700 + (x < 0 ? -0.5 : 0.5);
  const auto k = static_cast<std::int64_t>(scaled);
  const double high = x - static_cast<double>(k) * ln2_high;
  const double low = static_cast<double>(k) * ln2_low;
  const double r = high - low;
  const double t = r * r;
  const double p = r - t * detail::polynomial(c, t);
  const double y = 1.0 - ((low - (r * p) / (2.0 - p)) - high);
  // 2^k in two steps: k reaches 1024, which no normal number holds.
  const auto half = k / 2;
  const auto power = [](std::int64_t e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  };
  return y * power(half) * power(k - half);
}

/// Sine, below 1 ulp.   \pre |x| <= pi / 4   \source FreeBSD msun, k_sin.c
[[nodiscard]] inline double sin_small(double x) {
  constexpr double c[] = {-1.66666666666666324348e-01, 8.33333333332248946124e-03,
                          -1.98412698298579493134e-04, 2.75573137070700676789e-06,
                          -2.50507602534068634195e-08, 1.58969099521155010221e-10};
  const double z = x * x;
  return x + x * z * detail::polynomial(c, z);
}

/// Standard Gaussian quantile, relative error below 1e-15.   \pre 0 < u < 1
/// \source Wichura, Algorithm AS 241, Appl. Statist. 37 (1988) 477
[[nodiscard]] inline double gaussian_quantile(double u) {
  constexpr double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                          1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                          3.3430575583588128105e+4, 2.5090809287301226727e+3};
  constexpr double b[] = {1.0,
                          4.2313330701600911252e+1,
                          6.8718700749205790830e+2,
                          5.3941960214247511077e+3,
                          2.1213794301586595867e+4,
                          3.9307895800092710610e+4,
                          2.8729085735721942674e+4,
                          5.2264952788528545610e+3};
  constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                          3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double d[] = {1.0,
                          2.05319162663775882187e0,
                          1.67638483018380384940e0,
                          6.89767334985100004550e-1,
                          1.48103976427480074590e-1,
                          1.51986665636164571966e-2,
                          5.47593808499534494600e-4,
                          1.05075007164441684324e-9};
  constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                          2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                          2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr double f[] = {1.0,
                          5.99832206555887937690e-1,
                          1.36929880922735805310e-1,
                          1.48753612908506148525e-2,
                          7.86869131145613259100e-4,
                          1.84631831751005468180e-5,
                          1.42151175831644588870e-7,
                          2.04426310338993978564e-15};
  const double q = u - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * detail::polynomial(a, r) / detail::polynomial(b, r);
  }
  const double tail = q < 0 ? u : 1.0 - u;
  const double r = std::sqrt(-log(tail));
  const double z = r <= 5.0 ? detail::polynomial(c, r - 1.6) / detail::polynomial(d, r - 1.6)
                            : detail::polynomial(e, r - 5.0) / detail::polynomial(f, r - 5.0);
  return q < 0 ? -z : z;
}

}  // namespace paystress::random::portable
