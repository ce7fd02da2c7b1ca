// Days off, slots, demand and bookings of a day.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_
#endif

#include <cmath>
#include <cstdint>

#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Is a uniform variate whose first 16 bits are `bits`, times `most`, below `share`? Where the bits do not
/// tell, one in 65536, further ones do.   \pre share <= most; both whole or most = 1
HWY_INLINE M is_below(W bits, F share, F most, const Refinement& more_bits) {
  const Floats d;
  const F room =
      hn::Sub(hn::Mul(share, constant(65536.0F)), hn::Mul(hn::ConvertTo(d, hn::BitCast(Ints(), bits)), most));
  const M below = hn::Ge(room, most);
  const M doubt = hn::AndNot(below, hn::Gt(room, hn::Zero(d)));
  if (HWY_LIKELY(hn::AllFalse(d, doubt))) return below;
  const F settled =
      settle_doubt(hn::IfThenElseZero(below, constant(1.0F)), doubt, false, [&](std::size_t lane) {
        HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
        HWY_ALIGN float x[2][hn::MaxLanes(Floats())];
        spill(bits, words);
        spill(share, x[0]);
        spill(most, x[1]);
        random::Stream further = more_bits.bits(lane);
        const double u = (static_cast<double>(words[lane]) + random::uniform52(further)) / 65536;
        return u * static_cast<double>(x[1][lane]) < static_cast<double>(x[0][lane]) ? 1.0 : 0.0;
      });
  return hn::Gt(settled, hn::Zero(d));
}

/// Is this workday off? Each scheduled workday is with probability (days left to take) / (workdays left), in
/// every regime, so that a change of regime finds the days that its own year has left.
HWY_INLINE M Walk::take_day_off(const RegimeRows& r, std::size_t i) {
  const W luck =
      hn::And(load(space_.luck[static_cast<std::size_t>(workday_) % 4], i), hn::Set(Words(), 0xFFFFU));
  M off = no_lanes();
  for (auto& regime : space_.regimes) {
    const F left = load(regime.off_left, i);
    const M taken = is_below(luck, left, constant(workdays_left_), more_today(i, day::day_off));
    store(hn::Sub(left, hn::IfThenElseZero(taken, constant(1.0F))), regime.off_left, i);
    if (&regime == &r) off = taken;
  }
  if (!fast_.has_spells) return off;
  const F zero = hn::Zero(Floats());
  const M together = hn::Gt(load(r.in_spells, i), zero);
  return hn::Or(hn::And(together, hn::Gt(load(space_.spell_off, i), zero)), hn::AndNot(together, off));
}

/// Which paths have today off in a spell.
inline void Walk::read_spells(const RegimeRows& r) {
  const std::uint64_t bits = r.spell_days[workday_of_year_];
  for (std::size_t i = 0; i < batch_paths; ++i)
    space_.spell_off[i] = static_cast<float>((bits >> i) & std::uint64_t{1});
}

/// Is the day worked, how many slots are open, and how many patients are expected?
inline void Walk::open_day(const RegimeRows& r, const PracticePlan::Workday& workday) {
  const Floats d;
  const F zero = hn::Zero(d);
  const F one = constant(1.0F);
  const F demand_factor = constant(static_cast<float>(workday.demand_factor));
  const auto memory = static_cast<float>(plan_.daily_ar1);
  const auto novelty = static_cast<float>(std::sqrt(1 - plan_.daily_ar1 * plan_.daily_ar1));
  const bool has_events = !plan_.events.empty();
  const bool first_day = workday_ == 0.0F;
  const WordRow& luck = space_.luck[static_cast<std::size_t>(workday_) % 4];
  losses_ = &space_.losses[workday.no_show_class];
  if (fast_.has_spells && !workday.is_holiday) read_spells(r);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const F fresh = load(normals(day::daily_shock), i);
    const F state = first_day ? fresh
                              : hn::Add(hn::Mul(load(space_.daily_state, i), constant(memory)),
                                        hn::Mul(fresh, constant(novelty)));
    store(state, space_.daily_state, i);

    const M off = workday.is_holiday ? no_lanes() : take_day_off(r, i);
    F slots_factor = load(space_.slots_factor, i);
    if (workday.is_holiday) slots_factor = hn::Mul(slots_factor, load(r.holidays_open, i));
    const F open = hn::Mul(load(r.slots, i), slots_factor);
    const M worked = hn::AndNot(off, hn::Gt(slots_factor, zero));
    F whole = hn::Floor(open);
    if (!slots_are_whole_) {
      const M extra =
          is_below(hn::ShiftRight<16>(load(luck, i)), hn::Sub(open, whole), one, more_today(i, day::slots));
      whole = hn::Add(whole, hn::IfThenElseZero(extra, one));
    }
    F rate = hn::Mul(hn::Mul(load(space_.demand, i), demand_factor),
                     factor(load(r.daily_sigma, i), load(r.daily_half_variance, i), state));
    if (has_events) rate = hn::Mul(rate, load(space_.event_demand, i));
    store(hn::IfThenElseZero(worked, whole), space_.slots, i);
    store(plan_.keeps_waiting_list ? rate : hn::IfThenElseZero(worked, rate), space_.mean_demand, i);
    store(hn::IfThenElseZero(worked, one), space_.worked, i);
    if (fast_.has_overbooking)
      store(hn::IfThenElseZero(worked, hn::Mul(load(r.overbooked, i), slots_factor)), space_.places, i);
  }
  if (fast_.has_overbooking) open_places();
}

