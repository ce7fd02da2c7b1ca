#include "model/ledger.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <stdexcept>
#include <unordered_set>

namespace paystress {
namespace {

constexpr std::size_t lane_pad = 8;
constexpr std::size_t block_alignment = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;

using enum ColumnUnit;
using enum ColumnJoin;
using enum ColumnFinest;

struct Row {
  LedgerColumn column;
  std::string_view name;
  ColumnUnit unit;
  ColumnJoin join;
  double scale;
  ColumnFinest finest;
  std::string_view meaning;
};

constexpr std::array<Row, ledger_column_count> rows{{
    {LedgerColumn::workdays, "workdays", count, sum, 1, day, "days worked"},
    {LedgerColumn::days_off, "days_off", count, sum, 1, day, "scheduled workdays taken off"},
    {LedgerColumn::holidays, "holidays", count, sum, 1, day, "scheduled workdays closed for a holiday"},
    {LedgerColumn::sick_days, "sick_days", count, sum, 1, day,
     "scheduled workdays closed by an event, neither off nor closed for a holiday"},
    {LedgerColumn::session_hours, "session_hours", hours, sum, 0, day, "hours of session on days worked"},
    {LedgerColumn::after_hours, "after_hours", hours, sum, 0, day,
     "unpaid hours of charting, inbox and overrun outside sessions"},
    {LedgerColumn::meeting_hours, "meeting_hours", hours, sum, 0, month,
     "unpaid hours of meetings and training"},
    {LedgerColumn::visit_hours, "visit_hours", hours, sum, 0, day, "hours with patients"},
    {LedgerColumn::charting_hours, "charting_hours", hours, sum, 0, day, "hours of charting in session"},
    {LedgerColumn::late_charting_hours, "late_charting_hours", hours, sum, 0, day,
     "hours of charting after session"},
    {LedgerColumn::inbox_hours, "inbox_hours", hours, sum, 0, day,
     "hours of inbox work, in and after session"},
    {LedgerColumn::slots, "slots", count, sum, 1, day, "visit slots open on days worked"},
    {LedgerColumn::unfilled_slots, "unfilled_slots", count, sum, 1, day, "open slots that nobody booked"},
    {LedgerColumn::idle_hours, "idle_hours", hours, sum, 0, day,
     "hours of session on unfilled slots, 1 / slots_per_hour each"},
    {LedgerColumn::demand, "demand", count, sum, 1, day, "patients who asked for a visit"},
    {LedgerColumn::turned_away, "turned_away", count, sum, 1, day, "patients who found no slot"},
    {LedgerColumn::booked_visits, "booked_visits", count, sum, 1, day, "visits booked"},
    {LedgerColumn::late_cancels, "late_cancels", count, sum, 1, day,
     "booked visits cancelled too late to refill"},
    {LedgerColumn::no_shows, "no_shows", count, sum, 1, day, "booked visits whose patient did not come"},
    {LedgerColumn::tech_failures, "tech_failures", count, sum, 1, day, "booked visits lost to a failed call"},
    {LedgerColumn::completed_visits, "completed_visits", count, sum, 1, day, "visits completed"},
    {LedgerColumn::generated_wrvu, "generated_wrvu", points, sum, 100, day,
     "wRVU of completed visits as coded in the month worked"},
    {LedgerColumn::credited_wrvu, "credited_wrvu", points, sum, 100, month,
     "generated wRVU plus corrections found by review in this month"},
    {LedgerColumn::wrvu_lost_unfilled, "wrvu_lost_unfilled", points, sum, 100, month,
     "wRVU that unfilled slots would have brought at the mean code"},
    {LedgerColumn::wrvu_lost_late_cancel, "wrvu_lost_late_cancel", points, sum, 100, month,
     "wRVU that late cancels would have brought at the mean code"},
    {LedgerColumn::wrvu_lost_no_show, "wrvu_lost_no_show", points, sum, 100, month,
     "wRVU that no-shows would have brought at the mean code"},
    {LedgerColumn::wrvu_lost_tech_failure, "wrvu_lost_tech_failure", points, sum, 100, month,
     "wRVU that failed calls would have brought at the mean code"},
    {LedgerColumn::wrvu_lost_recode, "wrvu_lost_recode", points, sum, 100, month,
     "wRVU lost to the recoding of a stress"},
    {LedgerColumn::wrvu_lost_audit, "wrvu_lost_audit", points, sum, 100, month,
     "net wRVU taken by review, in the month found"},
    {LedgerColumn::wrvu_pending, "wrvu_pending", points, last, 100, month,
     "net wRVU change already caused and not yet found"},
    {LedgerColumn::messages, "messages", count, sum, 1, day, "portal messages"},
    {LedgerColumn::results, "results", count, sum, 1, day, "test results"},
    {LedgerColumn::other_items, "other_items", count, sum, 1, day, "other inbox items"},
    {LedgerColumn::panel_members, "panel_members", count, last, 1, month, "patients on the panel"},
    {LedgerColumn::collections_usd, "collections_usd", usd, sum, 100, day,
     "completed visits at the dollar schedule"},
    {LedgerColumn::quality_score, "quality_score", ratio, mean, 0, month,
     "quality score, share of the maximum"},
}};

constexpr bool columns_in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].column) != i || rows[i].name.empty()) return false;
  return true;
}
static_assert(columns_in_order(), "the columns' descriptions are indexed by LedgerColumn");

