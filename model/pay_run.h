#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "model/pay_engine.h"

namespace paystress {

/// Scratch runs of the components among PlanRun::temporary; 0 holds the total of a period.
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
  span_money_sum,
  span_flats_sum,
  span_units,
  span_rate,
  span_flat,
  span_step,
  span_first_rate,
  span_scale,
  span_change,
  span_flats_change,
};

/// One pass of a plan over one block: period by period, each component, then each adjustment, then the
/// payment. Scratch runs live in the settlement, so that blocks reuse them. Internal to model/.
class PlanRun {
 public:
  PlanRun(const PayPlan::Impl& plan, const LedgerBlock& ledger, Settlement& out, SettleDetail detail,
          PayTrace* trace);
  void settle();

 private:
  /// Money of one strand in its windows so far, and what it came from.
  struct StrandState {
    Value measure, quantity, money, flats;
    double part = 1.0;              ///< of a level's money that has accrued
    std::array<double*, 4> runs{};  ///< scratch: money, flats, upper bound or rate, rate of the first unit
  };
  /// Money of a line in its windows so far: per unit (window of the paid quantity) and per window (tiers).
  struct LineMoney {
    Value over, flat;
  };
  /// At which point money is counted: the last period, the last whose corrections are known, the share of a
  /// cut window, and the part of a level's money that has accrued.
  struct Standing {
    std::size_t as_of = 0, known = 0;
    double share = 1.0, part = 1.0;
  };

  void prepare();
  [[nodiscard]] double* run(RunIndex index) { return scratch_ + index.value() * stride_; }
  [[nodiscard]] double* temporary(std::size_t index) { return run(plan_.first_temporary.after(index)); }
  [[nodiscard]] double* tier_run(std::size_t tier, std::size_t which) {
    return temporary(PayPlan::Impl::temporaries + tier * PayPlan::Impl::tier_temporaries + which);
  }
  [[nodiscard]] const PayWindows& windows(WindowsIndex id) const { return plan_.space.windows[id]; }
  Value operate(LaneOp op, Value a, Value b, double* to) { return applied(op, n_, a, b, to); }
  /// Zeroes a run kept between periods.
  void clear(RunIndex index) { fill(n_, 0.0, run(index)); }

  void write_not_due(const CompiledLine& line);
  /// \throws MoneyBeyondBound where money is beyond the bound of model/money_bound.h, or not a number
  void require_bounded(Value usd, std::string_view of, std::size_t period) const;

  // Programs (pay_run.cpp).
  void feed_forward(const Program& program, std::size_t period);
  void feed_opening(const Program& program);
  /// Feeds as they stood at the end of period `as_of`, with the corrections known by `known`.
  void feed_directly(const Program& program, std::size_t as_of, std::size_t known);
  void feed_directly(const Feed& feed, std::size_t as_of, std::size_t known);
  [[nodiscard]] std::size_t first_of_last_months(int months, std::size_t start, std::size_t period) const;
  /// Reads `month` and this_month() at the end of another period, the rest as it stands.
  void read_in_month(const Program& program, std::size_t period, std::size_t known);
  void run_code(const Program& program);
  void add_interest(const CompiledAdjustment& a, std::size_t period, double* balance);
  /// The curve of a strand at the registers' values.
  [[nodiscard]] std::vector<CurvePoint> curve_of(const Strand& strand) const;
  [[nodiscard]] Value mean_of_months(const Feed& feed, std::size_t first, std::size_t last);
  /// `opening`: as it stood just before the first period.
  void compute(const Program& program, std::size_t period, bool opening = false);
  void add_visits(std::size_t period, std::size_t column, double work_rvu, double* sum) const;
  void add_source(const FeedSource& source, const PayWindows& windows, std::size_t period, std::size_t window,
                  std::size_t known, bool as_found, ColumnJoin join, bool first, double* sum);
  [[nodiscard]] Value scaled(const Operand& operand, double factor, double* to);

  // Components (pay_lines.cpp).
  Value line_pay(const CompiledLine& line, std::size_t period);
  Value unrounded_pay(const FixedLine& line, std::size_t period) { return fixed_pay(line, period); }
  Value unrounded_pay(const MeasuredLine& line, std::size_t period);
  /// What a period adds to money that accrues evenly by the months of its window.
  [[nodiscard]] double even_part(const PayWindows& windows, std::size_t period, double usd) const;
  /// What had accrued of it before a period.
  [[nodiscard]] double even_part_before(const PayWindows& windows, std::size_t period, double usd) const;
  [[nodiscard]] double even_months(const PayWindow& window, double months, double usd) const;
  /// Money that accrues evenly by months, or falls due at the period's end: fixed_usd and add_usd without
  /// ledger columns. Under a condition what has accrued is paid where it holds on the window so far (interim:
  /// where it holds on the month, until the window's end), less what was paid before.
  struct EvenMoney {
    const PayWindows& windows;
    PaidWhen paid;
    RegisterIndex usd, when;
    const Program& monthly_program;
    RegisterIndex monthly_when;  ///< the condition on the month; absent: not interim
    bool changes;                ///< each month has its own sum
    double *accrued, *given;     ///< runs that remember what has accrued in a window, and what was paid of it
    double* to;
  };
  Value even_money(const EvenMoney& money, std::size_t period);
  Value fixed_pay(const FixedLine& line, std::size_t period);
  Value measured_pay(const MeasuredLine& line, std::size_t period);
  Value correction_pay(const MeasuredLine& line, std::size_t period);
  LineMoney line_money(const MeasuredLine& line, const std::vector<Strand>& strands, RegisterIndex when,
                       const Standing& at, bool show, bool carried);
  void strand_quantities(const MeasuredLine& line, const Strand& strand, double factor, bool carried,
                         StrandState& state);
  void whole_money(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                   StrandState& state);
  /// As much of it as has accrued.
  void scheduled_money(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                       StrandState& state);
  void marginal_ladder(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                       StrandState& state);
  /// Money of the measure on a marginal ladder; with `first_rate` also the rate of the first unit.
  void ladder_money(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                    bool first_rate, StrandState& state);
  void stepped_ladder(const MeasuredLine& line, const Strand& strand, double factor, bool at_bound,
                      StrandState& state);

