// Columns drawn with the practice: by the month, from words of their own, then dealt to its days.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_COLUMNS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_COLUMNS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_COLUMNS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_COLUMNS_INL_H_
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/samplers/deal_days.h"
#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Draws every column of the month, which is written but for them.
inline void Walk::draw_columns() {
  for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
    if (plan_.columns[c].law == DrawnColumn::Law::score)
      draw_score(c);
    else
      draw_count(c);
    if (days_ != nullptr && plan_.columns[c].has_days) deal_column(c);
  }
}

/// A share of a count, or events with the month's state. Words of the month: that of the count, the state's.
inline void Walk::draw_count(std::size_t c) {
  const RegimeRows& r = regime();
  auto& out = out_;
  const auto& column = plan_.columns[c];
  const auto& keys = fast_.keys.columns[c];
  const auto time = static_cast<std::uint32_t>(common_.month + 1);
  const auto number = [&](ColumnNumber n) -> const DoubleRow& { return r.numbers[column.number_of(n)]; };
  std::array<WordRow, 4> rows;
  fill_words(first_, keys.words, time, 0, rows.data());
  F k[vectors];
  W bits[vectors];
  load_all(rows[0], bits);
  const Refinement more{keys.refine, first_, time, 0, fast_.always_exact};
  if (column.law == DrawnColumn::Law::share) {
    FloatRow counts;
    FloatRow shares;
    const double* of = std::as_const(out).at(common_.month, column.of) + lane_;
    for (std::size_t i = 0; i < lanes_; ++i) counts[i] = static_cast<float>(of[i]);
    copy_row(number(ColumnNumber::share), shares);
    F n[vectors];
    F p[vectors];
    load_all(counts, n);
    load_all(shares, p);
    binomial(n, p, bits, more, k);
  } else {
    FloatRow sigma;
    FloatRow half_variance;
    log_spread(number(ColumnNumber::monthly_cv), sigma, half_variance);
    FloatRow rates;
    for (std::size_t i = 0; i < lanes_; ++i) rates[i] = static_cast<float>(events_expected(c, i));
    F mean[vectors];
    F z[vectors];
    for (std::size_t v = 0; v < vectors; ++v) {
      const std::size_t i = v * hn::Lanes(Floats());
      mean[v] =
          hn::Mul(load(rates, i), factor(load(sigma, i), load(half_variance, i), gaussian(load(rows[1], i))));
    }
    gaussian(bits, z);
    poisson(mean, z, bits, more, k);
  }
  FloatRow drawn;
  store_all(k, drawn);
  put_row(out, column.place, drawn);
}

/// Events that the month's work and panel let expect, before the state.
inline double Walk::events_expected(std::size_t c, std::size_t i) const {
  const auto& column = plan_.columns[c];
  const auto number = [&](ColumnNumber n) { return regime().numbers[column.number_of(n)][i]; };
  return number(ColumnNumber::per_month) +
         number(ColumnNumber::per_workday) * stored(made<Stage::open>().sums.workdays[i]) +
         number(ColumnNumber::per_visit) * stored(made<Stage::keep>().sums.completed[i]) +
         number(ColumnNumber::per_member) * made<Stage::demand>().panel[i];
}

/// One score a study year; a month under the numbers of the month before has its score.
inline void Walk::draw_score(std::size_t c) {
  const RegimeRows& r = regime();
  auto& out = out_;
  const auto& column = plan_.columns[c];
  const auto first_month = static_cast<std::size_t>(plan_.years[month().year].first_month) - 1;
  const auto& regimes = fast_.regime_of_month[scenario_];
  const std::size_t own = regimes[common_.month];
  if (common_.month > first_month && regimes[common_.month - 1] == own) {
    const double* before = std::as_const(out).at(common_.month - 1, column.place) + lane_;
    put(out, column.place, [&](std::size_t i) { return before[i]; });
    return;
  }
  const auto& mean = r.numbers[column.number_of(ColumnNumber::score_mean)];
  const auto& concentration = r.numbers[column.number_of(ColumnNumber::score_concentration)];
  put(out, column.place, [&](std::size_t i) {
    random::Stream bits(fast_.keys.columns[c].words, first_ + i, static_cast<std::uint32_t>(first_month + 1));
    return score_at(random::uniform52(bits), fast_.score_tables[own][c], mean[i], concentration[i]);
  });
}

/// A share lies uniformly among the units of its count; events fall on the days by what they follow.
inline void Walk::deal_column(std::size_t c) {
  const auto& column = plan_.columns[c];
  if (month().workdays.empty() || !days_->has(column.place)) return;
  if (column.law == DrawnColumn::Law::share)
    deal_share(c);
  else
    spread_events(c);
}

inline void Walk::deal_share(std::size_t c) {
  const auto& column = plan_.columns[c];
  std::vector<FloatRow> of(month().workdays.size());
  std::vector<FloatRow> dealt(of.size());
  FloatRow drawn{};
  const double* counts = std::as_const(out_).at(common_.month, column.place) + lane_;
  for (std::size_t i = 0; i < lanes_; ++i) drawn[i] = static_cast<float>(counts[i]);
  for (std::size_t d = 0; d < of.size(); ++d) {
    const double* row = days_->find(first_row_ + d, column.of) + lane_;
    for (std::size_t i = 0; i < lanes_; ++i) of[d][i] = static_cast<float>(row[i]);
  }
  deal(fast_.keys.columns[c].days, drawn, of, dealt);
  for (std::size_t d = 0; d < of.size(); ++d) {
    double* row = days_->find(first_row_ + d, column.place) + lane_;
    for (std::size_t i = 0; i < lanes_; ++i) row[i] = static_cast<double>(dealt[d][i]);
  }
}

inline void Walk::spread_events(std::size_t c) {
  const RegimeRows& r = regime();
  const auto& column = plan_.columns[c];
  const std::size_t n = month().workdays.size();
  constexpr std::size_t most_days = 31;
  std::array<double, most_days> weights{};
  std::array<double, most_days> spread{};
  const auto at = [&](std::size_t d, LedgerColumn place, std::size_t i) {
    const double* row = days_->find(first_row_ + d, place);
    return row == nullptr ? 0.0 : row[lane_ + i];  // a column that it does not follow
  };
  const double* drawn = std::as_const(out_).at(common_.month, column.place) + lane_;
  for (std::size_t i = 0; i < lanes_; ++i) {
    const double per_workday = r.numbers[column.number_of(ColumnNumber::per_workday)][i];
    const double per_visit = r.numbers[column.number_of(ColumnNumber::per_visit)][i];
    for (std::size_t d = 0; d < n; ++d)
      weights[d] = per_workday * at(d, LedgerColumn::workdays, i) +
                   per_visit * at(d, LedgerColumn::completed_visits, i);
    spread_over_days(fast_.keys.columns[c].days, first_ + i, static_cast<std::uint32_t>(common_.month + 1),
                     drawn[i], std::span(weights).first(n), std::span(spread).first(n));
    for (std::size_t d = 0; d < n; ++d) days_->find(first_row_ + d, column.place)[lane_ + i] = spread[d];
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
