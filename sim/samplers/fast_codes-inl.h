// What is drawn by the month: late cancels among other losses, codes, recodings and reviews.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_CODES_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

inline void Walk::draw_late_cancels() {
  if (plan_.refills_late_cancels) {
    mine<Stage::cancel>().late_cancels = read<Stage::cancel, Stage::keep>().sums.cancels;
    return;
  }
  F n[vectors];
  F p[vectors];
  F k[vectors];
  load_all(read<Stage::cancel, Stage::keep>().sums.others, n);
  load_all(read<Stage::cancel, Stage::losses>().late_share, p);
  shared_.month_words.binomial(month::late_cancels, n, p, k);
  store_all(k, mine<Stage::cancel>().late_cancels);
}

/// First codes, one after the other: each takes its share of what is left.
inline void Walk::draw_codes() {
  const std::size_t codes = plan_.codes.size();
  if (codes == 0) return;
  auto& coded = mine<Stage::code>().coded;
  const auto& mix = regime().mix;
  F n[vectors];
  F p[vectors];
  F k[vectors];
  load_all(read<Stage::code, Stage::keep>().sums.completed, n);
  FloatRow rest;
  FloatRow share;
  rest.x.fill(1.0F);
  for (std::size_t c = 0; c + 1 < codes; ++c) {
    for (std::size_t i = 0; i < batch_paths; ++i) {
      const auto of_code = static_cast<float>(mix[c][i]);
      share[i] = rest[i] > 0.0F ? std::min(1.0F, of_code / rest[i]) : 0.0F;
      rest[i] = std::max(0.0F, rest[i] - of_code);
    }
    load_all(share, p);
    shared_.month_words.binomial(month::code(c), n, p, k);
    store_all(k, coded[c]);
    for (std::size_t v = 0; v < vectors; ++v) n[v] = hn::Sub(n[v], k[v]);
  }
  store_all(n, coded[codes - 1]);
}

inline void Walk::recode_visits() {
  auto& rows = mine<Stage::recode>();
  rows.coded = read<Stage::recode, Stage::code>().coded;
  rows.lost = DoubleRow{};
  const auto& steps = month().recodes;
  rows.moved.assign(steps.size(), FloatRow{});
  if (plan_.codes.empty()) return;
  F n[vectors];
  F p[vectors];
  F k[vectors];
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const auto& step = steps[s];
    if (step.from == step.to) continue;
    load_all(rows.coded[step.from], n);
    for (std::size_t v = 0; v < vectors; ++v) p[v] = constant(static_cast<float>(step.share));
    shared_.month_words.binomial(month::recode(s), n, p, k);
    take_all(k, rows.coded[step.from]);
    add_all(k, rows.coded[step.to]);
    store_all(k, rows.moved[s]);
    const auto& values = month().values;
    const auto lost =
        static_cast<double>(values[step.from].work_rvu_hundredths - values[step.to].work_rvu_hundredths);
    for (std::size_t i = 0; i < batch_paths; ++i)
      rows.lost[i] += lost * static_cast<double>(rows.moved[s][i]);
  }
}

/// Reviews of each code: one level down, one up, or as it is. What they change is found after the lag.
inline void Walk::review_visits() {
  move_corrections();
  book_corrections();
}

