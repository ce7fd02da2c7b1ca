// What becomes of booked visits: no-shows, then late cancels and lost calls together.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_LOSSES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_LOSSES_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_LOSSES_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_LOSSES_INL_H_
#endif

#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// No-shows of the day: beta-binomial, by the month's table of P(none) where it reaches.
HWY_INLINE void Walk::draw_no_shows(const RegimeRows& r, F (&booked)[vectors], F (&missed)[vectors]) {
  const Floats d;
  const Ints di;
  const float* table = losses_->none_missed[0].data();
  const auto rows = static_cast<float>(losses_->rows);
  BetaBinomial<vectors> law;
  W bits[vectors];
  load_all(space_.booked, law.n);
  load_all(losses_->no_show_a, law.a);
  load_all(losses_->no_show_b, law.b);
  load_all(r.rho, law.rho);
  load_all(words(day::no_shows), bits);
  static_assert(batch_paths == 64);
  for (std::size_t v = 0; v < vectors; ++v) {
    booked[v] = law.n[v];
    law.certain[v] = hn::Lt(law.n[v], constant(rows));
    const I row = hn::ConvertTo(di, hn::IfThenElseZero(law.certain[v], law.n[v]));
    const I place = hn::Add(hn::ShiftLeft<6>(row), hn::Iota(di, static_cast<std::int32_t>(v * hn::Lanes(d))));
    law.none[v] = hn::GatherIndex(d, table, place);
  }
  beta_binomial(law, bits, more_today(0, day::no_shows), missed);
}

/// Late cancels and lost calls together, among those who do not miss.
HWY_INLINE void Walk::draw_other_losses(const F (&left)[vectors], F (&others)[vectors]) {
  F rate[vectors];
  F none[vectors];
  F odds[vectors];
  W bits[vectors];
  load_all(losses_->other_rate, rate);
  load_all(losses_->other_odds, odds);
  load_all(losses_->log_no_other, none);
  load_all(words(day::other_losses), bits);
  for (std::size_t v = 0; v < vectors; ++v) none[v] = exp(hn::Mul(left[v], none[v]));
  small_binomial(left, rate, none, odds, bits, more_today(0, day::other_losses), others);
}

/// The fates of the day's booked visits.
inline void Walk::lose_visits(const RegimeRows& r) {
  auto& sums = space_.sums;
  F left[vectors];
  F missed[vectors];
  F others[vectors];
  F completed[vectors];
  draw_no_shows(r, left, missed);
  for (std::size_t v = 0; v < vectors; ++v) left[v] = hn::Sub(left[v], missed[v]);
  draw_other_losses(left, others);
  for (std::size_t v = 0; v < vectors; ++v) completed[v] = hn::Sub(left[v], others[v]);
  // Thinned by fate: which visits stay does not depend on what becomes of them.
  thin(missed, day::thinned_no_shows);
  thin(others, day::thinned_losses);
  thin(completed, day::thinned_completed);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    left[v] = hn::Add(hn::Add(missed[v], others[v]), completed[v]);
    add(left[v], sums.booked, i);
    add(missed[v], sums.no_shows, i);
    add(others[v], sums.others, i);
    add(completed[v], sums.completed, i);
    store(completed[v], space_.completed, i);
  }
  keep_books(left);
}

/// Visits beyond the slots, and the patients whose visit a stress took away.
inline void Walk::keep_books(const F (&kept)[vectors]) {
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    if (fast_.has_overbooking)
      add(hn::Max(hn::Zero(Floats()), hn::Sub(kept[v], load(space_.slots, i))), space_.sums.beyond_slots, i);
    if (plan_.keeps_waiting_list) add(hn::Sub(load(space_.booked, i), kept[v]), space_.sums.lost_patients, i);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
