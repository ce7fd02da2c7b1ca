// Tiers, blocks, corridors, curves and rounding over the paths of a block.
#include <algorithm>
#include <cmath>

#include "model/lane_kernels.h"
#include "model/lane_ops.h"

namespace paystress {
namespace {

using lanes::each_lane;
using lanes::higher_of;
using lanes::infinity;
using lanes::is_reached;
using lanes::is_reached_at;
using lanes::lower_of;
using lanes::slack_at;
using lanes::undefined;

constexpr double block_slack = 1e-9;

template <std::size_t K>
[[gnu::always_inline]] inline void marginal_tiers(std::size_t n, const double* quantity, const double* bounds,
                                                  const double* rates, double* out) {
  double b[K];
  double r[K];
  for (std::size_t k = 0; k < K; ++k) {
    b[k] = bounds[k];
    r[k] = rates[k];
  }
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) {
    const double q = higher_of(quantity[i], 0.0);
    double at = lower_of(q, b[0]);
    double money = 0.0;
    for (std::size_t k = 0; k + 1 < K; ++k) {
      const double next = lower_of(q, b[k + 1]);
      money += r[k] * (next - at);
      at = next;
    }
    out[i] = money + r[K - 1] * (q - at);
  }
}

PAYSTRESS_LANE_CLONES void marginal_lanes(std::size_t n, const double* quantity, const FixedTiers& tiers,
                                          double* out) {
  const double* b = tiers.bounds.data();
  const double* r = tiers.rates.data();
  switch (tiers.bounds.size()) {
    case 1:
      return marginal_tiers<1>(n, quantity, b, r, out);
    case 2:
      return marginal_tiers<2>(n, quantity, b, r, out);
    case 3:
      return marginal_tiers<3>(n, quantity, b, r, out);
    case 4:
      return marginal_tiers<4>(n, quantity, b, r, out);
    default:
      break;
  }
  fill(n, 0.0, out);
  for (std::size_t k = 0; k < tiers.bounds.size(); ++k) {
    const double from = b[k];
    const double to = k + 1 < tiers.bounds.size() ? b[k + 1] : infinity;
    const double rate = r[k];
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
      const double q = higher_of(quantity[i], 0.0);
      out[i] += rate * (lower_of(q, to) - lower_of(q, from));
    }
  }
}

// Two plain loops over few runs, which compilers turn into vectors.
template <Rounding::How how>
[[gnu::always_inline]] inline void pay_rounded_lanes(std::size_t n, Value change, const RoundTo& round,
                                                     double* __restrict total, double* __restrict rounded,
                                                     double* __restrict out) {
  const double per_unit = round.per_unit;
  const double divisor = round.divisor;
  const double* const x = change.lanes;
  if (x) {
    for (std::size_t i = 0; i < n; ++i) total[i] += x[i];
  } else {
    const double same = change.scalar;
    for (std::size_t i = 0; i < n; ++i) total[i] += same;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double units = round_to_integer<how>(total[i] * per_unit);
    out[i] = (units - rounded[i]) / divisor;
    rounded[i] = units;
  }
}

}  // namespace

double bound_slack(double bound) { return slack_at(bound); }
bool reached(double quantity, double bound, bool included) { return is_reached(quantity, bound, included); }

void marginal_money(std::size_t n, Value quantity, const FixedTiers& tiers, double* out) {
  if (quantity.lanes) {
    marginal_lanes(n, quantity.lanes, tiers, out);
  } else {
    marginal_lanes(1, &quantity.scalar, tiers, out);
    fill(n, out[0], out);
  }
}

void begin_marginal(std::size_t n, const MarginalState& s) {
  fill(n, infinity, s.upper);
  fill(n, 0.0, s.money);
  fill(n, 0.0, s.flats);
  fill(n, 0.0, s.first_rate);
}

PAYSTRESS_LANE_CLONES void add_marginal_tier(std::size_t n, Value quantity, const LaneTier& tier,
                                             const MarginalState& s) {
  const auto body = [&](std::size_t i, double measured, double bound, double rate, double flat, double open)
      __attribute__((always_inline)) {
    const bool is_open = open == 1.0 && bound == bound;
    const double q = higher_of(measured, 0.0);
    const double from = higher_of(bound, 0.0);
    const double upper = s.upper[i];
    const double units = lower_of(q, upper) - from;
    s.money[i] += is_open && units > 0.0 ? units * rate : 0.0;
    s.flats[i] += is_open && is_reached(measured, bound, tier.included) ? flat : 0.0;
    s.first_rate[i] = is_open && from == 0.0 && upper > 0.0 ? rate : s.first_rate[i];
    s.upper[i] = is_open ? lower_of(upper, from) : upper;
  };
  for (std::size_t i = 0; i < n; ++i) {
    body(i, quantity[i], tier.bound[i], tier.rate[i], tier.flat[i], tier.open[i]);
  }
}

