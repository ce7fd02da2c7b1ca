// The days behind a month, where they are kept: what days count, and what is drawn by the month and dealt.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_DAYS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_DAYS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_DAYS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_DAYS_INL_H_
#endif

#include "sim/samplers/deal_days.h"
#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// The month's sums start from nothing for the day, so that the day's numbers are not differences of sums.
inline void Walk::begin_day_row() {
  if (common_.day == static_cast<std::uint32_t>(month().workdays.front().day)) {
    first_row_ = row_;
    for_each_sum([](auto& rows) { rows.before_today = {}; });
    mine<Stage::keep>().day_others.clear();
    mine<Stage::keep>().day_completed.clear();
    mine<Stage::keep>().day_cancels.clear();
  }
  for_each_sum([](auto& rows) { rows.sums = {}; });
}

inline void Walk::write_day_row() {
  if (days_ == nullptr) return;
  DayRow today{*days_, row_++};
  write_counted(today);
}

/// Joins the day to the month.   \pre the day's row of every scenario is written
inline void Walk::end_day_row() {
  auto& kept = mine<Stage::keep>();
  if (makes(Stage::keep)) {
    kept.day_others.push_back(kept.sums.others);
    kept.day_completed.push_back(kept.sums.completed);
    if (plan_.refills_late_cancels) kept.day_cancels.push_back(kept.sums.cancels);
  }
  const bool is_last = common_.day == static_cast<std::uint32_t>(month().workdays.back().day);
  for_each_sum([&](auto& rows) {
    const auto before = rows_of(rows.before_today), sums = rows_of(rows.sums);
    for (std::size_t row = 0; row < sums.size(); ++row)
      for (std::size_t i = 0; i < batch_paths; ++i) before[row][i] += sums[row][i];
    if (is_last) rows.sums = rows.before_today;
  });
}

/// Deals counts of the month to its days, out of what `from` has on each, into `to`.
inline void Walk::deal(const random::StreamKey& key, const FloatRow& counts, std::vector<FloatRow>& from,
                       std::vector<FloatRow>& to) {
  deal_to_days(key, first_, static_cast<std::uint32_t>(common_.month + 1), counts, from, to,
               fast_.always_exact);
}

/// Late cancels among late cancels and failed calls.
inline void Walk::deal_late_cancels() {
  using enum LedgerColumn;
  if (month().workdays.empty()) return;
  if (!days_->has(late_cancels) && !days_->has(tech_failures)) return;
  rows_.day_others = made<Stage::keep>().day_others;
  std::vector<FloatRow> cancels(rows_.day_others.size());
  if (plan_.refills_late_cancels) {
    cancels = made<Stage::keep>().day_cancels;
    for (std::size_t d = 0; d < cancels.size(); ++d)
      for (std::size_t i = 0; i < batch_paths; ++i) rows_.day_others[d][i] -= cancels[d][i];
  } else {
    deal(fast_.keys.late_cancel_days, made<Stage::cancel>().late_cancels, rows_.day_others, cancels);
  }
  for (std::size_t d = 0; d < cancels.size(); ++d) {
    DayRow day{*days_, first_row_ + d};
    put_row(day, late_cancels, cancels[d]);
    put_row(day, tech_failures, rows_.day_others[d]);
  }
}

inline bool Walk::deals_codes() const {
  using enum LedgerColumn;
  if (month().workdays.empty()) return false;
  bool wanted = days_->has(generated_wrvu) || days_->has(collections_usd);
  for (std::size_t c = 0; c < plan_.codes.size(); ++c)
    wanted = wanted || days_->has(plan_.layout.visits_of(c));
  return wanted;
}

/// First codes, one after the other among the visits left, as they are drawn; then what a stress moves.
inline void Walk::deal_codes() {
  if (!deals_codes()) return;
  rows_.day_completed = made<Stage::keep>().day_completed;
  rows_.day_coded.resize(plan_.codes.size());
  for (std::size_t c = 0; c < plan_.codes.size(); ++c) {
    auto& dealt = rows_.day_coded[c];
    dealt.assign(rows_.day_completed.size(), FloatRow{});
    if (c + 1 == plan_.codes.size())
      dealt = rows_.day_completed;
    else
      deal(fast_.keys.code_days[c], made<Stage::code>().coded[c], rows_.day_completed, dealt);
  }
  for (std::size_t s = 0; s < month().recodes.size(); ++s) deal_recode(s, made<Stage::recode>().moved[s]);
}

inline void Walk::deal_recode(std::size_t step, const FloatRow& counts) {
  const auto& recode = month().recodes[step];
  if (recode.from == recode.to) return;
  deal(fast_.keys.recode_days[step], counts, rows_.day_coded[recode.from], rows_.day_coded[recode.to]);
}

inline void Walk::write_dealt_codes() {
  using enum LedgerColumn;
  if (!deals_codes()) return;
  for (std::size_t d = 0; d < rows_.day_completed.size(); ++d) {
    DayRow day{*days_, first_row_ + d};
    DoubleRow points;
    DoubleRow cents;
    for (std::size_t c = 0; c < plan_.codes.size(); ++c) {
      const FloatRow& visits = rows_.day_coded[c][d];
      put_row(day, plan_.layout.visits_of(c), visits);
      const auto& value = month().values[c];
      const auto point = static_cast<double>(value.work_rvu_hundredths);
      const double cent = plan_.has_collections ? static_cast<double>(*value.usd_cents) : 0.0;
      for (std::size_t i = 0; i < batch_paths; ++i) {
        points[i] += point * static_cast<double>(visits[i]);
        cents[i] += cent * static_cast<double>(visits[i]);
      }
    }
    put(day, generated_wrvu, [&](std::size_t i) { return points[i]; });
    put(day, collections_usd, [&](std::size_t i) { return cents[i]; });
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
