#include "model/pay_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/money_bound.h"

namespace paystress {
namespace {

std::size_t longest_program(const PayPlan::Impl& plan) {
  std::size_t most = 1;
  for (const auto& line : plan.lines) {
    const LineBase& l = common(line);
    most = std::max({most, l.program.registers, l.monthly_program.registers});
  }
  for (const auto& a : plan.adjustments) {
    most = std::max({most, a.program.registers, a.monthly_program.registers});
  }
  return most;
}

}  // namespace

PlanRun::PlanRun(const PayPlan::Impl& plan, const LedgerBlock& ledger, Settlement& out, SettleDetail detail,
                 PayTrace* trace)
    : plan_(plan),
      ledger_(ledger),
      out_(out),
      tiers_(detail == SettleDetail::tiers),
      trace_(trace),
      n_(ledger.stride()),
      stride_(ledger.stride()),
      registers_(longest_program(plan)),
      earned_(plan.contract.pay.size()),
      adjusted_(plan.contract.adjust.size()) {}

void PlanRun::prepare() {
  const auto& contract = plan_.contract;
  out_.paths = ledger_.paths();
  out_.stride = stride_;
  out_.periods = ledger_.periods();
  out_.lines = contract.pay.size();
  out_.adjustments = contract.adjust.size();
  out_.bound_offset = plan_.bound_offset;
  const std::size_t runs = out_.periods * stride_;
  out_.paid_.resize(runs);
  out_.earned_.resize(runs * out_.lines);
  out_.adjusted_.resize(runs * out_.adjustments);
  out_.not_due_.resize(stride_ * out_.lines);
  out_.balance_run.assign(out_.adjustments, 0);
  std::size_t balances = 1;
  for (const auto& a : plan_.adjustments) {
    if (!a.has_balance) continue;
    out_.balance_run[a.adjustment.value()] = balances;
    balances += out_.periods;
  }
  out_.balance_.resize(balances * stride_);
  fill(stride_, 0.0, out_.balance_.data());
  if (tiers_) {
    std::size_t bounds = 0;
    for (const auto& t : plan_.tiered) bounds += t.bounds.size();
    out_.measure_.resize(runs * plan_.tiered.size());
    for (auto* v : {&out_.bound_, &out_.reached_, &out_.lost_}) v->resize(runs * bounds);
  }
  out_.scratch_.resize(plan_.scratch_runs() * stride_);
  scratch_ = out_.scratch_.data();
}

void PlanRun::settle() {
  prepare();
  clear(plan_.payment_total);
  clear(plan_.payment_rounded);
  double* const sum = temporary(0);
  for (std::size_t p = 0; p < ledger_.periods(); ++p) {
    Value total{nullptr, 0.0};
    const auto add = [&](Value v) {
      if (v.lanes || v.scalar != 0.0) total = operate(LaneOp::add, total, v, sum);
    };
    for (const auto& line : plan_.lines) {
      const LineIndex at = common(line).line;
      double* const run_out = result_ = &out_.earned_[(at.value() * out_.periods + p) * stride_];
      const Value pay = line_pay(line, p);
      if (pay.lanes != run_out) copy(n_, pay, run_out);
      earned_[at] = pay.lanes ? Value{run_out, 0.0} : pay;
      require_bounded(earned_[at], plan_.contract.pay[at.value()].name, p);
    }
    for (const auto& a : plan_.adjustments) {
      double* const run_out = result_ = &out_.adjusted_[(a.adjustment.value() * out_.periods + p) * stride_];
      const Value change = adjust(a, p);
      if (change.lanes != run_out) copy(n_, change, run_out);
      adjusted_[a.adjustment] = change.lanes ? Value{run_out, 0.0} : change;
      require_bounded(adjusted_[a.adjustment], plan_.contract.adjust[a.adjustment.value()].name, p);
      if (a.has_balance)
        copy(n_, {run(a.balance), 0.0},
             &out_.balance_[(out_.balance_run[a.adjustment.value()] + p) * stride_]);
    }
    // In the order written, so that the sum does not depend on the order of evaluation.
    for (std::size_t l = 0; l < earned_.size(); ++l) {
      if (plan_.contract.pay[l].counts) add(earned_[LineIndex(l)]);
    }
    for (const auto& v : adjusted_) add(v);
    double* const paid = &out_.paid_[p * stride_];
    if (plan_.round_payment.active && plan_.round_payment.each_period) {
      round_lanes(n_, total, plan_.round_payment, paid);
    } else if (plan_.round_payment.active) {
      pay_rounded(n_, total, plan_.round_payment, run(plan_.payment_total), run(plan_.payment_rounded), paid);
      require_bounded({run(plan_.payment_total), 0.0}, "the total", p);
    } else {
      copy(n_, total, paid);
    }
  }
  for (const auto& line : plan_.lines) write_not_due(line);
}

void PlanRun::require_bounded(Value usd, std::string_view of, std::size_t period) const {
  if (all_within(out_.paths, usd, most_usd)) return;
  throw MoneyBeyondBound(
      fmt::format("offers.{}: {} in {} is beyond {} dollars (money is kept to the cent up to there). Correct "
                  "the amounts of "
                  "the contract or the quantities.",
                  plan_.contract.name, of, plan_.grid[period].label, most_usd_text));
}

// What a period has earned when the ledger stops inside it.
void PlanRun::write_not_due(const CompiledLine& of) {
  const LineBase& line = common(of);
  double* const out = &out_.not_due_[line.line.value() * stride_];
  fill(n_, 0.0, out);
  if (out_.periods == 0 || line.paid == PaidWhen::running) return;
  const std::size_t last = out_.periods - 1;
  const auto& w = windows(line.windows);
  if (!w.active(last) || w.ends(last)) return;
  const auto* measured = std::get_if<MeasuredLine>(&of);
  if (!measured && line.paid == PaidWhen::interim) return;
  copy(n_, {run(line.held), 0.0}, out);
  if (line.paid == PaidWhen::interim)
    apply(LaneOp::subtract, n_, {out, 0.0}, {run(measured->shown), 0.0}, out);
}

void PlanRun::add_visits(std::size_t period, std::size_t column, double work_rvu, double* sum) const {
  const double* visits = ledger_.at(period, column);
  for (std::size_t i = 0; i < n_; ++i) sum[i] += work_rvu * visits[i];
}

// Adds what a source brings in `period` to a running sum. `as_found`: corrections count when they are found
// (`known` is the last period known of); otherwise all corrections of the period are in.
void PlanRun::add_source(const FeedSource& source, const PayWindows& windows, std::size_t period,
                         std::size_t window, std::size_t known, bool as_found, ColumnJoin join, bool first,
                         double* sum) {
  const auto combine = [&](Value v, LaneOp op) { apply(op, n_, {sum, 0.0}, v, sum); };
  if (source.line) {
    Value v = earned_[*source.line];
    if (period != known) v = {out_.earned(source.line->value(), period), 0.0};
    return first ? copy(n_, v, sum) : combine(v, LaneOp::add);
  }
  if (!source.codes.empty()) {
    if (first) fill(n_, 0.0, sum);
    for (const auto& code : source.codes) add_visits(period, code.visits, code.work_rvu_hundredths, sum);
  } else if (const Value stated{ledger_.at(period, source.column), 0.0}; first) {
    copy(n_, stated, sum);
  } else {
    switch (join) {
      case ColumnJoin::sum:
      case ColumnJoin::mean:
        combine(stated, LaneOp::add);
        break;
      case ColumnJoin::max:
        combine(stated, LaneOp::maximum);
        break;
      case ColumnJoin::last:
        copy(n_, stated, sum);
        break;
    }
  }
  if (source.tail && plan_.grid[period].month == plan_.contract.ends && plan_.grid[period].ends_month)
    combine({ledger_.at(period, *source.tail), 0.0}, LaneOp::add);
  if (!source.restate) return;
  const auto correct = [&](std::size_t found) {
    for (const auto& code : source.codes)
      if (code.change) add_visits(found, *code.change, code.work_rvu_hundredths, sum);
    if (!source.codes.empty()) return;
    combine({ledger_.at(found, *source.plus), 0.0}, LaneOp::add);
    if (source.minus) combine({ledger_.at(found, *source.minus), 0.0}, LaneOp::subtract);
  };
  switch (*source.restate) {
    case Restate::net_units:
      return correct(period);
    case Restate::worked_month:
      for (const std::size_t found : plan_.found_in[period]) correct(found);
      return;
    case Restate::when_found:
      break;
  }
  if (as_found) {
    for (const std::size_t found : plan_.found_in[period]) {
      if (found <= known) correct(found);
    }
  } else if (const auto worked = plan_.origin[period]; worked && windows.of(*worked) == window) {
    correct(period);  // running forward: a correction of this window found now
  }
}

// Mean of a column over the months of its window up to period `last`: of a month with several pay periods,
// the mean of those. In the feed's own runs.
Value PlanRun::mean_of_months(const Feed& f, std::size_t first, std::size_t last) {
  double* const sum = run(f.sum);
  double* const month = run(f.value);
  double months = 0.0;
  for (std::size_t p = first; p <= last;) {
    double rows = 0.0;
    fill(n_, 0.0, month);
    for (const int m = plan_.grid[p].month; p <= last && plan_.grid[p].month == m; ++p, ++rows)
      apply(LaneOp::add, n_, {month, 0.0}, {ledger_.at(p, f.source.column), 0.0}, month);
    if (rows > 1.0) apply(LaneOp::divide, n_, {month, 0.0}, {nullptr, rows}, month);
    if (months == 0.0)
      copy(n_, {month, 0.0}, sum);
    else
      apply(LaneOp::add, n_, {sum, 0.0}, {month, 0.0}, sum);
    ++months;
  }
  const double scale = f.scale > 0.0 ? f.scale : 1.0;
  return operate(LaneOp::divide, {sum, 0.0}, {nullptr, months * scale}, month);
}

void PlanRun::feed_forward(const Program& program, std::size_t period) {
  for (const auto& f : program.feeds) {
    const auto& w = windows(f.windows);
    Value& reg = registers_[f.reg];
    if (f.of != FeedMonths::running) {
      feed_directly(f, period, period);
      continue;
    }
    if (!w.active(period)) {
      reg = {nullptr, 0.0};
      continue;
    }
    if (w.single() && f.opening == 0.0 && (f.scale == 0.0 || f.scale == 1.0) && !f.source.restate &&
        !f.source.tail && f.source.codes.empty()) {
      if (f.source.line) {
        reg = earned_[*f.source.line];
      } else {
        reg = {ledger_.at(period, f.source.column), 0.0};
        if (period + 1 < ledger_.periods()) prefetch(n_, ledger_.at(period + 1, f.source.column));
      }
      continue;
    }
    if (f.join == ColumnJoin::mean && plan_.has_parts_of_months) {
      reg = mean_of_months(f, w.at(period).first, period);
      continue;
    }
    double* const sum = run(f.sum);
    const bool first = w.starts(period);
    bool starts_empty = first;
    if (first && period == 0 && f.opening != 0.0) {
      fill(n_, f.opening, sum);
      starts_empty = false;
    }
    add_source(f.source, w, period, w.of(period), period, false, f.join, starts_empty, sum);
    double divisor = f.scale > 0.0 ? f.scale : 1.0;
    if (f.join == ColumnJoin::mean) divisor *= static_cast<double>(period - w.at(period).first + 1);
    reg = divisor == 1.0 ? Value{sum, 0.0}
                         : operate(LaneOp::divide, {sum, 0.0}, {nullptr, divisor}, run(f.value));
  }
}

void PlanRun::feed_opening(const Program& program) {
  for (const auto& f : program.feeds) {
    const double before = f.of == FeedMonths::running         ? f.opening
                          : f.of == FeedMonths::window_before ? f.year_before
                                                              : 0.0;
    registers_[f.reg] = {nullptr, before / (f.scale > 0.0 ? f.scale : 1.0)};
  }
}

void PlanRun::feed_directly(const Program& program, std::size_t as_of, std::size_t known) {
  for (const auto& f : program.feeds) feed_directly(f, as_of, known);
}

// The first period of the last months up to a period, none of them before `start`.
std::size_t PlanRun::first_of_last_months(int months, std::size_t start, std::size_t period) const {
  while (start < period && plan_.grid[start].month <= plan_.grid[period].month - months) ++start;
  return start;
}

void PlanRun::feed_directly(const Feed& f, std::size_t as_of, std::size_t known) {
  const auto& w = windows(f.windows);
  if (!w.active(as_of)) {
    registers_[f.reg] = {nullptr, 0.0};
    return;
  }
  if (f.of == FeedMonths::window_before && w.of(as_of) == 0) {
    registers_[f.reg] = {nullptr, f.year_before / (f.scale > 0.0 ? f.scale : 1.0)};
    return;
  }
  std::size_t start = w.at(as_of).first;
  if (f.of == FeedMonths::trailing) start = first_of_last_months(f.months, start, as_of);
  if (f.of == FeedMonths::window_before) {
    const PayWindow& before = w.all()[w.of(as_of) - 1];
    start = before.first;
    as_of = before.last;
  }
  if (f.join == ColumnJoin::mean && plan_.has_parts_of_months) {
    registers_[f.reg] = mean_of_months(f, start, as_of);
    return;
  }
  // The runs of the running sums are in use, so the sum is built where the value goes.
  double* const sum = run(f.value);
  bool first = true;
  if (start == 0 && f.opening != 0.0) {
    fill(n_, f.opening, sum);
    first = false;
  }
  for (std::size_t p = start; p <= as_of; ++p) {
    add_source(f.source, w, p, w.of(as_of), known, true, f.join, first, sum);
    first = false;
  }
  double divisor = f.scale > 0.0 ? f.scale : 1.0;
  if (f.join == ColumnJoin::mean) divisor *= static_cast<double>(as_of - start + 1);
  registers_[f.reg] = operate(LaneOp::divide, {sum, 0.0}, {nullptr, divisor}, sum);
}

void PlanRun::read_in_month(const Program& program, std::size_t period, std::size_t known) {
  for (const auto& f : program.feeds) {
    if (f.windows == plan_.month_windows) feed_directly(f, period, known);
  }
  for (const RegisterIndex reg : program.month_registers) {
    registers_[reg] = {nullptr, static_cast<double>(plan_.grid[period].month)};
  }
  run_code(program);
}

void PlanRun::compute(const Program& program, std::size_t period, bool opening) {
  for (const auto& [reg, value] : program.constants) registers_[reg] = {nullptr, value};
  for (const RegisterIndex reg : program.month_registers) {
    registers_[reg] = {nullptr, static_cast<double>(plan_.grid[period].month - (opening ? 1 : 0))};
  }
  for (const auto& [reg, year] : program.annual_registers) {
    const auto& w = windows(year);
    if (!w.active(period)) {
      registers_[reg] = {nullptr, 0.0};
      continue;
    }
    const double elapsed = opening ? static_cast<double>(plan_.grid[period].month - w.at(period).first_month)
                                   : w.elapsed(period);
    registers_[reg] = {nullptr, apply(LaneOp::divide, 12.0, elapsed)};
  }
  for (const auto& [reg, most] : program.seen_registers) {
    const int seen = plan_.grid[period].month - (opening ? 1 : 0);
    registers_[reg] = {nullptr, static_cast<double>(std::min(seen, most))};
  }
  run_code(program);
}

void PlanRun::run_code(const Program& program) {
  for (const auto& i : program.code) {
    registers_[i.to] = operate(i.op, registers_[i.a], registers_[i.b], run(i.run));
  }
}

Value PlanRun::scaled(const Operand& operand, double factor, double* to) {
  const Value v = registers_[operand.reg];
  if (factor == 1.0 || !operand.prorated) return v;
  return operate(LaneOp::multiply, v, {nullptr, factor}, to);
}

double PlanRun::share_of(const PayWindow& window) const {
  if (!window.is_cut() || !plan_.contract.partial) return 1.0;
  switch (*plan_.contract.partial) {
    case Partial::prorate:
      return window.length() / static_cast<double>(window.full_months);
    case Partial::none:
      return 0.0;
    case Partial::full:
      break;
  }
  return 1.0;
}

Value PlanRun::rounded_change(const std::optional<RoundTo>& round, RunIndex total, RunIndex rounded,
                              Value change, std::size_t period, double* to) {
  if (!round || !round->active) return change;
  if (round->each_period) {
    round_lanes(n_, change, *round, to);
    return {to, 0.0};
  }
  if (period == 0) {
    clear(total);
    clear(rounded);
  }
  pay_rounded(n_, change, *round, run(total), run(rounded), to);
  return {to, 0.0};
}

void run_plan(const PayPlan::Impl& plan, const LedgerBlock& ledger, Settlement& out, SettleDetail detail,
              PayTrace* trace) {
  PlanRun(plan, ledger, out, detail, trace).settle();
}

}  // namespace paystress
