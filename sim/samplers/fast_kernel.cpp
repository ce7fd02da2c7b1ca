// The fast sampler's walk through months and days, lanes = paths; the law is in the README, "The model and
// its limits". Counts are drawn by day where the day needs them (demand, no-shows, other losses, inbox items)
// and by month where the law allows it (late cancels against lost calls, codes, recoding, review).

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <vector>

#include "sim/samplers/fast_plan.h"
#include "sim/samplers/fast_workspace.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/samplers/fast_kernel.cpp"
#include <hwy/foreach_target.h>  // NOLINT: must come before highway.h
#include <hwy/highway.h>

#include "sim/random/fast_counts-inl.h"
#include "sim/random/simd_math-inl.h"
#include "sim/samplers/fast_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

// Words of the streams. "fast.day": blocks and words below. "fast.month": states, then the late/lost split,
// then from these blocks on a word for each code, recoding step and audit move.
constexpr std::uint32_t code_block = 2, recode_block = 1024, audit_block = 2048, first_stress_block = 3;
constexpr std::uint32_t no_day = 0xFFFFFFFF;

HWY_INLINE F load(const FloatRow& row, std::size_t i) { return hn::Load(Floats(), row.data() + i); }
HWY_INLINE void store(F v, FloatRow& row, std::size_t i) { hn::Store(v, Floats(), row.data() + i); }
HWY_INLINE void add(F v, FloatRow& row, std::size_t i) { store(hn::Add(load(row, i), v), row, i); }

/// Vectors that hold one number of every path of a batch.
constexpr std::size_t vectors = batch_paths / hn::MaxLanes(Floats());
HWY_INLINE void load_all(const FloatRow& row, F (&to)[vectors]) {
  for (std::size_t v = 0; v < vectors; ++v) to[v] = load(row, v * hn::Lanes(Floats()));
}
HWY_INLINE void load_all(const WordRow& row, W (&to)[vectors]) {
  for (std::size_t v = 0; v < vectors; ++v) to[v] = hn::Load(Words(), row.data() + v * hn::Lanes(Words()));
}

/// Words of one stream in order, block after block.
class WordSource {
 public:
  WordSource(const PhiloxPaths& paths, const random::StreamKey& key, std::uint32_t time, std::uint32_t block)
      : paths_(paths), key_(key.words), time_(time), block_(block) {}
  HWY_INLINE W next() {
    if (used_ == 4) {
      words_ = philox(paths_, time_, block_++, key_);
      used_ = 0;
    }
    return words_.word[used_++];
  }

 private:
  PhiloxPaths paths_;
  random::PhiloxKey key_;
  std::uint32_t time_, block_;
  std::size_t used_ = 4;
  PhiloxWords words_;
};

/// exp(sigma s - half_variance).
HWY_INLINE F factor(F sigma, F half_variance, F state) {
  return exp(hn::Sub(hn::Mul(sigma, state), half_variance));
}

/// One batch of paths through the study.
class Walk {
 public:
  Walk(const FastPlan& fast, FastWorkspace& space, std::uint64_t first_path)
      : fast_(fast), plan_(fast.plan), space_(space), first_(first_path) {}

  void run(const BatchStrata& strata, LedgerBlock& out, std::size_t lane, std::size_t lanes);

 private:
  [[nodiscard]] Refinement more(const random::StreamKey& key, std::size_t i, std::uint32_t time,
                                std::uint32_t variable) const {
    return {key, first_ + i, time, variable, fast_.always_exact};
  }
  [[nodiscard]] Refinement more_today(std::size_t i, std::uint32_t variable) const {
    return more(fast_.keys.refine_day, i, day_, variable);
  }
  [[nodiscard]] float count_factor(StressedCount c) const {
    return static_cast<float>(plan_.months[month_].count_factor[static_cast<std::size_t>(c)]);
  }

  void begin_path(const BatchStrata& strata);
  void begin_month();
  void ramp_rows(const RegimeRows& r, FloatRow& ramp, DoubleRow* panel) const;
  void month_rates(const RegimeRows& r);
  [[nodiscard]] std::size_t rows_of_no_shows(const RegimeRows& r) const;
  void tabulate_no_shows(const RegimeRows& r, std::size_t rows);
  void thin(F (&n)[vectors], std::uint32_t block, std::size_t word, std::uint32_t variable) {
    stress_count(StressedCount::booked_visits, n, block, word, variable, n);
  }
  void start_events();
  void draw_words();
  void see_patients(const RegimeRows& r, float demand_factor, bool first_day);
  void lose_visits(const RegimeRows& r);
  void read_inbox();
  void spend_time(const RegimeRows& r);
  void draw_month(const F (&n)[vectors], const F (&p)[vectors], std::uint32_t first_block, std::size_t place,
                  F (&k)[vectors]);
  void code_visits(const RegimeRows& r);
  void write_month(const RegimeRows& r, LedgerBlock& out, std::size_t lane, std::size_t lanes);
  void stress_count(StressedCount which, const F (&mean)[vectors], std::uint32_t block, std::size_t word,
                    std::uint32_t variable, F (&n)[vectors]);
  void fill_words(std::uint32_t time, std::uint32_t block, const random::StreamKey& key, WordRow* rows) const;
  const WordRow* stress_words(std::uint32_t block);

