// Rates and bounds that change with time: the money of a window is that of its months, each on the ladder of
// its own month. What a ladder reads from the ledger is the same for all of them, so that a change by nothing
// changes nothing: only `month` and this_month() are those of the month.
#include <algorithm>
#include <utility>

#include "model/pay_run.h"

namespace paystress {
namespace {

// Runs of a tier in which bound and condition of the last month are kept.
constexpr std::size_t kept_bound = 5;
constexpr std::size_t kept_open = 6;

}  // namespace

// Place 0 is that before the first month, where an opening brings one.
double* PlanRun::place(const MeasuredLine& line, std::size_t strand, std::size_t span, bool paid) {
  const std::size_t places = plan_.grid.size() + 1;
  return run(line.places.after((2 * strand + (paid ? 1 : 0)) * places + span));
}

void PlanRun::list_spans(std::size_t first, std::size_t as_of) {
  spans_.clear();
  for (std::size_t p = first; p <= as_of; ++p) {
    if (p == as_of || plan_.grid[p + 1].month != plan_.grid[p].month) spans_.push_back(p);
  }
}

// Measure and paid quantity of every strand at the end of each month of the window so far.
void PlanRun::keep_places(const MeasuredLine& line, const Standing& at, bool carried) {
  list_spans(windows(line.windows).at(at.as_of).first, at.as_of);
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    feed_directly(line.program, spans_[i], at.known);
    compute(line.program, spans_[i]);
    for (std::size_t s = 0; s < line.strands.size(); ++s) {
      StrandState state;
      strand_quantities(line, line.strands[s], at.share, carried, state);
      copy(n_, state.measure, place(line, s, i + 1, false));
      double* const paid = place(line, s, i + 1, true);
      copy(n_, state.quantity, paid);
      apply(LaneOp::or_zero_when_undefined, n_, {paid, 0.0}, zero(), paid);
    }
  }
}

void PlanRun::keep_tiers(const MeasuredLine& line, std::size_t strand, const Standing& at) {
  const Strand& s = line.strands[strand];
  for (std::size_t k = 0; k < s.tiers.size(); ++k) {
    const LaneTier tier = lane_tier(line, s, k, at.share);
    copy(n_, tier.bound, tier_run(k, kept_bound));
    copy(n_, tier.open, tier_run(k, kept_open));
  }
}

// The rate that every unit of the month being read earns: the single rate, that of the tier reached by now,
// or what the month's ladder comes to on average.
Value PlanRun::span_rate_of(const MeasuredLine& line, std::size_t strand, const Standing& at) {
  const Strand& s = line.strands[strand];
  const Value measure{place(line, strand, spans_.size(), false), 0.0};
  double* const rate = temporary(span_rate);
  if (line.kind == ScheduleKind::single_rate) {
    if (!line.round_rate) return registers_[s.rate.reg];
    round_lanes(n_, registers_[s.rate.reg], *line.round_rate, rate);
  } else if (line.kind == ScheduleKind::retroactive) {
    fill(n_, 0.0, rate);
    for (std::size_t k = 0; k < s.tiers.size(); ++k) {
      LaneTier tier = lane_tier(line, s, k, at.share);
      tier.bound = {tier_run(k, kept_bound), 0.0};
      tier.open = {tier_run(k, kept_open), 0.0};
      take_reached_tier(n_, measure, tier, rate, temporary(span_flat));
    }
  } else {
    StrandState state;
    state.runs = {rate, temporary(span_flat), temporary(span_step), temporary(span_first_rate)};
    state.measure = measure;
    ladder_money(line, s, at.share, false, true, state);
    blended_money(n_, {nullptr, 1.0}, measure, rate, temporary(span_first_rate),
                  line.round_rate ? &*line.round_rate : nullptr, rate);
  }
  return {rate, 0.0};
}

