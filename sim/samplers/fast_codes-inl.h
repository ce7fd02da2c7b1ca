// What is drawn by the month: late cancels among other losses, codes, recodings and reviews.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_
#endif

#include <algorithm>

#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Corrections of the visits of a month, by code, until they are found.
inline FloatRow* Walk::corrections_of(std::size_t month) const {
  const std::size_t months = static_cast<std::size_t>(plan_.audit_lag_months) + 1;
  return space_.moved.data() + month % months * plan_.codes.size();
}

inline void Walk::draw_late_cancels() {
  F n[vectors];
  F p[vectors];
  F k[vectors];
  load_all(space_.sums.others, n);
  load_all(space_.late_share, p);
  month_words_.binomial(month::late_cancels, n, p, k);
  store_all(k, space_.late_cancels);
}

/// The month's first codes, recodings and reviews.
inline void Walk::code_visits(const RegimeRows& r) {
  space_.recode_lost = DoubleRow{};
  if (plan_.codes.empty()) return;
  draw_codes(r);
  if (days_ != nullptr) deal_codes();
  recode_visits();
  review_visits(r);
}

/// Codes one after the other: each takes its share of what is left.
inline void Walk::draw_codes(const RegimeRows& r) {
  const std::size_t codes = plan_.codes.size();
  F n[vectors];
  F p[vectors];
  F k[vectors];
  load_all(space_.sums.completed, n);
  FloatRow rest;
  FloatRow share;
  rest.x.fill(1.0F);
  for (std::size_t c = 0; c + 1 < codes; ++c) {
    for (std::size_t i = 0; i < batch_paths; ++i) {
      const auto mine = static_cast<float>(r.mix[c][i]);
      share[i] = rest[i] > 0.0F ? std::min(1.0F, mine / rest[i]) : 0.0F;
      rest[i] = std::max(0.0F, rest[i] - mine);
    }
    load_all(share, p);
    month_words_.binomial(month::code(c), n, p, k);
    store_all(k, space_.coded[c]);
    for (std::size_t v = 0; v < vectors; ++v) n[v] = hn::Sub(n[v], k[v]);
  }
  store_all(n, space_.coded[codes - 1]);
}

inline void Walk::recode_visits() {
  F n[vectors];
  F p[vectors];
  F k[vectors];
  const auto& steps = plan_.months[month_].recodes;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const auto& step = steps[s];
    if (step.from == step.to) continue;
    load_all(space_.coded[step.from], n);
    for (std::size_t v = 0; v < vectors; ++v) p[v] = constant(static_cast<float>(step.share));
    month_words_.binomial(month::recode(s), n, p, k);
    take_all(k, space_.coded[step.from]);
    add_all(k, space_.coded[step.to]);
    FloatRow counts;
    store_all(k, counts);
    if (days_ != nullptr) deal_recode(s, counts);
    const double lost = static_cast<double>(plan_.codes[step.from].work_rvu_hundredths -
                                            plan_.codes[step.to].work_rvu_hundredths);
    for (std::size_t i = 0; i < batch_paths; ++i)
      space_.recode_lost[i] += lost * static_cast<double>(counts[i]);
  }
}

/// Reviews of each code: one level down, one up, or as it is.
inline void Walk::review_visits(const RegimeRows& r) {
  const Floats d;
  const F one = constant(1.0F);
  const std::size_t codes = plan_.codes.size();
  FloatRow* moved = corrections_of(month_);
  for (std::size_t c = 0; c < codes; ++c) moved[c] = FloatRow{};
  F n[vectors];
  F p[vectors];
  F k[vectors];
  for (std::size_t c = 0; c < codes; ++c) {
    load_all(space_.coded[c], n);
    if (c > 0) {
      load_all(r.review_down, p);
      month_words_.binomial(month::review_down(c), n, p, k);
      take_all(k, moved[c]);
      add_all(k, moved[c - 1]);
      for (std::size_t v = 0; v < vectors; ++v) n[v] = hn::Sub(n[v], k[v]);
    }
    if (c + 1 == codes) break;
    load_all(r.review_up, p);
    if (c > 0)  // among those not moved down
      for (std::size_t v = 0; v < vectors; ++v) {
        const F stay = hn::Sub(one, load(r.review_down, v * hn::Lanes(d)));
        const M some = hn::Gt(stay, hn::Zero(d));
        p[v] = hn::IfThenElseZero(some, hn::Min(one, hn::Div(p[v], hn::IfThenElse(some, stay, one))));
      }
    month_words_.binomial(month::review_up(c), n, p, k);
    take_all(k, moved[c]);
    add_all(k, moved[c + 1]);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
