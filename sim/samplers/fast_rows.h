#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/samplers/fast_plan.h"
#include "sim/samplers/fast_stages.h"

namespace paystress::samplers {

[[nodiscard]] inline bool same_memory(const void* a, const void* b, std::size_t bytes) {
  return std::memcmp(a, b, bytes) == 0;
}
/// Compares bytes, so that what continues from either is the same bytes.
template <class Rows>
[[nodiscard]] bool same_bytes(const Rows& a, const Rows& b) {
  static_assert(std::is_trivially_copyable_v<Rows>);
  return same_memory(&a, &b, sizeof a);
}
template <class Rows>
[[nodiscard]] bool same_bytes(const std::vector<Rows>& a, const std::vector<Rows>& b) {
  static_assert(std::is_trivially_copyable_v<Rows>);
  return a.size() == b.size() && same_memory(a.data(), b.data(), a.size() * sizeof(Rows));
}

/// The rows that a stage writes for a batch of paths: of today, of the month (`sums`; before today where days
/// are kept), and what it carries into the next month, which `carries_same` compares. A stage that carries
/// nothing has none.
template <Stage>
struct RowsOf;

template <>
struct RowsOf<Stage::states> {
  std::array<FloatRow, month_state_count> states;
  [[nodiscard]] bool carries_same(const RowsOf& other) const { return same_bytes(states, other.states); }
};

template <>
struct RowsOf<Stage::demand> {
  FloatRow ramp, demand;
  DoubleRow panel;
  std::vector<FloatRow> of_shift;  ///< demand on days of each kind of shift
  void size_for(const FastPlan& fast) { of_shift.resize(fast.plan().shifts.size()); }
};

/// Losses have a law for each factor of the no-show rate that the month's days have, and again for each kind
/// of shift.
template <>
struct RowsOf<Stage::losses> {
  struct Law {
    FloatRow no_show_a, no_show_b, other_rate, other_odds, log_no_other;
    std::vector<FloatRow> none_missed;  ///< P(no no-show among n booked), by n
    std::size_t rows = 0;               ///< of none_missed that are filled
  };
  std::vector<Law> laws;    ///< [kind of shift, 0 for none][class of the day]
  std::size_t classes = 1;  ///< of a kind
  FloatRow late_share;
  void size_for(const FastPlan& fast);
  /// Tables are of use in the next month only where this month's are made too.
  void skip_month() {
    for (auto& law : laws) law.rows = 0;
  }
};

template <>
struct RowsOf<Stage::item_rates> {
  std::array<FloatRow, inbox_kind_count> rate;     ///< expected, or of the members alone
  std::array<FloatRow, inbox_kind_count> a_visit;  ///< where items follow completed visits
};

template <>
struct RowsOf<Stage::events> {
  struct Event {
    FloatRow ends;                                    ///< first workday no longer covered
    std::array<double, batch_paths> next{};           ///< workday of the next start
    std::array<std::uint32_t, batch_paths> starts{};  ///< drawn so far
  };
  std::vector<Event> events;
  std::vector<double> soonest;  ///< least of next, by event
  void size_for(const FastPlan& fast) {
    events.resize(fast.plan().events.size());
    soonest.resize(events.size());
  }
  [[nodiscard]] bool carries_same(const RowsOf& other) const { return same_bytes(events, other.events); }
};

template <>
struct RowsOf<Stage::daily> {
  FloatRow state;
  [[nodiscard]] bool carries_same(const RowsOf& other) const { return same_bytes(state, other.state); }
};

template <>
struct RowsOf<Stage::open> {
  FloatRow worked, slots, places, mean_demand;
  FloatRow slots_factor, event_demand;  ///< of the events
  bool slots_are_whole = true;          ///< in all of the month
  // Of kinds of shift, where there are some: today's kind (0: none), what it brings, and the month's days.
  FloatRow kind, session_minutes, slot_minutes, shift_slots, shift_demand;
  std::vector<FloatRow> shift_days;
  void size_for(const FastPlan& fast) { shift_days.resize(fast.plan().shifts.size()); }
  struct Sums {
    FloatRow workdays, slots;
    FloatRow holidays, sick_days, closed;  ///< closed: not worked for the stress alone
    FloatRow session_minutes;              ///< where there are kinds of shift
  } sums, before_today;
};

template <>
struct RowsOf<Stage::ask> {
  FloatRow demand;  ///< before a stress of it
};

template <>
struct RowsOf<Stage::book> {
  FloatRow booked, refused;
  FloatRow waiting;  ///< patients who ask again on the next scheduled workday
  struct Sums {
    FloatRow demand, turned_away, asked_when_closed, returned, lost_patients;
  } sums, before_today;
  [[nodiscard]] bool carries_same(const RowsOf& other) const { return same_bytes(waiting, other.waiting); }
};

template <>
struct RowsOf<Stage::lose> {
  FloatRow missed, others, left;         ///< before a stress thins them
  RowsOf<Stage::losses>::Law of_shifts;  ///< of a day whose kind of shift differs from path to path
};

template <>
struct RowsOf<Stage::keep> {
  FloatRow completed;
  struct Sums {
    FloatRow booked, no_shows, others, completed;
    FloatRow beyond_slots;       ///< booked visits without a slot
    FloatRow thinned_patients;   ///< of a waiting list, whose visit a stress took away
    FloatRow idle_minutes;       ///< where there are kinds of shift
    FloatRow cancels, refilled;  ///< where late cancels are refilled: they are among the others
  } sums, before_today;
  std::vector<FloatRow> day_others, day_completed, day_cancels;  ///< of the month's days, where they are kept
};

template <>
struct RowsOf<Stage::receive> {
  std::array<FloatRow, inbox_kind_count> items;  ///< before a stress of them
};

template <>
struct RowsOf<Stage::answer> {
  std::array<FloatRow, inbox_kind_count> items;
  struct Sums {
    std::array<FloatRow, inbox_kind_count> items;
  } sums, before_today;
};

template <>
struct RowsOf<Stage::treat> {
  FloatRow minutes;  ///< with patients
  struct Sums {
    FloatRow minutes;
  } sums, before_today;
};

template <>
struct RowsOf<Stage::spend> {
  struct Sums {
    FloatRow inbox_minutes, after_minutes;
  } sums, before_today;
};

template <>
struct RowsOf<Stage::cancel> {
  FloatRow late_cancels;
};

template <>
struct RowsOf<Stage::code> {
  std::vector<FloatRow> coded;
  void size_for(const FastPlan& fast) { coded.resize(fast.plan().codes.size()); }
};

template <>
struct RowsOf<Stage::recode> {
  std::vector<FloatRow> coded;
  std::vector<FloatRow> moved;  ///< by step of the month's recoding
  DoubleRow lost;               ///< wRVU
  void size_for(const FastPlan& fast) { coded.resize(fast.plan().codes.size()); }
};

template <>
struct RowsOf<Stage::review> {
  std::vector<FloatRow> moved;    ///< corrections under way: [month % (lag + 1)][code]
  std::vector<DoubleRow> caused;  ///< wRVU of them by the month worked: [month % (lag + 1)]
  DoubleRow pending;              ///< of all of them
  DoubleRow landed;               ///< of those found this month
  void size_for(const FastPlan& fast) {
    caused.resize(static_cast<std::size_t>(fast.plan().audit_lag_months) + 1);
    moved.resize(caused.size() * fast.plan().codes.size());
  }
  [[nodiscard]] bool carries_same(const RowsOf& other) const {
    return same_bytes(moved, other.moved) && same_bytes(caused, other.caused) &&
           same_bytes(pending, other.pending);
  }
};

// Columns of the ledger have their rows there.
template <>
struct RowsOf<Stage::session_columns> {};
template <>
struct RowsOf<Stage::after_hours_columns> {};
template <>
struct RowsOf<Stage::visit_columns> {};
template <>
struct RowsOf<Stage::item_columns> {};
template <>
struct RowsOf<Stage::loss_columns> {};
template <>
struct RowsOf<Stage::recode_columns> {};
template <>
struct RowsOf<Stage::credit_columns> {};

template <class Indices>
struct RowsOfStages;
template <std::size_t... s>
struct RowsOfStages<std::index_sequence<s...>> {
  using Rows = std::tuple<RowsOf<static_cast<Stage>(s)>...>;
  using View = std::tuple<const RowsOf<static_cast<Stage>(s)>*...>;
};
/// The rows of every stage, and of each stage those that somebody made.
using StageRows = RowsOfStages<std::make_index_sequence<stage_count>>::Rows;
using StageView = RowsOfStages<std::make_index_sequence<stage_count>>::View;

/// Calls work.operator()<stage>() for every stage, in order.
template <class Work>
void for_each_stage(Work work) {
  [&]<std::size_t... s>(std::index_sequence<s...>) {
    (work.template operator()<static_cast<Stage>(s)>(), ...);
  }
  (std::make_index_sequence<stage_count>());
}

/// A stage's sums, row by row.
template <class Sums>
[[nodiscard]] std::span<FloatRow> rows_of(Sums& sums) {
  static_assert(sizeof(Sums) % sizeof(FloatRow) == 0 && std::is_trivially_copyable_v<Sums>);
  return {reinterpret_cast<FloatRow*>(&sums), sizeof(Sums) / sizeof(FloatRow)};
}

/// One scenario's part of a shared walk: the rows that it makes, and whose rows it reads.
struct ScenarioRows {
  StageRows own;
  StageView view;
  /// Of the days of the month, where they are kept: what is left to deal, and visits by code and day.
  std::vector<FloatRow> day_others, day_completed;
  std::vector<std::vector<FloatRow>> day_coded;
  /// By stage, the scenario that makes its rows this month.
  std::array<std::size_t, stage_count> maker{};
};

}  // namespace paystress::samplers