struct WaitingRow {
  WaitingColumn column;
  std::string_view name;
  ColumnJoin join;
  ColumnFinest finest;
  std::string_view meaning;
};

constexpr std::array<WaitingRow, waiting_column_count> waiting_rows{{
    {WaitingColumn::asked_when_closed, "asked_when_closed", sum, day,
     "patients who asked on a workday not worked"},
    {WaitingColumn::returned, "returned", sum, day, "patients who asked again on a day worked"},
    {WaitingColumn::waiting, "waiting", last, month,
     "patients who will ask again on the next scheduled workday"},
    {WaitingColumn::lost_patients, "lost_patients", sum, day, "patients who do not ask again"},
}};

constexpr bool waiting_in_order() {
  for (std::size_t i = 0; i < waiting_rows.size(); ++i)
    if (static_cast<std::size_t>(waiting_rows[i].column) != i || waiting_rows[i].name.empty()) return false;
  return true;
}
static_assert(waiting_in_order(), "their descriptions are indexed by WaitingColumn");

struct CollectionRow {
  CollectionColumn column;
  std::string_view name;
  ColumnJoin join;
  std::string_view meaning;
};

constexpr std::array<CollectionRow, collection_column_count> collection_rows{{
    {CollectionColumn::collected_usd, "collected_usd", sum, "charges collected in this month"},
    {CollectionColumn::denied_usd, "denied_usd", sum, "charges denied in this month"},
    {CollectionColumn::outstanding_usd, "outstanding_usd", last, "charges neither collected nor denied yet"},
    {CollectionColumn::tail_usd, "tail_usd", last, "charges outstanding that will be collected"},
}};

constexpr bool collections_in_order() {
  for (std::size_t i = 0; i < collection_rows.size(); ++i)
    if (static_cast<std::size_t>(collection_rows[i].column) != i || collection_rows[i].name.empty())
      return false;
  return true;
}
static_assert(collections_in_order(), "their descriptions are indexed by CollectionColumn");

struct LeavingRow {
  LeavingColumn column;
  std::string_view name;
  ColumnJoin join;
  std::string_view meaning;
};

constexpr std::array<LeavingRow, leaving_column_count> leaving_rows{{
    {LeavingColumn::left, "left", sum, "1 in the month at whose end the clinician leaves"},
    {LeavingColumn::left_by_employer, "left_by_employer", sum,
     "1 in that month where the employer decides it"},
    {LeavingColumn::months_employed, "months_employed", last,
     "months employed so far, that of leaving included"},
}};

