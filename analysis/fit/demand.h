#pragma once

#include <array>
#include <optional>
#include <vector>

#include "analysis/fit/log.h"
#include "analysis/fit/ramp.h"
#include "model/quantity.h"

namespace paystress::fit {

/// A number that a study holds as known: its posterior mean and 90 % interval.
struct KnownEstimate {
  double value = 1, low = 1, high = 1;
};

/// What a log says of the demand; laws in the study's own terms.
struct DemandEstimates {
  Quantity visits_per_day, monthly_cv, daily_cv;
  KnownEstimate daily_ar1, monthly_ar1;
  std::array<KnownEstimate, 7> weekday;  ///< factors; those of scheduled weekdays average 1
  std::array<KnownEstimate, 12> season;  ///< factors, January first; they average 1
  bool daily_told = false;               ///< daily_cv and daily_ar1: by rows a day
  bool monthly_ar1_told = false;         ///< 18 months
  bool season_told = false;              ///< 24 months
  /// Where the practice was young: its filling as the log begins, and as it will be after the log's last
  /// month (nothing where it is mature by then).
  std::optional<RampEstimate> ramp_at_start, ramp_after;
  std::vector<Joined> joined;  ///< the mean demand with its spread, and the spreads with each other
  std::vector<double> ramp;    ///< mean share of mature demand, by month of the log
  long days = 0, full_days = 0;
};

/// Posterior of demand = Poisson(mean x weekday x season x month x day), seen as min(demand, slots).
///
/// Months and days are lognormal AR(1) states; on a full day only "at least the slots" is seen. The states,
/// the mean and the factors are integrated out by Laplace's method, the coefficients of variation and
/// autocorrelations by quadrature.  \source Rue, Martino and Chopin, J. R. Stat. Soc. B 71 (2009) 319
/// \test tests/unit/analysis/fit/recovery_test.cpp
/// `opened`: month_number of the month in which a young practice opened; without it the practice is mature.
/// \pre opened is not after the first month of the log
[[nodiscard]] DemandEstimates fit_demand(const Log& log, std::optional<int> opened = {});

}  // namespace paystress::fit
