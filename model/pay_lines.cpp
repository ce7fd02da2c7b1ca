// Components: what a measure earns in its windows, and when it is paid.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/pay_run.h"

namespace paystress {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_fixed_tiers = 16;

// Scratch runs of the components; 0 holds the total of a period.
enum Temporary : std::size_t {
  measured_run = 1,
  quantity_run,
  flats_run,
  step_run,
  first_rate_run,
  over_sum,
  flat_sum,
  over_change,
  flat_change,
  pay_run_,
  correction_run,
  operand_a,
  operand_b,
  operand_c,
  rounded_rate,
  bound_money,
  bound_flats,
  bound_step,
  bound_first_rate,
  bound_quantity,
};

}  // namespace

Value PlanRun::line_pay(const CompiledLine& line, std::size_t period) {
  Value pay = zero();
  if (line.is_fixed) {
    pay = fixed_pay(line, period);
  } else {
    // Corrections first: they use the registers that the period's own pay fills.
    const Value correction = line.when_found ? correction_pay(line, period) : zero();
    pay = measured_pay(line, period);
    if (!is_zero(correction)) pay = operate(LaneOp::add, pay, correction, temporary(pay_run_));
  }
  return rounded_change(line.round_pay, line.round_total, line.rounded, pay, period, temporary(over_sum));
}

double PlanRun::even_part(const PayWindows& w, std::size_t period, double usd) const {
  const PayWindow& window = w.at(period);
  const auto months = static_cast<double>(window.months);
  // Without `partial` even money is due by months.
  const bool by_months = window.is_cut() && !plan_.contract.partial;
  const double share = by_months ? months / static_cast<double>(window.full_months) : share_of(window);
  const double before = window.first == period
                            ? static_cast<double>(plan_.grid[period].month - window.first_month)
                            : w.elapsed(period - 1);
  const double part = usd * share * (w.elapsed(period) - before) / months;
  return part == part ? part : 0.0;
}

Value PlanRun::even_money(const EvenMoney& money, std::size_t period) {
  const auto& w = money.windows;
  const double usd = registers_[money.usd].scalar;
  const Value when = money.when == no_index ? Value{nullptr, 1.0} : registers_[money.when];
  if (money.paid == PaidWhen::period_end) {
    const double all = w.ends(period) && usd == usd ? usd * share_of(w.at(period)) : 0.0;
    return operate(LaneOp::where, {nullptr, all}, when, money.to);
  }
  const double part = even_part(w, period, usd);
  if (money.when == no_index) return {nullptr, part};
  const bool monthly = money.monthly_when != no_index;
  if (monthly) feed_forward(money.monthly_program, period);
  if (w.single()) return operate(LaneOp::where, {nullptr, part}, when, money.to);
  if (w.starts(period)) {
    fill(n_, 0.0, money.accrued);
    fill(n_, 0.0, money.given);
  }
  apply(LaneOp::add, n_, {money.accrued, 0.0}, {nullptr, part}, money.accrued);
  Value change = zero();
  if (monthly && !w.ends(period)) {
    compute(money.monthly_program, period);
    change = operate(LaneOp::where, {nullptr, part}, registers_[money.monthly_when], money.to);
  } else {
    change = operate(LaneOp::where, {money.accrued, 0.0}, when, money.to);
    change = operate(LaneOp::subtract, change, {money.given, 0.0}, money.to);
  }
  apply(LaneOp::add, n_, {money.given, 0.0}, change, money.given);
  return change;
}

Value PlanRun::fixed_pay(const CompiledLine& line, std::size_t period) {
  feed_forward(line.program, period);
  const auto& w = windows(line.windows);
  if (!w.active(period)) {
    if (line.monthly_when != no_index) feed_forward(line.monthly_program, period);
    return zero();
  }
  compute(line.program, period);
  return even_money({w, line.paid, line.fixed.reg, line.when, line.monthly_program, line.monthly_when,
                     run(line.paid_over), run(line.held), temporary(pay_run_)},
                    period);
}

