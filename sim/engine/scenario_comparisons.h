#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/comparisons.h"
#include "sim/engine/outcomes.h"

namespace paystress::engine {

/// What the scenarios of a run are to each other.
struct Comparisons {
  std::string rows;     ///< of comparisons.csv
  std::string ranking;  ///< rows of ranking.csv
  /// By stress, in the study's order: its offers by median pay (positions among the scenarios).
  std::vector<std::pair<std::string, std::vector<RankedOffer>>> ranks;
};
/// Compares every pair of compared_pairs, on several threads; rows keep the order of the pairs.
[[nodiscard]] Comparisons compare_scenarios(const RunRequest& request,
                                            std::span<const ScenarioOutcome> outcomes, const Execution& how);

}  // namespace paystress::engine