  const FastPlan& fast_;
  const PracticePlan& plan_;
  FastWorkspace& space_;
  std::uint64_t first_;
  std::size_t month_ = 0;
  std::uint32_t day_ = 0;                                    // calendar day since the start
  float workday_ = 0;                                        // scheduled workdays since the start
  float workdays_left_ = 0;                                  // of the study year, today's included
  std::array<std::uint32_t, 2> stress_day_{no_day, no_day};  // whose words space_.stress_words holds
  std::uint32_t month_block_ = 0;  // of the month's stream, whose words space_.month_words holds; 0: none
  std::size_t no_show_rows_ = 0;   // of space_.none_missed that are filled
  bool slots_are_whole_ = true;
};

void Walk::begin_path(const BatchStrata& strata) {
  auto& drawn = space_.regimes[0];
  draw_traits(fast_, strata, first_, drawn);
  cut_back(drawn);
  for (std::size_t k = 0; k < space_.regimes.size(); ++k) {
    auto& regime = space_.regimes[k];
    if (k > 0) {
      regime.numbers = drawn.numbers;
      change_numbers(regime, fast_.regimes[k]);
    }
    derive_rows(fast_, regime);
    draw_mix(fast_, first_, regime);
  }
  for (std::size_t e = 0; e < space_.events.size(); ++e) {
    auto& event = space_.events[e];
    event.ends = FloatRow{};
    event.starts.fill(0);
    event.next.fill(-1.0);  // the gap before the first start is drawn like any other
    event.soonest = -1.0;
  }
  for (auto& row : space_.moved) row = FloatRow{};
  space_.pending = DoubleRow{};
  workday_ = 0;
}

/// Share of mature volume in mid-month, and the panel.
void Walk::ramp_rows(const RegimeRows& r, FloatRow& ramp, DoubleRow* panel) const {
  const DoubleRow& start = number(r, ramp_start);
  const DoubleRow& months = number(r, ramp_months_to_95);
  double last_start = -1.0;
  double last_months = -1.0;
  double share = 1.0;
  for (std::size_t i = 0; i < batch_paths; ++i) {
    if (start[i] != last_start || months[i] != last_months) {
      last_start = start[i];
      last_months = months[i];
      share = 1.0;
      if (last_start < 0.95) {
        const double pace = random::portable::log((1 - last_start) / 0.05) / last_months;
        share = 1 - (1 - last_start) * random::portable::exp(-pace * (static_cast<double>(month_) + 0.5));
      }
    }
    ramp[i] = static_cast<float>(share);
    if (panel != nullptr) (*panel)[i] = std::floor(number(r, panel_mature)[i] * share + 0.5);
  }
}

void Walk::month_rates(const RegimeRows& r) {
  const Floats d;
  const RegimeRows& drawn = space_.regimes[0];
  const auto time = static_cast<std::uint32_t>(month_ + 1);
  const auto& matrix = month_ == 0 ? plan_.state_factor : plan_.innovation_factor;
  const auto slots_factor = static_cast<float>(plan_.months[month_].slots_factor);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    WordSource words(philox_paths(first_ + i), fast_.keys.month, time, 0);
    F fresh[month_state_count];
    for (auto& z : fresh) z = gaussian(words.next());
    F state[month_state_count];
    for (std::size_t s = 0; s < month_state_count; ++s) {
      F sum = hn::Zero(d);
      for (std::size_t t = 0; t <= s; ++t)
        sum = hn::Add(
            sum, hn::Mul(fresh[t], constant(static_cast<float>(
                                       matrix(static_cast<Eigen::Index>(s), static_cast<Eigen::Index>(t))))));
      if (month_ > 0) {
        const double memory = plan_.state_ar1[s];
        sum = hn::Add(hn::Mul(load(space_.states[s], i), constant(static_cast<float>(memory))),
                      hn::Mul(sum, constant(static_cast<float>(std::sqrt(1 - memory * memory)))));
      }
      state[s] = sum;
      store(sum, space_.states[s], i);
    }
    const auto state_of = [&](MonthState s) HWY_ATTR { return state[static_cast<std::size_t>(s)]; };
    const F ramp = load(space_.ramp, i);
    store(hn::Mul(
              hn::Mul(load(r.visits, i), ramp),
              factor(load(r.demand_sigma, i), load(r.demand_half_variance, i), state_of(MonthState::demand))),
          space_.demand, i);

    const F p =
        hn::Min(hn::Mul(load(r.no_show, i), factor(load(r.no_show_sigma, i), load(r.no_show_half_variance, i),
                                                   state_of(MonthState::no_show))),
                load(r.most_no_show, i));
    const F shows = hn::Sub(constant(1.0F), p);
    const F rho_rest = hn::Sub(constant(1.0F), load(r.rho, i));
    store(hn::Mul(p, rho_rest), space_.no_show_a, i);
    store(hn::Mul(shows, rho_rest), space_.no_show_b, i);
    const F late = load(r.late_cancel, i);
    const F others = hn::Add(late, load(r.lost_call, i));
    const M some = hn::Gt(others, hn::Zero(d));
    const M seen = hn::Gt(shows, hn::Zero(d));
    const F one = constant(1.0F);
    const F other_rate =
        hn::IfThenElseZero(seen, hn::Min(one, hn::Div(others, hn::IfThenElse(seen, shows, one))));
    const F no_other = hn::Sub(one, other_rate);
    const M may_complete = hn::Gt(no_other, hn::Zero(d));
    store(other_rate, space_.other_rate, i);
    // Where all are lost, P(none) underflows and the exact draw takes over.
    store(hn::IfThenElse(may_complete, log(hn::IfThenElse(may_complete, no_other, one)), constant(-1e6F)),
          space_.log_no_other, i);
    store(hn::Div(other_rate, hn::IfThenElse(may_complete, no_other, one)), space_.other_odds, i);
    store(hn::IfThenElseZero(some, hn::Min(one, hn::Div(late, hn::IfThenElse(some, others, one)))),
          space_.late_share, i);

    // Messages follow the practice as it was drawn: a stress of volume does not answer mail.
    const F visits =
        hn::Mul(hn::Min(hn::Mul(load(drawn.visits, i), load(space_.drawn_ramp, i)), load(drawn.slots, i)),
                load(drawn.kept, i));
    HWY_ALIGN float members[hn::MaxLanes(Floats())];
    for (std::size_t j = 0; j < hn::Lanes(d); ++j) members[j] = static_cast<float>(space_.panel[i + j]);
    for (std::size_t k = 0; k < inbox_kinds; ++k) {
      const auto& kind = r.kinds[k];
      const F base = hn::Add(hn::Mul(load(kind.per_visit, i), visits),
                             hn::Mul(load(kind.per_member, i), hn::Load(d, members)));
      store(hn::Mul(base, factor(load(kind.sigma, i), load(kind.half_variance, i),
                                 state_of(static_cast<MonthState>(
                                     static_cast<std::size_t>(MonthState::messages) + k)))),
            space_.item_rate[k], i);
    }
    store(constant(slots_factor), space_.slots_factor, i);
    store(hn::Set(d, 1.0F), space_.event_demand, i);
  }
}

