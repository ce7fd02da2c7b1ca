#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/samplers/fast_plan.h"
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
  DoubleRow mean_wrvu;
  FloatRow holidays_open, overbooked, returning;
  FloatRow off_left;                      ///< days off not yet taken this year
  FloatRow in_spells;                     ///< 1 where days off are taken together
  std::vector<std::uint64_t> spell_days;  ///< of the year's workdays, a bit a path: is it off
  DoubleRow quality;
};

/// The state of one batch of paths; made once per block of paths and used again for each batch.
struct FastWorkspace {
  struct EventState {
    FloatRow ends;                                    ///< first workday no longer covered
    std::array<double, batch_paths> next{};           ///< workday of the next start
    std::array<std::uint32_t, batch_paths> starts{};  ///< drawn so far
    double soonest = 0.0;                             ///< least of next
  };
  explicit FastWorkspace(const FastPlan& plan);

  std::vector<RegimeRows> regimes;
  std::vector<EventState> events;
  std::array<FloatRow, month_state_count> states;
  FloatRow daily_state, slots_factor, event_demand;
  // Of the month. Losses have a law for each factor of the no-show rate that the month's days have.
  struct Losses {
    FloatRow no_show_a, no_show_b, other_rate, other_odds, log_no_other;
    std::vector<FloatRow> none_missed;  ///< P(no no-show among n booked), by n
    std::size_t rows = 0;               ///< of none_missed that are filled
  };
  std::vector<Losses> losses;
  FloatRow demand, late_share, visits;                       ///< visits: expected, that items follow
  std::array<FloatRow, inbox_kind_count> item_rate;          ///< expected, or of the members alone
  std::array<FloatRow, inbox_kind_count> item_rate_a_visit;  ///< where items follow completed visits
  FloatRow ramp, drawn_ramp;
  DoubleRow panel;
  // Of the day. words[4 b + w] is word w of block b; normals are the Gaussians of the words that need them.
  std::array<WordRow, std::size_t{4} * day::first_block_on_demand> words;
  std::array<FloatRow, std::size_t{4} * day::first_block_on_demand> normals;
  std::array<WordRow, 4> luck;  ///< of days off and slots, four workdays
  std::array<WordRow, std::size_t{4} * day::blocks_on_demand> words_on_demand;
  FloatRow worked, slots, places, mean_demand, booked, completed;
  FloatRow spell_off, refused;
  FloatRow waiting;  ///< patients who ask again on the next scheduled workday
  std::array<FloatRow, inbox_kind_count> items;
  // Sums of the month.
  struct Sums {
    FloatRow workdays, slots, demand, turned_away, booked, no_shows, others, completed;
    FloatRow beyond_slots;  ///< booked visits without a slot
    FloatRow asked_when_closed, returned, lost_patients;
    FloatRow visit_minutes, inbox_minutes, after_minutes;
    std::array<FloatRow, inbox_kind_count> items;

    /// Every row.
    [[nodiscard]] std::array<FloatRow*, 15 + inbox_kind_count> rows() {
      static_assert(sizeof(Sums) == (15 + inbox_kind_count) * sizeof(FloatRow), "a row is missing below");
      std::array<FloatRow*, 15 + inbox_kind_count> all{
          &workdays, &slots,         &demand,        &turned_away,   &booked,
          &no_shows, &others,        &completed,     &beyond_slots,  &asked_when_closed,
          &returned, &lost_patients, &visit_minutes, &inbox_minutes, &after_minutes};
      for (std::size_t k = 0; k < inbox_kind_count; ++k) all[all.size() - inbox_kind_count + k] = &items[k];
      return all;
    }
  } sums;
  Sums before_today;  ///< of the month, where the days are kept
  // Of the days of the month, where they are kept: losses but no-shows, completed visits, visits by code.
  std::vector<FloatRow> day_others, day_completed;
  std::vector<std::vector<FloatRow>> day_coded;  ///< [code][day]
  // Codes of the month, and corrections under way: [month % (lag + 1)][code].
  std::vector<FloatRow> coded;
  std::vector<FloatRow> moved;
  FloatRow late_cancels;
  DoubleRow recode_lost, pending;
};

}  // namespace paystress::samplers