void PlanRun::open_line(const CompiledLine& line) {
  feed_opening(line.program);
  compute(line.program, 0, true);
  const LineMoney money =
      line_money(line, line.strands, line.when, share_of(windows(line.windows).at(0)), no_index, false);
  copy(n_, line.over_windows == line.windows ? money.over : zero(), run(line.paid_over));
  copy(n_, money.flat, run(line.paid_flat));
}

void PlanRun::take_carried(const CompiledLine& line, std::size_t period) {
  if (line.carries.empty() || !windows(line.windows).starts(period)) return;
  clear(line.carried);
  if (period == 0) return;
  for (const std::size_t a : line.carries) {
    double* const balance = run(plan_.adjustments[a].balance);
    apply(LaneOp::add, n_, {run(line.carried), 0.0}, {balance, 0.0}, run(line.carried));
    fill(n_, 0.0, balance);
  }
}

Value PlanRun::difference(const PayWindows& w, std::size_t period, Value money, double* before, bool keep,
                          bool opened, double* to) {
  if (w.single() && !keep && !opened) return money;
  if (w.starts(period) && !(opened && period == 0)) fill(n_, 0.0, before);
  const Value change = operate(LaneOp::subtract, money, {before, 0.0}, to);
  copy(n_, money, before);
  return change;
}

Value PlanRun::measured_pay(const CompiledLine& line, std::size_t period) {
  const auto& tiers = windows(line.windows);
  const auto& over = windows(line.over_windows);
  const bool opened = line.opened && tiers.active(0) && windows(line.windows).at(0).first_month <= 1;
  if (period == 0 && opened) open_line(line);
  feed_forward(line.program, period);
  if (!tiers.active(period)) {
    if (tiers_) write_no_tiers(line, period);
    if (line.paid == PaidWhen::interim) feed_forward(line.monthly_program, period);
    return zero();
  }
  take_carried(line, period);
  compute(line.program, period);
  const LineMoney money = line_money(line, line.strands, line.when, share_of(tiers.at(period)), period, true);
  const auto kept = [&](std::size_t first, const PayWindows& w) {
    return run(first + (line.when_found ? w.of(period) : 0));
  };
  Value pay = difference(over, period, money.over, kept(line.paid_over, over), line.when_found, opened,
                         temporary(over_change));
  if (line.has_flats) {
    const Value flat = difference(tiers, period, money.flat, kept(line.paid_flat, tiers), line.when_found,
                                  opened, temporary(flat_change));
    pay = operate(LaneOp::add, pay, flat, temporary(pay_run_));
  }
  if (line.paid == PaidWhen::running) return pay;
  // The registers of the program itself are read by now; the monthly program uses the same ones.
  if (line.paid == PaidWhen::interim) feed_forward(line.monthly_program, period);

  if (tiers.starts(period)) {
    clear(line.held);
    clear(line.shown);
  }
  double* const held = run(line.held);
  apply(LaneOp::add, n_, {held, 0.0}, pay, held);
  if (tiers.ends(period)) {
    if (line.paid == PaidWhen::period_end) return {held, 0.0};
    return operate(LaneOp::subtract, {held, 0.0}, {run(line.shown), 0.0}, temporary(pay_run_));
  }
  return line.paid == PaidWhen::period_end ? zero() : interim_pay(line, period);
}

// Each month on its own quantities, with the bounds and flats of one month; the period end makes it good.
Value PlanRun::interim_pay(const CompiledLine& line, std::size_t period) {
  const PayWindow& window = windows(line.windows).at(period);
  const auto& month = windows(line.month_windows);
  compute(line.monthly_program, period);
  const double factor = share_of(window) / static_cast<double>(window.months);
  const LineMoney money = line_money(line, line.monthly_strands, line.monthly_when, factor, no_index, false);
  Value pay =
      difference(month, period, money.over, run(line.interim_over), false, false, temporary(over_change));
  if (line.has_flats) {
    const Value flat =
        difference(month, period, money.flat, run(line.interim_flat), false, false, temporary(flat_change));
    pay = operate(LaneOp::add, pay, flat, temporary(pay_run_));
  }
  apply(LaneOp::add, n_, {run(line.shown), 0.0}, pay, run(line.shown));
  return pay;
}