  // Rates that change with time (pay_spans.cpp).
  [[nodiscard]] double* place(const MeasuredLine& line, std::size_t strand, std::size_t span, bool paid);
  void list_spans(std::size_t first, std::size_t as_of);
  void keep_places(const MeasuredLine& line, const Standing& at, bool carried);
  void span_money(const MeasuredLine& line, std::size_t strand, const Standing& at, StrandState& state);
  void add_marginal_span(const MeasuredLine& line, std::size_t strand, const Standing& at, std::size_t span,
                         double part);
  [[nodiscard]] Value span_rate_of(const MeasuredLine& line, std::size_t strand, const Standing& at);
  void keep_tiers(const MeasuredLine& line, std::size_t strand, const Standing& at);

  Value through_quantity(const Strand& strand, Value quantity, double factor, double* to);
  LaneTier lane_tier(const MeasuredLine& line, const Strand& strand, std::size_t k, double factor);
  void write_tiers(const MeasuredLine& line, std::size_t strand, double factor, std::size_t period,
                   const StrandState& state);
  void write_no_tiers(const MeasuredLine& line, std::size_t period);
  void trace_strand(const MeasuredLine& line, std::size_t strand, double factor, std::size_t period,
                    const StrandState& state);
  /// Share of a window's even money that is due in it: by months where `partial` says nothing.
  [[nodiscard]] double even_share(const PayWindow& window) const;
  /// The part of it that has accrued by the end of a period, or in the periods before `first`.
  [[nodiscard]] double accrued_part(const PayWindows& windows, std::size_t period) const;
  /// Months of a period's window that went by before the period.
  [[nodiscard]] double elapsed_before(const PayWindows& windows, std::size_t period) const;
  /// Prorated share of a window; 0 where a cut window pays nothing.
  [[nodiscard]] double share_of(const PayWindow& window) const;
  /// Money in a window less what was in it one period before; `before` is the run that remembers.
  Value difference(const PayWindows& windows, std::size_t period, Value money, double* before, bool keep,
                   bool opened, double* to);
  Value interim_pay(const MeasuredLine& line, std::size_t period);
  void open_line(const MeasuredLine& line);
  void take_carried(const MeasuredLine& line, std::size_t period);
  Value rounded_change(const std::optional<RoundTo>& round, RunIndex total, RunIndex rounded, Value change,
                       std::size_t period, double* to);

  // Adjustments (pay_adjustments.cpp).
  Value adjust(const CompiledAdjustment& a, std::size_t period);
  void keep_opening_amount(const CompiledAdjustment& a);
  Value with_opening(const CompiledAdjustment& a, Value seen);
  /// What a rule looks at: the money of its window so far, its own amount, and what it depends on.
  struct RuleInput {
    Value total, amount, condition, when;
    Value accrued{};  ///< what months with factors of their own have come to
  };
  Value given_by(const Guarantee& rule, const CompiledAdjustment& a, const RuleInput& in, double* to);
  Value given_by(const Cap& rule, const CompiledAdjustment& a, const RuleInput& in, double* to);
  Value given_by(const AddMoney& rule, const CompiledAdjustment& a, const RuleInput& in, double* to);
  Value given_by(const Multiply& rule, const CompiledAdjustment& a, const RuleInput& in, double* to);
  Value given_by(const Gate& rule, const CompiledAdjustment& a, const RuleInput& in, double* to);
  /// What a factor makes of money, less the money.
  Value multiplied(const CompiledAdjustment& a, Value money, Value factor, double* to);
  template <class Kind>
  Value rule_target(const CompiledAdjustment& a, const Kind& kind, const RuleInput& in, double* to);
  template <class Kind>
  Value window_rule(const CompiledAdjustment& a, const Kind& kind, std::size_t period, Value seen);
  template <class Kind>
  Value given_at_opening(const CompiledAdjustment& a, const Kind& kind, const RuleInput& now, double share);
  Value draw(const CompiledAdjustment& a, const Draw& terms, std::size_t period, Value seen);
  Value withhold(const CompiledAdjustment& a, std::size_t period, Value seen);
  Value carry(const CompiledAdjustment& a, std::size_t period);
  Value window_total(WindowsIndex windows, RunIndex total_run, std::size_t period, Value seen);

  const PayPlan::Impl& plan_;
  const LedgerBlock& ledger_;
  Settlement& out_;
  bool tiers_;
  PayTrace* trace_;
  std::size_t n_, stride_;
  double* scratch_ = nullptr;
  double* result_ = nullptr;  ///< where the result of the current line or adjustment goes; free until then
  IndexedList<RegisterIndex, Value> registers_;
  std::vector<std::size_t> spans_;        ///< last periods of the months of a window so far
  IndexedList<LineIndex, Value> earned_;  ///< of the period
  IndexedList<AdjustmentIndex, Value> adjusted_;
};

}  // namespace paystress
