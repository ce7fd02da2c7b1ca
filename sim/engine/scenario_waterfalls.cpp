#include "sim/engine/scenario_waterfalls.h"

#include <span>
#include <utility>
#include <vector>

#include "analysis/waterfall.h"

namespace paystress::engine {
namespace {

// Dollars an hour by path; a path without session hours has no hourly pay, and loses none.
std::vector<double> per_hour(std::vector<double> usd, std::span<const double> hours) {
  for (std::size_t i = 0; i < usd.size(); ++i) usd[i] = hours[i] > 0.0 ? usd[i] / hours[i] : 0.0;
  return usd;
}

}  // namespace

std::string waterfalls_of(const GroupRun& run, std::size_t offer, const RowScenario& scenario,
                          const TableOptions& options) {
  const auto& practice = run.practice(offer);
  const auto& horizon = practice.periods().front();
  // Hours after a known end are not the contract's.
  const auto in_force = run.offers()[offer].income.in_force(horizon);
  Waterfall usd{scenario, "usd", waterfall_causes(), {}};
  if (const auto a_year = run.offers()[offer].plan.contract().advertised_usd_per_year)
    usd.levels.emplace_back([paths = practice.shape().paths, usd = *a_year * practice.months() / 12.0] {
      return std::vector<double>(paths, usd);
    });
  else
    usd.causes.erase(
        usd.causes.begin());  // without an advertised figure the walk starts at the contract as told
  const auto none = [] { return std::vector<double>{}; };
  usd.influence.assign(usd.levels.size(), none);
  for (std::size_t k = 0; k < WaterfallPricer::level_count; ++k) {
    usd.levels.emplace_back([&run, offer, k] { return run.waterfall().level(offer, k); });
    usd.influence.emplace_back([&run, offer, k] { return run.waterfall().told_influence(offer, k); });
  }

  // Levels are made in order, so that the hours of each can be added to those of the one before.
  std::vector<double> hours;  // of the level made last
  Waterfall hourly{scenario, "hourly", usd.causes, {}};
  double an_hour = 0.0;  // of the level made last: mean dollars an hour by mean dollars
  for (std::size_t k = 0; k < usd.levels.size(); ++k) {
    hourly.levels.emplace_back([&, k] {
      hours = practice.session_hours(in_force);
      auto dollars = usd.levels[k]();
      const double total = pairwise_sum(dollars);
      auto level = per_hour(std::move(dollars), hours);
      an_hour = total != 0.0 ? pairwise_sum(level) / total : 0.0;
      return level;
    });
    hourly.influence.emplace_back([&, k] {
      auto moved = usd.influence[k]();
      for (double& m : moved) m *= an_hour;
      return moved;
    });
  }
  const std::size_t realistic = usd.levels.size() - 1;
  const auto also_unpaid = [&](const char* cause, const auto& more_hours) {
    hourly.causes.emplace_back(cause);
    hourly.influence.emplace_back(none);
    hourly.levels.emplace_back([&] {
      const auto more = more_hours();
      for (std::size_t i = 0; i < hours.size(); ++i)
        if (hours[i] > 0.0) hours[i] += more[i];
      return per_hour(usd.levels[realistic](), hours);
    });
  };
  const auto charting = [&run, offer] { return run.waterfall().late_charting_hours(offer); };
  const auto inbox = [&] {  // and overrun: the ledger keeps no hours of it
    auto after = practice.after_hours(in_force);
    const auto late = charting();
    for (std::size_t i = 0; i < after.size(); ++i) after[i] -= late[i];
    return after;
  };
  const auto meetings = [&] { return practice.meeting_hours(in_force); };
  also_unpaid("charting", charting);
  also_unpaid("inbox", inbox);
  also_unpaid("meetings", meetings);
  if (const auto& income = run.offers()[offer].income; income.may_leave()) {
    usd.causes.emplace_back("leaving");
    usd.influence.emplace_back(none);
    usd.levels.emplace_back([&] { return income.income(horizon); });
    // An hour's pay moves too: what is repaid, still collected or paid as notice, over the hours employed.
    hourly.causes.emplace_back("leaving");
    hourly.influence.emplace_back(none);
    hourly.levels.emplace_back(
        [&] { return measure_column(Measure::effective_hourly_usd, horizon, practice, &income); });
  }
  return waterfall_rows(usd, options.ci_level, options.design) +
         waterfall_rows(hourly, options.ci_level, options.design);
}

}  // namespace paystress::engine
