#pragma once

#include <optional>

#include "analysis/fit/log.h"
#include "scenarios/fault.h"

namespace paystress::fit {

/// Finds the scheduled weekdays of a log of days, the days that it covers and those without a row; what these
/// were is `missing`, or asked for at `place`. Rows on odd weekdays are dropped and counted. \pre log.records
/// is not empty  \test tests/unit/analysis/fit/read_log_test.cpp
void find_calendar(Log& log, std::optional<MissingDays> missing, const Place& place, long& odd_days,
                   Faults& faults);

}  // namespace paystress::fit
