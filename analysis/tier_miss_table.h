#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "analysis/row_table.h"
#include "analysis/tier_misses.h"

namespace paystress {

/// A row of tier_miss.csv. Exact numbers have no error, level of confidence and paths.
struct TierTableRow {
  RowScenario scenario;
  std::string_view component;
  std::size_t tier = 0;         ///< 1-based
  std::optional<double> bound;  ///< the mean where bounds are derived
  bool included = false;        ///< is the bound itself in the tier
  Span reset = Span::month;
  std::string_view period;
  TierFigures figures;
  Estimate miss_without_push;                    ///< of an offer with push
  std::optional<double> near_share, near_units;  ///< what counts as near
  std::optional<double> ci_level;
  std::optional<std::size_t> paths;
};
[[nodiscard]] const RowTable<TierTableRow>& tier_miss_table();

/// Rows of tier_miss.csv of one scenario. `without`: of an offer with push, the tiers of the same contract on
/// the months to which nothing was added; else null.
[[nodiscard]] std::string tier_miss_rows(const RowScenario& scenario, const TierMisses& tiers,
                                         const TierMisses* without, double ci_level);

}  // namespace paystress
