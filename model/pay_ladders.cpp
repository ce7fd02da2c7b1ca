// Schedules: what a quantity earns on a rate, a ladder or a curve.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/lane_kernels.h"
#include "model/pay_run.h"

namespace paystress {
namespace {

using lanes::undefined;
constexpr std::size_t most_fixed_tiers = 16;

}  // namespace

Value PlanRun::through_quantity(const Strand& strand, Value quantity, double factor, double* to) {
  if (strand.block_size.present()) {
    to_blocks(n_, quantity, scaled(strand.block_free, factor, temporary(operand_a)),
              registers_[strand.block_size.reg], scaled(strand.block_least, factor, temporary(operand_b)),
              to);
    return {to, 0.0};
  }
  if (strand.target.present()) {
    const LaneCorridor corridor{scaled(strand.target, factor, temporary(operand_a)),
                                scaled(strand.low, factor, temporary(operand_b)),
                                scaled(strand.high, factor, temporary(operand_c)), strand.from_edge};
    through_corridor(n_, quantity, corridor, to);
    return {to, 0.0};
  }
  return quantity;
}

void PlanRun::strand_quantities(const MeasuredLine& line, const Strand& strand, double factor, bool carried,
                                StrandState& state) {
  Value measure = registers_[strand.measure];
  double* const to = temporary(measured_run);
  if (carried && !line.carries.empty()) measure = operate(LaneOp::add, measure, {run(line.carried), 0.0}, to);
  state.measure = through_quantity(strand, measure, factor, to);
  state.quantity = state.measure;
  if (strand.paid_quantity.present()) {
    state.quantity = registers_[strand.paid_quantity];
    if (strand.transforms_quantity) {
      state.quantity = through_quantity(strand, state.quantity, factor, temporary(quantity_run));
    }
  }
}

void PlanRun::scheduled_money(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                              StrandState& state) {
  state.flats = zero();
  whole_money(line, strand, factor, at_bound, state);
  if (state.part != 1.0)
    state.money = operate(LaneOp::multiply, state.money, {nullptr, state.part}, state.runs[0]);
}

void PlanRun::whole_money(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                          StrandState& state) {
  switch (line.kind) {
    case ScheduleKind::single_rate: {
      Value rate = registers_[strand.rate.reg];
      if (line.round_rate) {
        round_lanes(n_, rate, *line.round_rate, temporary(rounded_rate));
        rate = {temporary(rounded_rate), 0.0};
      }
      state.money = operate(LaneOp::multiply, state.quantity, rate, state.runs[0]);
      if (strand.paid_quantity.present() && line.may_be_undefined) {
        // An undefined measure pays nothing, even where another quantity is paid: x - x is 0 or undefined.
        double* const spare = state.runs[2];
        state.money = operate(LaneOp::add, state.money,
                              operate(LaneOp::subtract, state.measure, state.measure, spare), spare);
      }
      return;
    }
    case ScheduleKind::marginal:
      return marginal_ladder(line, strand, factor, at_bound, state);
    case ScheduleKind::retroactive:
    case ScheduleKind::lump_sum:
      return stepped_ladder(line, strand, factor, at_bound, state);
    case ScheduleKind::curve:
      break;
  }
  state.money = zero();
  const double scale = strand.grows ? factor : 1.0;
  if (strand.points.empty())
    along_curve(n_, state.measure, line.curve, scale, state.runs[1]);
  else
    along_curve(n_, state.measure, curve_of(strand), scale, state.runs[1]);
  state.flats = {state.runs[1], 0.0};
  // The points of a level are not prorated, its dollars are.
  if (!strand.grows && factor != 1.0)
    state.flats = operate(LaneOp::multiply, state.flats, {nullptr, factor}, state.runs[1]);
}

// Points name terms, `month` and numbers only (find_flaws), so that they are the same on all paths.
std::vector<CurvePoint> PlanRun::curve_of(const Strand& strand) const {
  std::vector<CurvePoint> points;
  for (const auto& [x, y] : strand.points) points.push_back({registers_[x][0], registers_[y][0], 0.0});
  return with_slopes(std::move(points));
}

LaneTier PlanRun::lane_tier(const MeasuredLine& line, const Strand& strand, std::size_t k, double factor) {
  const CompiledTier& tier = strand.tiers[k];
  LaneTier out;
  out.included = tier.included;
  out.bound = scaled(tier.bound, factor, tier_run(k, 0));
  out.open = !tier.open.present() ? Value{nullptr, 1.0} : registers_[tier.open];
  out.flat = scaled(tier.flat, factor, tier_run(k, 2));
  out.rate = scaled(tier.usd, factor, tier_run(k, 1));
  if (line.kind == ScheduleKind::lump_sum) {
    out.flat = operate(LaneOp::add, out.rate, out.flat, tier_run(k, 3));
    out.rate = zero();
  } else if (line.round_rate) {
    if (out.rate.lanes) {
      round_lanes(n_, out.rate, *line.round_rate, tier_run(k, 1));
      out.rate = {tier_run(k, 1), 0.0};
    } else {
      out.rate.scalar = (*line.round_rate)(out.rate.scalar);
    }
  }
  return out;
}

void PlanRun::marginal_ladder(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                              StrandState& state) {
  const bool own_quantity = strand.paid_quantity.present();
  ladder_money(line, strand, factor, at_bound, own_quantity, state);
  if (!own_quantity) return;
  blended_money(n_, state.quantity, state.measure, state.runs[0], state.runs[3],
                line.round_rate ? &*line.round_rate : nullptr, state.runs[0]);
}

void PlanRun::ladder_money(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                           bool first_rate, StrandState& state) {
  const std::size_t count = strand.tiers.size();
  bool same_for_all = !first_rate && count <= most_fixed_tiers;
  std::array<double, most_fixed_tiers> bounds{};
  std::array<double, most_fixed_tiers> rates{};
  for (std::size_t k = 0; k < count && same_for_all; ++k) {
    const LaneTier tier = lane_tier(line, strand, k, factor);
    same_for_all = !tier.bound.lanes && !tier.rate.lanes && !tier.flat.lanes && !tier.open.lanes &&
                   tier.open.scalar == 1.0 && tier.bound.scalar == tier.bound.scalar &&
                   (k == 0 || tier.bound.scalar >= bounds[k - 1]);
    bounds[k] = std::max(tier.bound.scalar, 0.0);
    rates[k] = tier.rate.scalar;
  }
  if (same_for_all) {
    // A measure that is one number for all paths needs one lane.
    const std::size_t lanes = state.measure.lanes ? n_ : 1;
    const auto result = [&](const double* from) {
      return state.measure.lanes ? Value{from, 0.0} : Value{nullptr, from[0]};
    };
    marginal_money(lanes, state.measure, {{bounds.data(), count}, {rates.data(), count}}, state.runs[0]);
    state.money = result(state.runs[0]);
    if (!line.has_flats) return;
    fill(lanes, 0.0, state.runs[1]);
    for (std::size_t k = 0; k < count; ++k) {
      LaneTier tier = lane_tier(line, strand, k, factor);
      tier.included = tier.included || at_bound;
      if (tier.flat.scalar != 0.0) add_reached_flat(lanes, state.measure, tier, state.runs[1]);
    }
    state.flats = result(state.runs[1]);
    return;
  }
  const MarginalState ladder{state.runs[2], state.runs[0], state.runs[1], state.runs[3]};
  begin_marginal(n_, ladder);
  for (std::size_t k = count; k-- > 0;) {
    LaneTier tier = lane_tier(line, strand, k, factor);
    tier.included = tier.included || at_bound;
    add_marginal_tier(n_, state.measure, tier, ladder);
  }
  state.money = {state.runs[0], 0.0};
  state.flats = {state.runs[1], 0.0};
}

void PlanRun::stepped_ladder(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                             StrandState& state) {
  double* const rate = state.runs[2];
  double* const flat = state.runs[1];
  const bool one_for_all =
      !state.measure.lanes && std::ranges::none_of(strand.tiers, [&](const CompiledTier& t) {
        return registers_[t.bound.reg].lanes || registers_[t.usd.reg].lanes || registers_[t.flat.reg].lanes ||
               (t.open.present() && registers_[t.open].lanes);
      });
  const std::size_t lanes = one_for_all ? 1 : n_;
  fill(lanes, 0.0, rate);
  fill(lanes, 0.0, flat);
  const bool accumulates = line.kind == ScheduleKind::lump_sum && line.lump == LumpRule::accumulate;
  for (std::size_t k = 0; k < strand.tiers.size(); ++k) {
    LaneTier tier = lane_tier(line, strand, k, factor);
    tier.included = tier.included || at_bound;
    if (accumulates) {
      add_reached_flat(lanes, state.measure, tier, flat);
    } else {
      take_reached_tier(lanes, state.measure, tier, rate, flat);
    }
  }
  state.flats = one_for_all ? Value{nullptr, flat[0]} : Value{flat, 0.0};
  if (line.kind == ScheduleKind::lump_sum) {
    state.money = zero();
    return;
  }
  // A negative quantity earns nothing on a ladder.
  const Value units = operate(LaneOp::excess, state.quantity, zero(), state.runs[0]);
  const Value reached_rate = one_for_all ? Value{nullptr, rate[0]} : Value{rate, 0.0};
  state.money = operate(LaneOp::multiply, units, reached_rate, state.runs[0]);
}

void PlanRun::write_tiers(const MeasuredLine& line, std::size_t strand, double factor, std::size_t period,
                          const StrandState& state) {
  const std::size_t t = line.first_tiered.after(strand).value();
  const std::size_t periods = out_.periods;
  const auto& ladder = line.strands[strand];
  copy(n_, state.measure, &out_.measure_[(t * periods + period) * stride_]);
  for (std::size_t k = 0; k < ladder.tiers.size(); ++k) {
    const LaneTier tier = lane_tier(line, ladder, k, factor);
    const std::size_t at = ((out_.bound_offset[t] + k) * periods + period) * stride_;
    StrandState above;
    above.runs = {temporary(bound_money), temporary(bound_flats), temporary(bound_step),
                  temporary(bound_first_rate)};
    above.measure = tier.bound;
    above.part = state.part;
    above.quantity = above.measure;
    if (ladder.quantity_is_numerator) {
      // The same denominator with the numerator that reaches the bound.
      double* const quantity = temporary(bound_quantity);
      above.quantity = operate(LaneOp::divide, above.measure, state.measure, quantity);
      above.quantity = operate(LaneOp::multiply, state.quantity, above.quantity, quantity);
    } else if (ladder.paid_quantity.present()) {
      above.quantity = state.quantity;
    }
    scheduled_money(line, ladder, factor, true, above);
    TierState shown;
    shown.measure = state.measure;
    shown.bound = scaled(ladder.tiers[k].written, factor, tier_run(k, 4));
    shown.open = tier.open;
    shown.included = ladder.tiers[k].written_included;
    shown.money_at_bound = operate(LaneOp::add, above.money, above.flats, temporary(bound_money));
    shown.money = operate(LaneOp::add, state.money, state.flats, temporary(bound_flats));
    write_tier_state(n_, shown, &out_.bound_[at], &out_.reached_[at], &out_.lost_[at]);
  }
}

void PlanRun::write_no_tiers(const MeasuredLine& line, std::size_t period) {
  if (!line.first_tiered.present()) return;
  for (std::size_t s = 0; s < line.strands.size(); ++s) {
    const std::size_t t = line.first_tiered.after(s).value();
    fill(n_, undefined, &out_.measure_[(t * out_.periods + period) * stride_]);
    for (std::size_t k = 0; k < line.strands[s].tiers.size(); ++k) {
      const std::size_t at = ((out_.bound_offset[t] + k) * out_.periods + period) * stride_;
      fill(n_, undefined, &out_.bound_[at]);
      fill(n_, 0.0, &out_.reached_[at]);
      fill(n_, 0.0, &out_.lost_[at]);
    }
  }
}

// One path only: the pay statement shows what each tier took and paid.
void PlanRun::trace_strand(const MeasuredLine& line, std::size_t strand, double factor, std::size_t period,
                           const StrandState& state) {
  const auto& ladder = line.strands[strand];
  StrandTrace trace;
  trace.quantity = state.quantity[0];
  if (line.kind == ScheduleKind::single_rate) {
    trace.rate_usd =
        line.round_rate ? (*line.round_rate)(registers_[ladder.rate.reg][0]) : registers_[ladder.rate.reg][0];
  }
  std::vector<LaneTier> tiers;
  for (std::size_t k = 0; k < ladder.tiers.size(); ++k) tiers.push_back(lane_tier(line, ladder, k, factor));
  const double measure = state.measure[0];
  std::vector<bool> in(tiers.size());
  std::optional<std::size_t> top;
  for (std::size_t k = 0; k < tiers.size(); ++k) {
    in[k] = tiers[k].open[0] == 1.0 && reached(measure, tiers[k].bound[0], tiers[k].included);
    if (in[k]) top = k;
  }
  double upper = std::numeric_limits<double>::infinity();
  trace.tiers.resize(tiers.size());
  const bool accumulates = line.kind == ScheduleKind::lump_sum && line.lump == LumpRule::accumulate;
  bool first_tier_pays = false;
  for (std::size_t k = tiers.size(); k-- > 0;) {
    TierTrace& t = trace.tiers[k];
    t.reached = in[k];
    t.rate_usd = tiers[k].rate[0];
    if (line.kind == ScheduleKind::marginal) {
      const double from = std::max(tiers[k].bound[0], 0.0);
      if (tiers[k].open[0] != 1.0 || !(from == from)) continue;
      double units = std::max(0.0, std::min(measure, upper) - from);
      if (!(measure == measure)) units = 0.0;
      upper = std::min(upper, from);
      // A paid quantity of its own is shared out as the measure is; at a measure of 0 the first tier pays it.
      if (ladder.paid_quantity.present() && measure == 0.0 && from == 0.0 && !first_tier_pays) {
        first_tier_pays = t.reached = true;
        units = std::max(state.quantity[0], 0.0);
      } else if (ladder.paid_quantity.present()) {
        units = measure > 0.0 ? units * std::max(state.quantity[0], 0.0) / measure : 0.0;
      }
      t.units = units;
      t.flat_usd = in[k] ? tiers[k].flat[0] : 0.0;
    } else if (k == top || (accumulates && in[k])) {
      if (line.kind == ScheduleKind::retroactive) t.units = std::max(state.quantity[0], 0.0);
      t.flat_usd = tiers[k].flat[0];
    }
  }
  if (line.kind == ScheduleKind::marginal && state.quantity[0] > 0.0) {
    trace.rate_usd = state.money[0] / state.quantity[0];
  } else if (top) {
    trace.rate_usd = tiers[*top].rate[0];
  }
  auto& shown = (*trace_)[line.line.value()][period];
  shown.active = true;
  shown.strands.resize(line.strands.size());
  shown.strands[strand] = std::move(trace);
}

}  // namespace paystress
