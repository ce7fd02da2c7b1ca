#pragma once

#include <optional>
#include <vector>

#include "analysis/scenario_columns.h"

namespace paystress {

/// Cash flow of each path over a period of months, those up to its leaving.
struct CashFlow {
  std::vector<double> worst_month_usd;    ///< lowest monthly pay; NaN where it left before
  std::vector<double> months_below_need;  ///< months with pay strictly below the need; empty without a need
  std::vector<double> longest_run;        ///< most such months in a row; empty without a need
};
[[nodiscard]] CashFlow cash_flow(const IncomeColumns& income, const ReportPeriod& period,
                                 std::optional<double> need_usd_per_month);

}  // namespace paystress
