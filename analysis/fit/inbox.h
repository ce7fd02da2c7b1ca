#pragma once

#include "analysis/fit/log.h"
#include "model/practice.h"

namespace paystress::fit {

struct InboxEstimate {
  Quantity per_visit, monthly_cv;
  long months = 0;
  double with_demand = 0, with_cv = 0;  ///< correlations of the logarithm of per_visit
};
/// Posterior of items ~ Poisson(month's factor x per_visit x `visits_per_workday`), months independent.
/// `visits_per_workday`: the expected completed visits that items follow, with the sd of its logarithm.
/// \test tests/unit/analysis/fit/other_numbers_test.cpp
struct ExpectedVisits {
  double per_workday, log_sd;
};
[[nodiscard]] InboxEstimate fit_inbox(const Log& log, Count kind, Parameter per_visit, Parameter monthly_cv,
                                      const ExpectedVisits& visits);

}  // namespace paystress::fit
