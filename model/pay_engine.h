#pragma once

#include <cstddef>
#include <optional>
#include <string>
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

inline constexpr std::size_t no_index = static_cast<std::size_t>(-1);

/// An amount in a register. `prorated`: scaled with the months of a cut window.
struct Operand {
  std::size_t reg = no_index;
  bool prorated = false;
  [[nodiscard]] bool present() const { return reg != no_index; }
};

struct CompiledTier {
  Operand bound, usd, flat;
  std::size_t open = no_index;  ///< register of its condition; no_index: always open
  bool included = false;
  Operand written;  ///< the bound as the contract says it: on a count `bound` may be a unit less
  bool written_included = false;
};

enum class ScheduleKind { single_rate, marginal, retroactive, lump_sum, curve };

/// One schedule over one measure; a line with each = "code" has one for each code.
struct Strand {
  std::string label;                     ///< code, or empty
  std::size_t measure = no_index;        ///< register
  std::size_t paid_quantity = no_index;  ///< register; no_index: the measure itself
  bool quantity_is_numerator = false;    ///< marginal tiers on a ratio: the ratio's numerator is paid
  bool transforms_quantity = false;      ///< blocks and corridor act on the paid quantity too
  bool grows = true;                     ///< the measure grows with the window
  bool pays_level = false;               ///< the paid quantity does not: its money accrues evenly by months
  Operand rate;                          ///< single rate
  std::vector<CompiledTier> tiers;
  Operand block_free, block_size, block_least;
  Operand target, low, high;
  bool from_edge = false;
};

struct CompiledLine {
  std::size_t line = 0;
  bool counts = true;
  bool is_fixed = false;
  // Fixed pay: evenly by months of `windows`.
  Operand fixed;
  // Measured pay.
  ScheduleKind kind = ScheduleKind::single_rate;
  LumpRule lump = LumpRule::replace;
  std::vector<CurvePoint> curve;
  std::vector<Strand> strands;
  Program program;
  // The same over single months, for interim pay.
  std::vector<Strand> monthly_strands;
  Program monthly_program;
  std::size_t monthly_when = no_index;

  std::size_t when = no_index;
  std::size_t windows = 0;       ///< of the tiers (reset), or of `per`
  std::size_t over_windows = 0;  ///< of the paid quantity (pay_over)
  std::size_t month_windows = 0;
  PaidWhen paid = PaidWhen::running;
  bool has_flats = false;  ///< money that is per window and not per unit
  bool may_be_undefined = false;
  bool when_found = false;
  bool changes = false;  ///< rates or bounds are those of a month: each month on its own (pay_spans.cpp)
  bool opened = false;   ///< the first window starts from an opening
  std::vector<std::size_t> carries;  ///< adjustments that carry units into this line
  std::optional<RoundTo> round_rate, round_pay;
  std::size_t first_tiered = no_index;  ///< index of its first strand in `tiered`
  // Scratch runs.
  std::size_t paid_over = 0, paid_flat = 0;  ///< first of one run per window when when_found
  std::size_t held = 0, interim_over = 0, interim_flat = 0, shown = 0, carried = 0;
  std::size_t round_total = 0, rounded = 0;
  std::size_t places = 0;  ///< where `changes`: measure and paid quantity of each strand at each month's end
};

struct CompiledAdjustment {
  std::size_t adjustment = 0;
  std::vector<std::size_t> lines, earlier;  ///< what it sees
  Program program, monthly_program;
  Operand usd, monthly_usd;  ///< guarantee, cap, add, draw; factor of multiply; share of a withhold; carry
  Operand limit, forgive, released;
  std::size_t when = no_index, monthly_when = no_index;
  std::size_t condition = no_index, monthly_condition = no_index;  ///< gate, release
  std::size_t windows = 0, in_windows = 0, month_windows = 0;
  PaidWhen paid = PaidWhen::running;
  bool accrues = false;      ///< add_usd without ledger columns: evenly by months
  bool changes = false;      ///< the amount is that of a month
  bool is_level = false;     ///< money added that neither grows nor stands still: it accrues evenly by months
  double opening_usd = 0.0;  ///< what it would have seen of the running year before the start
  bool withholds = false;    ///< later guarantees, caps and draws count what it keeps back as earned
  bool has_balance = false;
  bool may_be_undefined = false;
  std::size_t carry_line = no_index;
  std::optional<RoundTo> round_pay, round_seen;
  // Scratch runs.
  std::size_t seen = 0, month_seen = 0;
  std::size_t given = 0;  ///< in the window so far; of a withhold: kept back in the period, negative
  std::size_t balance = 0, accrued = 0, opening_amount = 0;
  std::size_t round_total = 0, rounded = 0, seen_total = 0, seen_rounded = 0;
};

struct PayPlan::Impl {
  Contract contract;
  LedgerLayout layout;
  PeriodGrid grid;
  ProgramSpace space;
  std::size_t month_windows = no_index;  ///< of this_month()
  std::vector<std::size_t> origin;  ///< period whose work a correction found in a period concerns; no_index
  std::vector<std::vector<std::size_t>> found_in;  ///< periods in which corrections of a period are found
  bool has_parts_of_months = false;                ///< does a month have several periods
  std::vector<CompiledLine> lines;                 ///< in order of evaluation
  std::vector<CompiledAdjustment> adjustments;
  std::vector<TieredLine> tiered;
  std::vector<std::size_t> bound_offset;
  RoundTo round_payment;
  std::size_t payment_total = 0, payment_rounded = 0, first_temporary = 0;
  static constexpr std::size_t temporaries = 40;
  static constexpr std::size_t tier_temporaries = 7;  ///< runs for each tier of the longest ladder
  std::size_t most_tiers = 0;

  Impl(const Contract& c, const LedgerLayout& l, const PeriodGrid& g);
  Impl(const Impl&) = delete;  // the programs point into it
  Impl& operator=(const Impl&) = delete;
  void list_tiers();
  [[nodiscard]] std::size_t scratch_runs() const {
    return first_temporary + temporaries + tier_temporaries * most_tiers;
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

}  // namespace paystress
