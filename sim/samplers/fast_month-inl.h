// A month of the fast sampler: ramp and panel, states, the rates of demand, losses and inbox items.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_MONTH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_MONTH_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_MONTH_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_MONTH_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/samplers/fast_spells-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Share of mature volume in mid-month.
inline double ramp_share_of(double start, double months_to_95, std::size_t month) {
  if (start >= 0.95) return 1.0;
  const double pace = random::portable::log((1 - start) / 0.05) / months_to_95;
  return 1 - (1 - start) * random::portable::exp(-pace * (static_cast<double>(month) + 0.5));
}

/// The same by path, and the panel.
inline void ramp_rows(const RegimeRows& r, std::size_t month, FloatRow& ramp, DoubleRow* panel) {
  const DoubleRow& start = number(r, ramp_start);
  const DoubleRow& months = number(r, ramp_months_to_95);
  double last_start = -1.0;
  double last_months = -1.0;
  double share = 1.0;
  for (std::size_t i = 0; i < batch_paths; ++i) {
    if (start[i] != last_start || months[i] != last_months) {
      last_start = start[i];
      last_months = months[i];
      share = ramp_share_of(last_start, last_months, month);
    }
    ramp[i] = static_cast<float>(share);
    if (panel != nullptr) (*panel)[i] = std::floor(number(r, panel_mature)[i] * share + 0.5);
  }
}

/// The words of a state's innovation, of paths from place i, moved into their strata.
inline W Walk::stratified_words(std::size_t state, std::size_t i, W words) const {
  const Words d;
  alignas(64) std::uint32_t lanes[hn::MaxLanes(d)];
  hn::Store(words, d, lanes);
  for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane)
    lanes[lane] =
        random::stratified(shared_.states->state(state, common_.month, first_ + i + lane), lanes[lane]);
  return hn::Load(d, lanes);
}

/// The month's Gaussian states: correlated, each an AR(1).
inline void Walk::draw_states() {
  const Floats d;
  auto& states = mine<Stage::states>().states;
  const auto time = static_cast<std::uint32_t>(common_.month + 1);
  const auto& matrix = common_.month == 0 ? plan_.state_factor : plan_.innovation_factor;
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const PhiloxPaths paths = philox_paths(first_ + i);
    PhiloxWords words;
    F fresh[month_state_count];
    for (std::size_t s = 0; s < month_state_count; ++s) {
      const auto at = month::state(s);
      if (at.word == 0) words = philox(paths, time, at.block, fast_.keys.month.words);
      fresh[s] = gaussian(shared_.states == nullptr ? words.word[at.word]
                                                    : stratified_words(s, i, words.word[at.word]));
    }
    for (std::size_t s = 0; s < month_state_count; ++s) {
      F sum = hn::Zero(d);
      for (std::size_t t = 0; t <= s; ++t)
        sum = hn::Add(
            sum, hn::Mul(fresh[t], constant(static_cast<float>(
                                       matrix(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(t))))));
      if (common_.month > 0) {
        const double memory = plan_.state_ar1[s];
        sum = hn::Add(hn::Mul(load(states[s], i), constant(static_cast<float>(memory))),
                      hn::Mul(sum, constant(static_cast<float>(std::sqrt(1 - memory * memory)))));
      }
      store(sum, states[s], i);
    }
  }
}

inline void Walk::demand_rates() {
  const RegimeRows& r = regime();
  const FloatRow& state =
      read<Stage::demand, Stage::states>().states[static_cast<std::size_t>(MonthState::demand)];
  auto& rows = mine<Stage::demand>();
  ramp_rows(r, common_.month, rows.ramp, &rows.panel);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const F state_factor = factor(load(r.demand_sigma, i), load(r.demand_half_variance, i), load(state, i));
    store(hn::Mul(hn::Mul(load(r.visits, i), load(rows.ramp, i)), state_factor), rows.demand, i);
    for (std::size_t k = 0; k < rows.of_shift.size(); ++k)
      store(hn::Mul(hn::Mul(load(r.shifts[k].visits, i), load(rows.ramp, i)), state_factor), rows.of_shift[k],
            i);
  }
}