/// P(no no-show among n) = product over j < n of (b + j rho) / (a + b + j rho), for every n < rows.
void Walk::tabulate_no_shows(const RegimeRows& r, std::size_t rows) {
  const Floats d;
  no_show_rows_ = rows;
  F rho[vectors];
  F up[vectors];
  F down[vectors];
  F none[vectors];
  load_all(r.rho, rho);
  load_all(space_.no_show_b, up);
  for (std::size_t v = 0; v < vectors; ++v) {
    down[v] = hn::Sub(constant(1.0F), rho[v]);
    none[v] = constant(1.0F);
  }
  for (std::size_t n = 0; n < rows; ++n)
    for (std::size_t v = 0; v < vectors; ++v) {
      store(none[v], space_.none_missed[n], v * hn::Lanes(d));
      none[v] = hn::Div(hn::Mul(none[v], up[v]), down[v]);
      up[v] = hn::Add(up[v], rho[v]);
      down[v] = hn::Add(down[v], rho[v]);
    }
}

/// Rows that the month's no-show table needs: one for every number of bookings that the slots allow.
std::size_t Walk::rows_of_no_shows(const RegimeRows& r) const {
  double most = static_cast<double>(*std::ranges::max_element(r.slots.x)) * plan_.months[month_].slots_factor;
  for (const auto& event : plan_.events) most *= std::max(1.0, event.slots_factor);
  const auto rows = static_cast<double>(space_.none_missed.size());
  return static_cast<std::size_t>(std::min(std::ceil(most) + 2, rows));
}

void Walk::begin_month() {
  const auto& month = plan_.months[month_];
  const auto& study_year = plan_.years[month.year];
  if (static_cast<int>(month_) + 1 == study_year.first_month) {
    const auto year = static_cast<std::uint32_t>(month.year);
    for (std::size_t k = 0; k < space_.regimes.size(); ++k) {
      draw_quality(fast_, fast_.quality_tables[k], first_, year, space_.regimes[k]);
      begin_days_off(fast_, first_, year, space_.regimes[k]);
    }
    workdays_left_ = static_cast<float>(study_year.workdays);
  }
  const std::size_t regime = fast_.regime_of_month[month_];
  const RegimeRows& r = space_.regimes[regime];
  ramp_rows(r, space_.ramp, &space_.panel);
  if (regime != 0)
    ramp_rows(space_.regimes[0], space_.drawn_ramp, nullptr);
  else
    space_.drawn_ramp = space_.ramp;
  month_rates(r);
  const std::size_t rows = rows_of_no_shows(r);
  if (month_ == 0 || fast_.no_show_by_month || rows > no_show_rows_) tabulate_no_shows(r, rows);
  const bool events_close_or_not = std::ranges::all_of(
      plan_.events, [](const auto& event) { return event.slots_factor == 0.0 || event.slots_factor == 1.0; });
  slots_are_whole_ = events_close_or_not && std::ranges::all_of(r.slots.x, [&](float s) {
                       const float open = s * static_cast<float>(month.slots_factor);
                       return open == std::floor(open);
                     });
  space_.sums = {};
}

