#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/fit/fit_practice.h"
#include "analysis/fit/log.h"

namespace paystress::fit {

/// One statistic of a log beside what logs of the fitted practice show of it.
struct CheckRow {
  std::string column;  ///< a Count
  std::string group;   ///< "all", "Mon", "2025-03"
  /// mean, sd, quantile_05, quantile_50, quantile_95, lag_1, zero_share, second_peak, trend, regime
  std::string statistic;
  double seen = 0, fitted_mean = 0, fitted_low = 0, fitted_high = 0;  ///< low and high: 5 % and 95 %
  double tail_prob = 1;  ///< two-sided: how often a log of the fitted practice lies as far out or farther
  std::string warning;   ///< what the law cannot show: a trend, a regime, a second peak; mostly empty
};
struct FitCheck {
  std::vector<CheckRow> rows;
  [[nodiscard]] std::vector<std::string> warnings() const;
};

/// Draws practices from the fitted laws and keeps their logs over the months of `log`: as many as `draws`.
/// `trend` is the slope of the monthly means, in shares of the mean a year; `regime` the largest change of
/// the mean from the months before to those after, in shares of the mean; `second_peak` the coefficient of
/// bimodality of the days over their weekday's mean, 1/3 for a Gaussian law, 1 for two points.
/// \source SAS Institute, SAS/STAT User's Guide, CLUSTER: bimodality coefficient
/// \test tests/unit/analysis/fit/fit_practice_test.cpp
[[nodiscard]] FitCheck check_fit(const Log& log, const FittedPractice& fitted, int draws = 2000);
[[nodiscard]] std::string fit_check_csv(const FitCheck& check);

}  // namespace paystress::fit
