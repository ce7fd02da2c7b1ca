// Days off, slots, demand and bookings of a day.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_DEMAND_INL_H_
#endif

#include <cmath>

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
  return off;
}

/// Is the day worked, how many slots are open, and how many patients are expected?
inline void Walk::open_day(const RegimeRows& r, float demand_factor, bool first_day) {
  const Floats d;
  const F zero = hn::Zero(d);
  const F one = constant(1.0F);
  const auto memory = static_cast<float>(plan_.daily_ar1);
  const auto novelty = static_cast<float>(std::sqrt(1 - plan_.daily_ar1 * plan_.daily_ar1));
  const bool has_events = !plan_.events.empty();
  const WordRow& luck = space_.luck[static_cast<std::size_t>(workday_) % 4];
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const F fresh = load(normals(day::daily_shock), i);
    const F state = first_day ? fresh
                              : hn::Add(hn::Mul(load(space_.daily_state, i), constant(memory)),
                                        hn::Mul(fresh, constant(novelty)));
    store(state, space_.daily_state, i);

    const M off = take_day_off(r, i);
    const F slots_factor = load(space_.slots_factor, i);
    const F open = hn::Mul(load(r.slots, i), slots_factor);
    const M worked = hn::AndNot(off, hn::Gt(slots_factor, zero));
    F whole = hn::Floor(open);
    if (!slots_are_whole_) {
      const M extra =
          is_below(hn::ShiftRight<16>(load(luck, i)), hn::Sub(open, whole), one, more_today(i, day::slots));
      whole = hn::Add(whole, hn::IfThenElseZero(extra, one));
    }
    F rate = hn::Mul(hn::Mul(load(space_.demand, i), constant(demand_factor)),
                     factor(load(r.daily_sigma, i), load(r.daily_half_variance, i), state));
    if (has_events) rate = hn::Mul(rate, load(space_.event_demand, i));
    store(hn::IfThenElseZero(worked, whole), space_.slots, i);
    store(hn::IfThenElseZero(worked, rate), space_.mean_demand, i);
    store(hn::IfThenElseZero(worked, one), space_.worked, i);
  }
}

inline void Walk::book_patients() {
  auto& sums = space_.sums;
  F mean[vectors];
  F slots[vectors];
  F z[vectors];
  W bits[vectors];
  F demand[vectors];
  load_all(space_.mean_demand, mean);
  load_all(space_.slots, slots);
  load_all(normals(day::demand), z);
  load_all(words(day::demand), bits);
  poisson(mean, z, bits, more_today(0, day::demand), demand);
  stress_count(StressedCount::demand, mean, day::stressed_demand, demand);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    const F booked = hn::Min(demand[v], slots[v]);
    add(load(space_.worked, i), sums.workdays, i);
    add(slots[v], sums.slots, i);
    add(demand[v], sums.demand, i);
    add(hn::Sub(demand[v], booked), sums.turned_away, i);
    store(booked, space_.booked, i);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
