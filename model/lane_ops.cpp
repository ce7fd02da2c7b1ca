#include "model/lane_ops.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "model/lane_kernels.h"

namespace paystress {
namespace {

using lanes::slack_at;
using lanes::undefined;

struct Sum {
  double operator()(double a, double b) const { return a + b; }
};
struct Difference {
  double operator()(double a, double b) const { return a - b; }
};
struct Product {
  double operator()(double a, double b) const { return a * b; }
};
struct Quotient {
  double operator()(double a, double b) const {
    const double q = a / b;
    return b == 0.0 ? undefined : q;
  }
};
struct Negative {
  double operator()(double a, double) const { return -a; }
};
struct Minimum {
  double operator()(double a, double b) const {
    const double low = a < b ? a : b;
    return a != a ? a : low;
  }
};
struct Maximum {
  double operator()(double a, double b) const {
    const double high = a > b ? a : b;
    return a != a ? a : high;
  }
};
// Comparisons of numbers computed from decimals: equal within the slack of a bound.
struct Less {
  double operator()(double a, double b) const {
    const double t = a < b - slack_at(b) ? 1.0 : 0.0;
    return a != a || b != b ? undefined : t;
  }
};
struct LessEqual {
  double operator()(double a, double b) const {
    const double t = a <= b + slack_at(b) ? 1.0 : 0.0;
    return a != a || b != b ? undefined : t;
  }
};
struct Equal {
  double operator()(double a, double b) const {
    const double t = std::fabs(a - b) <= slack_at(b) ? 1.0 : 0.0;
    return a != a || b != b ? undefined : t;
  }
};
struct Both {
  double operator()(double a, double b) const { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }
};
struct Either {
  double operator()(double a, double b) const { return a == 1.0 || b == 1.0 ? 1.0 : a + b; }
};
struct Opposite {
  double operator()(double a, double) const { return 1.0 - a; }
};
struct OrZero {
  double operator()(double a, double) const { return a != a ? 0.0 : a; }
};
struct Where {
  double operator()(double a, double b) const { return b == 1.0 ? a : 0.0; }
};
struct UnitBefore {
  double operator()(double a, double) const {
    const double whole = std::floor(a + 0.5);
    return whole >= 0.0 && std::fabs(a - whole) <= slack_at(whole) ? whole - 1.0 : a;
  }
};
struct Excess {
  double operator()(double a, double b) const {
    const double over = a - b;
    return over > 0.0 ? over : 0.0;
  }
};
struct NotEqual {
  double operator()(double a, double b) const { return 1.0 - Equal{}(a, b); }
};
struct GreaterEqual {
  double operator()(double a, double b) const { return 1.0 - Less{}(a, b); }
};
struct Greater {
  double operator()(double a, double b) const { return 1.0 - LessEqual{}(a, b); }
};

template <class F>
[[gnu::always_inline]] inline auto with_operation(LaneOp op, const F& use) {
  switch (op) {
    case LaneOp::add:
      return use(Sum{});
    case LaneOp::subtract:
      return use(Difference{});
    case LaneOp::multiply:
      return use(Product{});
    case LaneOp::divide:
      return use(Quotient{});
    case LaneOp::negate:
      return use(Negative{});
    case LaneOp::minimum:
      return use(Minimum{});
    case LaneOp::maximum:
      return use(Maximum{});
    case LaneOp::less:
      return use(Less{});
    case LaneOp::less_equal:
      return use(LessEqual{});
    case LaneOp::equal:
      return use(Equal{});
    case LaneOp::not_equal:
      return use(NotEqual{});
    case LaneOp::greater_equal:
      return use(GreaterEqual{});
    case LaneOp::greater:
      return use(Greater{});
    case LaneOp::both:
      return use(Both{});
    case LaneOp::either:
      return use(Either{});
    case LaneOp::opposite:
      return use(Opposite{});
    case LaneOp::or_zero_when_undefined:
      return use(OrZero{});
    case LaneOp::where:
      return use(Where{});
    case LaneOp::unit_before:
      return use(UnitBefore{});
    case LaneOp::excess:
      break;
  }
  return use(Excess{});
}

template <class F>
[[gnu::always_inline]] inline void map_lanes(std::size_t n, Value a, Value b, double* out, F f) {
  const double* const x = a.lanes;
  const double* const y = b.lanes;
  const double s = a.scalar;
  const double t = b.scalar;
  if (x && y) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) out[i] = f(x[i], y[i]);
  } else if (x) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) out[i] = f(x[i], t);
  } else if (y) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) out[i] = f(s, y[i]);
  } else {
    const double same = f(s, t);
    for (std::size_t i = 0; i < n; ++i) out[i] = same;
  }
}

}  // namespace

double apply(LaneOp op, double a, double b) {
  return with_operation(op, [&](auto f) { return f(a, b); });
}

PAYSTRESS_LANE_CLONES void apply(LaneOp op, std::size_t n, Value a, Value b, double* out) {
  with_operation(
      op, [&](auto f) __attribute__((always_inline)) { map_lanes(n, a, b, out, f); });
}

Value applied(LaneOp op, std::size_t n, Value a, Value b, double* out) {
  if (!a.lanes && !b.lanes) return {nullptr, apply(op, a.scalar, b.scalar)};
  apply(op, n, a, b, out);
  return {out, 0.0};
}

void prefetch(std::size_t n, const double* run) {
  constexpr std::size_t line = 8;  // doubles of a 64-byte line
  for (std::size_t i = 0; i < n; i += line) __builtin_prefetch(run + i);
}

PAYSTRESS_LANE_CLONES bool all_within(std::size_t n, Value x, double bound) {
  if (!x.lanes) return std::fabs(x.scalar) <= bound;
  std::int64_t beyond = 0;
  for (std::size_t i = 0; i < n; ++i) beyond |= std::fabs(x.lanes[i]) <= bound ? 0 : 1;
  return beyond == 0;
}

void fill(std::size_t n, double value, double* out) { std::fill_n(out, n, value); }

void copy(std::size_t n, Value from, double* out) {
  if (from.lanes) {
    std::copy_n(from.lanes, n, out);
  } else {
    std::fill_n(out, n, from.scalar);
  }
}

}  // namespace paystress