// Units that lie on the ladder itself: from their place at the month's start to that at its end.
void PlanRun::add_marginal_span(const MeasuredLine& line, std::size_t strand, const Standing& at,
                                std::size_t span, double part) {
  const Strand& s = line.strands[strand];
  // What the month adds, by itself first: a month without units adds exactly nothing.
  double* const money = temporary(span_change);
  double* const flats = temporary(span_flats_change);
  fill(n_, 0.0, money);
  fill(n_, 0.0, flats);
  const bool opened = line.opened && spans_.front() == 0 && windows(line.windows).of(at.as_of) == 0;
  // A ratio pays its numerator, on bounds multiplied by the denominator of the window so far.
  const Value scale{temporary(span_scale), 0.0};
  const auto add = [&](std::size_t index, LaneOp op, double times) {
    StrandState state;
    state.runs = {temporary(span_rate), temporary(span_flat), temporary(span_step),
                  temporary(span_first_rate)};
    state.measure = {place(line, strand, index, s.quantity_is_numerator), 0.0};
    if (s.quantity_is_numerator)
      state.measure = operate(LaneOp::multiply, state.measure, scale, temporary(span_units));
    ladder_money(line, s, at.share, false, false, state);
    Value change = state.money;
    if (s.quantity_is_numerator) change = operate(LaneOp::divide, change, scale, temporary(span_rate));
    if (times != 1.0) change = operate(LaneOp::multiply, change, {nullptr, times}, temporary(span_rate));
    apply(op, n_, {money, 0.0}, change, money);
    if (line.has_flats && s.grows) apply(op, n_, {flats, 0.0}, state.flats, flats);
  };
  if (s.pays_level) {
    add(spans_.size(), LaneOp::add, part);
  } else {
    add(span + 1, LaneOp::add, 1.0);
    if (span > 0 || opened) add(span, LaneOp::subtract, 1.0);
  }
  for (const auto& [sum, change] :
       {std::pair{temporary(span_money_sum), money}, std::pair{temporary(span_flats_sum), flats}})
    apply(LaneOp::add, n_, {sum, 0.0}, {change, 0.0}, sum);
}

void PlanRun::span_money(const MeasuredLine& line, std::size_t strand, const Standing& at,
                         StrandState& state) {
  const Strand& s = line.strands[strand];
  const auto& over = windows(line.over_windows);
  const PayWindow& window = over.at(at.as_of);
  const double share = even_share(window) / window.length();
  const bool in_steps = s.block_size.present() || s.target.present();  // then a ratio has no places
  const bool on_ladder = line.kind == ScheduleKind::marginal &&
                         (!s.paid_quantity.present() || (s.quantity_is_numerator && !in_steps));
  double* const money = temporary(span_money_sum);
  double* const units = temporary(span_units);
  const std::size_t last = spans_.size();
  fill(n_, 0.0, money);
  fill(n_, 0.0, temporary(span_flats_sum));
  if (line.kind == ScheduleKind::retroactive) keep_tiers(line, strand, at);
  if (s.quantity_is_numerator) {
    const Value measure{place(line, strand, last, false), 0.0};
    // Undefined where the numerator is not above 0: then the ratio earns nothing, whatever its months did.
    const Value numerator =
        operate(LaneOp::excess, {place(line, strand, last, true), 0.0}, zero(), temporary(span_scale));
    copy(n_, operate(LaneOp::divide, measure, numerator, temporary(span_scale)), temporary(span_scale));
  }
  double elapsed = elapsed_before(over, window.first);
  bool first = true;
  for (std::size_t i = 0; i < last; ++i) {
    if (spans_[i] < window.first) continue;
    read_in_month(line.program, spans_[i], at.known);
    const double part = share * (over.elapsed(spans_[i]) - elapsed);
    elapsed = over.elapsed(spans_[i]);
    if (on_ladder) {
      add_marginal_span(line, strand, at, i, part);
      continue;
    }
    const auto paid = [&](std::size_t index, double* to) {
      const Value p{place(line, strand, index, true), 0.0};
      // A negative quantity earns nothing on a ladder.
      return line.kind == ScheduleKind::single_rate ? p : operate(LaneOp::excess, p, zero(), to);
    };
    const Value now = paid(s.pays_level ? last : i + 1, units);
    const bool opened = i == 0 && line.opened && line.over_windows == line.windows && over.of(at.as_of) == 0;
    Value earns = now;
    if (s.pays_level) {
      earns = operate(LaneOp::multiply, now, {nullptr, part}, units);
    } else if (!first || opened) {
      earns = operate(LaneOp::subtract, now, paid(i, temporary(span_step)), units);
    }
    first = false;
    const Value rate = span_rate_of(line, strand, at);
    apply(LaneOp::add, n_, {money, 0.0}, operate(LaneOp::multiply, earns, rate, temporary(span_rate)), money);
  }
  if (s.quantity_is_numerator) apply(LaneOp::or_zero_when_undefined, n_, {money, 0.0}, zero(), money);
  if (line.may_be_undefined) {
    // An undefined measure pays nothing, whatever is paid on it: x - x is 0 or undefined.
    const Value measure{place(line, strand, last, false), 0.0};
    const Value defined = operate(LaneOp::subtract, measure, measure, units);
    apply(LaneOp::add, n_, {money, 0.0}, defined, money);
  }
  state.money = {money, 0.0};
  if (line.kind == ScheduleKind::marginal && line.has_flats && s.grows && on_ladder)
    state.flats = {temporary(span_flats_sum), 0.0};
}

}  // namespace paystress
