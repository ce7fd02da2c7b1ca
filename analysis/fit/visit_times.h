#pragma once

#include <map>

#include "analysis/fit/log.h"
#include "model/quantity.h"

namespace paystress::fit {

struct VisitTimes {
  Quantity minutes, minutes_sd;  ///< of one visit
  long visits = 0;
  double minutes_with_sd = 0;  ///< correlation of their logarithms
};
/// Posterior of the gamma law of visit minutes, of single visits or of sums of them (the minutes of a day).
/// \test tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] VisitTimes fit_visit_times(const std::map<long, TimedVisits>& timed);

}  // namespace paystress::fit
