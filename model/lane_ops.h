#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/rounding.h"

namespace paystress {

/// One number per path of a block, or one number for all of them (`lanes` null).
struct Value {
  const double* lanes = nullptr;
  double scalar = 0.0;
  [[nodiscard]] double operator[](std::size_t i) const { return lanes ? lanes[i] : scalar; }
};

inline Value zero() { return {}; }
inline bool is_zero(Value v) { return !v.lanes && v.scalar == 0.0; }

/// Column operations of expressions. Undefined (x / 0) is NaN and stays NaN; conditions are 1, 0 or NaN
/// (undefined), joined by three-valued logic.
enum class LaneOp {
  add,
  subtract,
  multiply,
  divide,
  negate,
  minimum,
  maximum,
  less,
  less_equal,
  equal,
  not_equal,
  greater_equal,
  greater,
  both,
  either,
  opposite,
  or_zero_when_undefined,  ///< NaN -> 0
  where,                   ///< a where b is true, else 0
  unit_before,             ///< a - 1 where a is whole and not negative, else a
  excess                   ///< max(0, a - b)
};
/// a op b for one number; the definition of the column operation.
[[nodiscard]] double apply(LaneOp op, double a, double b);
/// out[i] = a[i] op b[i] for i < n. `out` may be the same run as an operand.
void apply(LaneOp op, std::size_t n, Value a, Value b, double* out);
/// As `apply`, but a number for all paths stays one: nothing is written then.
[[nodiscard]] Value applied(LaneOp op, std::size_t n, Value a, Value b, double* out);

/// Asks for a run ahead of its use.
void prefetch(std::size_t n, const double* run);
void fill(std::size_t n, double value, double* out);
/// Is every |x| at most `bound`? An undefined one is not.
[[nodiscard]] bool all_within(std::size_t n, Value x, double bound);
void copy(std::size_t n, Value from, double* out);

/// Point of a bound with the slack of `reached`: a quantity computed from decimals lies on the bound when it
/// is within 2^-50 of it, or within 1e-12 units.
[[nodiscard]] double bound_slack(double bound);
/// Whether `quantity` has reached a bound; false when either is NaN.
[[nodiscard]] bool reached(double quantity, double bound, bool included);

/// Tiers with the same bounds and rates for every path: the fast form of the marginal ladder.
struct FixedTiers {
  std::span<const double> bounds;  ///< ascending
  std::span<const double> rates;
};
/// out = money of max(0, quantity) on a marginal ladder without flats.
void marginal_money(std::size_t n, Value quantity, const FixedTiers& tiers, double* out);

/// One tier whose bound, rate, flat or opening may differ by path. Runs may be the same for all paths.
struct LaneTier {
  Value bound, rate, flat, open;  ///< open: 1 or 0
  bool included = false;
};
/// State of a marginal ladder, visited from the last tier to the first.
struct MarginalState {
  double* upper;       ///< start of the tier above; +inf at first
  double* money;       ///< sum of rate x units in the tier
  double* flats;       ///< flats of the tiers entered
  double* first_rate;  ///< rate of the first unit
};
void begin_marginal(std::size_t n, const MarginalState& s);
void add_marginal_tier(std::size_t n, Value quantity, const LaneTier& tier, const MarginalState& s);
/// The tier reached replaces what `rate` and `flat` hold; visited from the first tier to the last.
void take_reached_tier(std::size_t n, Value quantity, const LaneTier& tier, double* rate, double* flat);
/// flats += flat where the tier is reached.
void add_reached_flat(std::size_t n, Value quantity, const LaneTier& tier, double* flats);
/// What tables of tier misses need of one tier: `bound` where it is open (else NaN), 1 where it is reached,
/// and where it is missed `money_at_bound` less `money`; 0 where the bound is undefined.
struct TierState {
  Value measure, bound, open, money_at_bound, money;
  bool included = false;
};
void write_tier_state(std::size_t n, const TierState& tier, double* bound, double* is_reached, double* lost);
/// out = paid quantity x money / quantity, the blended rate; at quantity 0 the rate of the first unit.
void blended_money(std::size_t n, Value paid_quantity, Value quantity, const double* money,
                   const double* first_rate, const RoundTo* round_rate, double* out);

/// Blocks: max(least, ceil(max(0, quantity - free) / size)); a block that is full within 1e-9 is full.
void to_blocks(std::size_t n, Value quantity, Value free, Value size, Value least, double* out);
struct LaneCorridor {
  Value target, low, high;  ///< -inf and +inf where a side is open
  bool from_edge = false;
};
void through_corridor(std::size_t n, Value quantity, const LaneCorridor& corridor, double* out);

struct CurvePoint {
  double x, y, slope;  ///< slope up to the next point; 0 after the last
};
/// The points with the slope from each to the next.
std::vector<CurvePoint> with_slopes(std::vector<CurvePoint> points);
/// out = y of a piecewise linear curve at quantity / scale, x scale; constant beyond the ends.
void along_curve(std::size_t n, Value quantity, std::span<const CurvePoint> points, double scale,
                 double* out);

void round_lanes(std::size_t n, Value usd, const RoundTo& round, double* out);
/// Rounds a running total and gives the difference: total += change; out = round(total) - rounded;
/// rounded = round(total).
void pay_rounded(std::size_t n, Value change, const RoundTo& round, double* total, double* rounded,
                 double* out);
/// stored = x scale where `counts` is 1 and x is defined, else 0, rounded to a whole number, ties away from
/// zero (scale 0: x as it is). sum += stored; where `kept` is not null, kept = stored / scale.
void add_rounded(std::size_t n, Value x, Value counts, double scale, double* sum, double* kept);

}  // namespace paystress
