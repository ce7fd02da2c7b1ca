#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/comparisons.h"
#include "analysis/scenario_columns.h"
#include "analysis/tables.h"
#include "model/study.h"

namespace paystress {

/// How far one scenario (or pair of scenarios) is from one target of [study.precision].
struct TargetStatus {
  std::size_t target = 0;            ///< into Precision::targets
  std::string scenario;              ///< id; for differences "a - b"
  std::optional<double> half_width;  ///< of the interval; nothing where there is no interval
  std::optional<double> wanted;      ///< absolute; nothing for a relative target on an estimate of 0
  bool met = false;
  std::optional<double> paths_needed;  ///< in all, where the target is missed and the need can be told
};
/// Half-width against target. An absolute target takes the exact interval, zero hits included; a relative one
/// is never met on an estimate of 0, such as a probability without hits.
/// \test tests/unit/analysis/precision_test.cpp
[[nodiscard]] TargetStatus judge_target(const PrecisionTarget& target, const Estimate& estimate);

/// "quantile(income_usd, 0.05) +- 500", "mean(income_usd) +- 1 %".
[[nodiscard]] std::string target_text(const PrecisionTarget& target);

/// Every target but differences, on one scenario's columns over the horizon. shortfall_prob is measured
/// against target_usd_per_year, scaled to the horizon. \throws std::invalid_argument without that line
[[nodiscard]] std::vector<TargetStatus> check_targets(std::span<const PrecisionTarget> targets,
                                                      const Scenario& scenario,
                                                      const PracticeColumns& practice,
                                                      const IncomeColumns& income,
                                                      const TableOptions& options);
/// The targets on paired differences of income, for every pair of offers of compared_pairs().
[[nodiscard]] std::vector<TargetStatus> check_differences(std::span<const PrecisionTarget> targets,
                                                          std::span<const ComparedScenario> scenarios,
                                                          const TableOptions& options);

/// The status furthest from its target; nothing when all are met.
[[nodiscard]] std::optional<std::size_t> worst_target(std::span<const TargetStatus> statuses);

/// Path counts at which targets are checked: from min_paths by steps of `checkpoint` up to max_paths, all
/// but the last multiples of `unit` (a block; or a replicate, of which the first check
/// needs 30 and every count is a multiple). Fixed by the study, so that threads cannot change the answer.
/// \throws std::invalid_argument when the settings leave no count
[[nodiscard]] std::vector<std::size_t> checkpoints(const Precision& precision, std::size_t unit,
                                                   PathDesign design);

}  // namespace paystress
