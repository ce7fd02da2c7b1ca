#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "model/pay_program.h"
#include "model/pay_windows.h"
#include "model/rounding.h"
#include "model/settle.h"

// What PayPlan is made of: a contract compiled into column operations. Internal to model/.
namespace paystress {

/// A tiered strand, in the order of PayPlan::tiered.
using TieredIndex = TypedIndex<struct TieredKind>;

/// An amount in a register. `prorated`: scaled with the months of a cut window.
struct Operand {
  RegisterIndex reg;
  bool prorated = false;
  [[nodiscard]] bool present() const { return reg.present(); }
};

struct CompiledTier {
  Operand bound, usd, flat;
  RegisterIndex open;  ///< its condition; absent: always open
  bool included = false;
  Operand written;  ///< the bound as the contract says it: on a count `bound` may be a unit less
  bool written_included = false;
};

enum class ScheduleKind { single_rate, marginal, retroactive, lump_sum, curve };

/// One schedule over one measure; a line with each = "code" has one for each code.
struct Strand {
  std::string label;  ///< code, or empty
  RegisterIndex measure;
  RegisterIndex paid_quantity;         ///< absent: the measure itself
  bool quantity_is_numerator = false;  ///< marginal tiers on a ratio: the ratio's numerator is paid
  bool transforms_quantity = false;    ///< blocks and corridor act on the paid quantity too
  bool grows = true;                   ///< the measure grows with the window
  bool pays_level = false;             ///< the paid quantity does not: its money accrues evenly by months
  Operand rate;                        ///< single rate
  std::vector<std::pair<RegisterIndex, RegisterIndex>> points;  ///< of a curve that names terms
  std::vector<CompiledTier> tiers;
  Operand block_free, block_size, block_least;
  Operand target, low, high;
  bool from_edge = false;
};

/// What fixed and measured pay have in common.
struct LineBase {
  LineIndex line;
  WindowsIndex windows;  ///< of the tiers (reset), or of `per`
  WindowsIndex month_windows;
  PaidWhen paid = PaidWhen::running;
  Program program, monthly_program;  ///< the second over single months, for interim pay
  RegisterIndex when, monthly_when;
  bool changes = false;  ///< amounts are those of a month: each month on its own
  std::optional<RoundTo> round_pay;
  RunIndex round_total, rounded;
  RunIndex held;  ///< money that is not paid yet; of fixed pay: paid or due in the window so far
};

/// Money that accrues evenly by the months of `windows`.
struct FixedLine : LineBase {
  Operand usd;
  RunIndex accrued;
};

/// A schedule over quantities.
struct MeasuredLine : LineBase {
  ScheduleKind kind = ScheduleKind::single_rate;
  LumpRule lump = LumpRule::replace;
  std::vector<CurvePoint> curve;
  std::vector<Strand> strands, monthly_strands;
  WindowsIndex over_windows;  ///< of the paid quantity (pay_over)
  bool has_flats = false;     ///< money that is per window and not per unit
  bool may_be_undefined = false;
  bool when_found = false;
  bool opened = false;                   ///< the first window starts from an opening
  std::vector<AdjustmentIndex> carries;  ///< adjustments that carry units into this line
  std::optional<RoundTo> round_rate;
  TieredIndex first_tiered;  ///< its first strand
  // Scratch runs.
  RunIndex paid_over, paid_flat;  ///< first of one run per window when when_found
  RunIndex interim_over, interim_flat, shown, carried;
  RunIndex places;  ///< where `changes`: measure and paid quantity of each strand at each month's end
};

using CompiledLine = std::variant<FixedLine, MeasuredLine>;
[[nodiscard]] inline const LineBase& common(const CompiledLine& line) {
  return std::visit([](const auto& l) -> const LineBase& { return l; }, line);
}

struct CompiledAdjustment {
  AdjustmentIndex adjustment;
  std::vector<LineIndex> lines;  ///< what it sees
  std::vector<AdjustmentIndex> earlier;
  Program program, monthly_program;
  Operand usd, monthly_usd;  ///< guarantee, cap, add, draw; factor of multiply; share of a withhold; carry
  Operand limit, forgive, released, interest;
  RegisterIndex when, monthly_when;
  RegisterIndex condition, monthly_condition;  ///< gate, release
  WindowsIndex windows, in_windows, month_windows;
  PaidWhen paid = PaidWhen::running;
  bool accrues = false;      ///< add_usd without ledger columns: evenly by months
  bool changes = false;      ///< the amount is that of a month
  bool is_level = false;     ///< money added that neither grows nor stands still: it accrues evenly by months
  double opening_usd = 0.0;  ///< what it would have seen of the running year before the start
  bool withholds = false;    ///< later guarantees, caps and draws count what it keeps back as earned
  bool has_balance = false;
  bool may_be_undefined = false;
  LineIndex carry_line;
  std::optional<RoundTo> round_pay, round_seen;
  // Scratch runs.
  RunIndex seen, month_seen;
  RunIndex given;  ///< in the window so far; of a withhold: kept back in the period, negative
  RunIndex balance, accrued, opening_amount;
  RunIndex round_total, rounded, seen_total, seen_rounded;
};

struct PayPlan::Impl {
  Contract contract;
  LedgerLayout layout;
  PeriodGrid grid;
  ProgramSpace space;
  WindowsIndex month_windows;  ///< of this_month()
  std::vector<std::optional<std::size_t>>
      origin;  ///< period whose work a correction found in a period concerns
  std::vector<std::vector<std::size_t>> found_in;  ///< periods in which corrections of a period are found
  bool has_parts_of_months = false;                ///< does a month have several periods
  std::vector<CompiledLine> lines;                 ///< in order of evaluation
  IndexedList<LineIndex, std::size_t> evaluated;   ///< place of a component in that order
  IndexedList<AdjustmentIndex, CompiledAdjustment> adjustments;
  std::vector<TieredLine> tiered;
  std::vector<std::size_t> bound_offset;
  RoundTo round_payment;
  RunIndex payment_total, payment_rounded, first_temporary;
  static constexpr std::size_t temporaries = 40;
  static constexpr std::size_t tier_temporaries = 7;  ///< runs for each tier of the longest ladder
  std::size_t most_tiers = 0;

