#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/practice.h"

namespace paystress {

/// Columns that every sampled ledger has, in this order; columns by code and the user's own follow.
enum class LedgerColumn : std::size_t {
  workdays,
  days_off,
  holidays,
  sick_days,
  session_hours,
  after_hours,
  meeting_hours,
  visit_hours,
  charting_hours,
  late_charting_hours,
  inbox_hours,
  slots,
  unfilled_slots,
  idle_hours,
  demand,
  turned_away,
  booked_visits,
  late_cancels,
  no_shows,
  tech_failures,
  completed_visits,
  generated_wrvu,
  credited_wrvu,
  wrvu_lost_unfilled,
  wrvu_lost_late_cancel,
  wrvu_lost_no_show,
  wrvu_lost_tech_failure,
  wrvu_lost_recode,
  wrvu_lost_audit,
  wrvu_pending,
  messages,
  results,
  other_items,
  panel_members,
  collections_usd,
  quality_score,
  count_
};
inline constexpr std::size_t ledger_column_count = static_cast<std::size_t>(LedgerColumn::count_);
[[nodiscard]] constexpr LedgerColumn column_of(InboxKind kind) {
  return static_cast<LedgerColumn>(static_cast<std::size_t>(LedgerColumn::messages) +
                                   static_cast<std::size_t>(kind));
}
static_assert(column_of(InboxKind::count_) == LedgerColumn::panel_members,
              "a count of each inbox kind, in their order, stands before panel_members");

/// Columns of a ledger whose practice keeps a waiting list (demand.returning); they follow those of the
/// codes.
enum class WaitingColumn : std::size_t { asked_when_closed, returned, waiting, lost_patients, count_ };
inline constexpr std::size_t waiting_column_count = static_cast<std::size_t>(WaitingColumn::count_);

/// Columns of a ledger whose practice says when charges are settled (collections); they follow those of a
/// waiting list.
enum class CollectionColumn : std::size_t { collected_usd, denied_usd, outstanding_usd, tail_usd, count_ };
inline constexpr std::size_t collection_column_count = static_cast<std::size_t>(CollectionColumn::count_);
[[nodiscard]] std::string_view name_of(CollectionColumn c);

/// Columns of a ledger whose practice says who leaves (leaving); they follow those of collections.
enum class LeavingColumn : std::size_t { left, left_by_employer, months_employed, count_ };
inline constexpr std::size_t leaving_column_count = static_cast<std::size_t>(LeavingColumn::count_);
[[nodiscard]] std::string_view name_of(LeavingColumn c);
/// Column of a ledger whose practice refills late cancels (late_cancel.refilled); it follows those of
/// leaving.
inline constexpr std::string_view refilled_column = "refilled";
/// The column of this name, if it is one of them.
[[nodiscard]] std::optional<LeavingColumn> find_leaving_column(std::string_view name);

enum class ColumnUnit { count, hours, points, ratio, usd };
/// How the months of a column join into a longer period.
enum class ColumnJoin { sum, last, max, mean };

/// The shortest time for which a column has a value. What is counted by day or week reads columns of the day.
enum class ColumnFinest { day, month };

/// A column stores integers of 1/scale of its unit where scale > 0 (counts 1, wRVU and usd 100), so that sums
/// over months are exact; value = stored / scale. scale 0: a real number, stored as it is (hours, ratios).
struct ColumnInfo {
  std::string name;
  ColumnUnit unit = ColumnUnit::count;
  ColumnJoin join = ColumnJoin::sum;
  double scale = 1.0;
  std::string meaning;
  ColumnFinest finest = ColumnFinest::day;
  std::optional<int> decimals = std::nullopt;  ///< that a typed cell may have; absent: any
  std::vector<std::string> dealt_by = {};  ///< columns whose days it follows, where a month is dealt to days
};

/// The columns that a practice brings of its own: days worked of a kind of shift (`shift.NAME`), drawn ones.
[[nodiscard]] std::string column_of_shift(std::string_view name);
[[nodiscard]] ColumnInfo info_of(const DrawnColumn& column);

/// Names and units of the columns of a ledger.
///
/// Sampled ledgers: the fixed columns, then per code of the practice `visits.CODE` (as coded in the month
/// worked) and `code_change.CODE` (net change of visits with that code found by review in this month, from
/// work done `audit_lag_months` earlier). A ledger that a user typed has the columns that the user typed.
class LedgerLayout {
 public:
  /// Layout of a sampled ledger of a practice with these codes, with or without a waiting list.
  static LedgerLayout sampled(std::span<const VisitCode> codes, int audit_lag_months,
                              bool has_waiting_list = false);
  /// Days worked of each kind of shift and the columns drawn with the practice follow.
  static LedgerLayout sampled(const Practice& practice);
  /// Layout of a typed ledger.   \throws std::invalid_argument on duplicate names
  static LedgerLayout typed(std::vector<ColumnInfo> columns, int audit_lag_months);