constexpr bool leaving_in_order() {
  for (std::size_t i = 0; i < leaving_rows.size(); ++i)
    if (static_cast<std::size_t>(leaving_rows[i].column) != i || leaving_rows[i].name.empty()) return false;
  return true;
}
static_assert(leaving_in_order(), "their descriptions are indexed by LeavingColumn");

// Those of every sampled ledger, then those of a waiting list, of collections, of leaving and of refilled
// places.
const std::vector<ColumnInfo>& known_columns() {
  static const auto columns = [] {
    std::vector<ColumnInfo> all;
    for (const auto& row : rows)
      all.push_back(
          {std::string(row.name), row.unit, row.join, row.scale, std::string(row.meaning), row.finest});
    for (const auto& row : waiting_rows)
      all.push_back({std::string(row.name), count, row.join, 1, std::string(row.meaning), row.finest});
    for (const auto& row : collection_rows)
      all.push_back({std::string(row.name), usd, row.join, 100, std::string(row.meaning), month});
    for (const auto& row : leaving_rows)
      all.push_back({std::string(row.name), count, row.join, 1, std::string(row.meaning), month});
    all.push_back({std::string(refilled_column), count, sum, 1,
                   "late cancels whose place a patient refused that day took"});
    return all;
  }();
  return columns;
}

}  // namespace

std::string_view name_of(CollectionColumn c) { return collection_rows.at(static_cast<std::size_t>(c)).name; }

std::string_view name_of(LeavingColumn c) { return leaving_rows.at(static_cast<std::size_t>(c)).name; }

std::optional<LeavingColumn> find_leaving_column(std::string_view name) {
  const auto it = std::ranges::find(leaving_rows, name, &LeavingRow::name);
  return it == leaving_rows.end() ? std::nullopt : std::optional(it->column);
}

const ColumnInfo& ledger_column_info(LedgerColumn c) {
  return known_columns().at(static_cast<std::size_t>(c));
}

const ColumnInfo* find_ledger_column(std::string_view name) {
  const auto it = std::ranges::find(known_columns(), name, &ColumnInfo::name);
  return it == known_columns().end() ? nullptr : &*it;
}

bool counts_days_not_worked(std::string_view name) {
  const auto* column = find_ledger_column(name);
  if (column == nullptr) return false;
  const auto is = [&](LedgerColumn c) { return column == &ledger_column_info(c); };
  return is(LedgerColumn::days_off) || is(LedgerColumn::holidays) || is(LedgerColumn::sick_days);
}

std::vector<std::string> ledger_column_names() {
  std::vector<std::string> names;
  for (const auto& column : known_columns()) names.push_back(column.name);
  return names;
}

std::string column_of_shift(std::string_view name) { return "shift." + std::string(name); }

ColumnInfo info_of(const DrawnColumn& column) {
  const auto finest = column.has_days() ? day : month;
  switch (column.law) {
    case DrawnColumn::Law::score:
      return {column.name, ratio, mean, 0, "score of the study year", finest};
    case DrawnColumn::Law::share:
      return {column.name, count, sum, 1, "a share of " + column.of, finest, std::nullopt, {column.of}};
    case DrawnColumn::Law::events:
      break;
  }
  ColumnInfo info{column.name, count, sum, 1, "events", finest};
  if (column.has_days() && column.has(ColumnNumber::per_workday)) info.dealt_by.emplace_back("workdays");
  if (column.has_days() && column.has(ColumnNumber::per_visit))
    info.dealt_by.emplace_back("completed_visits");
  return info;
}

