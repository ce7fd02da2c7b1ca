// The columns of a month.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_LEDGER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_LEDGER_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_LEDGER_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_LEDGER_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "sim/samplers/fast_codes-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

HWY_INLINE double stored(float x) { return static_cast<double>(x); }

/// Writes a column of the month, or of a day where it is wanted: a row, or a function of the path.
template <class Column, class Value>
HWY_INLINE void Walk::put(LedgerBlock& out, Column column, Value value) const {
  double* to = out.to_fill(common_.month, static_cast<std::size_t>(column)) + lane_;
  for (std::size_t i = 0; i < lanes_; ++i) to[i] = value(i);
}
template <class Column, class Value>
HWY_INLINE void Walk::put(DayRow& out, Column column, Value value) const {
  double* to = out.days.find(out.row, column);
  if (to == nullptr) return;
  for (std::size_t i = 0; i < lanes_; ++i) to[lane_ + i] = value(i);
}
/// Borrows the row for as long as every batch of the block has it from this lender.
template <class Column, class Value>
HWY_INLINE void Walk::put(Borrower& out, Column column, Value /*value*/) const {
  const auto place = static_cast<std::size_t>(column);
  if (lane_ == 0) return out.months.borrow(common_.month, place, out.lender);
  if (out.months.borrows(common_.month, place, out.lender)) return;
  const double* from = std::as_const(out.lender).at(common_.month, place) + lane_;
  std::copy_n(from, lanes_, out.months.to_fill(common_.month, place) + lane_);
}
template <class Out, class Column>
HWY_INLINE void Walk::put_row(Out& out, Column column, const FloatRow& row) const {
  put(out, column, [&](std::size_t i) { return stored(row[i]); });
}

/// Columns of a stage, made here or borrowed from the scenario that makes them.
template <Stage stage, class Write>
void Walk::write_columns(Write write) {
  if (makes(stage)) return write(out_);
  Borrower borrower{out_, *shared_.ledgers[rows_.maker[place_of(stage)]]};
  write(borrower);
}

template <class Out>
void Walk::write_session(Out& out) const {
  using enum LedgerColumn;
  constexpr auto self = Stage::session_columns;
  const RegimeRows& r = regime();
  const auto& open = read<self, Stage::open>().sums;
  const FloatRow& worked = open.workdays;
  const auto& kept = read<self, Stage::keep>().sums;
  const FloatRow& completed = kept.completed;
  const FloatRow& treated = read<self, Stage::treat>().sums.minutes;
  const double* length = number(r, Parameter::session_hours).data();
  const double* charting = number(r, charting_minutes).data();
  const double* late_charting = number(r, late_charting_minutes).data();
  const double* meetings = number(r, meetings_hours_per_month).data();
  const double* training = number(r, training_hours).data();
  const bool first_month = common_.month == 0;
  put_row(out, workdays, worked);
  put_row(out, LedgerColumn::holidays, open.holidays);
  put_row(out, sick_days, open.sick_days);
  put(out, days_off, [&](std::size_t i) {
    return scheduled(out) - stored(worked[i]) - stored(open.holidays[i]) - stored(open.sick_days[i]) -
           stored(open.closed[i]);
  });
  if (plan_.shifts.empty()) {
    const double* pace = number(r, Parameter::slots_per_hour).data();
    put(out, idle_hours, [&](std::size_t i) { return unfilled(open, kept, i) / pace[i]; });
    put(out, LedgerColumn::session_hours, [&](std::size_t i) { return stored(worked[i]) * length[i]; });
  } else {
    const FloatRow& idle = kept.idle_minutes;
    put(out, idle_hours, [&](std::size_t i) { return stored(idle[i]) / 60; });
    put(out, LedgerColumn::session_hours,
        [&](std::size_t i) { return stored(open.session_minutes[i]) / 60; });
    write_shifts(out);
  }
  put(out, meeting_hours,
      [&](std::size_t i) { return first_month ? meetings[i] + training[i] : meetings[i]; });
  put(out, visit_hours, [&](std::size_t i) { return stored(treated[i]) / 60; });
  put(out, charting_hours, [&](std::size_t i) { return stored(completed[i]) * charting[i] / 60; });
  put(out, late_charting_hours, [&](std::size_t i) { return stored(completed[i]) * late_charting[i] / 60; });
}