/// Starts, at workday_, the events that are due, and sets the day's event factors.
void Walk::start_events() {
  if (plan_.events.empty()) return;
  const Floats d;
  const double today = static_cast<double>(workday_);
  const RegimeRows& drawn = space_.regimes[0];
  for (std::size_t e = 0; e < space_.events.size(); ++e) {
    auto& event = space_.events[e];
    if (event.soonest > today) continue;
    const DoubleRow& per_year = drawn.numbers[PracticePlan::per_year_of(e)];
    const DoubleRow& days = drawn.numbers[PracticePlan::days_of(e)];
    event.soonest = 1e18;
    for (std::size_t i = 0; i < batch_paths; ++i) {
      while (event.next[i] <= today) {
        random::Stream bits(fast_.keys.events[e], first_ + i, 0, event.starts[i]++);
        const double gap_u = random::uniform52(bits);
        const double length_u = random::uniform52(bits);
        if (event.next[i] >= 0) {
          const auto length = static_cast<float>(std::floor(days[i] + length_u));
          event.ends[i] = std::max(event.ends[i], workday_ + length);
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
      event.soonest = std::min(event.soonest, event.next[i]);
    }
  }
  const auto month_factor = static_cast<float>(plan_.months[month_].slots_factor);
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    F slots = constant(month_factor);
    F demand = constant(1.0F);
    for (std::size_t e = 0; e < space_.events.size(); ++e) {
      const M covers = hn::Lt(constant(workday_), load(space_.events[e].ends, i));
      const F one = constant(1.0F);
      slots = hn::Mul(
          slots, hn::IfThenElse(covers, constant(static_cast<float>(plan_.events[e].slots_factor)), one));
      demand = hn::Mul(
          demand, hn::IfThenElse(covers, constant(static_cast<float>(plan_.events[e].demand_factor)), one));
    }
    store(slots, space_.slots_factor, i);
    store(demand, space_.event_demand, i);
  }
}

// Words of a day: block 0: daily shock, demand, no-shows, other losses; block 1: messages, results, visit
// time, inbox time; block 2, where there are other items: their number; block 3: stresses of demand,
// no-shows, messages, results; block 4: of other items, other losses, completed visits. Block 5 of every
// fourth workday: days off and slots of four days, half a word each.
enum DayWord : std::uint32_t {
  shock_word,
  demand_word,
  no_show_word,
  loss_word,
  message_word,
  result_word,
  visit_time_word,
  inbox_time_word,
  other_item_word,
  day_off_bits,
  slot_bits
};
constexpr std::array<std::uint32_t, inbox_kinds> item_words{message_word, result_word, other_item_word};
constexpr std::uint32_t luck_block = 5;
// The lowest bits of the word of a time decide whether it is accepted, the others make its Gaussian.
constexpr std::uint32_t chance_bits = 0xFFF;

void Walk::draw_words() {
  const Words d;
  const std::uint32_t blocks = fast_.kind_used[2] ? 3 : 2;
  for (std::uint32_t block = 0; block < blocks; ++block)
    fill_words(day_, block, fast_.keys.day, space_.words.data() + 4 * block);
  const auto workday = static_cast<std::uint32_t>(workday_);
  if (workday % 4 == 0) fill_words(workday / 4, luck_block, fast_.keys.day, space_.luck.data());
  // Gaussians apart from the words: a short loop without branches keeps both vector ports busy.
  for (const DayWord w : {shock_word, demand_word, message_word, result_word, visit_time_word,
                          inbox_time_word, other_item_word}) {
    if (w >= 4 * blocks) break;
    const bool is_time = w == visit_time_word || w == inbox_time_word;
    for (std::size_t i = 0; i < batch_paths; i += in_step * hn::Lanes(d)) {
      W words[in_step];
      F z[in_step];
      for (std::size_t v = 0; v < in_step; ++v) {
        words[v] = hn::Load(d, space_.words[w].data() + i + v * hn::Lanes(d));
        if (is_time)
          words[v] = hn::Or(hn::AndNot(hn::Set(d, chance_bits), words[v]), hn::Set(d, (chance_bits + 1) / 2));
      }
      gaussian(words, z);
      for (std::size_t v = 0; v < in_step; ++v) store(z[v], space_.normals[w], i + v * hn::Lanes(d));
    }
  }
}

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

void Walk::see_patients(const RegimeRows& r, float demand_factor, bool first_day) {
  const Floats d;
  const F zero = hn::Zero(d);
  const F one = constant(1.0F);
  const auto memory = static_cast<float>(plan_.daily_ar1);
  const auto novelty = static_cast<float>(std::sqrt(1 - plan_.daily_ar1 * plan_.daily_ar1));
  const bool has_events = !plan_.events.empty();
  const auto today = static_cast<std::size_t>(workday_);
  auto& sums = space_.sums;
  F mean[vectors];
  F slots[vectors];
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(d);
    const F fresh = load(space_.normals[shock_word], i);
    const F state = first_day ? fresh
                              : hn::Add(hn::Mul(load(space_.daily_state, i), constant(memory)),
                                        hn::Mul(fresh, constant(novelty)));
    store(state, space_.daily_state, i);

    // Days off: each scheduled workday is off with probability (days left to take) / (workdays left).
    const W luck = hn::Load(Words(), space_.luck[today % 4].data() + i);
    const W off_luck = hn::And(luck, hn::Set(Words(), 0xFFFFU));
    M off = no_lanes();
    for (auto& regime : space_.regimes) {
      const F left = load(regime.off_left, i);
      const M taken = is_below(off_luck, left, constant(workdays_left_), more_today(i, day_off_bits));
      store(hn::Sub(left, hn::IfThenElseZero(taken, one)), regime.off_left, i);
      if (&regime == &r) off = taken;
    }
    const F slots_factor = load(space_.slots_factor, i);
    const F open = hn::Mul(load(r.slots, i), slots_factor);
    const M worked = hn::AndNot(off, hn::Gt(slots_factor, zero));
    F whole = hn::Floor(open);
    if (!slots_are_whole_) {
      const M extra = is_below(hn::ShiftRight<16>(luck), hn::Sub(open, whole), one, more_today(i, slot_bits));
      whole = hn::Add(whole, hn::IfThenElseZero(extra, one));
    }
    slots[v] = hn::IfThenElseZero(worked, whole);

    F rate = hn::Mul(hn::Mul(load(space_.demand, i), constant(demand_factor)),
                     factor(load(r.daily_sigma, i), load(r.daily_half_variance, i), state));
    if (has_events) rate = hn::Mul(rate, load(space_.event_demand, i));
    mean[v] = hn::IfThenElseZero(worked, rate);
    const F is_worked = hn::IfThenElseZero(worked, one);
    add(is_worked, sums.workdays, i);
    add(slots[v], sums.slots, i);
    store(is_worked, space_.worked, i);
  }
  F z[vectors];
  W words[vectors];
  F demand[vectors];
  load_all(space_.normals[demand_word], z);
  load_all(space_.words[demand_word], words);
  poisson(mean, z, words, more_today(0, demand_word), demand);
  stress_count(StressedCount::demand, mean, first_stress_block, 0, 16, demand);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(d);
    const F booked = hn::Min(demand[v], slots[v]);
    add(demand[v], sums.demand, i);
    add(hn::Sub(demand[v], booked), sums.turned_away, i);
    store(booked, space_.booked, i);
  }
}

