#pragma once

#include <vector>

#include "analysis/fit/demand.h"
#include "analysis/fit/log.h"
#include "model/quantity.h"

namespace paystress::fit {

/// Scheduled weekdays and days off in one year of a log (twelve months from its first, or the part that it
/// has).
struct YearOff {
  long year_days = 0;  ///< scheduled weekdays of the twelve months
  long seen_days = 0;  ///< those that the log covers
  long off = 0;        ///< of those, days off
  long runs = 0;       ///< of days off with no scheduled day between; of a log of days
};
[[nodiscard]] std::vector<YearOff> years_of(const Log& log);

/// Posterior mean and sd of the days off a year: floor or ceiling of it fall in each year at random, so a
/// part of a year holds a hypergeometric number of them, or of the spells that they come in.  \test
/// tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] GammaMeanSd fit_days_off(const std::vector<YearOff>& years);

/// Days off taken together, by the number of runs: 1 where days off by themselves would leave as few runs in
/// one log of twenty or more (hypergeometric: a run begins at a day off after none), else days off a run. The
/// interval is the middle nine tenths of what the rounded numbers of spells of all whole years allow, or of
/// a part of a year; it holds 90 %.
/// \pre a day off is seen  \test tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] KnownEstimate fit_days_off_spell(const std::vector<YearOff>& years);

}  // namespace paystress::fit
