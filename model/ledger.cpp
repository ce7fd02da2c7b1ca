#include "model/ledger.h"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <unordered_set>

namespace paystress {
namespace {

constexpr std::size_t lane_pad = 8;
constexpr std::align_val_t block_alignment{64};

using enum ColumnUnit;
using enum ColumnJoin;

const std::array<ColumnInfo, ledger_column_count>& fixed_columns() {
  static const std::array<ColumnInfo, ledger_column_count> columns{{
      {"workdays", count, sum, 1, "days worked"},
      {"session_hours", hours, sum, 0, "hours of session on days worked"},
      {"after_hours", hours, sum, 0, "unpaid hours of charting, inbox and overrun outside sessions"},
      {"meeting_hours", hours, sum, 0, "unpaid hours of meetings and training"},
      {"visit_hours", hours, sum, 0, "hours with patients"},
      {"charting_hours", hours, sum, 0, "hours of charting in session"},
      {"late_charting_hours", hours, sum, 0, "hours of charting after session"},
      {"inbox_hours", hours, sum, 0, "hours of inbox work, in and after session"},
      {"slots", count, sum, 1, "visit slots open on days worked"},
      {"unfilled_slots", count, sum, 1, "open slots that nobody booked"},
      {"demand", count, sum, 1, "patients who asked for a visit"},
      {"turned_away", count, sum, 1, "patients who found no slot"},
      {"booked_visits", count, sum, 1, "visits booked"},
      {"late_cancels", count, sum, 1, "booked visits cancelled too late to refill"},
      {"no_shows", count, sum, 1, "booked visits whose patient did not come"},
      {"tech_failures", count, sum, 1, "booked visits lost to a failed call"},
      {"completed_visits", count, sum, 1, "visits completed"},
      {"generated_wrvu", points, sum, 100, "wRVU of completed visits as coded in the month worked"},
      {"credited_wrvu", points, sum, 100, "generated wRVU plus corrections found by review in this month"},
      {"wrvu_lost_unfilled", points, sum, 100,
       "wRVU that unfilled slots would have brought at the mean code"},
      {"wrvu_lost_late_cancel", points, sum, 100,
       "wRVU that late cancels would have brought at the mean code"},
      {"wrvu_lost_no_show", points, sum, 100, "wRVU that no-shows would have brought at the mean code"},
      {"wrvu_lost_tech_failure", points, sum, 100,
       "wRVU that failed calls would have brought at the mean code"},
      {"wrvu_lost_recode", points, sum, 100, "wRVU lost to the recoding of a stress"},
      {"wrvu_lost_audit", points, sum, 100, "net wRVU taken by review, in the month found"},
      {"wrvu_pending", points, last, 100, "net wRVU change already caused and not yet found"},
      {"messages", count, sum, 1, "portal messages"},
      {"results", count, sum, 1, "test results"},
      {"other_items", count, sum, 1, "other inbox items"},
      {"panel_members", count, last, 1, "patients on the panel"},
      {"collections_usd", usd, sum, 100, "completed visits at the dollar schedule"},
      {"quality_score", ratio, mean, 0, "quality score, share of the maximum"},
  }};
  return columns;
}

}  // namespace

const ColumnInfo& ledger_column_info(LedgerColumn c) {
  return fixed_columns().at(static_cast<std::size_t>(c));
}

LedgerLayout LedgerLayout::sampled(std::span<const VisitCode> codes, int audit_lag_months) {
  LedgerLayout layout;
  layout.columns_.assign(fixed_columns().begin(), fixed_columns().end());
  layout.audit_lag_months_ = audit_lag_months;
  for (const auto& c : codes) {
    layout.codes_.push_back(c.code);
    if (!c.usd_cents) layout.codes_without_usd_.push_back(c.code);
    layout.columns_.push_back({"visits." + c.code, count, sum, 1, "completed visits coded " + c.code});
    layout.columns_.push_back({"code_change." + c.code, count, sum, 1,
                               "net change of visits coded " + c.code + " found by review"});
  }
  return layout;
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
      data_(static_cast<double*>(
          ::operator new[](periods* columns* stride_ * sizeof(double), block_alignment))) {
  fill(0.0);
}

void LedgerBlock::fill(double value) { std::fill_n(data_.get(), periods_ * columns_ * stride_, value); }

void LedgerBlock::Free::operator()(double* p) const { ::operator delete[](p, block_alignment); }

}  // namespace paystress
