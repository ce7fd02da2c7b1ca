// Components: what a measure earns in its windows, and when it is paid.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/pay_run.h"

namespace paystress {
Value PlanRun::line_pay(const CompiledLine& line, std::size_t period) {
  const Value pay = std::visit([&](const auto& l) { return unrounded_pay(l, period); }, line);
  const LineBase& base = common(line);
  return rounded_change(base.round_pay, base.round_total, base.rounded, pay, period, temporary(over_sum));
}

Value PlanRun::unrounded_pay(const MeasuredLine& line, std::size_t period) {
  // Corrections first: they use the registers that the period's own pay fills.
  const Value correction = line.when_found ? correction_pay(line, period) : zero();
  const Value pay = measured_pay(line, period);
  return is_zero(correction) ? pay : operate(LaneOp::add, pay, correction, temporary(pay_run_));
}

double PlanRun::even_share(const PayWindow& window) const {
  const bool by_months = window.is_cut() && !plan_.contract.partial;
  return by_months ? window.length() / static_cast<double>(window.full_months) : share_of(window);
}

double PlanRun::elapsed_before(const PayWindows& w, std::size_t period) const {
  const PayWindow& window = w.at(period);
  return window.first == period ? static_cast<double>(plan_.grid[period].month - window.first_month)
                                : w.elapsed(period - 1);
}

double PlanRun::accrued_part(const PayWindows& w, std::size_t period) const {
  const PayWindow& window = w.at(period);
  return even_share(window) * (w.elapsed(period) - elapsed_before(w, window.first)) / window.length();
}

double PlanRun::even_part(const PayWindows& w, std::size_t period, double usd) const {
  return even_months(w.at(period), w.elapsed(period) - elapsed_before(w, period), usd);
}
double PlanRun::even_part_before(const PayWindows& w, std::size_t period, double usd) const {
  return even_months(w.at(period), elapsed_before(w, period), usd);
}
double PlanRun::even_months(const PayWindow& window, double months, double usd) const {
  const double part = usd * even_share(window) * months / window.length();
  return part == part ? part : 0.0;
}

Value PlanRun::even_money(const EvenMoney& money, std::size_t period) {
  const auto& w = money.windows;
  const double usd = registers_[money.usd].scalar;
  const Value when = !money.when.present() ? Value{nullptr, 1.0} : registers_[money.when];
  if (money.paid == PaidWhen::period_end) {
    const Value part{nullptr, even_part(w, period, usd)};
    // What falls due at the period's end was not paid before the start.
    if (w.starts(period)) fill(n_, even_part_before(w, period, usd), money.accrued);
    apply(LaneOp::add, n_, {money.accrued, 0.0}, part, money.accrued);
    apply(LaneOp::where, n_, {money.accrued, 0.0}, when, money.given);
    if (!w.ends(period)) return zero();
    // Each month has a sum of its own: the period's is what they come to.
    if (money.changes) return {money.given, 0.0};
    const double all = w.ends(period) && usd == usd ? usd * share_of(w.at(period)) : 0.0;
    return operate(LaneOp::where, {nullptr, all}, when, money.to);
  }
  const double part = even_part(w, period, usd);
  if (!money.when.present()) return {nullptr, part};
  const bool monthly = money.monthly_when.present();
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

Value PlanRun::fixed_pay(const FixedLine& line, std::size_t period) {
  feed_forward(line.program, period);
  const auto& w = windows(line.windows);
  if (!w.active(period)) {
    if (line.monthly_when.present()) feed_forward(line.monthly_program, period);
    return zero();
  }
  compute(line.program, period);
  return even_money({w, line.paid, line.usd.reg, line.when, line.monthly_program, line.monthly_when,
                     line.changes, run(line.accrued), run(line.held), temporary(pay_run_)},
                    period);
}

void PlanRun::open_line(const MeasuredLine& line) {
  feed_opening(line.program);
  compute(line.program, 0, true);
  const double share = share_of(windows(line.windows).at(0));
  if (line.changes) {
    // The months before the start are priced by nobody: places on the ladder count on from their quantity.
    for (std::size_t s = 0; s < line.strands.size(); ++s) {
      StrandState state;
      strand_quantities(line, line.strands[s], share, false, state);
      copy(n_, state.measure, place(line, s, 0, false));
      copy(n_, state.quantity, place(line, s, 0, true));
    }
    clear(line.paid_over);
    clear(line.paid_flat);
    return;
  }
  const LineMoney money = line_money(line, line.strands, line.when, {0, 0, share, 0.0}, false, false);
  copy(n_, line.over_windows == line.windows ? money.over : zero(), run(line.paid_over));
  copy(n_, money.flat, run(line.paid_flat));
}

void PlanRun::take_carried(const MeasuredLine& line, std::size_t period) {
  if (line.carries.empty() || !windows(line.windows).starts(period)) return;
  clear(line.carried);
  if (period == 0) return;
  for (const AdjustmentIndex a : line.carries) {
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

Value PlanRun::measured_pay(const MeasuredLine& line, std::size_t period) {
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
  const Standing now{period, period, share_of(tiers.at(period)), accrued_part(over, period)};
  const LineMoney money = line_money(line, line.strands, line.when, now, true, true);
  const auto kept = [&](RunIndex first, const PayWindows& w) {
    return run(first.after(line.when_found ? w.of(period) : 0));
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
Value PlanRun::interim_pay(const MeasuredLine& line, std::size_t period) {
  const PayWindow& window = windows(line.windows).at(period);
  const auto& month = windows(line.month_windows);
  compute(line.monthly_program, period);
  const auto months = window.length();
  const Standing alone{period, period, share_of(window) / months,
                       even_share(window) / months * accrued_part(month, period)};
  const LineMoney money = line_money(line, line.monthly_strands, line.monthly_when, alone, false, false);
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
Value PlanRun::correction_pay(const MeasuredLine& line, std::size_t period) {
  if (!plan_.origin[period]) return zero();
  const std::size_t worked = *plan_.origin[period];
  const auto& tiers = windows(line.windows);
  const auto& over = windows(line.over_windows);
  const auto& ends = plan_.contract.ends;
  if (!over.active(worked) || (ends && plan_.grid[period].month > *ends)) return zero();
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
    const Standing then{as_of, period, share_of(tiers.at(as_of)), accrued_part(over, as_of)};
    const LineMoney money = line_money(line, line.strands, line.when, then, false, false);
    book(money.over, run(line.paid_over.after(w)));
    const bool closed = tiers.all()[tier_window].last == as_of && tiers.of(period) != tier_window;
    if (line.has_flats && closed) book(money.flat, run(line.paid_flat.after(tier_window)));
  }
  return sum;
}

PlanRun::LineMoney PlanRun::line_money(const MeasuredLine& line, const std::vector<Strand>& strands,
                                       RegisterIndex when, const Standing& at, bool show, bool carried) {
  if (at.share == 0.0) {
    if (show && tiers_) write_no_tiers(line, at.as_of);
    return {zero(), zero()};
  }
  const bool by_spans = line.changes && &strands == &line.strands;
  if (by_spans) keep_places(line, at, carried);
  LineMoney sum{zero(), zero()};
  for (std::size_t i = 0; i < strands.size(); ++i) {
    StrandState state;
    state.runs = {result_, temporary(flats_run), temporary(step_run), temporary(first_rate_run)};
    strand_quantities(line, strands[i], at.share, carried, state);
    if (strands[i].pays_level) state.part = at.part;
    scheduled_money(line, strands[i], at.share, false, state);
    if (show && tiers_ && line.first_tiered.present()) write_tiers(line, i, at.share, at.as_of, state);
    if (show && trace_) trace_strand(line, i, at.share, at.as_of, state);
    if (by_spans) span_money(line, i, at, state);
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
  if (when.present()) {
    sum.over = operate(LaneOp::where, sum.over, registers_[when], temporary(over_sum));
    sum.flat = operate(LaneOp::where, sum.flat, registers_[when], temporary(flat_sum));
  }
  return sum;
}

}  // namespace paystress