inline void Walk::move_corrections() {
  const Floats d;
  const F one = constant(1.0F);
  const std::size_t codes = plan_.codes.size();
  const RegimeRows& r = regime();
  const auto& coded = read<Stage::review, Stage::recode>().coded;
  FloatRow* moved = mine<Stage::review>().moved.data() + place_of_corrections(common_.month);
  for (std::size_t c = 0; c < codes; ++c) moved[c] = FloatRow{};
  F n[vectors];
  F p[vectors];
  F k[vectors];
  for (std::size_t c = 0; c < codes; ++c) {
    const std::size_t lower = plan_.review.down[c], higher = plan_.review.up[c];
    FloatRow moved_down, moved_up;
    load_all(coded[c], n);
    if (lower != c) {
      load_all(r.review_down, p);
      shared_.month_words.binomial(month::review_down(c), n, p, k);
      take_all(k, moved[c]);
      add_all(k, moved[lower]);
      for (std::size_t v = 0; v < vectors; ++v) n[v] = hn::Sub(n[v], k[v]);
      store_all(k, moved_down);
    }
    if (higher != c) load_all(r.review_up, p);
    if (lower != c && higher != c)  // among those not moved down
      for (std::size_t v = 0; v < vectors; ++v) {
        const F stay = hn::Sub(one, load(r.review_down, v * hn::Lanes(d)));
        const M some = hn::Gt(stay, hn::Zero(d));
        p[v] = hn::IfThenElseZero(some, hn::Min(one, hn::Div(p[v], hn::IfThenElse(some, stay, one))));
      }
    if (higher != c) {
      shared_.month_words.binomial(month::review_up(c), n, p, k);
      take_all(k, moved[c]);
      add_all(k, moved[higher]);
      store_all(k, moved_up);
    }
    if (fast_.features.extrapolation && (lower != c || higher != c))
      extrapolate(c, moved, moved_down, moved_up);
  }
}

/// Prices the error rates that the review of a code's visits found on those that were not reviewed.
inline void Walk::extrapolate(std::size_t c, FloatRow* moved, const FloatRow& down, const FloatRow& up) {
  const RegimeRows& r = regime();
  const FloatRow& coded = read<Stage::review, Stage::recode>().coded[c];
  const std::size_t lower = plan_.review.down[c], higher = plan_.review.up[c];
  const DoubleRow& share = number(r, audit_reviewed);
  const DoubleRow& extrapolated = number(r, audit_extrapolated);
  FloatRow unchanged, reviewed_share;
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const double changed = share[i] * ((lower != c ? number(r, audit_down)[i] : 0.0) +
                                       (higher != c ? number(r, audit_up)[i] : 0.0));
    unchanged[i] = coded[i] - down[i] - up[i];
    reviewed_share[i] =
        changed < 1 ? static_cast<float>(std::clamp((share[i] - changed) / (1 - changed), 0.0, 1.0)) : 0;
  }
  F n[vectors];
  F p[vectors];
  F k[vectors];
  load_all(unchanged, n);
  load_all(reviewed_share, p);
  shared_.month_words.binomial(month::reviewed(c), n, p, k);
  FloatRow also_reviewed;
  store_all(k, also_reviewed);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const auto sample = static_cast<double>(down[i] + up[i] + also_reviewed[i]);
    const auto others = static_cast<double>(unchanged[i] - also_reviewed[i]);
    if (sample <= 0 || others <= 0) continue;
    const double times = extrapolated[i] * others / sample;
    const auto more_down = static_cast<float>(std::floor(static_cast<double>(down[i]) * times + 0.5));
    const auto more_up = static_cast<float>(std::min(std::floor(static_cast<double>(up[i]) * times + 0.5),
                                                     others - static_cast<double>(more_down)));
    moved[c][i] -= more_down + more_up;
    moved[lower][i] += more_down;
    moved[higher][i] += more_up;
  }
}

/// wRVU of the corrections that this month's visits cause, and of those that are found in it: worth what they
/// were in the month worked.
inline void Walk::book_corrections() {
  auto& rows = mine<Stage::review>();
  const auto lag = static_cast<std::size_t>(plan_.audit_lag_months);
  const FloatRow* moved = rows.moved.data() + place_of_corrections(common_.month);
  auto& change = rows.caused[common_.month % rows.caused.size()];
  change = DoubleRow{};
  for (std::size_t c = 0; c < plan_.codes.size(); ++c) {
    const auto points = static_cast<double>(month().values[c].work_rvu_hundredths);
    for (std::size_t i = 0; i < batch_paths; ++i) change[i] += points * static_cast<double>(moved[c][i]);
  }
  rows.landed = common_.month < lag ? DoubleRow{} : rows.caused[(common_.month - lag) % rows.caused.size()];
  for (std::size_t i = 0; i < batch_paths; ++i) rows.pending[i] += change[i] - rows.landed[i];
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
