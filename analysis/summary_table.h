#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/estimate.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// Key figures of one scenario over the horizon: a row of summary.csv, and what the terminal shows.
struct SummaryRow {
  std::size_t paths = 0;
  std::optional<double> advertised_usd;  ///< over the horizon
  Estimate mean_usd, sd_usd, p05_usd, p50_usd, p95_usd, tail_mean_05_usd;
  Estimate target_shortfall_prob, need_shortfall_share, below_advertised_prob;
  Estimate paid_hourly_p50_usd, effective_hourly_p50_usd;
  Estimate after_hours_per_week_mean, wrvu_per_hour_p50, completed_visits_mean;
  Estimate left_prob, if_stayed_p50_usd;  ///< of an offer that ends by leaving
  /// Of an offer with a draw: what is owed after the last month and is not taken off its income.
  Estimate owing_prob, owed_p50_usd, owed_p95_usd;
  std::vector<Estimate> year_p50_usd;  ///< median of each study year where there are several: for the screen
};
/// The row of summary.csv.
[[nodiscard]] std::string summary_row(const RowScenario& scenario, const SummaryRow& figures,
                                      double ci_level);

}  // namespace paystress