LedgerLayout LedgerLayout::sampled(std::span<const VisitCode> codes, int audit_lag_months,
                                   bool has_waiting_list) {
  const auto& known = known_columns();
  const auto fixed = static_cast<std::ptrdiff_t>(ledger_column_count);
  LedgerLayout layout;
  layout.columns_.assign(known.begin(), known.begin() + fixed);
  layout.audit_lag_months_ = audit_lag_months;
  layout.is_sampled_ = true;
  for (const auto& c : codes) {
    layout.codes_.push_back(c.code);
    layout.code_years_.push_back(c.years);
    if (!c.usd_cents) layout.codes_without_usd_.push_back(c.code);
    layout.columns_.push_back({"visits." + c.code, count, sum, 1, "completed visits coded " + c.code});
    layout.columns_.push_back({"code_change." + c.code, count, sum, 1,
                               "net change of visits coded " + c.code + " found by review", month});
  }
  if (!has_waiting_list) return layout;
  layout.first_waiting_column_ = layout.columns_.size();
  const auto waiting = known.begin() + fixed;
  layout.columns_.insert(layout.columns_.end(), waiting,
                         waiting + static_cast<std::ptrdiff_t>(waiting_column_count));
  return layout;
}

LedgerLayout LedgerLayout::sampled(const Practice& practice) {
  const auto may_be_above_0 = [&](Parameter p) {
    const auto* known = std::get_if<Known>(&practice[p]);
    return known == nullptr || known->value != 0.0;
  };
  auto layout =
      sampled(practice.codes, static_cast<int>(std::get<Known>(practice[Parameter::audit_lag_months]).value),
              may_be_above_0(Parameter::demand_returning));
  if (practice.collections) {
    layout.first_collection_column_ = layout.columns_.size();
    layout.collection_lag_ = practice.collections->lag_shares;
    for (const auto& row : collection_rows) layout.columns_.push_back(*find_ledger_column(row.name));
  }
  if (practice.has_leaving)
    for (const auto& row : leaving_rows) layout.columns_.push_back(*find_ledger_column(row.name));
  if (may_be_above_0(Parameter::late_cancel_refilled))
    layout.columns_.push_back(*find_ledger_column(refilled_column));
  for (const auto& shift : practice.shifts)
    layout.columns_.push_back(
        {column_of_shift(shift.name), count, sum, 1, "days worked of the shift " + shift.name});
  for (const auto& column : practice.columns) layout.columns_.push_back(info_of(column));
  return layout;
}

LedgerLayout LedgerLayout::followed_by(std::span<const ColumnInfo> columns) const {
  LedgerLayout longer = *this;
  for (const auto& column : columns) {
    if (longer.find(column.name)) throw std::invalid_argument("two ledger columns are named " + column.name);
    longer.columns_.push_back(column);
  }
  return longer;
}

std::optional<std::size_t> LedgerLayout::place_of(WaitingColumn c) const {
  if (!first_waiting_column_) return std::nullopt;
  return *first_waiting_column_ + static_cast<std::size_t>(c);
}

std::optional<std::size_t> LedgerLayout::place_of(CollectionColumn c) const {
  if (!first_collection_column_) return std::nullopt;
  return *first_collection_column_ + static_cast<std::size_t>(c);
}

std::optional<long> LedgerLayout::work_rvu_of(std::size_t code, int year) const {
  if (code >= code_years_.size()) return std::nullopt;
  const auto it = std::ranges::find(code_years_[code], year, &CodeYear::year);
  return it == code_years_[code].end() ? std::nullopt : std::optional(it->work_rvu_hundredths);
}

LedgerLayout LedgerLayout::typed(std::vector<ColumnInfo> columns, int audit_lag_months) {
  LedgerLayout layout;
  layout.audit_lag_months_ = audit_lag_months;
  std::unordered_set<std::string> names;
  constexpr std::string_view visits = "visits.";
  for (const auto& c : columns) {
    if (!names.insert(c.name).second) throw std::invalid_argument("two ledger columns are named " + c.name);
    if (c.name.starts_with(visits)) layout.codes_.push_back(c.name.substr(visits.size()));
  }
  layout.columns_ = std::move(columns);
  return layout;
}