PAYSTRESS_LANE_CLONES void take_reached_tier(std::size_t n, Value quantity, const LaneTier& tier,
                                             double* rate, double* flat) {
  if (!tier.bound.lanes && !tier.rate.lanes && !tier.flat.lanes && !tier.open.lanes && quantity.lanes) {
    const bool is_open = tier.open.scalar == 1.0 && tier.bound.scalar == tier.bound.scalar;
    if (!is_open) return;
    const double slack = slack_at(tier.bound.scalar);
    const double from = tier.included ? tier.bound.scalar - slack : tier.bound.scalar + slack;
    const double r = tier.rate.scalar;
    const double f = tier.flat.scalar;
    const double* const q = quantity.lanes;
    if (tier.included) {
#pragma GCC ivdep
      for (std::size_t i = 0; i < n; ++i) {
        rate[i] = q[i] >= from ? r : rate[i];
        flat[i] = q[i] >= from ? f : flat[i];
      }
    } else {
#pragma GCC ivdep
      for (std::size_t i = 0; i < n; ++i) {
        rate[i] = q[i] > from ? r : rate[i];
        flat[i] = q[i] > from ? f : flat[i];
      }
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const bool here = tier.open[i] == 1.0 && is_reached(quantity[i], tier.bound[i], tier.included);
    rate[i] = here ? tier.rate[i] : rate[i];
    flat[i] = here ? tier.flat[i] : flat[i];
  }
}

PAYSTRESS_LANE_CLONES void add_reached_flat(std::size_t n, Value quantity, const LaneTier& tier,
                                            double* flats) {
  for (std::size_t i = 0; i < n; ++i) {
    const bool here = tier.open[i] == 1.0 && is_reached(quantity[i], tier.bound[i], tier.included);
    flats[i] += here ? tier.flat[i] : 0.0;
  }
}

PAYSTRESS_LANE_CLONES void write_tier_state(std::size_t n, const TierState& tier, double* bound,
                                            double* is_reached, double* lost) {
  if (!tier.bound.lanes && !tier.open.lanes && !tier.money_at_bound.lanes && tier.measure.lanes &&
      tier.money.lanes) {
    // One bound for all paths, the usual case.
    const double at = tier.open.scalar == 1.0 ? tier.bound.scalar : undefined;
    const double slack = slack_at(at);
    const double from = tier.included ? at - slack : at + slack;
    const bool included = tier.included;
    const double gain = tier.money_at_bound.scalar;
    const double* const q = tier.measure.lanes;
    const double* const money = tier.money.lanes;
    const bool is_defined = at == at;
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) {
      const double here = (included ? q[i] >= from : q[i] > from) ? 1.0 : 0.0;
      const double missed = gain - money[i];
      bound[i] = at;
      is_reached[i] = here;
      lost[i] = here == 1.0 || missed != missed || !is_defined ? 0.0 : missed;
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double at = tier.open[i] == 1.0 ? tier.bound[i] : undefined;
    const double here = is_reached_at(tier.measure[i], at, tier.included);
    const double missed = tier.money_at_bound[i] - tier.money[i];
    bound[i] = at;
    is_reached[i] = here;
    lost[i] = here == 1.0 || missed != missed || at != at ? 0.0 : missed;
  }
}

PAYSTRESS_LANE_CLONES void blended_money(std::size_t n, Value paid_quantity, Value quantity,
                                         const double* money, const double* first_rate,
                                         const RoundTo* round_rate, double* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const double q = quantity[i];
    const double blended = money[i] / q;
    double rate = q > 0.0 ? blended : (q == 0.0 ? first_rate[i] : 0.0);
    if (round_rate) rate = (*round_rate)(rate);
    const double units = paid_quantity[i];
    out[i] = units > 0.0 ? units * rate : 0.0;
  }
}

PAYSTRESS_LANE_CLONES void to_blocks(std::size_t n, Value quantity, Value free, Value size, Value least,
                                     double* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const double over = higher_of(quantity[i] - free[i], 0.0);
    const double blocks = std::ceil(over / size[i] - block_slack);
    const double used = higher_of(blocks, 0.0);
    const double due = higher_of(used, least[i]);
    out[i] = quantity[i] != quantity[i] || !(size[i] > 0.0) ? undefined : due;
  }
}