/// The no-show law of days with this factor, and late cancels with lost calls among those who do not miss.
inline void Walk::loss_rates_at(const FloatRow& no_show, double no_show_factor,
                                RowsOf<Stage::losses>::Law& losses) {
  const Floats d;
  const RegimeRows& r = regime();
  const F one = constant(1.0F);
  const F day_factor = constant(static_cast<float>(no_show_factor));
  const FloatRow& state =
      read<Stage::losses, Stage::states>().states[static_cast<std::size_t>(MonthState::no_show)];
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const F state_factor = factor(load(r.no_show_sigma, i), load(r.no_show_half_variance, i), load(state, i));
    const F p =
        hn::Min(hn::Mul(hn::Mul(load(no_show, i), state_factor), day_factor), load(r.most_no_show, i));
    const F shows = hn::Sub(one, p);
    const F rho_rest = hn::Sub(one, load(r.rho, i));
    store(hn::Mul(p, rho_rest), losses.no_show_a, i);
    store(hn::Mul(shows, rho_rest), losses.no_show_b, i);
    const F late = load(r.late_cancel, i);
    const F others = hn::Add(late, load(r.lost_call, i));
    const M seen = hn::Gt(shows, hn::Zero(d));
    const F other_rate =
        hn::IfThenElseZero(seen, hn::Min(one, hn::Div(others, hn::IfThenElse(seen, shows, one))));
    const F no_other = hn::Sub(one, other_rate);
    const M may_complete = hn::Gt(no_other, hn::Zero(d));
    store(other_rate, losses.other_rate, i);
    // Where all are lost, P(none) underflows and the exact draw takes over.
    store(hn::IfThenElse(may_complete, log(hn::IfThenElse(may_complete, no_other, one)), constant(-1e6F)),
          losses.log_no_other, i);
    store(hn::Div(other_rate, hn::IfThenElse(may_complete, no_other, one)), losses.other_odds, i);
  }
}

inline void Walk::loss_rates() {
  const F one = constant(1.0F);
  const RegimeRows& r = regime();
  auto& rows = mine<Stage::losses>();
  const auto& factors = month().no_show_factors;
  for (std::size_t k = 0; k <= r.shifts.size(); ++k)
    for (std::size_t c = 0; c < factors.size(); ++c)
      loss_rates_at(k == 0 ? r.no_show : r.shifts[k - 1].no_show, factors[c],
                    rows.laws[k * rows.classes + c]);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats())) {
    const F late = load(r.late_cancel, i);
    const F others = hn::Add(late, load(r.lost_call, i));
    const M some = hn::Gt(others, hn::Zero(Floats()));
    store(hn::IfThenElseZero(some, hn::Min(one, hn::Div(late, hn::IfThenElse(some, others, one)))),
          rows.late_share, i);
  }
  const std::size_t needed = rows_of_no_shows();
  for (std::size_t l = 0; l < rows.laws.size(); ++l) {
    auto& law = rows.laws[l];
    if (l % rows.classes >= factors.size()) continue;
    if (common_.month == 0 || fast_.no_show_by_month || needed > law.rows) tabulate_no_shows(needed, law);
  }
}

/// Completed visits that the practice as it was drawn may expect of a scheduled workday.
inline void Walk::expect_visits(FloatRow& visits) {
  const RegimeRows& own = drawn();
  FloatRow ramp;
  ramp_rows(own, common_.month, ramp, nullptr);
  if (plan_.holiday_share == 0 && !plan_.keeps_waiting_list && !fast_.features.overbooking &&
      plan_.shifts.empty()) {
    for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats()))
      store(hn::Mul(hn::Min(hn::Mul(load(own.visits, i), load(ramp, i)), load(own.slots, i)),
                    load(own.kept, i)),
            visits, i);
    return;
  }
  if (!has_expected_ || !same_bytes(ramp, expected_at_ramp_)) {  // after a ramp it is the same every month
    std::vector<double> numbers(plan_.numbers.size());
    for (std::size_t i = 0; i < batch_paths; ++i) {
      for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = own.numbers[n][i];
      expected_visits_[i] =
          static_cast<float>(samplers::expected_visits(plan_, numbers, static_cast<double>(ramp[i])));
    }
    expected_at_ramp_ = ramp;
    has_expected_ = true;
  }
  visits = expected_visits_;
}

