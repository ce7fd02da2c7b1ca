#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "model/practice.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::samplers {

/// What the fast sampler makes of a month, stage after stage; `events` to `spend` are made day by day, and
/// those from `session_columns` on are columns of the ledger.
/// Scenarios that are walked together make a stage once wherever all that it reads is the same.
enum class Stage : std::size_t {
  states,
  demand,
  losses,
  item_rates,
  events,
  daily,
  open,
  ask,
  book,
  lose,
  keep,
  receive,
  answer,
  treat,
  spend,
  cancel,
  code,
  recode,
  review,
  session_columns,
  after_hours_columns,
  visit_columns,
  item_columns,
  loss_columns,
  recode_columns,
  credit_columns,
  count_
};
inline constexpr std::size_t stage_count = static_cast<std::size_t>(Stage::count_);
[[nodiscard]] constexpr std::size_t place_of(Stage s) { return static_cast<std::size_t>(s); }

/// A set of stages, a bit each.
using StageBits = std::uint32_t;
static_assert(stage_count <= 32);
[[nodiscard]] constexpr StageBits bit_of(Stage s) { return StageBits{1} << place_of(s); }

/// A set of the values of an enumeration that ends with count_.
template <class Enum>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<Enum> all) {
    for (const Enum e : all) insert(e);
  }
  [[nodiscard]] static constexpr EnumSet all() {
    EnumSet every;
    every.has_.fill(true);
    return every;
  }
  constexpr void insert(Enum e) { has_[static_cast<std::size_t>(e)] = true; }
  [[nodiscard]] constexpr bool contains(Enum e) const { return has_[static_cast<std::size_t>(e)]; }
  [[nodiscard]] constexpr EnumSet with(const EnumSet& more) const {
    EnumSet both = *this;
    for (std::size_t e = 0; e < has_.size(); ++e) both.has_[e] = has_[e] || more.has_[e];
    return both;
  }

 private:
  std::array<bool, static_cast<std::size_t>(Enum::count_)> has_{};
};

/// What a stage reads: all that its rows may depend on, apart from what the practices of a walk have in
/// common (same_but_numbers), the random words and what the stage itself carries from month to month. Other
/// rows it cannot even name (Walk::read).
struct StageReads {
  Stage stage;
  EnumSet<Stage> stages{};           ///< earlier ones, of the same month
  EnumSet<Stage> if_items_follow{};  ///< further ones, where inbox items follow completed visits
  /// Where late cancels are refilled: stages whose day leaves the list that this one begins the next with.
  /// What they read counts as read.
  EnumSet<Stage> if_refilled{};
  EnumSet<Parameter> numbers{};                ///< of the month, as a stress leaves them
  EnumSet<Parameter> drawn{};                  ///< as drawn, whatever a stress makes of them
  EnumSet<StressedCount> counts{};             ///< factors of a stress
  bool slots_factor = false, recodes = false;  ///< of a stress
  bool code_values = false;                    ///< what visits of the month are worth
};

