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

/// Which paths have today off? Each scheduled workday is with probability (days left to take) / (workdays
/// left), whether the month is under the regime or not, so that a change of regime finds the days that its
/// own year has left.
inline void take_day_off(const FastPlan& fast, std::uint64_t first_path, SharedRows& common, LeaveRows& r) {
  const WordRow& luck = common.words.luck[static_cast<std::size_t>(common.workday) % 4];
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const W bits = hn::And(load(luck, i), hn::Set(Words(), 0xFFFFU));
    const F left = load(r.left, i);
    const Refinement more{fast.keys.refine_day, first_path + i, common.day, day::day_off.more,
                          fast.always_exact};
    const F taken =
        hn::IfThenElseZero(is_below(bits, left, constant(common.workdays_left), more), constant(1.0F));
    store(hn::Sub(left, taken), r.left, i);
    store(taken, r.off, i);
  }
  if (!fast.features.spells) return;
  const std::uint64_t off = r.spell_days[common.workday_of_year];
  for (std::size_t i = 0; i < batch_paths; ++i)
    if (r.in_spells[i] > 0) r.off[i] = static_cast<float>((off >> i) & std::uint64_t{1});
}

/// The day's demand factor, an AR(1) on the log scale.
inline void Walk::move_daily_state() {
  const auto memory = static_cast<float>(plan_.daily_ar1);
  const auto novelty = static_cast<float>(std::sqrt(1 - plan_.daily_ar1 * plan_.daily_ar1));
  const bool first_day = common_.workday == 0.0F;
  auto& rows = mine<Stage::daily>();
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const F fresh = load(normals(day::daily_shock), i);
    store(first_day
              ? fresh
              : hn::Add(hn::Mul(load(rows.state, i), constant(memory)), hn::Mul(fresh, constant(novelty))),
          rows.state, i);
  }
}

/// Days neither off nor worked: closed for a holiday, by an event, or else by the stress.
HWY_INLINE void Walk::count_closed(M settled, std::size_t i) {
  const F one = constant(1.0F);
  auto& sums = mine<Stage::open>().sums;
  M left = hn::Not(settled);
  if (common_.today->is_holiday) {
    const M holiday = hn::And(left, hn::Eq(load(regime().holidays_open, i), hn::Zero(Floats())));
    add(hn::IfThenElseZero(holiday, one), sums.holidays, i);
    left = hn::AndNot(holiday, left);
  }
  add(hn::IfThenElseZero(left, one), month().slots_factor > 0 ? sums.sick_days : sums.closed, i);
}

/// Is the day worked, how many slots are open, and how many patients are expected?
inline void Walk::open_day() {
  const Floats d;
  const F zero = hn::Zero(d);
  const F one = constant(1.0F);
  const auto& workday = *common_.today;
  const RegimeRows& r = regime();
  const LeaveRows& days_off = leave();
  const auto& rates = read<Stage::open, Stage::demand>();
  const auto& daily = read<Stage::open, Stage::daily>();
  auto& rows = mine<Stage::open>();
  const F demand_factor = constant(static_cast<float>(workday.demand_factor));
  const F month_factor = constant(static_cast<float>(month().slots_factor));
  const bool has_events = !plan_.events.empty();
  const WordRow& luck = common_.words.luck[static_cast<std::size_t>(common_.workday) % 4];
  const bool may_close = has_events || workday.is_holiday || month().slots_factor == 0;
  const bool has_shifts = !plan_.shifts.empty();
  if (has_shifts) choose_shift();
  const FloatRow& slots_of_day = has_shifts ? rows.shift_slots : r.slots;
  const FloatRow& demand_of_day = has_shifts ? rows.shift_demand : rates.demand;
  if (has_events) read_events();
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const M off = workday.is_holiday ? no_lanes() : hn::Gt(load(days_off.off, i), zero);
    F slots_factor = has_events ? load(rows.slots_factor, i) : month_factor;
    if (workday.is_holiday) slots_factor = hn::Mul(slots_factor, load(r.holidays_open, i));
    const F open = hn::Mul(load(slots_of_day, i), slots_factor);
    const M worked = hn::AndNot(off, hn::Gt(slots_factor, zero));
    F whole = hn::Floor(open);
    if (!rows.slots_are_whole) {
      const M extra =
          is_below(hn::ShiftRight<16>(load(luck, i)), hn::Sub(open, whole), one, more_today(i, day::slots));
      whole = hn::Add(whole, hn::IfThenElseZero(extra, one));
    }
    F rate = hn::Mul(hn::Mul(load(demand_of_day, i), demand_factor),
                     factor(load(r.daily_sigma, i), load(r.daily_half_variance, i), load(daily.state, i)));
    if (has_events) rate = hn::Mul(rate, load(rows.event_demand, i));
    const F slots = hn::IfThenElseZero(worked, whole), is_worked = hn::IfThenElseZero(worked, one);
    store(slots, rows.slots, i);
    store(plan_.keeps_waiting_list ? rate : hn::IfThenElseZero(worked, rate), rows.mean_demand, i);
    store(is_worked, rows.worked, i);
    if (fast_.features.overbooking)
      store(hn::IfThenElseZero(worked, hn::Mul(load(r.overbooked, i), slots_factor)), rows.places, i);
    add(is_worked, rows.sums.workdays, i);
    add(slots, rows.sums.slots, i);
    if (may_close) count_closed(hn::Or(off, worked), i);
  }
  if (has_shifts) count_shift();
  if (fast_.features.overbooking) open_places();
}

