#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

#include "model/lane_ops.h"

// What the loops over the paths of a block share. Internal to model/.
// Each hot loop is compiled for three instruction sets and chosen when the program starts. Only +, -, *, /,
// floor, comparisons and selections are used and nothing is fused, so every version gives the same bytes.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(PAYSTRESS_SANITIZED) && \
    defined(__OPTIMIZE__)
#define PAYSTRESS_LANE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PAYSTRESS_LANE_CLONES
#endif

namespace paystress::lanes {

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double smallest_unit = 1e-12;  // ledgers are decimals with fewer places than this

[[gnu::always_inline]] inline double slack_at(double bound) {
  return std::fabs(bound) * relative_slack + smallest_unit;
}
[[gnu::always_inline]] inline double lower_of(double a, double b) { return a < b ? a : b; }
[[gnu::always_inline]] inline double higher_of(double a, double b) { return a > b ? a : b; }
[[gnu::always_inline]] inline bool is_reached(double q, double bound, bool included) {
  return included ? q >= bound - slack_at(bound) : q > bound + slack_at(bound);
}

[[gnu::always_inline]] inline double is_reached_at(double q, double bound, bool included) {
  return is_reached(q, bound, included) ? 1.0 : 0.0;
}

// Runs `body(i, value of v at i)` with the test for "same for all paths" outside the loop.
template <class F>
[[gnu::always_inline]] inline void each_lane(std::size_t n, Value v, F body) {
  const double* const x = v.lanes;
  const double s = v.scalar;
  if (x) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) body(i, x[i]);
  } else {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) body(i, s);
  }
}

}  // namespace paystress::lanes
