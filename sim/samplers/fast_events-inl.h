// Random events: their starts, and what they do to a day.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_EVENTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_EVENTS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_EVENTS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_EVENTS_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Draws every start that is due, and the workday of the next.
inline void Walk::draw_starts(std::size_t e) {
  const double today = static_cast<double>(common_.workday);
  auto& rows = mine<Stage::events>();
  auto& event = rows.events[e];
  const DoubleRow& per_year = drawn().numbers[PracticePlan::per_year_of(e)];
  const DoubleRow& days = drawn().numbers[PracticePlan::days_of(e)];
  rows.soonest[e] = 1e18;
  for (std::size_t i = 0; i < batch_paths; ++i) {
    while (event.next[i] <= today) {
      random::Stream bits(fast_.keys.events[e], first_ + i, 0, event.starts[i]++);
      const double gap_u = random::uniform52(bits);
      const double length_u = random::uniform52(bits);
      if (event.next[i] >= 0) {
        const auto length = static_cast<float>(std::floor(days[i] + length_u));
        event.ends[i] = std::max(event.ends[i], common_.workday + length);
      }
      // Workdays without a start before the next: geometric.
      const double starts = std::min(1.0, per_year[i] / plan_.workdays_per_year);
      double gap = 0.0;
      if (starts <= 0.0)
        gap = 1e18;
      else if (starts < 1.0)
        gap = std::floor(random::portable::log(gap_u) / random::portable::log(1.0 - starts));
      event.next[i] += 1.0 + gap;
    }
    rows.soonest[e] = std::min(rows.soonest[e], event.next[i]);
  }
}

/// Starts the events that are due today.
inline void Walk::start_events() {
  const auto& soonest = mine<Stage::events>().soonest;
  for (std::size_t e = 0; e < soonest.size(); ++e)
    if (soonest[e] <= static_cast<double>(common_.workday)) draw_starts(e);
}

/// The day's factors of the events.   \pre there are any
inline void Walk::read_events() {
  const Floats d;
  const auto& events = read<Stage::open, Stage::events>().events;
  auto& rows = mine<Stage::open>();
  const auto month_factor = static_cast<float>(month().slots_factor);
  const F one = constant(1.0F);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    F slots = constant(month_factor);
    F demand = one;
    for (std::size_t e = 0; e < events.size(); ++e) {
      const M covers = hn::Lt(constant(common_.workday), load(events[e].ends, i));
      const auto slots_factor = static_cast<float>(plan_.events[e].slots_factor);
      const auto demand_factor = static_cast<float>(plan_.events[e].demand_factor);
      slots = hn::Mul(slots, hn::IfThenElse(covers, constant(slots_factor), one));
      demand = hn::Mul(demand, hn::IfThenElse(covers, constant(demand_factor), one));
    }
    store(slots, rows.slots_factor, i);
    store(demand, rows.event_demand, i);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