// A correction found now for work of an earlier window: that window, and those after it whose tiers ran on
// from it, are priced again with what is known now; the difference from what they were worth is booked.
Value PlanRun::correction_pay(const CompiledLine& line, std::size_t period) {
  const std::size_t worked = plan_.origin[period];
  const auto& tiers = windows(line.windows);
  const auto& over = windows(line.over_windows);
  const auto& ends = plan_.contract.ends;
  if (worked == no_index || !over.active(worked) || (ends && plan_.grid[period].month > *ends)) return zero();
  const std::size_t tier_window = tiers.of(worked);
  Value sum = zero();
  const auto book = [&](Value now, double* before) {
    const Value change = operate(LaneOp::subtract, now, {before, 0.0}, temporary(pay_run_));
    sum = operate(LaneOp::add, sum, change, temporary(correction_run));
    copy(n_, now, before);
  };
  for (std::size_t w = over.of(worked); w < over.all().size() && w != over.of(period); ++w) {
    const std::size_t as_of = over.all()[w].last;
    if (tiers.of(as_of) != tier_window || as_of > period) break;
    feed_directly(line.program, as_of, period);
    compute(line.program, as_of);
    const LineMoney money =
        line_money(line, line.strands, line.when, share_of(tiers.at(as_of)), no_index, false);
    book(money.over, run(line.paid_over + w));
    const bool closed = tiers.all()[tier_window].last == as_of && tiers.of(period) != tier_window;
    if (line.has_flats && closed) book(money.flat, run(line.paid_flat + tier_window));
  }
  return sum;
}

PlanRun::LineMoney PlanRun::line_money(const CompiledLine& line, const std::vector<Strand>& strands,
                                       std::size_t when, double factor, std::size_t shown_period,
                                       bool carried) {
  const bool show = shown_period != no_index;
  if (factor == 0.0) {
    if (show && tiers_) write_no_tiers(line, shown_period);
    return {zero(), zero()};
  }
  LineMoney sum{zero(), zero()};
  for (std::size_t i = 0; i < strands.size(); ++i) {
    StrandState state;
    state.runs = {result_, temporary(flats_run), temporary(step_run), temporary(first_rate_run)};
    strand_money(line, strands[i], factor, carried, state);
    if (show && tiers_ && line.first_tiered != no_index) write_tiers(line, i, factor, shown_period, state);
    if (show && trace_) trace_strand(line, i, factor, shown_period, state);
    if (strands.size() == 1) {
      sum = {state.money, state.flats};
    } else {
      // An undefined part is worth nothing by itself; it must not void the others.
      const Value money = operate(LaneOp::or_zero_when_undefined, state.money, zero(), state.runs[0]);
      sum.over = operate(LaneOp::add, sum.over, money, temporary(over_sum));
      if (line.has_flats) sum.flat = operate(LaneOp::add, sum.flat, state.flats, temporary(flat_sum));
    }
  }
  if (line.may_be_undefined) {
    sum.over = operate(LaneOp::or_zero_when_undefined, sum.over, zero(), temporary(over_sum));
    sum.flat = operate(LaneOp::or_zero_when_undefined, sum.flat, zero(), temporary(flat_sum));
  }
  if (when != no_index) {
    sum.over = operate(LaneOp::where, sum.over, registers_[when], temporary(over_sum));
    sum.flat = operate(LaneOp::where, sum.flat, registers_[when], temporary(flat_sum));
  }
  return sum;
}

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

void PlanRun::strand_money(const CompiledLine& line, const Strand& strand, double factor, bool carried,
                           StrandState& state) {
  Value measure = registers_[strand.measure];
  double* const to = temporary(measured_run);
  if (carried && !line.carries.empty()) measure = operate(LaneOp::add, measure, {run(line.carried), 0.0}, to);
  state.measure = through_quantity(strand, measure, factor, to);
  state.quantity = state.measure;
  if (strand.paid_quantity != no_index) {
    state.quantity = registers_[strand.paid_quantity];
    if (strand.transforms_quantity) {
      state.quantity = through_quantity(strand, state.quantity, factor, temporary(quantity_run));
    }
  }
  scheduled_money(line, strand, factor, false, state);
}

