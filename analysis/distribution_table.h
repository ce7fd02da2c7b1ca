#pragma once

#include <optional>
#include <string_view>

#include "analysis/row_table.h"

namespace paystress {

/// Observed values of money are whole cents and stand as they are; ratios carry digits that say nothing.
enum class Digits { as_observed, rounded };

/// A row of income_distribution.csv. Exact numbers have no error, level of confidence and paths.
struct DistributionRow {
  RowScenario scenario;
  std::string_view measure, period, statistic;
  std::optional<double> level;
  Estimate estimate;
  std::optional<double> ci_level;
  std::optional<std::size_t> paths;
  Digits digits = Digits::rounded;
};
[[nodiscard]] const RowTable<DistributionRow>& distribution_table();

/// A row that is an exact number: `method` tells how it was found.
[[nodiscard]] DistributionRow exact_row(const RowScenario& scenario, std::string_view measure,
                                        std::string_view period, std::string_view statistic,
                                        std::optional<double> level, double value, IntervalMethod method);

}  // namespace paystress
