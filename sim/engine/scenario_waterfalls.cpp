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

std::string waterfalls_of(const GroupRun& run, std::size_t offer, const Scenario& scenario,
                          const TableOptions& options) {
  const auto& practice = run.practice();
  const auto& horizon = practice.periods().front();
  Waterfall usd{&scenario, "usd", waterfall_causes(), {}};
  if (const auto a_year = run.offers()[offer].plan.contract().advertised_usd_per_year)
    usd.levels.emplace_back([paths = practice.shape().paths, usd = *a_year * practice.months() / 12.0] {
      return std::vector<double>(paths, usd);
    });
  else
    usd.causes.erase(
        usd.causes.begin());  // without an advertised figure the walk starts at the contract as told
  for (std::size_t k = 0; k < WaterfallPricer::level_count; ++k)
    usd.levels.emplace_back([&run, offer, k] { return run.waterfall().level(offer, k); });

  // Levels are made in order, so that the hours of each can be added to those of the one before.
  std::vector<double> hours;  // of the level made last
  Waterfall hourly{&scenario, "hourly", usd.causes, {}};
  for (const auto& level : usd.levels)
    hourly.levels.emplace_back([&] {
      hours = practice.session_hours(horizon);
      return per_hour(level(), hours);
    });
  const auto also_unpaid = [&](const char* cause, const auto& more_hours) {
    hourly.causes.emplace_back(cause);
    hourly.levels.emplace_back([&] {
      const auto more = more_hours();
      for (std::size_t i = 0; i < hours.size(); ++i)
        if (hours[i] > 0.0) hours[i] += more[i];
      return per_hour(usd.levels.back()(), hours);
    });
  };
  const auto charting = [&] { return run.waterfall().late_charting_hours(); };
  const auto inbox = [&] {  // and overrun: the ledger keeps no hours of it
    auto after = practice.after_hours(horizon);
    const auto late = charting();
    for (std::size_t i = 0; i < after.size(); ++i) after[i] -= late[i];
    return after;
  };
  const auto meetings = [&] { return practice.meeting_hours(horizon); };
  also_unpaid("charting", charting);
  also_unpaid("inbox", inbox);
  also_unpaid("meetings", meetings);
  return waterfall_rows(usd, options.ci_level, options.design) +
         waterfall_rows(hourly, options.ci_level, options.design);
}

}  // namespace paystress::engine
