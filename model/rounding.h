#pragma once

#include <cmath>

#include "model/contract.h"

namespace paystress {

/// Slack within which a number counts as lying on a rounding tie or on a bound, in units of the last place
/// asked for. Money is a double: 1.005 is stored below 1.005, so a tie must be recognised with a slack.
/// 1e-7 of a cent: products of decimals with eight places or fewer in all are multiples of 1e-6 cent, so
/// none that is not a tie lies nearer to one. 2^-50 of the number covers the rounding of eight sums and
/// products (half a unit of 2^-53 each), which for more than 112 million cents is larger than 1e-7.
inline constexpr double tie_slack = 1e-7;
inline constexpr double relative_slack = 0x1p-50;
/// Of a cent, from 2.8e12 dollars on: a larger slack would add cents.
inline constexpr double most_slack = 0.25;

/// floor(x) for x >= 0 from additions and one comparison, so that loops over it turn into vectors on every
/// instruction set: above 2^52 every double is whole, below it adding 2^52 rounds to the nearest whole
/// number.
[[gnu::always_inline]] inline double floor_of_positive(double x) {
  constexpr double all_whole = 0x1p52;
  const double nearest = (x + all_whole) - all_whole;
  const double below = nearest > x ? nearest - 1.0 : nearest;
  return x >= all_whole ? x : below;
}

/// y rounded to an integer; ties by `how`, half_up away from zero (as on pay slips: -0.005 becomes -0.01).
/// \test tests/unit/model/rounding_test.cpp
template <Rounding::How how>
[[gnu::always_inline]] inline double round_to_integer(double y) {
  constexpr double all_whole = 0x1p52;
  const double size = std::fabs(y);
  const double wanted = tie_slack + size * relative_slack;
  const double bounded = wanted < most_slack ? wanted : most_slack;
  const double slack = size < all_whole / 2 ? bounded : 0.0;  // beyond, half a unit is the last place
  double whole = 0.0;
  if constexpr (how == Rounding::How::half_up) {
    whole = floor_of_positive(size + (0.5 + slack));
  } else if constexpr (how == Rounding::How::truncate) {
    whole = floor_of_positive(size + slack);
  } else {
    const double below = floor_of_positive(size);
    const double past_half = size - below - 0.5;
    const double odd = below - 2.0 * floor_of_positive(below * 0.5);  // then the even number is above
    const double at_tie = past_half < -slack ? 0.0 : odd;
    whole = below + (past_half > slack ? 1.0 : at_tie);
  }
  return std::copysign(size >= all_whole ? size : whole, y);
}
[[nodiscard]] inline double round_to_integer(double y, Rounding::How how) {
  switch (how) {
    case Rounding::How::half_even:
      return round_to_integer<Rounding::How::half_even>(y);
    case Rounding::How::truncate:
      return round_to_integer<Rounding::How::truncate>(y);
    case Rounding::How::half_up:
      break;
  }
  return round_to_integer<Rounding::How::half_up>(y);
}

/// A rounding made ready: cents are counted as x * 100, not x / 0.01, because 100 is exact.
struct RoundTo {
  double per_unit = 100.0;  ///< dollars -> units
  double divisor = 100.0;   ///< units -> dollars, exact where 1 / unit is whole
  Rounding::How how = Rounding::How::half_up;
  bool active = true;
  bool each_period = false;  ///< each period by itself, not the running total

  RoundTo() = default;
  explicit RoundTo(const Rounding& r)
      : how(r.how),
        active(r.unit_usd.has_value() && *r.unit_usd > 0.0),
        each_period(r.each == Rounding::Each::period) {
    if (!active) return;
    const double per_dollar = 1.0 / *r.unit_usd;
    const double whole = std::round(per_dollar);
    const bool whole_parts = whole >= 1.0 && std::fabs(per_dollar - whole) < 1e-9 * whole;
    per_unit = whole_parts ? whole : per_dollar;
    divisor = per_unit;
  }
  [[nodiscard]] double operator()(double usd) const {
    return active ? round_to_integer(usd * per_unit, how) / divisor : usd;
  }
};

}  // namespace paystress