/// The four words of a block for every path, a row each.
void Walk::fill_words(std::uint32_t time, std::uint32_t block, const random::StreamKey& key,
                      WordRow* rows) const {
  const Words d;
  for (std::size_t i = 0; i < batch_paths; i += in_step * hn::Lanes(d)) {
    PhiloxPaths paths[in_step];
    PhiloxWords words[in_step];
    for (std::size_t v = 0; v < in_step; ++v) paths[v] = philox_paths(first_ + i + v * hn::Lanes(d));
    philox(paths, time, block, key.words, words);
    for (std::size_t w = 0; w < 4; ++w)
      for (std::size_t v = 0; v < in_step; ++v)
        hn::Store(words[v].word[w], d, rows[w].data() + i + v * hn::Lanes(d));
  }
}

/// Words of one of today's blocks of stresses, made when a stress first asks for them.
const WordRow* Walk::stress_words(std::uint32_t block) {
  const std::size_t k = block - first_stress_block;
  WordRow* const rows = space_.stress_words.data() + 4 * k;
  if (stress_day_[k] != day_) fill_words(day_, block, fast_.keys.day, rows);
  stress_day_[k] = day_;
  return rows;
}

/// A count under a stress: thinned below 1, raised by a stream of its own above.
void Walk::stress_count(StressedCount which, const F (&mean)[vectors], std::uint32_t block, std::size_t word,
                        std::uint32_t variable, F (&n)[vectors]) {
  const float times = count_factor(which);
  if (times == 1.0F) return;
  F share[vectors];
  F out[vectors];
  W words[vectors];
  load_all(stress_words(block)[word], words);
  for (std::size_t v = 0; v < vectors; ++v)
    share[v] = times < 1.0F ? constant(times) : hn::Mul(mean[v], constant(times - 1.0F));
  if (times < 1.0F) {
    binomial(n, share, words, more_today(0, variable), out);
    for (std::size_t v = 0; v < vectors; ++v) n[v] = out[v];
    return;
  }
  F z[vectors];
  gaussian(words, z);
  poisson(share, z, words, more_today(0, variable), out);
  for (std::size_t v = 0; v < vectors; ++v) n[v] = hn::Add(n[v], out[v]);
}

/// No-shows, then late cancels and lost calls together, out of the day's booked visits.
void Walk::lose_visits(const RegimeRows& r) {
  const Floats d;
  const Ints di;
  auto& sums = space_.sums;
  const float* table = space_.none_missed[0].data();
  const auto rows = static_cast<float>(no_show_rows_);
  BetaBinomial<vectors> law;
  F missed[vectors];
  W words[vectors];
  load_all(space_.booked, law.n);
  load_all(space_.no_show_a, law.a);
  load_all(space_.no_show_b, law.b);
  load_all(r.rho, law.rho);
  load_all(space_.words[no_show_word], words);
  static_assert(batch_paths == 64);
  for (std::size_t v = 0; v < vectors; ++v) {
    law.certain[v] = hn::Lt(law.n[v], constant(rows));
    const I row = hn::ConvertTo(di, hn::IfThenElseZero(law.certain[v], law.n[v]));
    const I place = hn::Add(hn::ShiftLeft<6>(row), hn::Iota(di, static_cast<std::int32_t>(v * hn::Lanes(d))));
    law.none[v] = hn::GatherIndex(d, table, place);
  }
  beta_binomial(law, words, more_today(0, no_show_word), missed);

  F left[vectors];
  F rate[vectors];
  F none[vectors];
  F odds[vectors];
  F others[vectors];
  load_all(space_.other_rate, rate);
  load_all(space_.other_odds, odds);
  load_all(space_.log_no_other, none);
  load_all(space_.words[loss_word], words);
  for (std::size_t v = 0; v < vectors; ++v) {
    left[v] = hn::Sub(law.n[v], missed[v]);
    none[v] = exp(hn::Mul(left[v], none[v]));
  }
  small_binomial(left, rate, none, odds, words, more_today(0, loss_word), others);
  F completed[vectors];
  for (std::size_t v = 0; v < vectors; ++v) completed[v] = hn::Sub(left[v], others[v]);
  // Thinned by fate: which visits stay does not depend on what becomes of them.
  thin(missed, first_stress_block, 1, 17);
  thin(others, first_stress_block + 1, 1, 21);
  thin(completed, first_stress_block + 1, 2, 22);
  for (std::size_t v = 0; v < vectors; ++v) {
    const std::size_t i = v * hn::Lanes(d);
    add(hn::Add(hn::Add(missed[v], others[v]), completed[v]), sums.booked, i);
    add(missed[v], sums.no_shows, i);
    add(others[v], sums.others, i);
    add(completed[v], sums.completed, i);
    store(completed[v], space_.completed, i);
  }
}