namespace stage_details {

/// These numbers of every inbox kind.
[[nodiscard]] constexpr EnumSet<Parameter> of_kinds(std::initializer_list<InboxNumber> numbers) {
  EnumSet<Parameter> all;
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    for (const auto n : numbers) all.insert(parameter_of(static_cast<InboxKind>(k), n));
  return all;
}
[[nodiscard]] constexpr EnumSet<StressedCount> counts_of_kinds() {
  EnumSet<StressedCount> all;
  for (std::size_t k = 0; k < inbox_kind_count; ++k) all.insert(stressed_count_of(static_cast<InboxKind>(k)));
  return all;
}

[[nodiscard]] constexpr std::array<StageReads, stage_count> reads_of_stages() {
  using S = Stage;
  using enum Parameter;
  return {{
      {.stage = S::states},
      {.stage = S::demand,
       .stages = {S::states},
       .numbers = {ramp_start, ramp_months_to_95, panel_mature, visits_per_day, demand_monthly_cv}},
      // Rates are cut back to what the ones before them leave; the table of no-shows has a row for every
      // booking that the slots allow.
      {.stage = S::losses,
       .stages = {S::states},
       .numbers = {no_show_rate, no_show_daily_rho, no_show_monthly_cv, late_cancel_rate, tech_failure_rate,
                   tech_failure_lost, session_hours, slots_per_hour, overbooked},
       .slots_factor = true},
      {.stage = S::item_rates,
       .stages = {S::states, S::demand},
       .numbers = of_kinds({InboxNumber::per_visit, InboxNumber::per_member, InboxNumber::monthly_cv}),
       .drawn = {visits_per_day, ramp_start, ramp_months_to_95, session_hours, slots_per_hour, overbooked,
                 holidays_open, days_off_per_year, demand_returning, no_show_rate, late_cancel_rate,
                 tech_failure_rate, tech_failure_lost}},
      {.stage = S::events},
      {.stage = S::daily},
      {.stage = S::open,
       .stages = {S::demand, S::events, S::daily},
       .numbers = {session_hours, slots_per_hour, overbooked, holidays_open, demand_daily_cv,
                   days_off_per_year, days_off_spell},
       .drawn = {days_off_per_year, days_off_spell},
       .slots_factor = true},
      {.stage = S::ask, .stages = {S::open}},
      {.stage = S::book,
       .stages = {S::open, S::ask},
       .if_refilled = {S::losses, S::lose, S::keep},
       .numbers = {demand_returning},
       .counts = {StressedCount::demand}},
      {.stage = S::lose, .stages = {S::losses, S::open, S::book}, .numbers = {no_show_daily_rho}},
      {.stage = S::keep,
       .stages = {S::losses, S::open, S::book, S::lose},
       .numbers = {late_cancel_refilled},
       .counts = {StressedCount::booked_visits}},
      {.stage = S::receive, .stages = {S::item_rates}, .if_items_follow = {S::keep}},
      {.stage = S::answer,
       .stages = {S::item_rates, S::receive},
       .if_items_follow = {S::keep},
       .counts = counts_of_kinds()},
      {.stage = S::treat, .stages = {S::keep}, .numbers = {visit_minutes, visit_minutes_sd}},
      {.stage = S::spend,
       .stages = {S::open, S::keep, S::answer, S::treat},
       .numbers =
           of_kinds({InboxNumber::minutes, InboxNumber::minutes_sd}).with({charting_minutes, session_hours})},
      {.stage = S::cancel, .stages = {S::losses, S::keep}},
      {.stage = S::code, .stages = {S::keep}, .numbers = {codes_concentration}},
      {.stage = S::recode, .stages = {S::code}, .recodes = true, .code_values = true},
      {.stage = S::review,
       .stages = {S::recode},
       .numbers = {audit_reviewed, audit_down, audit_up, audit_extrapolated},
       .code_values = true},
      {.stage = S::session_columns,
       .stages = {S::open, S::keep, S::treat},
       .numbers = {session_hours, slots_per_hour, charting_minutes, late_charting_minutes,
                   meetings_hours_per_month, training_hours}},
      {.stage = S::after_hours_columns, .stages = {S::keep, S::spend}, .numbers = {late_charting_minutes}},
      {.stage = S::visit_columns, .stages = {S::open, S::book, S::keep}},
      {.stage = S::item_columns, .stages = {S::answer}},
      {.stage = S::loss_columns,
       .stages = {S::demand, S::open, S::keep, S::cancel},
       .numbers = {codes_concentration, quality_mean, quality_concentration},
       .code_values = true},
      {.stage = S::recode_columns, .stages = {S::recode}},
      {.stage = S::credit_columns, .stages = {S::recode, S::review}, .code_values = true},
  }};
}

}  // namespace stage_details

/// By stage.   \test tests/reproducibility/shared_walk_test.cpp
inline constexpr std::array<StageReads, stage_count> stage_reads = stage_details::reads_of_stages();
[[nodiscard]] consteval bool each_stage_stands_at_its_place() {
  for (std::size_t s = 0; s < stage_count; ++s)
    if (place_of(stage_reads[s].stage) != s) return false;
  return true;
}
static_assert(each_stage_stands_at_its_place());

[[nodiscard]] constexpr bool may_read(Stage reader, Stage rows) {
  const auto& reads = stage_reads[place_of(reader)];
  return reads.stages.contains(rows) || reads.if_items_follow.contains(rows);
}

/// Is what a stage reads of practice and stress the same in a month of both?
[[nodiscard]] bool same_inputs(const StageReads& reads, const PracticePlan& a, const PracticePlan& b,
                               std::size_t month);
[[nodiscard]] bool same_numbers(const EnumSet<Parameter>& numbers, const PracticePlan& a,
                                const PracticePlan& b);
/// Are the changes of these numbers the same, in the same order?
[[nodiscard]] bool same_changes(const EnumSet<Parameter>& numbers,
                                std::span<const PracticePlan::NumberChange> a,
                                std::span<const PracticePlan::NumberChange> b);
/// Are all changes the same?
[[nodiscard]] bool same_changes(std::span<const PracticePlan::NumberChange> a,
                                std::span<const PracticePlan::NumberChange> b);

}  // namespace paystress::samplers
