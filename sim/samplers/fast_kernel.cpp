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
#include "sim/samplers/fast_day-inl.h"
#include "sim/samplers/fast_days-inl.h"
#include "sim/samplers/fast_demand-inl.h"
#include "sim/samplers/fast_events-inl.h"
#include "sim/samplers/fast_lanes-inl.h"
#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_losses-inl.h"
#include "sim/samplers/fast_month-inl.h"
#include "sim/samplers/fast_time-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

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
  space_.waiting = FloatRow{};
  workday_ = 0;
}

void Walk::run(const BatchStrata& strata, LedgerBlock& out, DayLedger* days, std::size_t lane,
               std::size_t lanes) {
  days_ = days;
  lane_ = lane;
  lanes_ = lanes;
  begin_path(strata);
  for (month_ = 0; month_ < plan_.months.size(); ++month_) {
    begin_month();
    const RegimeRows& r = space_.regimes[fast_.regime_of_month[month_]];
    for (const auto& workday : plan_.months[month_].workdays) {
      day_ = static_cast<std::uint32_t>(workday.day);
      if (days_ != nullptr) begin_day_row();
      start_events();
      draw_words();
      open_day(r, workday);
      book_patients(r);
      lose_visits(r);
      let_return(r);
      read_inbox();
      spend_time(r);
      if (days_ != nullptr) keep_day_row(r);
      workday_ += 1.0F;
      if (workday.is_holiday) continue;
      workdays_left_ -= 1.0F;
      ++workday_of_year_;
    }
    draw_late_cancels();
    if (days_ != nullptr) deal_late_cancels();
    code_visits(r);
    if (days_ != nullptr) write_dealt_codes();
    write_time(r, out);
    write_counts(out);
    write_visits(r, out);
    write_credit(out);
  }
}

void sample_block(const FastPlan& fast, std::uint64_t first_path, LedgerBlock& out, DayLedger* days) {
  FastWorkspace space(fast);
  BatchStrata strata;
  for (std::size_t lane = 0; lane < out.paths(); lane += batch_paths) {
    const std::uint64_t path = first_path + lane;
    if (fast.latin_hypercube) strata.move_to(fast, path);
    Walk(fast, space, path).run(strata, out, days, lane, std::min(batch_paths, out.paths() - lane));
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
      coded(fast.plan.codes.size()),
      moved((static_cast<std::size_t>(fast.plan.audit_lag_months) + 1) * fast.plan.codes.size()) {
  std::size_t classes = 1;
  for (const auto& month : fast.plan.months) classes = std::max(classes, month.no_show_factors.size());
  losses.resize(classes);
  for (auto& law : losses) law.none_missed.resize(most_table_rows);
  for (auto& regime : regimes) {
    regime.numbers.resize(fast.plan.numbers.size());
    regime.mix.resize(fast.plan.codes.size());
  }
  day_coded.resize(fast.plan.codes.size());
  for (std::size_t n = 0; n < fast.plan.numbers.size(); ++n)
    regimes[0].numbers[n].x.fill(fast.plan.numbers[n]);
}

HWY_EXPORT(sample_block);

void sample_fast(const FastPlan& plan, std::uint64_t first_path, LedgerBlock& out, DayLedger* days) {
  HWY_DYNAMIC_DISPATCH(sample_block)(plan, first_path, out, days);
}

}  // namespace paystress::samplers
#endif