/// Places are the slots and those beyond them, whose mean stands in the row.
inline void Walk::open_places() {
  const WordRow& luck = words_on_demand(day::overbooked);
  auto& rows = mine<Stage::open>();
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const F beyond = load(rows.places, i);
    const F whole = hn::Floor(beyond);
    const M extra = is_below(hn::ShiftRight<16>(load(luck, i)), hn::Sub(beyond, whole), constant(1.0F),
                             more_today(i, day::overbooked));
    store(hn::Add(load(rows.slots, i), hn::Add(whole, hn::IfThenElseZero(extra, constant(1.0F)))),
          rows.places, i);
  }
}

inline void Walk::draw_demand() {
  F mean[vectors];
  F z[vectors];
  W bits[vectors];
  F demand[vectors];
  load_all(read<Stage::ask, Stage::open>().mean_demand, mean);
  load_all(normals(day::demand), z);
  load_all(words(day::demand), bits);
  poisson(mean, z, bits, more_today(0, day::demand), demand);
  store_all(demand, mine<Stage::ask>().demand);
}

inline void Walk::book_patients() {
  const auto& open = read<Stage::book, Stage::open>();
  const FloatRow& places = fast_.features.overbooking ? open.places : open.slots;
  auto& rows = mine<Stage::book>();
  F mean[vectors];
  F demand[vectors];
  load_all(open.mean_demand, mean);
  load_all(read<Stage::book, Stage::ask>().demand, demand);
  stress_count(StressedCount::demand, mean, day::stressed_demand, demand);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    F asks = demand[v];
    if (plan_.keeps_waiting_list) {
      demand[v] = hn::Mul(asks, load(open.worked, i));
      asks = ask_again(asks, i);
    }
    const F booked = hn::Min(asks, load(places, i));
    const F refused = hn::Sub(asks, booked);
    add(demand[v], rows.sums.demand, i);
    add(refused, rows.sums.turned_away, i);
    store(booked, rows.booked, i);
    store(refused, rows.refused, i);
  }
  // Where late cancels are refilled, those who are called in leave the list first.
  if (plan_.keeps_waiting_list && !plan_.refills_late_cancels) let_return();
}

/// All who ask today: new patients and those on the list. On a day not worked nobody asks, and the new
/// patients wait where patients return at all.
HWY_INLINE F Walk::ask_again(F demand, std::size_t i) {
  auto& rows = mine<Stage::book>();
  const F worked = load(read<Stage::book, Stage::open>().worked, i);
  const F waiting = load(rows.waiting, i);
  const F today = hn::Mul(demand, worked);
  const F closed = hn::Sub(demand, today);
  const F stay = hn::IfThenElseZero(hn::Gt(load(regime().returning, i), hn::Zero(Floats())), closed);
  const F back = hn::Mul(waiting, worked);
  add(closed, rows.sums.asked_when_closed, i);
  add(hn::Sub(closed, stay), rows.sums.lost_patients, i);
  add(back, rows.sums.returned, i);
  store(hn::Add(hn::Sub(waiting, back), stay), rows.waiting, i);
  return hn::Add(today, back);
}

/// Patients without a place ask again on the next scheduled workday, or are lost.
inline void Walk::let_return() {
  auto& rows = mine<Stage::book>();
  F refused[vectors];
  F share[vectors];
  F back[vectors];
  W bits[vectors];
  load_all(rows.refused, refused);
  load_all(regime().returning, share);
  load_all(words_on_demand(day::returning), bits);
  binomial(refused, share, bits, more_today(0, day::returning), back);
  add_all(back, rows.waiting);
  for (std::size_t v = 0; v < vectors; ++v)
    add(hn::Sub(refused[v], back[v]), rows.sums.lost_patients, v * hn::Lanes(Floats()));
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