void Walk::read_inbox() {
  const Floats d;
  constexpr std::array kinds{StressedCount::messages, StressedCount::results, StressedCount::other_items};
  for (std::size_t k = 0; k < inbox_kinds; ++k) {
    if (!fast_.kind_used[k]) continue;
    F rate[vectors];
    F z[vectors];
    F n[vectors];
    W words[vectors];
    load_all(space_.item_rate[k], rate);
    load_all(space_.normals[item_words[k]], z);
    load_all(space_.words[item_words[k]], words);
    const auto variable = static_cast<std::uint32_t>(k);
    poisson(rate, z, words, more_today(0, item_words[k]), n);
    stress_count(kinds[k], rate, k < 2 ? first_stress_block : first_stress_block + 1, k < 2 ? 2 + k : 0,
                 18 + variable, n);
    for (std::size_t v = 0; v < vectors; ++v) {
      add(n[v], space_.sums.items[k], v * hn::Lanes(d));
      store(n[v], space_.items[k], v * hn::Lanes(d));
    }
  }
}

/// Minutes of n gamma times of one law, or n times the mean where they do not vary.
HWY_INLINE F total_minutes(F n, F shape, F scale, F minutes, F z, F chance, const Refinement& more_bits) {
  const M varies = hn::Gt(shape, hn::Zero(Floats()));
  const F drawn = hn::Mul(gamma(hn::Mul(n, shape), z, chance, more_bits), scale);
  return hn::IfThenElse(varies, drawn, hn::Mul(n, minutes));
}

/// Minutes of a sum of gamma times of several laws: the shifted gamma with the sum's mean, variance and half
/// third cumulant. A sum of one law is drawn exactly: there the shift is 0.
/// \test tests/unit/sim/samplers/inbox_minutes_test.cpp bounds the error of the distribution function
HWY_INLINE F total_minutes(F mean, F variance, F third, F z, F chance, const Refinement& more_bits) {
  const F zero = hn::Zero(Floats());
  const F one = constant(1.0F);
  const M varies = hn::Gt(variance, zero);
  const F scale = hn::IfThenElse(varies, hn::Div(third, hn::IfThenElse(varies, variance, one)), one);
  const F part = hn::Div(variance, scale);  // of the mean, that the gamma has
  const F drawn = hn::Mul(gamma(hn::Div(part, scale), z, chance, more_bits), scale);
  return hn::Add(hn::Max(zero, hn::Sub(mean, part)), drawn);
}

void Walk::spend_time(const RegimeRows& r) {
  const Floats d;
  const F zero = hn::Zero(d);
  auto& sums = space_.sums;
  const auto chance = [&](DayWord time, std::size_t i) HWY_ATTR {
    const W word = hn::Load(Words(), space_.words[time].data() + i);
    return hn::ConvertTo(d, hn::BitCast(Ints(), hn::And(word, hn::Set(Words(), chance_bits))));
  };
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    const F completed = load(space_.completed, i);
    const F with_patients = total_minutes(completed, load(r.visit_shape, i), load(r.visit_scale, i),
                                          load(r.visit_minutes, i), load(space_.normals[visit_time_word], i),
                                          chance(visit_time_word, i), more_today(i, visit_time_word));
    F mean = zero;
    F variance = zero;
    F third = zero;
    for (std::size_t k = 0; k < inbox_kinds; ++k) {
      if (!fast_.kind_used[k]) continue;
      const auto& kind = r.kinds[k];
      const F n = load(space_.items[k], i);
      mean = hn::Add(mean, hn::Mul(n, load(kind.minutes, i)));
      variance = hn::Add(variance, hn::Mul(n, load(kind.variance, i)));
      third = hn::Add(third, hn::Mul(n, load(kind.third, i)));
    }
    const F inbox = total_minutes(mean, variance, third, load(space_.normals[inbox_time_word], i),
                                  chance(inbox_time_word, i), more_today(i, inbox_time_word));
    const F session = hn::Mul(load(space_.worked, i), load(r.session_minutes, i));
    const F over = hn::Sub(hn::Add(with_patients, hn::Mul(completed, load(r.charting, i))), session);
    const F overrun = hn::Max(zero, over);
    const F idle = hn::Max(zero, hn::Neg(over));
    add(with_patients, sums.visit_minutes, i);
    add(inbox, sums.inbox_minutes, i);
    add(hn::Add(overrun, hn::Max(zero, hn::Sub(inbox, idle))), sums.after_minutes, i);
  }
}

/// One count of the month for every path: word `word` of block `block` of the month's stream.
HWY_INLINE void Walk::draw_month(const F (&n)[vectors], const F (&p)[vectors], std::uint32_t first_block,
                                 std::size_t place, F (&k)[vectors]) {
  const auto time = static_cast<std::uint32_t>(month_ + 1);
  const auto block = first_block + static_cast<std::uint32_t>(place / 4);
  if (block != month_block_) {
    month_block_ = block;
    fill_words(time, block, fast_.keys.month, space_.month_words.data());
  }
  W words[vectors];
  load_all(space_.month_words[place % 4], words);
  binomial(n, p, words,
           more(fast_.keys.refine_month, 0, time, 4 * block + static_cast<std::uint32_t>(place % 4)), k);
}