/// Places are the slots and those beyond them, whose mean stands in the row.
inline void Walk::open_places() {
  const WordRow& luck = words_on_demand(day::overbooked);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const F beyond = load(space_.places, i);
    const F whole = hn::Floor(beyond);
    const M extra = is_below(hn::ShiftRight<16>(load(luck, i)), hn::Sub(beyond, whole), constant(1.0F),
                             more_today(i, day::overbooked));
    store(hn::Add(load(space_.slots, i), hn::Add(whole, hn::IfThenElseZero(extra, constant(1.0F)))),
          space_.places, i);
  }
}

inline void Walk::book_patients(const RegimeRows& r) {
  auto& sums = space_.sums;
  const FloatRow& places = fast_.has_overbooking ? space_.places : space_.slots;
  F mean[vectors];
  F z[vectors];
  W bits[vectors];
  F demand[vectors];
  load_all(space_.mean_demand, mean);
  load_all(normals(day::demand), z);
  load_all(words(day::demand), bits);
  poisson(mean, z, bits, more_today(0, day::demand), demand);
  stress_count(StressedCount::demand, mean, day::stressed_demand, demand);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    F asks = demand[v];
    if (plan_.keeps_waiting_list) {
      demand[v] = hn::Mul(asks, load(space_.worked, i));
      asks = ask_again(r, asks, i);
    }
    const F booked = hn::Min(asks, load(places, i));
    const F refused = hn::Sub(asks, booked);
    add(load(space_.worked, i), sums.workdays, i);
    add(load(space_.slots, i), sums.slots, i);
    add(demand[v], sums.demand, i);
    add(refused, sums.turned_away, i);
    store(booked, space_.booked, i);
    store(refused, space_.refused, i);
  }
}

/// All who ask today: new patients and those on the list. On a day not worked nobody asks, and the new
/// patients wait where patients return at all.
HWY_INLINE F Walk::ask_again(const RegimeRows& r, F demand, std::size_t i) {
  auto& sums = space_.sums;
  const F worked = load(space_.worked, i);
  const F waiting = load(space_.waiting, i);
  const F today = hn::Mul(demand, worked);
  const F closed = hn::Sub(demand, today);
  const F stay = hn::IfThenElseZero(hn::Gt(load(r.returning, i), hn::Zero(Floats())), closed);
  const F back = hn::Mul(waiting, worked);
  add(closed, sums.asked_when_closed, i);
  add(hn::Sub(closed, stay), sums.lost_patients, i);
  add(back, sums.returned, i);
  store(hn::Add(hn::Sub(waiting, back), stay), space_.waiting, i);
  return hn::Add(today, back);
}

/// Patients without a place ask again on the next scheduled workday, or are lost.
inline void Walk::let_return(const RegimeRows& r) {
  if (!plan_.keeps_waiting_list) return;
  F refused[vectors];
  F share[vectors];
  F back[vectors];
  W bits[vectors];
  load_all(space_.refused, refused);
  load_all(r.returning, share);
  load_all(words_on_demand(day::returning), bits);
  binomial(refused, share, bits, more_today(0, day::returning), back);
  add_all(back, space_.waiting);
  for (std::size_t v = 0; v < vectors; ++v)
    add(hn::Sub(refused[v], back[v]), space_.sums.lost_patients, v * hn::Lanes(Floats()));
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