  /// This layout with further columns behind its own.   \throws std::invalid_argument on duplicate names
  [[nodiscard]] LedgerLayout followed_by(std::span<const ColumnInfo> columns) const;

  [[nodiscard]] std::size_t size() const { return columns_.size(); }
  [[nodiscard]] const ColumnInfo& operator[](std::size_t i) const { return columns_[i]; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] std::span<const std::string> codes() const { return codes_; }
  /// Position of visits.CODE / code_change.CODE of the i-th code.   \pre sampled layout, i < codes().size()
  [[nodiscard]] std::size_t visits_of(std::size_t code) const { return ledger_column_count + 2 * code; }
  [[nodiscard]] std::size_t change_of(std::size_t code) const { return ledger_column_count + 2 * code + 1; }
  /// Position of a column of the waiting list, if the ledger has one.
  [[nodiscard]] std::optional<std::size_t> place_of(WaitingColumn c) const;
  /// Position of a column of collections, if the ledger has one.
  [[nodiscard]] std::optional<std::size_t> place_of(CollectionColumn c) const;
  /// Position of a column of leaving, if the ledger has one.
  [[nodiscard]] std::optional<std::size_t> place_of(LeavingColumn c) const { return find(name_of(c)); }
  /// Position of the column of refilled late cancels, if the ledger has one.
  [[nodiscard]] std::optional<std::size_t> place_of_refilled() const { return find(refilled_column); }
  /// Shares of the charges by the month after the visit in which they are settled; empty without collections.
  [[nodiscard]] std::span<const double> collection_lag() const { return collection_lag_; }
  [[nodiscard]] int audit_lag_months() const { return audit_lag_months_; }
  /// Codes of a sampled layout without dollars; with any, collections_usd is 0 and no offer may read it.
  [[nodiscard]] std::span<const std::string> codes_without_usd() const { return codes_without_usd_; }
  [[nodiscard]] bool is_sampled() const { return is_sampled_; }
  /// Work RVU of a code in a year of the practice's fee schedule, in hundredths, where it states that year.
  [[nodiscard]] std::optional<long> work_rvu_of(std::size_t code, int year) const;

 private:
  std::vector<ColumnInfo> columns_;
  std::vector<std::string> codes_, codes_without_usd_;
  std::vector<std::vector<CodeYear>> code_years_;  // of the codes of a sampled layout
  bool is_sampled_ = false;
  int audit_lag_months_ = 0;
  std::optional<std::size_t> first_waiting_column_, first_collection_column_;
  std::vector<double> collection_lag_;
};

/// Description of a fixed column.
[[nodiscard]] const ColumnInfo& ledger_column_info(LedgerColumn c);
/// Does the column count days that are not worked, so that no day worked has any of it?
[[nodiscard]] bool counts_days_not_worked(std::string_view name);
/// Names of the columns that a sampled ledger can have, codes aside, and the description of one of them.
[[nodiscard]] std::vector<std::string> ledger_column_names();
[[nodiscard]] const ColumnInfo* find_ledger_column(std::string_view name);

/// One block of paths: for each period and column a contiguous run of `paths` values, so lanes = paths.
/// Storage is [period][column][path], each row padded to a multiple of 8 doubles and 64-byte aligned. A row
/// that is the same in another block may be lent by it instead of kept twice.
/// \test tests/unit/model/ledger_block_test.cpp
class LedgerBlock {
 public:
  LedgerBlock(std::size_t periods, std::size_t columns, std::size_t paths);

