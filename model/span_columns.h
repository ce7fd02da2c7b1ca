#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/lane_ops.h"
#include "model/ledger.h"
#include "model/settle.h"

namespace paystress {

/// A column of the ledger that a contract counts by day, week or some days and adds up to the month of each
/// span's last day. `value` and `when` may name columns of the days, the contract's terms and what a day is.
struct SpanColumn {
  enum class Each { day, week, days };
  ColumnInfo info;  ///< its months add up
  Each each = Each::day;
  int days = 0;                               ///< length of a span of days; 0 for the others
  std::optional<std::chrono::sys_days> from;  ///< first day of one of the spans of days
  std::optional<Condition> when;
  Amount value;
  [[nodiscard]] int length_days() const { return each == Each::day ? 1 : each == Each::week ? 7 : days; }
};

/// A day on which work is scheduled: the finest row that a ledger is made of, the same for all paths.
struct LedgerDay {
  std::chrono::sys_days date;
  int month = 1;  ///< of the ledger, 1, 2, ...
  bool is_holiday = false;
};

/// The days behind a ledger: rows in order of date, and the stretch of time that they are the work of.
struct DayGrid {
  std::vector<LedgerDay> days;
  std::chrono::sys_days first, last;  ///< the first and the last day of the ledger, worked or not
  int first_month = 1;                ///< month of `first`
};

/// Every month of a ledger has its days: the month of a date between `first` and `last`.
[[nodiscard]] int month_of(const DayGrid& grid, std::chrono::sys_days date);

/// What a contract counts by day, week or fortnight, made into columns of its monthly ledger.
///
/// A span belongs wholly to the month of its last day. One that is open at the first day counts the days from
/// there; one that is open at the last day, or at the end of the contract, is valued on its days so far. A
/// value is rounded once to the column's unit, ties away from zero, then added; x / 0 counts as 0. A day
/// counts on the paths that work it (column `workdays`; where the days have none, all do).
/// \test tests/unit/model/span_columns_test.cpp
class SpanColumns {
 public:
  /// `contract` brings the terms and the month in which it ends.
  /// \throws std::invalid_argument where a column names what days do not have
  SpanColumns(std::span<const SpanColumn> told, const Contract& contract, const LedgerLayout& day_columns,
              DayGrid grid);

  /// The columns that are made, in the order of the contract.
  [[nodiscard]] const std::vector<ColumnInfo>& columns() const { return infos_; }
  /// Columns of the days that are read, each once.
  [[nodiscard]] const std::vector<std::size_t>& reads() const { return reads_; }

  /// Runs of doubles that `make` needs, kept between calls.
  struct Workspace {
    LaneRuns runs;
  };
  /// Writes every month of column c, in stored units, to column first + c of `months`.
  /// `days`: a period a row of the grid, the columns of the constructor.   \pre months 1 ... are its periods
  void make(const LedgerBlock& days, LedgerBlock& months, std::size_t first, Workspace& work) const;

 private:
  /// One step of a value in postfix order.
  struct Step {
    enum class What { number, column, made, month, weekday, calendar_month, is_holiday, operation };
    What what = What::number;
    double number = 0.0;
    std::size_t index = 0;  ///< of the column that is read, or of the day column made before
    LaneOp op = LaneOp::add;
  };
  struct SpanOfDays {
    std::size_t begin = 0, end = 0;  ///< rows
    int month = 1;                   ///< of its last day
    std::chrono::sys_days last;
  };
  struct Column {
    SpanColumn::Each each = SpanColumn::Each::day;
    std::vector<Step> value;
    std::optional<std::vector<Step>> when;
    std::vector<SpanOfDays> spans;
    std::size_t depth = 0;           ///< of the stack that its steps need
    std::vector<std::size_t> feeds;  ///< columns of the days that its steps read
    bool is_read = false;            ///< by the column of a longer span, so that its days are kept
  };
  class Compiler;
  class Evaluation;

  [[nodiscard]] std::vector<SpanOfDays> spans_of(const SpanColumn& column, std::optional<int> ends) const;

  DayGrid grid_;
  std::vector<ColumnInfo> infos_, day_infos_;
  std::vector<Column> columns_;
  std::vector<std::size_t> reads_;
  std::optional<std::size_t> worked_;  ///< the column `workdays` of the days
  std::size_t most_depth_ = 0;
};

}  // namespace paystress
