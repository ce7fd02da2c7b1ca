// The fast sampler's walk through months and days, lanes = paths; the law is in the README, "The model and
// its limits". Counts are drawn by day where the day needs them (demand, no-shows, other losses, inbox items)
// and by month where the law allows it (late cancels against lost calls, codes, recoding, review).

#include <algorithm>
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
#include "sim/samplers/fast_codes-inl.h"
#include "sim/samplers/fast_collections-inl.h"
#include "sim/samplers/fast_columns-inl.h"
#include "sim/samplers/fast_day-inl.h"
#include "sim/samplers/fast_days-inl.h"
#include "sim/samplers/fast_demand-inl.h"
#include "sim/samplers/fast_events-inl.h"
#include "sim/samplers/fast_lanes-inl.h"
#include "sim/samplers/fast_leaving-inl.h"
#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_losses-inl.h"
#include "sim/samplers/fast_month-inl.h"
#include "sim/samplers/fast_shifts-inl.h"
#include "sim/samplers/fast_time-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// The practices as drawn, and what each regime makes of them.
void draw_paths(const FastPlan& fast, std::span<const random::PathStrata> strata, std::uint64_t first_path,
                SharedRows& common) {
  for (std::size_t k = 0; k < common.regimes.size(); ++k) {
    auto& regime = common.regimes[k];
    const auto& [practice, changes] = fast.regimes[k];
    if (k == practice) {
      draw_traits(fast, practice, strata[practice], first_path, regime);
      cut_back(regime);
    } else {
      regime.numbers = common.regimes[practice].numbers;
      change_numbers(regime, changes);
    }
    derive_rows(fast, regime);
    draw_mix(fast, first_path, common.regimes[practice], regime);
  }
  common.workday = 0;
  common.words.filled_day.fill(no_day);
}

/// What is carried when the study begins.
void Walk::begin_path() {
  auto& events = mine<Stage::events>();
  for (std::size_t e = 0; e < events.events.size(); ++e) {
    auto& event = events.events[e];
    event.ends = FloatRow{};
    event.starts.fill(0);
    event.next.fill(-1.0);  // the gap before the first start is drawn like any other
    events.soonest[e] = -1.0;
  }
  for (auto& row : mine<Stage::review>().moved) row = FloatRow{};
  for (auto& row : mine<Stage::review>().caused) row = DoubleRow{};
  mine<Stage::review>().pending = DoubleRow{};
  mine<Stage::book>().waiting = FloatRow{};
}

void Walk::begin_month() {
  for_each_sum([](auto& rows) { rows.sums = {}; });
  if (makes(Stage::states)) draw_states();
  if (makes(Stage::demand)) demand_rates();
  if (makes(Stage::losses)) loss_rates();
  if (makes(Stage::item_rates)) item_rates();
  if (makes(Stage::open)) find_whole_slots();
}

void Walk::live_day() {
  if (shared_.keeps_days) begin_day_row();
  if (makes(Stage::events)) start_events();
  if (makes(Stage::daily)) move_daily_state();
  if (makes(Stage::open)) open_day();
  if (makes(Stage::ask)) draw_demand();
  if (makes(Stage::book)) book_patients();
  if (makes(Stage::lose)) draw_losses();
  if (makes(Stage::keep)) keep_visits();
  if (makes(Stage::receive)) receive_items();
  if (makes(Stage::answer)) answer_items();
  if (makes(Stage::treat)) treat_patients();
  if (makes(Stage::spend)) spend_time();
  if (shared_.keeps_days) write_day_row();
}

void Walk::end_month() {
  if (makes(Stage::cancel)) draw_late_cancels();
  if (makes(Stage::code)) draw_codes();
  if (makes(Stage::recode)) recode_visits();
  if (makes(Stage::review)) review_visits();
  if (days_ != nullptr) {
    deal_late_cancels();
    deal_codes();
    write_dealt_codes();
  }
  write_month();
  if (plan_.settling) settle_charges();
  draw_columns();
  if (plan_.has_leaving) draw_leaving();
}

/// A batch of paths of all scenarios, from the first month to the last.
void walk_batch(const FastPlan& fast, FastWorkspace& space, SharedWalk& shared, std::vector<Walk>& walks) {
  auto& common = space.shared;
  draw_paths(fast, space.traits, shared.first, common);
  start_together(space);
  walks.front().begin_path();
  for (common.month = 0; common.month < fast.plan().months.size(); ++common.month) {
    const auto& month = fast.plan().months[common.month];
    if (static_cast<int>(common.month) + 1 == fast.plan().years[month.year].first_month)
      begin_year(fast, shared.first, common);
    share_month(fast, space);
    shared.month_words.begin_month(common.month);
    for (auto& walk : walks) walk.begin_month();
    for (const auto& workday : month.workdays) {
      common.today = &workday;
      common.day = static_cast<std::uint32_t>(workday.day);
      draw_words(fast, shared.first, common);
      if (!workday.is_holiday)
        for (auto& leave : common.leaves) take_day_off(fast, shared.first, common, leave);
      for (auto& walk : walks) walk.live_day();
      if (shared.keeps_days)
        for (auto& walk : walks) walk.end_day_row();
      common.workday += 1.0F;
      if (workday.is_holiday) continue;
      common.workdays_left -= 1.0F;
      ++common.workday_of_year;
    }
    for (auto& walk : walks) walk.end_month();
  }
}

void sample_block(const FastPlan& fast, FastWorkspace& space, std::uint64_t first_path,
                  std::span<const SampleTarget> out) {
  const std::size_t paths = out.front().months->paths();
  for (const auto& target : out) target.months->forget_loans();
  for (std::size_t lane = 0; lane < paths; lane += batch_paths) {
    SharedWalk shared(fast, space, first_path + lane);
    shared.lane = lane;
    shared.lanes = std::min(batch_paths, paths - lane);
    for (auto& of_practice : space.traits) of_practice.cover(shared.first, batch_paths);
    space.states.cover(shared.first, batch_paths);
    if (space.states.has_states()) shared.states = &space.states;
    std::vector<Walk> walks;
    for (std::size_t s = 0; s < fast.scenarios(); ++s) {
      shared.ledgers.push_back(out[s].months);
      walks.emplace_back(shared, space, s, out[s]);
      shared.keeps_days = shared.keeps_days || out[s].days != nullptr;
    }
    walk_batch(fast, space, shared, walks);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paystress::samplers {

HWY_EXPORT(sample_block);

void sample_fast(const FastPlan& plan, FastWorkspace& space, std::uint64_t first_path,
                 std::span<const SampleTarget> out) {
  HWY_DYNAMIC_DISPATCH(sample_block)(plan, space, first_path, out);
}

}  // namespace paystress::samplers
#endif
