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
HWY_INLINE void Walk::draw_no_shows(const RowsOf<Stage::losses>::Law& losses, F (&booked)[vectors],
                                    F (&missed)[vectors]) {
  const Floats d;
  const Ints di;
  const float* table = losses.none_missed[0].data();
  const auto rows = static_cast<float>(losses.rows);
  BetaBinomial<vectors> law;
  W bits[vectors];
  load_all(read<Stage::lose, Stage::book>().booked, law.n);
  load_all(losses.no_show_a, law.a);
  load_all(losses.no_show_b, law.b);
  load_all(regime().rho, law.rho);
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
HWY_INLINE void Walk::draw_other_losses(const RowsOf<Stage::losses>::Law& losses, const F (&left)[vectors],
                                        F (&others)[vectors]) {
  F rate[vectors];
  F none[vectors];
  F odds[vectors];
  W bits[vectors];
  load_all(losses.other_rate, rate);
  load_all(losses.other_odds, odds);
  load_all(losses.log_no_other, none);
  load_all(words(day::other_losses), bits);
  for (std::size_t v = 0; v < vectors; ++v) none[v] = exp(hn::Mul(left[v], none[v]));
  small_binomial(left, rate, none, odds, bits, more_today(0, day::other_losses), others);
}

/// The fates of the day's booked visits.
inline void Walk::draw_losses() {
  const auto& law = law_of_today();
  auto& rows = mine<Stage::lose>();
  F left[vectors];
  F missed[vectors];
  F others[vectors];
  draw_no_shows(law, left, missed);
  for (std::size_t v = 0; v < vectors; ++v) left[v] = hn::Sub(left[v], missed[v]);
  draw_other_losses(law, left, others);
  for (std::size_t v = 0; v < vectors; ++v) left[v] = hn::Sub(left[v], others[v]);
  store_all(missed, rows.missed);
  store_all(others, rows.others);
  store_all(left, rows.left);
}

/// The booked visits that a stress leaves. Thinned by fate: which visits stay does not depend on what becomes
/// of them.
inline void Walk::keep_visits() {
  const auto& lost = read<Stage::keep, Stage::lose>();
  auto& rows = mine<Stage::keep>();
  auto& sums = rows.sums;
  F missed[vectors];
  F others[vectors];
  F completed[vectors];
  F kept[vectors];
  load_all(lost.missed, missed);
  load_all(lost.others, others);
  load_all(lost.left, completed);
  thin(missed, day::thinned_no_shows);
  thin(others, day::thinned_losses);
  thin(completed, day::thinned_completed);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    kept[v] = hn::Add(hn::Add(missed[v], others[v]), completed[v]);
    add(kept[v], sums.booked, i);
    add(missed[v], sums.no_shows, i);
    add(others[v], sums.others, i);
  }
  keep_books(kept);
  if (plan_.refills_late_cancels) refill_cancels(others, completed);
  add_all(completed, sums.completed);
  store_all(completed, rows.completed);
}

/// Offers the places of today's late cancels to the patients who were refused; then the others of them ask
/// again or are lost. Its list is that of the bookings, which this scenario makes where it makes this.
inline void Walk::refill_cancels(const F (&others)[vectors], F (&completed)[vectors]) {
  auto& sums = mine<Stage::keep>().sums;
  auto& book = mine<Stage::book>();
  const RegimeRows& r = regime();
  F share[vectors], cancels[vectors], taken[vectors], failed[vectors], refused[vectors];
  W bits[vectors];
  load_all(read<Stage::keep, Stage::losses>().late_share, share);
  load_all(words_on_demand(day::cancels), bits);
  binomial(others, share, bits, more_today(0, day::cancels), cancels);
  load_all(r.refilled, share);
  load_all(words_on_demand(day::refilled), bits);
  binomial(cancels, share, bits, more_today(0, day::refilled), taken);
  load_all(book.refused, refused);
  for (std::size_t v = 0; v < vectors; ++v) taken[v] = hn::Min(taken[v], refused[v]);
  load_all(r.lost_call, share);
  load_all(words_on_demand(day::refilled_losses), bits);
  binomial(taken, share, bits, more_today(0, day::refilled_losses), failed);
  add_all(cancels, sums.cancels);
  add_all(taken, sums.refilled);
  add_all(taken, sums.booked);
  add_all(failed, sums.others);
  for (std::size_t v = 0; v < vectors; ++v) {
    completed[v] = hn::Add(completed[v], hn::Sub(taken[v], failed[v]));
    refused[v] = hn::Sub(refused[v], taken[v]);
  }
  if (!plan_.keeps_waiting_list) return;
  store_all(refused, book.refused);
  let_return();
}

/// Visits beyond the slots, and the patients whose visit a stress took away.
inline void Walk::keep_books(const F (&kept)[vectors]) {
  const auto& open = read<Stage::keep, Stage::open>();
  const auto& book = read<Stage::keep, Stage::book>();
  auto& sums = mine<Stage::keep>().sums;
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    if (fast_.features.overbooking)
      add(hn::Max(hn::Zero(Floats()), hn::Sub(kept[v], load(open.slots, i))), sums.beyond_slots, i);
    if (plan_.keeps_waiting_list) add(hn::Sub(load(book.booked, i), kept[v]), sums.thinned_patients, i);
    if (plan_.shifts.empty()) continue;
    const F unfilled = hn::Max(hn::Zero(Floats()), hn::Sub(load(open.slots, i), kept[v]));
    add(hn::Mul(unfilled, load(open.slot_minutes, i)), sums.idle_minutes, i);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