template <class Out>
void Walk::write_after_hours(Out& out) const {
  constexpr auto self = Stage::after_hours_columns;
  const FloatRow& completed = read<self, Stage::keep>().sums.completed;
  const auto& spent = read<self, Stage::spend>().sums;
  const double* late_charting = number(regime(), late_charting_minutes).data();
  put(out, LedgerColumn::after_hours, [&](std::size_t i) {
    return (stored(spent.after_minutes[i]) + stored(completed[i]) * late_charting[i]) / 60;
  });
  put(out, LedgerColumn::inbox_hours, [&](std::size_t i) { return stored(spent.inbox_minutes[i]) / 60; });
}

template <class Out>
void Walk::write_visits(Out& out) const {
  using enum LedgerColumn;
  constexpr auto self = Stage::visit_columns;
  const auto& open = read<self, Stage::open>().sums;
  const auto& booked = read<self, Stage::book>().sums;
  const auto& kept = read<self, Stage::keep>().sums;
  put_row(out, LedgerColumn::slots, open.slots);
  put(out, unfilled_slots, [&](std::size_t i) { return unfilled(open, kept, i); });
  put_row(out, LedgerColumn::demand, booked.demand);
  put(out, turned_away, [&](std::size_t i) { return stored(booked.turned_away[i] - kept.refilled[i]); });
  put_row(out, booked_visits, kept.booked);
  put_row(out, no_shows, kept.no_shows);
  put_row(out, completed_visits, kept.completed);
  if (plan_.refills_late_cancels)
    if (const auto place = plan_.layout.place_of_refilled()) put_row(out, *place, kept.refilled);
  write_waiting_list(out);
}

template <class Out>
void Walk::write_waiting_list(Out& out) const {
  if (!plan_.keeps_waiting_list) return;
  const auto& book = read<Stage::visit_columns, Stage::book>();
  const FloatRow& thinned = read<Stage::visit_columns, Stage::keep>().sums.thinned_patients;
  const auto write = [&](WaitingColumn column, const auto& value) {
    if (const auto place = plan_.layout.place_of(column)) put(out, *place, value);
  };
  using enum WaitingColumn;
  write(asked_when_closed, [&](std::size_t i) { return stored(book.sums.asked_when_closed[i]); });
  write(returned, [&](std::size_t i) { return stored(book.sums.returned[i]); });
  write(waiting, [&](std::size_t i) { return stored(book.waiting[i]); });
  write(lost_patients, [&](std::size_t i) { return stored(book.sums.lost_patients[i] + thinned[i]); });
}

template <class Out>
void Walk::write_items(Out& out) const {
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    put_row(out, column_of(static_cast<InboxKind>(k)),
            read<Stage::item_columns, Stage::answer>().sums.items[k]);
}

/// What the days count, of the month or of a day.
template <class Out>
void Walk::write_counted(Out& out) const {
  write_session(out);
  write_after_hours(out);
  write_visits(out);
  write_items(out);
}