std::optional<std::size_t> LedgerLayout::find(std::string_view name) const {
  const auto it = std::ranges::find(columns_, name, &ColumnInfo::name);
  if (it == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(it - columns_.begin());
}

LedgerBlock::LedgerBlock(std::size_t periods, std::size_t columns, std::size_t paths)
    : periods_(periods),
      columns_(columns),
      paths_(paths),
      stride_((paths + lane_pad - 1) / lane_pad * lane_pad),
      data_(allocate(periods * columns * stride_)),
      rows_(periods * columns),
      is_lent_(periods * columns) {
  fill(0.0);
}

void LedgerBlock::forget_loans() {
  for (std::size_t row = 0; row < rows_.size(); ++row) rows_[row] = own(row);
  end_of_loans();
}

void LedgerBlock::end_of_loans() { std::ranges::fill(is_lent_, static_cast<unsigned char>(0)); }

void LedgerBlock::borrow(std::size_t period, std::size_t column, LedgerBlock& lender) {
  // Ledgers of offers that count spans have further columns: the row lies elsewhere in the lender.
  const std::size_t lent = lender.row_of(period, column);
  rows_[row_of(period, column)] = lender.own(lent);
  lender.is_lent_[lent] = 1;
}

void LedgerBlock::copy_borrowed(std::size_t row) {
  std::copy_n(rows_[row], stride_, own(row));
  rows_[row] = own(row);
}

void LedgerBlock::fail_as_lent() {
  throw std::logic_error("a row of a ledger is written that another ledger reads");
}

/// A year's ledger is written column after column, two kilobytes at a time: in pages of 4 kilobytes each
/// column needs one more of the machine's few page entries, and being given them one by one takes longer than
/// to sample into them. What does not half fill a huge page does without.
LedgerBlock::Data LedgerBlock::allocate(std::size_t doubles) {
  std::size_t bytes = doubles * sizeof(double);
  const bool is_large = bytes >= huge_page / 2;
  const std::size_t alignment = is_large ? huge_page : block_alignment;
  if (is_large) bytes = (bytes + huge_page - 1) / huge_page * huge_page;
  Data data(static_cast<double*>(::operator new[](bytes, std::align_val_t{alignment})), Free{alignment});
#ifdef MADV_HUGEPAGE
  // Wishes: a machine without huge pages gives small ones. Memory that was used before has small ones
  // already, which the second joins (MADV_COLLAPSE of Linux 6.1; headers of then do not name it).
  constexpr int join_pages = 25;
  if (is_large)
    for (const int wish : {MADV_HUGEPAGE, join_pages}) static_cast<void>(::madvise(data.get(), bytes, wish));
#endif
  return data;
}

LedgerBlock& ledger_in(std::unique_ptr<LedgerBlock>& kept, std::size_t periods, std::size_t columns,
                       std::size_t paths) {
  if (!kept || !kept->has_shape(periods, columns, paths))
    kept = std::make_unique<LedgerBlock>(periods, columns, paths);
  return *kept;
}

void LedgerBlock::fill(double value) {
  forget_loans();
  std::fill_n(data_.get(), periods_ * columns_ * stride_, value);
}

void write_leaving(const Leaving& leaving, const LedgerLayout& layout, const PeriodGrid& grid,
                   std::size_t path, LedgerBlock& ledger) {
  const auto at = [&](std::size_t p, LeavingColumn c) -> double& {
    return ledger.at(p, layout.place_of(c).value())[path];
  };
  for (std::size_t p = 0; p < grid.size(); ++p) {
    const bool leaves = grid[p].month == leaving.month && grid[p].ends_month;
    at(p, LeavingColumn::left) = leaves ? 1.0 : 0.0;
    at(p, LeavingColumn::left_by_employer) = leaves && leaving.by_employer ? 1.0 : 0.0;
    at(p, LeavingColumn::months_employed) =
        leaving.month > 0 ? std::min(grid[p].month, leaving.month) : grid[p].month;
  }
}

void LedgerBlock::Free::operator()(double* p) const { ::operator delete[](p, std::align_val_t{alignment}); }

}  // namespace paystress
