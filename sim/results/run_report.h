#pragma once

#include <span>
#include <string>

#include "analysis/precision.h"
#include "model/study.h"
#include "sim/engine/outcomes.h"
#include "sim/engine/scenario_comparisons.h"

namespace paystress::results {

/// The table that `paystress run` prints: one line a scenario, the median total pay first.
/// \test tests/unit/sim/results/run_report_test.cpp
[[nodiscard]] std::string run_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                                     std::span<const engine::ScenarioOutcome> outcomes);

/// The target that is furthest from being met, and the paths that it would take; empty when all are met.
[[nodiscard]] std::string precision_report(const Study& study, std::span<const TargetStatus> targets,
                                           std::size_t paths);

/// The offers under the base case by median pay, with what a wrong choice costs; empty with fewer than two.
[[nodiscard]] std::string ranking_report(std::span<const engine::ScenarioInput> inputs,
                                         const engine::Comparisons& comparisons);

}  // namespace paystress::results
