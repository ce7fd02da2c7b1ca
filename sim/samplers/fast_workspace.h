#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/random/strata.h"
#include "sim/samplers/fast_plan.h"
#include "sim/samplers/fast_rows.h"
#include "sim/samplers/fast_variables.h"

namespace paystress::samplers {

/// What one regime makes of the paths of a batch, in the form that the days want.
struct RegimeRows {
  struct Kind {
    FloatRow per_visit, per_member;     ///< items per visit; items per member and scheduled workday
    FloatRow sigma, half_variance;      ///< of the monthly state's logarithm
    FloatRow minutes, variance, third;  ///< of one item: mean, variance and half the third cumulant
    FloatRow shape, scale;              ///< of one item; shape 0: always `minutes`
  };
  std::vector<DoubleRow> numbers;  ///< as PracticePlan::numbers, after the changes
  FloatRow session_minutes, slots, visits;
  FloatRow slot_minutes;  ///< of one slot
  /// Of days of a kind of shift.
  struct Shift {
    FloatRow session_minutes, slots, slot_minutes, visits, no_show;
  };
  std::vector<Shift> shifts;
  FloatRow demand_sigma, demand_half_variance, daily_sigma, daily_half_variance;
  FloatRow no_show, no_show_sigma, no_show_half_variance, most_no_show, rho;
  FloatRow late_cancel, lost_call;
  FloatRow kept;  ///< expected share of booked visits completed x share of workdays worked
  std::array<Kind, inbox_kind_count> kinds;
  FloatRow kinds_unlike;  ///< 1 where the minutes of each kind are drawn by themselves
  bool any_unlike = false;
  FloatRow visit_shape, visit_scale, visit_minutes, charting;  ///< shape 0: always `visit_minutes`
  FloatRow review_down, review_up;
  std::vector<DoubleRow> mix;  ///< share of each code
  FloatRow holidays_open, overbooked, returning, refilled;
  DoubleRow quality;
};

/// Days off of the regimes that take the same ones.
struct LeaveRows {
  FloatRow left;                          ///< days off not yet taken this year
  FloatRow in_spells;                     ///< 1 where days off are taken together
  std::vector<std::uint64_t> spell_days;  ///< of the year's workdays, a bit a path: is it off
  FloatRow off;                           ///< 1 where today is off
};

inline constexpr std::uint32_t no_day = 0xFFFFFFFF;

/// The random words of a day. words[4 b + w] is word w of block b; normals are the Gaussians of the words
/// that need them.
struct DayWords {
  std::array<WordRow, std::size_t{4} * day::first_block_on_demand> words;
  std::array<FloatRow, std::size_t{4} * day::first_block_on_demand> normals;
  std::array<WordRow, 4> luck;  ///< of days off and slots, four workdays
  std::array<WordRow, std::size_t{4} * day::blocks_on_demand> on_demand;
  /// Whose words on_demand holds, by block.
  std::array<std::uint32_t, day::blocks_on_demand> filled_day;
};

/// Where a batch is on its walk, and what no scenario of it changes.
struct SharedRows {
  std::vector<RegimeRows> regimes;
  std::vector<LeaveRows> leaves;
  DayWords words;
  std::size_t month = 0;
  std::uint32_t day = 0;            ///< calendar day since the start
  float workday = 0;                ///< scheduled workdays since the start
  float workdays_left = 0;          ///< of the study year, today's included
  std::size_t workday_of_year = 0;  ///< among those that can be taken off
  const PracticePlan::Workday* today = nullptr;
};

/// The state of one batch of paths; made once per thread and used again for each batch.
struct FastWorkspace {
  explicit FastWorkspace(const FastPlan& plan);
  SharedRows shared;
  std::vector<ScenarioRows> scenarios;
  std::vector<random::PathStrata> traits;  ///< by practice
  random::PathStrata states;
};

/// Before the first month: every scenario carries what the first does.
void start_together(FastWorkspace& space);
/// Before the stages of space.shared.month: says who makes the rows of each. A scenario reads those of the
/// first before it that reads the same and carries the same bytes on every path of the batch; one that goes
/// its own way takes over what it carried so far.
void share_month(const FastPlan& fast, FastWorkspace& space);

}  // namespace paystress::samplers