  [[nodiscard]] std::size_t periods() const { return periods_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t paths() const { return paths_; }
  /// Doubles between the starts of two neighbouring columns: paths rounded up to a multiple of 8.
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] bool has_shape(std::size_t periods, std::size_t columns, std::size_t paths) const {
    return periods_ == periods && columns_ == columns && paths_ == paths;
  }
  /// To be written: a row that is borrowed becomes a copy of this block's own.
  /// \pre period < periods() (0-based), column < columns()   \throws std::logic_error for a row that is lent
  [[nodiscard]] double* at(std::size_t period, std::size_t column) {
    const std::size_t row = row_of(period, column);
    if (is_lent_[row] != 0) fail_as_lent();
    return to_fill(row);
  }
  [[nodiscard]] const double* at(std::size_t period, std::size_t column) const {
    return rows_[row_of(period, column)];
  }
  [[nodiscard]] double* at(std::size_t period, LedgerColumn column) {
    return at(period, static_cast<std::size_t>(column));
  }
  [[nodiscard]] const double* at(std::size_t period, LedgerColumn column) const {
    return at(period, static_cast<std::size_t>(column));
  }
  void fill(double value);

  /// The row for whoever fills blocks path by path, lent or not.
  [[nodiscard]] double* to_fill(std::size_t period, std::size_t column) {
    return to_fill(row_of(period, column));
  }
  /// Reads the row from `lender` until it is written here. Until end_of_loans() the lender's is not written
  /// but by to_fill.   \pre both have as many paths, the lender's row is its own
  void borrow(std::size_t period, std::size_t column, LedgerBlock& lender);
  [[nodiscard]] bool borrows(std::size_t period, std::size_t column, const LedgerBlock& lender) const {
    return rows_[row_of(period, column)] == lender.own(lender.row_of(period, column));
  }
  /// Nobody reads rows of this block any more.
  void end_of_loans();
  /// Neither lends nor borrows; what it holds is stale.
  void forget_loans();

 private:
  [[nodiscard]] std::size_t row_of(std::size_t period, std::size_t column) const {
    return period * columns_ + column;
  }
  [[nodiscard]] double* own(std::size_t row) const { return data_.get() + row * stride_; }
  [[nodiscard]] double* to_fill(std::size_t row) {
    if (rows_[row] != own(row)) copy_borrowed(row);
    return own(row);
  }
  void copy_borrowed(std::size_t row);
  [[noreturn]] static void fail_as_lent();
  struct Free {
    std::size_t alignment;
    void operator()(double* p) const;
  };
  using Data = std::unique_ptr<double[], Free>;
  static Data allocate(std::size_t doubles);
  std::size_t periods_, columns_, paths_, stride_;
  Data data_;
  std::vector<const double*> rows_;     // [period][column]
  std::vector<unsigned char> is_lent_;  // likewise
};

/// The ledger kept in `kept`, made anew only where it has another shape. What it holds is stale.
[[nodiscard]] LedgerBlock& ledger_in(std::unique_ptr<LedgerBlock>& kept, std::size_t periods,
                                     std::size_t columns, std::size_t paths);

/// When each ledger period lies: study months for sampled ledgers; typed ledgers may have several periods a
/// month (pay periods), each in one month, in order.
struct LedgerPeriod {
  int month = 1;  ///< 1-based month from the start of the study or contract
  int calendar_year = 2026;
  int calendar_month = 1;  ///< 1-12
  bool ends_month = true;  ///< last period of its month
  std::string label;       ///< as printed: "2026-01"
  bool is_dated = true;    ///< the label names a calendar month; false: it counts months (1, 2, ...)
};
using PeriodGrid = std::vector<LedgerPeriod>;

/// When a path leaves.
struct Leaving {
  int month = 0;  ///< at whose end; 0: it stays
  bool by_employer = false;
};
/// Writes the columns of leaving of one path.   \pre the layout has them
void write_leaving(const Leaving& leaving, const LedgerLayout& layout, const PeriodGrid& grid,
                   std::size_t path, LedgerBlock& ledger);

}  // namespace paystress
