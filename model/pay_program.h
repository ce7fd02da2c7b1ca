#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/amount_facts.h"
#include "model/code_values.h"
#include "model/contract.h"
#include "model/lane_ops.h"
#include "model/ledger.h"
#include "model/pay_windows.h"
#include "model/typed_index.h"

namespace paystress {

/// The lists of a plan that its parts point into.
using RegisterIndex = TypedIndex<struct RegisterKind>;      ///< a value of a program
using RunIndex = TypedIndex<struct RunKind>;                ///< a scratch run of a settlement
using WindowsIndex = TypedIndex<struct WindowsKind>;        ///< the windows of one span and phase
using LineIndex = TypedIndex<struct LineKind>;              ///< a component, in the contract's order
using AdjustmentIndex = TypedIndex<struct AdjustmentKind>;  ///< an adjustment, in the contract's order

/// What a feed adds up: a ledger column, as stated or restated, or the pay of a line.
struct FeedSource {
  std::size_t column = 0;           ///< stored integers, or numbers
  std::optional<std::size_t> plus;  ///< corrections found in a month: plus - minus
  std::optional<std::size_t> minus;
  std::optional<Restate> restate;   ///< how corrections join; absent: they do not
  std::optional<LineIndex> line;    ///< earned by this line, instead of a column
  std::optional<std::size_t> tail;  ///< what the last month of the contract brings besides
  /// Instead of a column: visits by code, at the contract's own work RVUs.
  std::vector<CountedCode> codes;
};

/// Which months of its windows a feed adds up: those so far, the last few, or those of the window before.
enum class FeedMonths { running, trailing, window_before };

/// A quantity that runs up over windows and is read by a program as one register.
struct Feed {
  FeedSource source;
  WindowsIndex windows;
  ColumnJoin join = ColumnJoin::sum;
  double scale = 0.0;    ///< value = sum / scale; 0: the sum itself
  double opening = 0.0;  ///< stored units before the start
  FeedMonths of = FeedMonths::running;
  int months = 0;            ///< trailing: how many
  double year_before = 0.0;  ///< window_before: stored units of the year before the first
  RegisterIndex reg;
  RunIndex sum, value;
};

struct Instruction {
  LaneOp op = LaneOp::add;
  RegisterIndex a, b, to;
  RunIndex run;  ///< of the result
};

/// Amounts of one line or adjustment as column operations over registers, in order of evaluation.
struct Program {
  std::vector<Feed> feeds;
  std::vector<Instruction> code;
  std::vector<std::pair<RegisterIndex, double>> constants;
  std::vector<RegisterIndex> month_registers;
  std::vector<std::pair<RegisterIndex, WindowsIndex>> annual_registers;  ///< with the windows of the year
  std::vector<std::pair<RegisterIndex, int>> seen_registers;             ///< with the most months seen
  std::size_t registers = 0;
};

/// Everything that all programs of a plan share.
struct ProgramSpace {
  const Contract* contract = nullptr;
  const LedgerLayout* layout = nullptr;
  const PeriodGrid* grid = nullptr;
  IndexedList<WindowsIndex, PayWindows> windows;
  std::map<std::string, WindowsIndex> window_ids;
  std::size_t runs = 0;  ///< scratch runs handed out

  /// Index of the windows of a span within a phase.
  WindowsIndex windows_of(Span span, const std::optional<MonthRange>& phase);
  /// Does an opening bring the months before the start into the first window of a span?
  [[nodiscard]] bool opens(Span span, const std::optional<MonthRange>& phase) const;
  RunIndex new_run() { return new_runs(1); }
  /// The first of `count` runs that stand one after another.
  RunIndex new_runs(std::size_t count) { return RunIndex(std::exchange(runs, runs + count)); }
};

/// Where an amount is read: bare columns run over `windows`.
struct ReadingContext {
  WindowsIndex windows;
  std::optional<Restate> restate;
  std::string code;  ///< the column `visits` means visits.CODE; empty: no code
  FeedMonths of = FeedMonths::running;
  int months = 0;  ///< of trailing
};

/// Turns amounts into one program. Equal amounts in one context share a register.
/// \pre  names exist, no circle (find_flaws)
class ProgramBuilder {
 public:
  ProgramBuilder(ProgramSpace& space, Program& program) : space_(&space), program_(&program) {}
  RegisterIndex amount(const Amount& a, const ReadingContext& context);
  RegisterIndex condition(const Condition& c, const ReadingContext& context);
  RegisterIndex constant(double value);
  /// The register of a - 1 where a is whole and not negative, else of a.
  RegisterIndex unit_before(RegisterIndex a) { return operation(LaneOp::unit_before, a, a); }

 private:
  RegisterIndex expanded(const Amount& a, const ReadingContext& context);
  RegisterIndex expanded(const Condition& c, const ReadingContext& context);
  RegisterIndex over_other_months(const Amount& a, const ReadingContext& context);
  RegisterIndex column(const std::string& name, const ReadingContext& context);
  RegisterIndex month();
  /// What a column of leaving holds on a path that stays.
  RegisterIndex stayed(LeavingColumn column);
  RegisterIndex earned(const std::string& name, const ReadingContext& context);
  RegisterIndex feed(Feed f, const std::string& key);
  RegisterIndex operation(LaneOp op, RegisterIndex a, RegisterIndex b);
  RegisterIndex new_register() { return RegisterIndex(program_->registers++); }

  ProgramSpace* space_;
  Program* program_;
  std::map<std::string, RegisterIndex> known_;
};

}  // namespace paystress
