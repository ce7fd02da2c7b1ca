#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/contract.h"
#include "model/lane_ops.h"
#include "model/ledger.h"
#include "model/settle.h"

namespace paystress {

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

/// Names that only days have a value for, and `calendar_month`, which every span has by its last day.
[[nodiscard]] bool is_name_of_a_day(std::string_view name);
[[nodiscard]] bool is_name_of_a_span(std::string_view name);

/// The span column of this name; null where there is none.
[[nodiscard]] const SpanColumn* find_span_column(std::span<const SpanColumn> columns, std::string_view name);

/// The columns that are made for a contract: its span columns and, where it ends by leaving, of each that
/// counts by week or fortnight what the span that is open at the end of a month is worth on its days so far.
/// That belongs to the month only on the paths that leave with it.
[[nodiscard]] std::vector<ColumnInfo> made_columns(const Contract& contract);
/// Name of the second kind, which no amount can spell.
[[nodiscard]] std::string open_column_of(std::string_view name);

/// The layout, followed by the columns made for the contract that it does not bring itself.
[[nodiscard]] LedgerLayout with_span_columns(const LedgerLayout& layout, const Contract& contract);

/// Columns of the layout that days need so that the contract's span columns can be made, each once and in
/// order: those that they read, and `workdays`. None where the contract has no such column.
[[nodiscard]] std::vector<std::size_t> day_columns_of(const Contract& contract, const LedgerLayout& layout);

/// Days of the contract's span columns that columns of longer spans, or later ones, read: where they are kept
/// until the last of these is made. Another column uses the place afterwards.
struct KeptDays {
  std::vector<std::optional<std::size_t>> place;  ///< of each span column; none where nobody reads it
  std::size_t places = 0;
};
[[nodiscard]] KeptDays kept_days_of(const Contract& contract);
/// Names of columns, other than span columns, that the contract's span columns read.
[[nodiscard]] std::size_t columns_fed(const Contract& contract);

/// Does a span column ask `is_holiday`?
[[nodiscard]] bool spans_name_holidays(const Contract& contract);

/// What a contract counts by day, week or fortnight, made into columns of its monthly ledger.
///
/// A span belongs wholly to the month of its last day. One that is open at the first day counts the days from
/// there; one that is open at the last day, or at the end of the contract, is valued on its days so far. A
/// value is rounded once to the column's unit, ties away from zero, then added; x / 0 counts as 0. A day
/// counts on the paths that work it (column `workdays`; where the days have none, all do).
/// \test tests/unit/model/span_columns_test.cpp
class SpanColumns {
 public:
  /// `contract` brings the columns, the terms and the month in which it ends.
  /// \throws std::invalid_argument where a column names what days do not have
  SpanColumns(const Contract& contract, const LedgerLayout& day_columns, DayGrid grid);

  /// `made_columns` of the contract.
  [[nodiscard]] const std::vector<ColumnInfo>& columns() const { return infos_; }

  /// Runs of doubles that `make` needs, kept between calls.
  struct Workspace {
    LaneRuns runs;
  };
  /// Writes every month of column c, in stored units, to column first + c of `months`.
  /// `days`: a period a row of the grid, the columns of the constructor. The periods of `months` are months,
  /// the first that of the grid.
  void make(const LedgerBlock& days, LedgerBlock& months, std::size_t first, Workspace& work) const;

 private:
  /// One step of a value in postfix order.
  struct Step {
    enum class What { number, column, made, month, weekday, calendar_month, date, is_holiday, operation };
    What what = What::number;
    double number = 0.0;
    std::size_t index = 0;  ///< of the column that is read, or of the day column made before
    LaneOp op = LaneOp::add;
  };
  struct SpanOfDays {
    std::size_t begin = 0, end = 0;  ///< rows
    int month = 1;                   ///< of its last day
    std::chrono::sys_days last;
    std::chrono::sys_days first{};  ///< of a week or fortnight, also where it began before the ledger
  };
  struct Column {
    SpanColumn::Each each = SpanColumn::Each::day;
    std::vector<Step> value;
    std::optional<std::vector<Step>> when;
    std::vector<SpanOfDays> spans;
    std::size_t depth = 0;            ///< of the stack that its steps need
    std::vector<std::size_t> feeds;   ///< columns of the days that its steps read
    std::optional<std::size_t> kept;  ///< where its days stay for columns that read them
  };
  class Compiler;
  class Evaluation;

  [[nodiscard]] std::vector<SpanOfDays> spans_of(const SpanColumn& column, std::optional<int> ends) const;
  /// Of spans that go on after the end of a month, the days up to there.
  [[nodiscard]] std::vector<SpanOfDays> open_at_months_end(const SpanColumn& column,
                                                           std::optional<int> ends) const;
  [[nodiscard]] std::size_t row_at(std::chrono::sys_days date) const;

  DayGrid grid_;
  std::vector<ColumnInfo> infos_, day_infos_;
  std::vector<Column> columns_;
  std::optional<std::size_t> worked_;  ///< the column `workdays` of the days
  std::size_t most_depth_ = 0, places_kept_ = 0;
};

}  // namespace paystress