void PlanRun::scheduled_money(const CompiledLine& line, const Strand& strand, double factor, bool at_bound,
                              StrandState& state) {
  state.flats = zero();
  switch (line.kind) {
    case ScheduleKind::single_rate: {
      Value rate = registers_[strand.rate.reg];
      if (line.round_rate) {
        round_lanes(n_, rate, *line.round_rate, temporary(rounded_rate));
        rate = {temporary(rounded_rate), 0.0};
      }
      state.money = operate(LaneOp::multiply, state.quantity, rate, state.runs[0]);
      if (strand.paid_quantity != no_index && line.may_be_undefined) {
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
  along_curve(n_, state.measure, line.curve, strand.grows ? factor : 1.0, state.runs[1]);
  state.flats = {state.runs[1], 0.0};
}

LaneTier PlanRun::lane_tier(const CompiledLine& line, const Strand& strand, std::size_t k, double factor) {
  const CompiledTier& tier = strand.tiers[k];
  LaneTier out;
  out.included = tier.included;
  out.bound = scaled(tier.bound, factor, tier_run(k, 0));
  out.open = tier.open == no_index ? Value{nullptr, 1.0} : registers_[tier.open];
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

void PlanRun::marginal_ladder(const CompiledLine& line, const Strand& strand, double factor, bool at_bound,
                              StrandState& state) {
  const std::size_t count = strand.tiers.size();
  const bool own_quantity = strand.paid_quantity != no_index;
  bool same_for_all = !own_quantity && count <= most_fixed_tiers;
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
  if (own_quantity) {
    blended_money(n_, state.quantity, state.measure, state.runs[0], state.runs[3],
                  line.round_rate ? &*line.round_rate : nullptr, state.runs[0]);
  }
  state.money = {state.runs[0], 0.0};
  state.flats = {state.runs[1], 0.0};
}

void PlanRun::stepped_ladder(const CompiledLine& line, const Strand& strand, double factor, bool at_bound,
                             StrandState& state) {
  double* const rate = state.runs[2];
  double* const flat = state.runs[1];
  const bool one_for_all =
      !state.measure.lanes && std::ranges::none_of(strand.tiers, [&](const CompiledTier& t) {
        return registers_[t.bound.reg].lanes || registers_[t.usd.reg].lanes || registers_[t.flat.reg].lanes ||
               (t.open != no_index && registers_[t.open].lanes);
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

void PlanRun::write_tiers(const CompiledLine& line, std::size_t strand, double factor, std::size_t period,
                          const StrandState& state) {
  const std::size_t t = line.first_tiered + strand;
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
    above.quantity = above.measure;
    if (ladder.quantity_is_numerator) {
      // The same denominator with the numerator that reaches the bound.
      double* const quantity = temporary(bound_quantity);
      above.quantity = operate(LaneOp::divide, above.measure, state.measure, quantity);
      above.quantity = operate(LaneOp::multiply, state.quantity, above.quantity, quantity);
    } else if (ladder.paid_quantity != no_index) {
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

void PlanRun::write_no_tiers(const CompiledLine& line, std::size_t period) {
  if (line.first_tiered == no_index) return;
  for (std::size_t s = 0; s < line.strands.size(); ++s) {
    const std::size_t t = line.first_tiered + s;
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
void PlanRun::trace_strand(const CompiledLine& line, std::size_t strand, double factor, std::size_t period,
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
  std::size_t top = no_index;
  for (std::size_t k = 0; k < tiers.size(); ++k) {
    in[k] = tiers[k].open[0] == 1.0 && reached(measure, tiers[k].bound[0], tiers[k].included);
    if (in[k]) top = k;
  }
  double upper = std::numeric_limits<double>::infinity();
  trace.tiers.resize(tiers.size());
  const bool accumulates = line.kind == ScheduleKind::lump_sum && line.lump == LumpRule::accumulate;
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
      // A paid quantity of its own is shared out as the measure is.
      if (ladder.paid_quantity != no_index) {
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
  } else if (top != no_index) {
    trace.rate_usd = tiers[top].rate[0];
  }
  auto& shown = (*trace_)[line.line][period];
  shown.active = true;
  shown.strands.resize(line.strands.size());
  shown.strands[strand] = std::move(trace);
}

}  // namespace paystress
