// Who leaves at the end of a month, from words of their own.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_LEAVING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_LEAVING_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_LEAVING_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_LEAVING_INL_H_
#endif

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/random/portable_math.h"
#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Probability of a month, of one of a year: 12 such months have it together.
inline double month_hazard(double per_year) {
  if (per_year >= 1.0) return 1.0;
  return 1.0 - random::portable::exp(random::portable::log(1.0 - per_year) / 12.0);
}

/// One word a month: below the month's probability the path leaves, in the lowest part of that by the
/// employer's decision. Words of the month: that one.
inline void Walk::draw_leaving() {
  using enum LeavingColumn;
  const auto column = [&](std::size_t m, LeavingColumn c) {
    return out_.at(m, plan_.layout.place_of(c).value()) + lane_;
  };
  const std::size_t m = common_.month;
  const DoubleRow& per_year = number(regime(), leaving_per_year);
  const DoubleRow& by_employer = number(regime(), leaving_by_employer);
  std::array<WordRow, 4> words;
  fill_words(first_, fast_.keys.leaving, static_cast<std::uint32_t>(m + 1), 0, words.data());
  const double* employed_before = m == 0 ? nullptr : column(m - 1, months_employed);
  const double* left_before = m == 0 ? nullptr : column(m - 1, left);
  double* employed = column(m, months_employed);
  double* leaves = column(m, left);
  double* sent = column(m, left_by_employer);
  double known = -1.0;
  double hazard = 0.0;
  for (std::size_t i = 0; i < lanes_; ++i) {
    if (per_year[i] != known) hazard = month_hazard(known = per_year[i]);
    const bool is_gone = m > 0 && (left_before[i] != 0.0 || employed_before[i] < static_cast<double>(m));
    const double u = (static_cast<double>(words[0].data()[i]) + 0.5) * 0x1p-32;
    employed[i] = is_gone ? employed_before[i] : static_cast<double>(m + 1);
    leaves[i] = !is_gone && u < hazard ? 1.0 : 0.0;
    sent[i] = leaves[i] != 0.0 && u < hazard * by_employer[i] ? 1.0 : 0.0;
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
