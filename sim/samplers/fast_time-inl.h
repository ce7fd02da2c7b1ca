// A day's inbox items and its minutes.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_TIME_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_TIME_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_TIME_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_TIME_INL_H_
#endif

#include "sim/samplers/fast_day-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Mean items of a kind that come in today.
template <Stage reader>
void Walk::item_rates_today(std::size_t kind, F (&rate)[vectors]) const {
  const auto& rates = read<reader, Stage::item_rates>();
  load_all(rates.rate[kind], rate);
  if (plan_.inbox_follows != InboxFollows::completed) return;
  const FloatRow& completed = read<reader, Stage::keep>().completed;
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(Floats());
    rate[v] = hn::Add(rate[v], hn::Mul(load(rates.a_visit[kind], i), load(completed, i)));
  }
}

inline void Walk::receive_items() {
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    if (!fast_.features.items[k]) continue;
    F rate[vectors];
    F z[vectors];
    F n[vectors];
    W bits[vectors];
    item_rates_today<Stage::receive>(k, rate);
    load_all(normals(day::items[k]), z);
    load_all(words(day::items[k]), bits);
    poisson(rate, z, bits, more_today(0, day::items[k]), n);
    store_all(n, mine<Stage::receive>().items[k]);
  }
}

/// The items that a stress makes of those that came in.
inline void Walk::answer_items() {
  auto& rows = mine<Stage::answer>();
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    if (!fast_.features.items[k]) continue;
    F rate[vectors];
    F n[vectors];
    load_all(read<Stage::answer, Stage::receive>().items[k], n);
    const auto count = stressed_count_of(static_cast<InboxKind>(k));
    if (count_factor(count) != 1.0F) {
      item_rates_today<Stage::answer>(k, rate);
      stress_count(count, rate, day::stressed_items[k], n);
    }
    add_all(n, rows.sums.items[k]);
    store_all(n, rows.items[k]);
  }
}

/// Minutes of n gamma times of one law, or n times the mean where they do not vary.
HWY_INLINE F total_minutes(F n, F shape, F scale, F minutes, F z, F chance, const Refinement& more_bits) {
  const M varies = hn::Gt(shape, hn::Zero(Floats()));
  const F drawn = hn::Mul(gamma(hn::Mul(n, shape), z, chance, more_bits), scale);
  return hn::IfThenElse(varies, drawn, hn::Mul(n, minutes));
}

/// Minutes of a sum of gamma times of laws that are nearly one: the shifted gamma with the sum's mean,
/// variance and half third cumulant. A sum of one law is drawn exactly: there the shift is 0. \test
/// tests/unit/sim/samplers/inbox_minutes_test.cpp bounds the error of the distribution function
HWY_INLINE F total_minutes(F mean, F variance, F third, F z, F chance, const Refinement& more_bits) {
  const F zero = hn::Zero(Floats());
  const F one = constant(1.0F);
  const M varies = hn::Gt(variance, zero);
  const F scale = hn::IfThenElse(varies, hn::Div(third, hn::IfThenElse(varies, variance, one)), one);
  const F part = hn::Div(variance, scale);  // of the mean, that the gamma has
  const F drawn = hn::Mul(gamma(hn::Div(part, scale), z, chance, more_bits), scale);
  return hn::Add(hn::Max(zero, hn::Sub(mean, part)), drawn);
}

/// The sum of the minutes of each kind, drawn by itself.
inline F Walk::minutes_by_kind(std::size_t i) {
  const Words d;
  const RegimeRows& r = regime();
  const auto& items = read<Stage::spend, Stage::answer>().items;
  F sum = hn::Zero(Floats());
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    if (!fast_.features.items[k]) continue;
    const auto& kind = r.kinds[k];
    const auto variable = day::item_minutes[k];
    const W bits = load(words_on_demand(variable), i);
    const W chance = hn::And(bits, hn::Set(d, chance_bits));
    const F z =
        gaussian(hn::Or(hn::AndNot(hn::Set(d, chance_bits), bits), hn::Set(d, (chance_bits + 1) / 2)));
    sum = hn::Add(
        sum, total_minutes(load(items[k], i), load(kind.shape, i), load(kind.scale, i), load(kind.minutes, i),
                           z, hn::ConvertTo(Floats(), hn::BitCast(Ints(), chance)), more_today(i, variable)));
  }
  return sum;
}

/// What decides whether the proposal of a time is accepted: 0 .. chance_bits.
HWY_INLINE F Walk::chance_today(DayVariable time, std::size_t i) const {
  return hn::ConvertTo(Floats(),
                       hn::BitCast(Ints(), hn::And(load(words(time), i), hn::Set(Words(), chance_bits))));
}

inline void Walk::treat_patients() {
  const RegimeRows& r = regime();
  const FloatRow& visits = read<Stage::treat, Stage::keep>().completed;
  auto& rows = mine<Stage::treat>();
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const F minutes = total_minutes(load(visits, i), load(r.visit_shape, i), load(r.visit_scale, i),
                                    load(r.visit_minutes, i), load(normals(day::visit_time), i),
                                    chance_today(day::visit_time, i), more_today(i, day::visit_time));
    store(minutes, rows.minutes, i);
    add(minutes, rows.sums.minutes, i);
  }
}

inline void Walk::spend_time() {
  const Floats d;
  const F zero = hn::Zero(d);
  const RegimeRows& r = regime();
  const auto& open = read<Stage::spend, Stage::open>();
  const FloatRow& worked = open.worked;
  const FloatRow& length = plan_.shifts.empty() ? r.session_minutes : open.session_minutes;
  const FloatRow& visits = read<Stage::spend, Stage::keep>().completed;
  const FloatRow& treated = read<Stage::spend, Stage::treat>().minutes;
  const auto& items = read<Stage::spend, Stage::answer>().items;
  auto& sums = mine<Stage::spend>().sums;
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const F completed = load(visits, i);
    const F with_patients = load(treated, i);
    F mean = zero;
    F variance = zero;
    F third = zero;
    for (std::size_t k = 0; k < inbox_kind_count; ++k) {
      if (!fast_.features.items[k]) continue;
      const auto& kind = r.kinds[k];
      const F n = load(items[k], i);
      mean = hn::Add(mean, hn::Mul(n, load(kind.minutes, i)));
      variance = hn::Add(variance, hn::Mul(n, load(kind.variance, i)));
      third = hn::Add(third, hn::Mul(n, load(kind.third, i)));
    }
    F inbox = total_minutes(mean, variance, third, load(normals(day::inbox_time), i),
                            chance_today(day::inbox_time, i), more_today(i, day::inbox_time));
    if (r.any_unlike)
      inbox = hn::IfThenElse(hn::Gt(load(r.kinds_unlike, i), zero), minutes_by_kind(i), inbox);
    const F session = hn::Mul(load(worked, i), load(length, i));
    const F over = hn::Sub(hn::Add(with_patients, hn::Mul(completed, load(r.charting, i))), session);
    const F overrun = hn::Max(zero, over);
    const F idle = hn::Max(zero, hn::Neg(over));
    add(inbox, sums.inbox_minutes, i);
    add(hn::Add(overrun, hn::Max(zero, hn::Sub(inbox, idle))), sums.after_minutes, i);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