  Impl(const Contract& c, const LedgerLayout& l, const PeriodGrid& g);
  Impl(const Impl&) = delete;  // the programs point into it
  Impl& operator=(const Impl&) = delete;
  void list_tiers();
  /// Of a component by its place in the contract.
  [[nodiscard]] const CompiledLine& compiled(LineIndex line) const { return lines[evaluated[line]]; }
  [[nodiscard]] std::size_t scratch_runs() const {
    return first_temporary.value() + temporaries + tier_temporaries * most_tiers;
  }
};

/// What one tier of one component did in the window so far; of one path, for statements.
struct TierTrace {
  double units = 0.0, rate_usd = 0.0;
  double flat_usd = 0.0;  ///< flats and lumps
  bool reached = false;
};
struct StrandTrace {
  double quantity = 0.0, rate_usd = 0.0;
  std::vector<TierTrace> tiers;
};
struct LineTrace {
  bool active = false;
  std::vector<StrandTrace> strands;
};
/// [line][period], filled when the block holds one path.
using PayTrace = std::vector<std::vector<LineTrace>>;

/// Runs a plan over one block. `trace` may be null.
void run_plan(const PayPlan::Impl& plan, const LedgerBlock& ledger, Settlement& out, SettleDetail detail,
              PayTrace* trace);

/// The plan of a contract ended with each month of its ledger, from month 1.
using PlansOfLeavers = std::span<const std::unique_ptr<const PayPlan::Impl>>;
/// Settles the paths that leave, in `out`, which was priced as if all stayed, with the same detail.
void settle_leavers(const PayPlan::Impl& plan, PlansOfLeavers left, const LedgerBlock& ledger,
                    Settlement& out, SettleDetail detail);
/// Adds what spans open at the end of their last period are worth so far, on paths that all leave with it.
void add_open_spans(const PayPlan::Impl& plan, std::size_t last, LedgerBlock& leavers);
/// Month at whose end a path leaves, 0 where it stays.
[[nodiscard]] int leaving_month(const PayPlan::Impl& plan, const LedgerBlock& ledger, std::size_t path);
/// The last period of a month.
[[nodiscard]] std::size_t last_period_of(const PeriodGrid& grid, int month);

}  // namespace paystress