/// The month's late cancels, codes, recodings and reviews.
void Walk::code_visits(const RegimeRows& r) {
  const Floats d;
  const F one = constant(1.0F);
  const std::size_t codes = plan_.codes.size();
  const std::size_t slot = month_ % (static_cast<std::size_t>(plan_.audit_lag_months) + 1);
  FloatRow* moved = space_.moved.data() + slot * codes;
  for (std::size_t c = 0; c < codes; ++c) moved[c] = FloatRow{};
  space_.recode_lost = DoubleRow{};
  month_block_ = 0;
  F n[vectors];
  F p[vectors];
  F k[vectors];
  const auto add_all = [](const F(&x)[vectors], FloatRow& row, bool minus) HWY_ATTR {
    for (std::size_t v = 0; v < vectors; ++v) add(minus ? hn::Neg(x[v]) : x[v], row, v * hn::Lanes(Floats()));
  };
  load_all(space_.sums.others, n);
  load_all(space_.late_share, p);
  draw_month(n, p, 1, 1, k);
  for (std::size_t v = 0; v < vectors; ++v) store(k[v], space_.late_cancels, v * hn::Lanes(d));
  if (codes == 0) return;

  // Codes one after the other: each takes its share of what is left.
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
    draw_month(n, p, code_block, c, k);
    for (std::size_t v = 0; v < vectors; ++v) {
      store(k[v], space_.coded[c], v * hn::Lanes(d));
      n[v] = hn::Sub(n[v], k[v]);
    }
  }
  for (std::size_t v = 0; v < vectors; ++v) store(n[v], space_.coded[codes - 1], v * hn::Lanes(d));

  const auto& steps = plan_.months[month_].recodes;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const auto& step = steps[s];
    if (step.from == step.to) continue;
    load_all(space_.coded[step.from], n);
    for (std::size_t v = 0; v < vectors; ++v) p[v] = constant(static_cast<float>(step.share));
    draw_month(n, p, recode_block, s, k);
    add_all(k, space_.coded[step.from], true);
    add_all(k, space_.coded[step.to], false);
    FloatRow counts;
    for (std::size_t v = 0; v < vectors; ++v) store(k[v], counts, v * hn::Lanes(d));
    const double lost = static_cast<double>(plan_.codes[step.from].work_rvu_hundredths -
                                            plan_.codes[step.to].work_rvu_hundredths);
    for (std::size_t i = 0; i < batch_paths; ++i)
      space_.recode_lost[i] += lost * static_cast<double>(counts[i]);
  }

  // Reviews: two words a code, used or not, so that a code's luck does not depend on its place.
  for (std::size_t c = 0; c < codes; ++c) {
    load_all(space_.coded[c], n);
    if (c > 0) {
      load_all(r.review_down, p);
      draw_month(n, p, audit_block, 2 * c, k);
      add_all(k, moved[c], true);
      add_all(k, moved[c - 1], false);
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
    draw_month(n, p, audit_block, 2 * c + 1, k);
    add_all(k, moved[c], true);
    add_all(k, moved[c + 1], false);
  }
}

