// Adjustments: what happens to money already earned, in the order written.
#include <algorithm>
#include <cmath>
#include <type_traits>

#include "model/overloaded.h"
#include "model/pay_run.h"

namespace paystress {
namespace {

// Scratch runs of the adjustments, in place of those of the components.
enum AdjustmentRun : std::size_t {
  seen_sum = 1,
  amount_run,
  change_run,
  excess_run,
  short_run,
  repaid_run,
  rounded_seen,
  opened_seen,
  final_run,
};

}  // namespace

Value PlanRun::window_total(WindowsIndex id, RunIndex total_run, std::size_t period, Value seen) {
  const auto& w = windows(id);
  if (w.single()) return seen;
  double* const total = run(total_run);
  if (w.starts(period)) {
    copy(n_, seen, total);
  } else {
    apply(LaneOp::add, n_, {total, 0.0}, seen, total);
  }
  return {total, 0.0};
}

// What each rule has given by now in a window in which `total` was seen.
Value PlanRun::given_by(const Guarantee&, const CompiledAdjustment&, const RuleInput& in, double* to) {
  return operate(LaneOp::excess, in.amount, in.total, to);
}
Value PlanRun::given_by(const Cap&, const CompiledAdjustment&, const RuleInput& in, double* to) {
  const Value beyond = operate(LaneOp::excess, in.total, in.amount, to);
  return operate(LaneOp::negate, beyond, zero(), to);
}
Value PlanRun::given_by(const AddMoney&, const CompiledAdjustment& a, const RuleInput& in, double* to) {
  return a.may_be_undefined ? operate(LaneOp::or_zero_when_undefined, in.amount, zero(), to) : in.amount;
}
Value PlanRun::multiplied(const CompiledAdjustment& a, Value money, Value factor, double* to) {
  // An undefined factor pays nothing.
  if (a.may_be_undefined) factor = operate(LaneOp::or_zero_when_undefined, factor, zero(), to);
  factor = operate(LaneOp::subtract, factor, {nullptr, 1.0}, to);
  return operate(LaneOp::multiply, factor, money, to);
}
Value PlanRun::given_by(const Multiply&, const CompiledAdjustment& a, const RuleInput& in, double* to) {
  return a.changes ? in.accrued : multiplied(a, in.total, in.amount, to);
}
Value PlanRun::given_by(const Gate&, const CompiledAdjustment&, const RuleInput& in, double* to) {
  const Value open = operate(LaneOp::where, in.total, in.condition, to);
  return operate(LaneOp::subtract, open, in.total, to);
}

template <class Kind>
Value PlanRun::rule_target(const CompiledAdjustment& a, const Kind& kind, const RuleInput& in, double* to) {
  Value target = given_by(kind, a, in, to);
  if (a.when.present()) target = operate(LaneOp::where, target, in.when, to);
  if (a.round_seen) {
    // What is seen is rounded; what the rule leaves of it is rounded too.
    target = operate(LaneOp::add, in.total, target, to);
    round_lanes(n_, target, *a.round_seen, to);
    target = operate(LaneOp::subtract, {to, 0.0}, in.total, to);
  }
  return target;
}

// What it had given of the running year before the start, as far as anybody knows: a bound as it was then, a
// condition or factor as it is now.
template <class Kind>
Value PlanRun::given_at_opening(const CompiledAdjustment& a, const Kind& kind, const RuleInput& now,
                                double share) {
  const auto& w = windows(a.windows);
  const Value opening{nullptr, a.opening_usd};
  Value amount = now.amount;
  if constexpr (Kind::traits.bounds_pay) {
    const bool due_by_months = std::is_same_v<Kind, Guarantee>;
    const double gone = due_by_months ? elapsed_before(w, 0) / w.at(0).length() : 1.0;
    amount = {run(a.opening_amount), 0.0};
    if (a.usd.prorated)
      amount = operate(LaneOp::multiply, amount, {nullptr, share * gone}, temporary(amount_run));
  }
  const Value factor = a.usd.present() ? registers_[a.usd.reg] : zero();
  return rule_target(
      a, kind,
      {opening, amount, now.condition, now.when, multiplied(a, opening, factor, temporary(excess_run))},
      result_);
}

template <class Kind>
Value PlanRun::window_rule(const CompiledAdjustment& a, const Kind& kind, std::size_t period, Value seen) {
  const auto& w = windows(a.windows);
  if (a.accrues)
    return even_money({w, a.paid, a.usd.reg, a.when, a.monthly_program, a.monthly_when, a.changes,
                       run(a.seen), run(a.given), temporary(change_run)},
                      period);
  const PayWindow& window = w.at(period);
  const Value when = !a.when.present() ? Value{nullptr, 1.0} : registers_[a.when];
  constexpr bool due_by_months = std::is_same_v<Kind, Guarantee>;
  constexpr bool has_bound = Kind::traits.bounds_pay;
  // The year that runs at the start began before it: what was earned in it counts. Money added looks at no
  // pay.
  const double opening_usd = std::is_same_v<Kind, AddMoney> ? 0.0 : a.opening_usd;
  const bool opens = period == 0 && opening_usd != 0.0;
  const Value total = window_total(a.windows, a.seen, period, opens ? with_opening(a, seen) : seen);
  Value accrued = zero();
  if constexpr (std::is_same_v<Kind, Multiply>) {
    if (a.changes)
      accrued = window_total(a.windows, a.accrued, period,
                             multiplied(a, seen, registers_[a.usd.reg], temporary(excess_run)));
  }
  const double share = a.is_level ? even_share(window) : share_of(window);
  if (share == 0.0 && has_bound) {
    if (a.paid == PaidWhen::interim) feed_forward(a.monthly_program, period);
    return zero();
  }
  const bool last = w.ends(period);
  const Value condition = !a.condition.present() ? zero() : registers_[a.condition];
  const auto amount_for = [&](const Operand& usd, double factor) {
    return usd.present() ? scaled(usd, has_bound || a.is_level ? factor : 1.0, temporary(amount_run))
                         : zero();
  };
  if (a.paid == PaidWhen::period_end) {
    if (!last) return zero();
    return rule_target(a, kind, {total, amount_for(a.usd, share), condition, when, accrued}, result_);
  }
  double* const given = run(a.given);
  const bool by_itself = w.single() && a.paid == PaidWhen::running && opening_usd == 0.0;
  if (w.starts(period) && !by_itself) fill(n_, 0.0, given);
  if (opens) {
    const Value amount = amount_for(a.usd, share);
    copy(n_, given_at_opening(a, kind, {total, amount, condition, when, accrued}, share), given);
  }
  if (a.paid == PaidWhen::interim && !last) {
    // Each month on its own money; the window end makes it good.
    const Value month_total = window_total(a.month_windows, a.month_seen, period, seen);
    feed_forward(a.monthly_program, period);
    if (!plan_.grid[period].ends_month) return zero();
    compute(a.monthly_program, period);
    const Value month_when = !a.monthly_when.present() ? Value{nullptr, 1.0} : registers_[a.monthly_when];
    const Value open = !a.monthly_condition.present() ? zero() : registers_[a.monthly_condition];
    const Value amount = amount_for(a.monthly_usd, share / window.length());
    if (std::is_same_v<Kind, Multiply> && a.changes)
      accrued = multiplied(a, month_total, amount, temporary(excess_run));
    const Value change = rule_target(a, kind, {month_total, amount, open, month_when, accrued}, result_);
    apply(LaneOp::add, n_, {given, 0.0}, change, given);
    return change;
  }
  double factor = a.is_level ? accrued_part(w, period) : share;
  if (due_by_months && !last) {
    // A running guarantee is due by months gone by; within a month nothing is due yet.
    if (!plan_.grid[period].ends_month) return zero();
    factor *= w.elapsed(period) / window.length();
  }
  const Value target =
      rule_target(a, kind, {total, amount_for(a.usd, factor), condition, when, accrued}, result_);
  if (a.paid == PaidWhen::interim) feed_forward(a.monthly_program, period);
  if (by_itself) return target;
  const Value change = operate(LaneOp::subtract, target, {given, 0.0}, temporary(change_run));
  copy(n_, target, given);
  return change;
}

// A month of interest on what the month before left owed.
void PlanRun::add_interest(const CompiledAdjustment& a, std::size_t period, double* balance) {
  if (period > 0 && !plan_.grid[period - 1].ends_month) return;
  Value share =
      operate(LaneOp::or_zero_when_undefined, registers_[a.interest.reg], zero(), temporary(amount_run));
  share = operate(LaneOp::divide, share, {nullptr, 12.0}, temporary(amount_run));
  share = operate(LaneOp::multiply, share, {balance, 0.0}, temporary(amount_run));
  apply(LaneOp::add, n_, {balance, 0.0}, share, balance);
}

Value PlanRun::draw(const CompiledAdjustment& a, const Draw& terms, std::size_t period, Value seen) {
  const auto& w = windows(a.windows);
  const PayWindow& window = w.at(period);
  const int month = plan_.grid[period].month;
  const bool in_months = !terms.months || (month >= terms.months->first && month <= terms.months->last);
  const bool recovers = month >= terms.recover_from;
  const bool last = w.ends(period);
  double* const balance = run(a.balance);
  const Value owed{balance, 0.0};
  const bool opens = period == 0 && a.opening_usd != 0.0;
  const Value total = window_total(a.windows, a.seen, period, opens ? with_opening(a, seen) : seen);
  if (a.interest.present()) add_interest(a, period, balance);

  Value usd = zero();
  if (in_months) {
    usd = scaled(a.usd, share_of(window), temporary(amount_run));
    if (a.may_be_undefined) usd = operate(LaneOp::or_zero_when_undefined, usd, zero(), temporary(amount_run));
    if (a.when.present()) usd = operate(LaneOp::where, usd, registers_[a.when], temporary(amount_run));
  }
  Value change = zero();
  if (terms.form == Draw::Form::advance) {
    // A year that began before the start has had its advance: the balance at the opening.
    if (window.first == period && window.first_month >= 1) {
      change = usd;
      apply(LaneOp::add, n_, owed, usd, balance);
    }
    if (last && recovers) {
      Value repaid = operate(LaneOp::multiply, owed, {nullptr, terms.recover_share}, temporary(repaid_run));
      if (a.when.present())
        repaid = operate(LaneOp::where, repaid, registers_[a.when], temporary(repaid_run));
      change = operate(LaneOp::subtract, change, repaid, temporary(change_run));
      apply(LaneOp::subtract, n_, owed, repaid, balance);
    }
  } else if (last) {
    // Repaid out of what was earned above the draw, never more than is owed before this draw.
    Value repaid = zero();
    if (recovers && terms.recover_share > 0.0) {
      repaid = operate(LaneOp::excess, total, usd, temporary(excess_run));
      repaid = operate(LaneOp::multiply, repaid, {nullptr, terms.recover_share}, temporary(excess_run));
      repaid = operate(LaneOp::minimum, repaid, owed, temporary(repaid_run));
    }
    const Value paid =
        terms.form == Draw::Form::additive ? usd : operate(LaneOp::excess, usd, total, temporary(short_run));
    change = operate(LaneOp::subtract, paid, repaid, temporary(change_run));
    // Where its condition does not hold, the draw neither tops up nor takes back.
    if (a.when.present()) change = operate(LaneOp::where, change, registers_[a.when], temporary(change_run));
    apply(LaneOp::add, n_, owed, change, balance);
  }
  if (a.forgive.present() && plan_.grid[period].ends_month) {
    double* const accrued = run(a.accrued);
    const Value forgive =
        operate(LaneOp::or_zero_when_undefined, registers_[a.forgive.reg], zero(), temporary(excess_run));
    apply(LaneOp::add, n_, {accrued, 0.0}, forgive, accrued);
    if (month >= terms.forgive_from) {
      apply(LaneOp::minimum, n_, {accrued, 0.0}, owed, accrued);
      apply(LaneOp::subtract, n_, owed, {accrued, 0.0}, balance);
      fill(n_, 0.0, accrued);
    }
  }
  if (plan_.contract.ends == month && plan_.grid[period].ends_month) {
    if (terms.at_end == Draw::AtEnd::owed)
      change = operate(LaneOp::subtract, change, owed, temporary(change_run));
    fill(n_, 0.0, balance);
  }
  return change;
}

Value PlanRun::withhold(const CompiledAdjustment& a, std::size_t period, Value seen) {
  const auto& in = windows(a.in_windows);
  double* const balance = run(a.balance);
  Value share = operate(LaneOp::or_zero_when_undefined, registers_[a.usd.reg], zero(), temporary(amount_run));
  if (a.when.present()) share = operate(LaneOp::where, share, registers_[a.when], temporary(amount_run));
  const Value held = operate(LaneOp::multiply, share, seen, result_);
  apply(LaneOp::add, n_, {balance, 0.0}, held, balance);
  Value change = operate(LaneOp::subtract, zero(), held, temporary(change_run));
  copy(n_, change, run(a.given));
  if (in.ends(period)) {
    if (share_of(in.at(period)) != 0.0) {
      Value released =
          operate(LaneOp::minimum, registers_[a.released.reg], {nullptr, 1.0}, temporary(excess_run));
      released = operate(LaneOp::excess, released, zero(), temporary(excess_run));
      released = operate(LaneOp::where, released, registers_[a.condition], temporary(excess_run));
      released = operate(LaneOp::multiply, released, {balance, 0.0}, temporary(excess_run));
      change = operate(LaneOp::add, change, released, temporary(change_run));
    }
    fill(n_, 0.0, balance);
  }
  return change;
}

Value PlanRun::carry(const CompiledAdjustment& a, std::size_t period) {
  const auto& w = windows(a.windows);
  const bool of_money = !a.carry_line.present();
  double* const balance = run(a.balance);
  Value change = zero();
  if (of_money && period > 0 && windows(a.in_windows).starts(period)) {
    copy(n_, {balance, 0.0}, temporary(change_run));
    change = {temporary(change_run), 0.0};
    fill(n_, 0.0, balance);
  }
  if (!w.ends(period) || plan_.contract.ends == plan_.grid[period].month) return change;
  Value amount =
      operate(LaneOp::or_zero_when_undefined, registers_[a.usd.reg], zero(), temporary(amount_run));
  if (a.when.present()) amount = operate(LaneOp::where, amount, registers_[a.when], temporary(amount_run));
  if (a.limit.present()) {
    const Value limit = registers_[a.limit.reg];
    const Value least = operate(LaneOp::negate, limit, zero(), temporary(excess_run));
    amount = operate(LaneOp::minimum, amount, limit, temporary(amount_run));
    amount = operate(LaneOp::maximum, amount, least, temporary(amount_run));
  }
  apply(LaneOp::add, n_, {balance, 0.0}, amount, balance);
  if (of_money) change = operate(LaneOp::subtract, change, amount, temporary(change_run));
  return change;
}

// What a bound was worth just before the first period.
void PlanRun::keep_opening_amount(const CompiledAdjustment& a) {
  feed_opening(a.program);
  compute(a.program, 0, true);
  copy(n_, registers_[a.usd.reg], run(a.opening_amount));
}

Value PlanRun::with_opening(const CompiledAdjustment& a, Value seen) {
  return operate(LaneOp::add, seen, {nullptr, a.opening_usd}, temporary(opened_seen));
}

Value PlanRun::adjust(const CompiledAdjustment& a, std::size_t period) {
  if (period == 0 && a.opening_usd != 0.0 && a.usd.present()) keep_opening_amount(a);
  feed_forward(a.program, period);
  const bool monthly = a.paid == PaidWhen::interim;
  const auto& w = windows(a.windows);
  if (period == 0) {
    for (const RunIndex index : {a.seen, a.given, a.month_seen, a.balance, a.accrued}) clear(index);
    if (a.round_pay) {  // its first active period may come later
      clear(a.round_total);
      clear(a.rounded);
    }
    const auto& does = plan_.contract.adjust[a.adjustment.value()].does;
    const auto& opening = plan_.contract.opening;
    if (std::holds_alternative<Draw>(does)) fill(n_, opening.draw_balance_usd, run(a.balance));
    if (std::holds_alternative<Withhold>(does)) fill(n_, opening.withheld_usd, run(a.balance));
  }
  Value seen = zero();
  const auto see = [&](Value v) {
    if (!is_zero(v)) seen = is_zero(seen) ? v : operate(LaneOp::add, seen, v, temporary(seen_sum));
  };
  for (const LineIndex l : a.lines) see(earned_[l]);
  for (const AdjustmentIndex e : a.earlier) {
    // What is kept back is seen, its release is not.
    const auto& earlier = plan_.adjustments[e];
    see(earlier.withholds ? Value{run(earlier.given), 0.0} : adjusted_[e]);
  }
  seen = rounded_change(a.round_seen, a.seen_total, a.seen_rounded, seen, period, temporary(rounded_seen));
  if (!w.active(period)) {
    if (monthly) feed_forward(a.monthly_program, period);
    if (a.withholds) clear(a.given);
    return zero();
  }
  compute(a.program, period);

  const auto rule = [&](const auto& kind) { return window_rule(a, kind, period, seen); };
  const Value change = std::visit(
      Overloaded{[&](const Guarantee& g) { return rule(g); }, [&](const Cap& c) { return rule(c); },
                 [&](const AddMoney& m) { return rule(m); }, [&](const Multiply& m) { return rule(m); },
                 [&](const Gate& g) { return rule(g); },
                 [&](const Draw& d) { return draw(a, d, period, seen); },
                 [&](const Withhold&) { return withhold(a, period, seen); },
                 [&](const Carry&) { return carry(a, period); }},
      plan_.contract.adjust[a.adjustment.value()].does);
  return rounded_change(a.round_pay, a.round_total, a.rounded, change, period, temporary(final_run));
}

}  // namespace paystress
