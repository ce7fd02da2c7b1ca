#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/path_sample.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// Paths of one pace: which, and the slowest and the fastest of them.
struct PaceGroup {
  std::string_view name;  ///< "bottom_quarter", "median", "top_tenth"
  std::vector<bool> holds;
  std::size_t paths = 0;
  std::optional<double> low, high, mean;  ///< of the pace; empty without paths
};

/// The slowest quarter, the tenth around the median (45 to 55 %) and the fastest tenth of the paths. A value
/// that many paths share lies wholly in the group of its middle rank, or in none; NaN lies in none.
/// \test tests/unit/analysis/productivity_table_test.cpp
[[nodiscard]] std::vector<PaceGroup> pace_groups(std::span<const double> pace);

/// What is told of the paths of a group, or of a practice that keeps another pace.
struct PacedResult {
  std::string_view name;  ///< of the group; "claim", "plus_10_percent"
  std::size_t paths = 0;
  std::optional<double> low, high, mean;
  struct Told {
    std::string_view statistic;  ///< "income_usd_p50", "tier_reached_prob", ...
    std::string component;       ///< of a tier
    std::size_t tier = 0;        ///< from 1; 0: of no tier
    Estimate estimate;
  };
  std::vector<Told> told;
};

/// Rows of productivity.csv of one scenario by one pace, "visits_per_hour" or "wrvu_per_hour".
[[nodiscard]] std::string productivity_rows(const RowScenario& scenario, std::string_view pace,
                                            std::span<const PacedResult> results, double ci_level);

}  // namespace paystress