void Walk::write_month(const RegimeRows& r, LedgerBlock& out, std::size_t lane, std::size_t lanes) {
  using enum LedgerColumn;
  const auto& sums = space_.sums;
  const auto put = [&](auto column, auto value) HWY_ATTR {
    double* to = out.at(month_, column) + lane;
    for (std::size_t i = 0; i < lanes; ++i) to[i] = value(i);
  };
  const auto put_row = [&](auto column, const FloatRow& row) HWY_ATTR {
    double* to = out.at(month_, column) + lane;
    for (std::size_t i = 0; i < lanes; ++i) to[i] = static_cast<double>(row[i]);
  };
  const auto d = [](float x) { return static_cast<double>(x); };
  const double* hours = number(r, Parameter::session_hours).data();
  const double* charting = number(r, charting_minutes).data();
  const double* late_charting = number(r, late_charting_minutes).data();
  const double* meetings = number(r, meetings_hours_per_month).data();
  const double* training = number(r, training_hours).data();
  const bool first_month = month_ == 0;

  put_row(workdays, sums.workdays);
  put(LedgerColumn::session_hours, [&](std::size_t i) { return d(sums.workdays[i]) * hours[i]; });
  put(after_hours, [&](std::size_t i) {
    return (d(sums.after_minutes[i]) + d(sums.completed[i]) * late_charting[i]) / 60;
  });
  put(meeting_hours, [&](std::size_t i) { return first_month ? meetings[i] + training[i] : meetings[i]; });
  put(visit_hours, [&](std::size_t i) { return d(sums.visit_minutes[i]) / 60; });
  put(charting_hours, [&](std::size_t i) { return d(sums.completed[i]) * charting[i] / 60; });
  put(late_charting_hours, [&](std::size_t i) { return d(sums.completed[i]) * late_charting[i] / 60; });
  put(inbox_hours, [&](std::size_t i) { return d(sums.inbox_minutes[i]) / 60; });
  put_row(LedgerColumn::slots, sums.slots);
  put(unfilled_slots, [&](std::size_t i) { return d(sums.slots[i]) - d(sums.booked[i]); });
  put_row(demand, sums.demand);
  put_row(turned_away, sums.turned_away);
  put_row(booked_visits, sums.booked);
  put_row(late_cancels, space_.late_cancels);
  put_row(no_shows, sums.no_shows);
  put(tech_failures, [&](std::size_t i) { return d(sums.others[i]) - d(space_.late_cancels[i]); });
  put_row(completed_visits, sums.completed);
  put_row(messages, sums.items[0]);
  put_row(results, sums.items[1]);
  put_row(other_items, sums.items[2]);
  put(panel_members, [&](std::size_t i) { return space_.panel[i]; });
  put(quality_score, [&](std::size_t i) { return r.quality[i]; });

  const double* mean = r.mean_wrvu.data();
  const auto lost = [&](double visits, std::size_t i) { return std::floor(visits * mean[i] + 0.5); };
  put(wrvu_lost_unfilled, [&](std::size_t i) { return lost(d(sums.slots[i]) - d(sums.booked[i]), i); });
  put(wrvu_lost_late_cancel, [&](std::size_t i) { return lost(d(space_.late_cancels[i]), i); });
  put(wrvu_lost_no_show, [&](std::size_t i) { return lost(d(sums.no_shows[i]), i); });
  put(wrvu_lost_tech_failure,
      [&](std::size_t i) { return lost(d(sums.others[i]) - d(space_.late_cancels[i]), i); });
  put(wrvu_lost_recode, [&](std::size_t i) { return space_.recode_lost[i]; });

  // Work RVUs, dollars, and the corrections that land this month.
  const std::size_t codes = plan_.codes.size();
  const auto lag = static_cast<std::size_t>(plan_.audit_lag_months);
  const FloatRow* caused = space_.moved.data() + month_ % (lag + 1) * codes;
  const FloatRow* found = month_ < lag ? nullptr : space_.moved.data() + (month_ - lag) % (lag + 1) * codes;
  DoubleRow generated, dollars, change, landed;
  for (std::size_t c = 0; c < codes; ++c) {
    const auto points = static_cast<double>(plan_.codes[c].work_rvu_hundredths);
    const double cents = plan_.has_collections ? static_cast<double>(*plan_.codes[c].usd_cents) : 0.0;
    put_row(plan_.layout.visits_of(c), space_.coded[c]);
    if (found != nullptr) {
      put_row(plan_.layout.change_of(c), found[c]);
    } else {
      put(plan_.layout.change_of(c), [](std::size_t) { return 0.0; });
    }
    for (std::size_t i = 0; i < batch_paths; ++i) {
      generated[i] += points * d(space_.coded[c][i]);
      dollars[i] += cents * d(space_.coded[c][i]);
      change[i] += points * d(caused[c][i]);
      if (found != nullptr) landed[i] += points * d(found[c][i]);
    }
  }
  for (std::size_t i = 0; i < batch_paths; ++i) space_.pending[i] += change[i] - landed[i];
  put(generated_wrvu, [&](std::size_t i) { return generated[i]; });
  put(credited_wrvu, [&](std::size_t i) { return generated[i] + landed[i]; });
  put(wrvu_lost_audit, [&](std::size_t i) { return 0.0 - landed[i]; });
  put(wrvu_pending, [&](std::size_t i) { return space_.pending[i]; });
  put(collections_usd, [&](std::size_t i) { return dollars[i]; });
}

void Walk::run(const BatchStrata& strata, LedgerBlock& out, std::size_t lane, std::size_t lanes) {
  begin_path(strata);
  for (month_ = 0; month_ < plan_.months.size(); ++month_) {
    begin_month();
    const RegimeRows& r = space_.regimes[fast_.regime_of_month[month_]];
    for (const auto& workday : plan_.months[month_].workdays) {
      day_ = static_cast<std::uint32_t>(workday.day);
      start_events();
      draw_words();
      see_patients(r, static_cast<float>(workday.demand_factor), workday_ == 0.0F);
      lose_visits(r);
      read_inbox();
      spend_time(r);
      workday_ += 1.0F;
      workdays_left_ -= 1.0F;
    }
    code_visits(r);
    write_month(r, out, lane, lanes);
  }
}

void sample_block(const FastPlan& fast, std::uint64_t first_path, LedgerBlock& out) {
  FastWorkspace space(fast);
  BatchStrata strata;
  for (std::size_t lane = 0; lane < out.paths(); lane += batch_paths) {
    const std::uint64_t path = first_path + lane;
    if (fast.latin_hypercube) strata.move_to(fast, path);
    Walk(fast, space, path).run(strata, out, lane, std::min(batch_paths, out.paths() - lane));
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paystress::samplers {

namespace {
// Days with more bookings than this leave the no-show table and are drawn exactly.
constexpr std::size_t most_table_rows = 97;
}  // namespace

FastWorkspace::FastWorkspace(const FastPlan& fast)
    : regimes(fast.regimes.size()),
      events(fast.plan.events.size()),
      none_missed(most_table_rows),
      coded(fast.plan.codes.size()),
      moved((static_cast<std::size_t>(fast.plan.audit_lag_months) + 1) * fast.plan.codes.size()) {
  for (auto& regime : regimes) {
    regime.numbers.resize(fast.plan.numbers.size());
    regime.mix.resize(fast.plan.codes.size());
  }
  for (std::size_t n = 0; n < fast.plan.numbers.size(); ++n)
    regimes[0].numbers[n].x.fill(fast.plan.numbers[n]);
}

HWY_EXPORT(sample_block);

void sample_fast(const FastPlan& plan, std::uint64_t first_path, LedgerBlock& out) {
  HWY_DYNAMIC_DISPATCH(sample_block)(plan, first_path, out);
}

}  // namespace paystress::samplers
#endif
