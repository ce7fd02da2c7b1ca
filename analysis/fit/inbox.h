#pragma once

#include <vector>

#include "analysis/fit/log.h"
#include "model/practice.h"

namespace paystress::fit {

struct InboxEstimate {
  Quantity per_visit, monthly_cv;
  long months = 0;
  double with_demand = 0, with_cv = 0;  ///< correlations of the logarithm of per_visit
};
/// The expected completed visits that items follow.
struct ExpectedVisits {
  std::vector<double> per_workday;  ///< by month of the log
  double log_sd = 0;                ///< of all of them together
};
/// Posterior of items ~ Poisson(month's factor x per_visit x expected visits), months independent.
/// \test tests/unit/analysis/fit/other_numbers_test.cpp
[[nodiscard]] InboxEstimate fit_inbox(const Log& log, Count kind, Parameter per_visit, Parameter monthly_cv,
                                      const ExpectedVisits& visits);

}  // namespace paystress::fit