/// Rates of the inbox. Where they follow expected visits, a stress of volume does not answer mail.
inline void Walk::item_rates() {
  const Floats d;
  const RegimeRows& r = regime();
  const auto& states = read<Stage::item_rates, Stage::states>().states;
  const DoubleRow& panel = read<Stage::item_rates, Stage::demand>().panel;
  auto& rows = mine<Stage::item_rates>();
  const bool follows_expected = plan_.inbox_follows == InboxFollows::expected;
  FloatRow expected;
  if (follows_expected) expect_visits(expected);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const F visits = load(expected, i);
    HWY_ALIGN float members[hn::MaxLanes(Floats())];
    for (std::size_t j = 0; j < hn::Lanes(d); ++j) members[j] = static_cast<float>(panel[i + j]);
    for (std::size_t k = 0; k < inbox_kind_count; ++k) {
      const auto& kind = r.kinds[k];
      const F per_visit = load(kind.per_visit, i);
      const F base =
          hn::Add(hn::Mul(per_visit, visits), hn::Mul(load(kind.per_member, i), hn::Load(d, members)));
      const FloatRow& state = states[static_cast<std::size_t>(state_of(static_cast<InboxKind>(k)))];
      const F month_factor = factor(load(kind.sigma, i), load(kind.half_variance, i), load(state, i));
      store(hn::Mul(base, month_factor), rows.rate[k], i);
      if (!follows_expected) store(hn::Mul(per_visit, month_factor), rows.a_visit[k], i);
    }
  }
}

/// P(no no-show among n) = product over j < n of (b + j rho) / (a + b + j rho), for every n < rows.
inline void Walk::tabulate_no_shows(std::size_t rows, RowsOf<Stage::losses>::Law& losses) const {
  const Floats d;
  const RegimeRows& r = regime();
  losses.rows = rows;
  F rho[vectors];
  F up[vectors];
  F down[vectors];
  F none[vectors];
  load_all(r.rho, rho);
  load_all(losses.no_show_b, up);
  for (std::size_t v = 0; v < vectors; ++v) {
    down[v] = hn::Sub(constant(1.0F), rho[v]);
    none[v] = constant(1.0F);
  }
  for (std::size_t n = 0; n < rows; ++n)
    for (std::size_t v = 0; v < vectors; ++v) {
      store(none[v], losses.none_missed[n], v * hn::Lanes(d));
      none[v] = hn::Div(hn::Mul(none[v], up[v]), down[v]);
      up[v] = hn::Add(up[v], rho[v]);
      down[v] = hn::Add(down[v], rho[v]);
    }
}

/// Rows that the month's no-show table needs: one for every number of bookings that the slots allow.
inline std::size_t Walk::rows_of_no_shows() const {
  const RegimeRows& r = regime();
  const double factor = month().slots_factor;
  float slots = *std::ranges::max_element(r.slots.x);
  for (const auto& shift : r.shifts) slots = std::max(slots, *std::ranges::max_element(shift.slots.x));
  double most = static_cast<double>(slots) * factor;
  if (fast_.features.overbooking)
    most += static_cast<double>(*std::ranges::max_element(r.overbooked.x)) * factor;
  for (const auto& event : plan_.events) most *= std::max(1.0, event.slots_factor);
  const auto rows = static_cast<double>(most_table_rows);
  return static_cast<std::size_t>(std::min(std::ceil(most) + 2, rows));
}

/// Are the slots whole numbers on all days of the month?
inline void Walk::find_whole_slots() {
  const RegimeRows& r = regime();
  const bool events_close_or_not = std::ranges::all_of(
      plan_.events, [](const auto& event) { return event.slots_factor == 0.0 || event.slots_factor == 1.0; });
  const bool holidays_close_or_not =
      plan_.holiday_share == 0 ||
      std::ranges::all_of(r.holidays_open.x, [](float open) { return open == 0.0F || open == 1.0F; });
  const auto are_whole = [&](const FloatRow& slots) {
    return std::ranges::all_of(slots.x, [&](float s) {
      const float open = s * static_cast<float>(month().slots_factor);
      return open == std::floor(open);
    });
  };
  mine<Stage::open>().slots_are_whole = events_close_or_not && holidays_close_or_not && are_whole(r.slots) &&
                                        std::ranges::all_of(r.shifts, are_whole, &RegimeRows::Shift::slots);
  for (auto& days : mine<Stage::open>().shift_days) days = FloatRow{};
}

/// Days off and quality of the study year that begins, for all scenarios.
inline void begin_year(const FastPlan& fast, std::uint64_t first_path, SharedRows& common) {
  const auto study_year = fast.plan().months[common.month].year;
  const auto year = static_cast<std::uint32_t>(study_year);
  for (std::size_t k = 0; k < common.regimes.size(); ++k)
    draw_quality(fast, fast.quality_tables[k], first_path, year, common.regimes[k]);
  for (std::size_t l = 0; l < common.leaves.size(); ++l)
    begin_days_off(fast, first_path, year, common.regimes[fast.regime_of_leave[l]], common.leaves[l]);
  if (fast.features.spells)
    for (std::size_t l = 0; l < common.leaves.size(); ++l) draw_spells(fast, first_path, year, common, l);
  common.workday_of_year = 0;
  common.workdays_left = static_cast<float>(fast.plan().years[study_year].workdays);
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