template <class Out>
void Walk::write_losses(Out& out) const {
  using enum LedgerColumn;
  constexpr auto self = Stage::loss_columns;
  const RegimeRows& r = regime();
  const auto& open = read<self, Stage::open>().sums;
  const auto& kept = read<self, Stage::keep>().sums;
  const FloatRow& cancels = read<self, Stage::cancel>().late_cancels;
  const DoubleRow& panel = read<self, Stage::demand>().panel;
  const auto failed = [&](std::size_t i) { return stored(kept.others[i]) - stored(cancels[i]); };
  put_row(out, late_cancels, cancels);
  put(out, tech_failures, failed);
  put(out, panel_members, [&](std::size_t i) { return panel[i]; });
  put(out, quality_score, [&](std::size_t i) { return r.quality[i]; });

  DoubleRow mean;
  if constexpr (!std::is_same_v<Out, Borrower>)
    for (std::size_t c = 0; c < plan_.codes.size(); ++c) {
      const auto points = static_cast<double>(month().values[c].work_rvu_hundredths);
      for (std::size_t i = 0; i < batch_paths; ++i) mean[i] += r.mix[c][i] * points;
    }
  const auto lost = [&](double visits, std::size_t i) { return std::floor(visits * mean[i] + 0.5); };
  put(out, wrvu_lost_unfilled, [&](std::size_t i) { return lost(unfilled(open, kept, i), i); });
  put(out, wrvu_lost_late_cancel,
      [&](std::size_t i) { return lost(stored(cancels[i] - kept.refilled[i]), i); });
  put(out, wrvu_lost_no_show, [&](std::size_t i) { return lost(stored(kept.no_shows[i]), i); });
  put(out, wrvu_lost_tech_failure, [&](std::size_t i) { return lost(failed(i), i); });
}

template <class Out>
void Walk::write_recoded(Out& out) const {
  const DoubleRow& recoded = read<Stage::recode_columns, Stage::recode>().lost;
  put(out, LedgerColumn::wrvu_lost_recode, [&](std::size_t i) { return recoded[i]; });
}

/// Work RVUs, dollars, and the corrections that land this month.
template <class Out>
void Walk::write_credit(Out& out) const {
  using enum LedgerColumn;
  constexpr auto self = Stage::credit_columns;
  const std::size_t codes = plan_.codes.size();
  const auto lag = static_cast<std::size_t>(plan_.audit_lag_months);
  const auto& coded = read<self, Stage::recode>().coded;
  const auto& review = read<self, Stage::review>();
  const FloatRow* found =
      common_.month < lag ? nullptr : review.moved.data() + place_of_corrections(common_.month - lag);
  DoubleRow generated, dollars;
  for (std::size_t c = 0; c < codes; ++c) {
    const auto& value = month().values[c];
    const auto points = static_cast<double>(value.work_rvu_hundredths);
    const double cents = plan_.has_collections ? static_cast<double>(*value.usd_cents) : 0.0;
    put_row(out, plan_.layout.visits_of(c), coded[c]);
    if (found != nullptr) {
      put_row(out, plan_.layout.change_of(c), found[c]);
    } else {
      put(out, plan_.layout.change_of(c), [](std::size_t) { return 0.0; });
    }
    if constexpr (!std::is_same_v<Out, Borrower>)
      for (std::size_t i = 0; i < batch_paths; ++i) {
        generated[i] += points * stored(coded[c][i]);
        dollars[i] += cents * stored(coded[c][i]);
      }
  }
  put(out, generated_wrvu, [&](std::size_t i) { return generated[i]; });
  put(out, credited_wrvu, [&](std::size_t i) { return generated[i] + review.landed[i]; });
  put(out, wrvu_lost_audit, [&](std::size_t i) { return 0.0 - review.landed[i]; });
  put(out, wrvu_pending, [&](std::size_t i) { return review.pending[i]; });
  put(out, collections_usd, [&](std::size_t i) { return dollars[i]; });
}

/// The month's columns; further ones are written where they are drawn.
inline void Walk::write_month() {
  write_columns<Stage::session_columns>([&](auto& out) { write_session(out); });
  write_columns<Stage::after_hours_columns>([&](auto& out) { write_after_hours(out); });
  write_columns<Stage::visit_columns>([&](auto& out) { write_visits(out); });
  write_columns<Stage::item_columns>([&](auto& out) { write_items(out); });
  write_columns<Stage::loss_columns>([&](auto& out) { write_losses(out); });
  write_columns<Stage::recode_columns>([&](auto& out) { write_recoded(out); });
  write_columns<Stage::credit_columns>([&](auto& out) { write_credit(out); });
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