PAYSTRESS_LANE_CLONES void through_corridor(std::size_t n, Value quantity, const LaneCorridor& corridor,
                                            double* out) {
  for (std::size_t i = 0; i < n; ++i) {
    const double q = quantity[i];
    const double low = corridor.low[i];
    const double high = corridor.high[i];
    const double target = corridor.target[i];
    const bool below = q < low - slack_at(low) && low > -infinity;
    const bool above = q > high + slack_at(high) && high < infinity;
    const double past_low = q - (corridor.from_edge ? low : target);
    const double past_high = q - (corridor.from_edge ? high : target);
    out[i] = below ? past_low : (above ? past_high : (q != q ? q : 0.0));
  }
}

std::vector<CurvePoint> with_slopes(std::vector<CurvePoint> points) {
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const auto& next = points[i + 1];
    if (next.x > points[i].x) points[i].slope = (next.y - points[i].y) / (next.x - points[i].x);
  }
  return points;
}

PAYSTRESS_LANE_CLONES void along_curve(std::size_t n, Value quantity, std::span<const CurvePoint> points,
                                       double scale, double* out) {
  const double inverse = 1.0 / scale;
  const double before = points.front().y;
  each_lane(
      n, quantity, [&](std::size_t i, double q) __attribute__((always_inline)) {
        out[i] = q != q ? undefined : before;
      });
  for (const auto& point : points) {
    const double from = point.x - slack_at(point.x);
    const double x = point.x;
    const double y = point.y;
    const double slope = point.slope;
    each_lane(
        n, quantity, [&](std::size_t i, double q) __attribute__((always_inline)) {
          const double at = scale == 1.0 ? q : q * inverse;
          const double here = y + (at - x) * slope;
          out[i] = at >= from ? here : out[i];
        });
  }
  if (scale != 1.0) {
    for (std::size_t i = 0; i < n; ++i) out[i] *= scale;
  }
}

void round_lanes(std::size_t n, Value usd, const RoundTo& round, double* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = round(usd[i]);
}

PAYSTRESS_LANE_CLONES void pay_rounded(std::size_t n, Value change, const RoundTo& round, double* total,
                                       double* rounded, double* out) {
  switch (round.how) {
    case Rounding::How::half_up:
      return pay_rounded_lanes<Rounding::How::half_up>(n, change, round, total, rounded, out);
    case Rounding::How::half_even:
      return pay_rounded_lanes<Rounding::How::half_even>(n, change, round, total, rounded, out);
    case Rounding::How::truncate:
      return pay_rounded_lanes<Rounding::How::truncate>(n, change, round, total, rounded, out);
  }
}

namespace {

template <bool is_scaled, bool keeps>
[[gnu::always_inline]] inline void add_rounded_lanes(std::size_t n, Value x, Value counts, double scale,
                                                     double* __restrict sum, double* __restrict kept) {
  const auto add = [&](std::size_t i, double value, double is_counted) __attribute__((always_inline)) {
    const double defined = value != value ? 0.0 : value;
    const double counted = is_counted == 1.0 ? defined : 0.0;
    const double stored = is_scaled ? round_to_integer<Rounding::How::half_up>(counted * scale) : counted;
    sum[i] += stored;
    if constexpr (keeps) kept[i] = is_scaled ? stored / scale : stored;
  };
  const double* const c = counts.lanes;
  if (c) {
    each_lane(
        n, x, [&](std::size_t i, double value) __attribute__((always_inline)) { add(i, value, c[i]); });
  } else {
    const double same = counts.scalar;
    each_lane(
        n, x, [&](std::size_t i, double value) __attribute__((always_inline)) { add(i, value, same); });
  }
}

}  // namespace

PAYSTRESS_LANE_CLONES void add_rounded(std::size_t n, Value x, Value counts, double scale, double* sum,
                                       double* kept) {
  if (is_zero(x)) {
    if (kept != nullptr) std::fill_n(kept, n, 0.0);
  } else if (scale > 0.0) {
    if (kept != nullptr) return add_rounded_lanes<true, true>(n, x, counts, scale, sum, kept);
    add_rounded_lanes<true, false>(n, x, counts, scale, sum, kept);
  } else {
    if (kept != nullptr) return add_rounded_lanes<false, true>(n, x, counts, scale, sum, kept);
    add_rounded_lanes<false, false>(n, x, counts, scale, sum, kept);
  }
}

}  // namespace paystress
