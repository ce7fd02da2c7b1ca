#pragma once

#include <vector>

#include "analysis/fit/correlations.h"
#include "analysis/fit/log.h"
#include "model/quantity.h"

namespace paystress::fit {

/// What a log says of the fates of booked visits; each a law in the study's own terms.
struct FateEstimates {
  Quantity no_show_rate, daily_rho, monthly_cv;
  Quantity late_cancel_rate;
  std::vector<Joined> joined;           ///< no-shows: the rate and its two spreads
  Quantity failure_rate, failure_lost;  ///< where moved calls are not told: the lost calls and 1
};

/// Posterior of the beta-binomial law of a day's no-shows under lognormal months (independent of each other),
/// and of late cancels and lost calls among the visits left. Months without days (a row a month) take a
/// beta-binomial of the month with the same variance, so that `daily_rho` stays what it was before.
/// \test tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] FateEstimates fit_fates(const Log& log);

}  // namespace paystress::fit
