#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/amount_facts.h"
#include "model/contract.h"
#include "model/lane_ops.h"
#include "model/ledger.h"
#include "model/pay_windows.h"

namespace paystress {

/// What a feed adds up: a ledger column, as stated or restated, or the pay of a line.
struct FeedSource {
  std::size_t column = 0;           ///< stored integers, or numbers
  std::optional<std::size_t> plus;  ///< corrections found in a month: plus - minus
  std::optional<std::size_t> minus;
  std::optional<Restate> restate;   ///< how corrections join; absent: they do not
  std::optional<std::size_t> line;  ///< earned by this line, instead of a column
};

/// A quantity that runs up over windows and is read by a program as one register.
struct Feed {
  FeedSource source;
  std::size_t windows = 0;  ///< index into the plan's windows
  ColumnJoin join = ColumnJoin::sum;
  double scale = 0.0;    ///< value = sum / scale; 0: the sum itself
  double opening = 0.0;  ///< stored units before the start
  std::size_t reg = 0;
  std::size_t sum = 0, value = 0;  ///< scratch runs
};

struct Instruction {
  LaneOp op = LaneOp::add;
  std::size_t a = 0, b = 0, to = 0;  ///< registers
  std::size_t run = 0;               ///< scratch run of the result
};

/// Amounts of one line or adjustment as column operations over registers, in order of evaluation.
struct Program {
  std::vector<Feed> feeds;
  std::vector<Instruction> code;
  std::vector<std::pair<std::size_t, double>> constants;  ///< register, value
  std::vector<std::size_t> month_registers;
  std::vector<std::pair<std::size_t, std::size_t>> annual_registers;  ///< register, windows of the year
  std::size_t registers = 0;
};

/// Everything that all programs of a plan share.
struct ProgramSpace {
  const Contract* contract = nullptr;
  const LedgerLayout* layout = nullptr;
  const PeriodGrid* grid = nullptr;
  std::vector<PayWindows> windows;
  std::map<std::string, std::size_t> window_ids;
  std::size_t runs = 0;  ///< scratch runs handed out

  /// Index of the windows of a span within a phase.
  std::size_t windows_of(Span span, const std::optional<MonthRange>& phase);
  /// Does an opening bring the months before the start into the first window of a span?
  [[nodiscard]] bool opens(Span span, const std::optional<MonthRange>& phase) const;
  std::size_t new_run() { return runs++; }
};

/// Where an amount is read: bare columns run over `windows`.
struct ReadingContext {
  std::size_t windows = 0;
  std::optional<Restate> restate;
  std::string code;  ///< the column `visits` means visits.CODE; empty: no code
};

/// Turns amounts into one program. Equal amounts in one context share a register.
/// \pre  names exist, no circle (find_flaws)
class ProgramBuilder {
 public:
  ProgramBuilder(ProgramSpace& space, Program& program) : space_(&space), program_(&program) {}
  std::size_t amount(const Amount& a, const ReadingContext& context);
  std::size_t condition(const Condition& c, const ReadingContext& context);
  std::size_t constant(double value);
  /// The register of a - 1 where a is whole and not negative, else of a.
  std::size_t unit_before(std::size_t a) { return operation(LaneOp::unit_before, a, a); }

 private:
  std::size_t expanded(const Amount& a, const ReadingContext& context);
  std::size_t expanded(const Condition& c, const ReadingContext& context);
  std::size_t column(const std::string& name, const ReadingContext& context);
  std::size_t earned(const std::string& name, const ReadingContext& context);
  std::size_t feed(Feed f, const std::string& key);
  std::size_t operation(LaneOp op, std::size_t a, std::size_t b);
  std::size_t new_register() { return program_->registers++; }

  ProgramSpace* space_;
  Program* program_;
  std::map<std::string, std::size_t> known_;
};

}  // namespace paystress
