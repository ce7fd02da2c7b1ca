#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "analysis/precision.h"
#include "model/study.h"
#include "sim/engine/outcomes.h"
#include "sim/engine/scenario_comparisons.h"
#include "sim/words/screen_table.h"

namespace paystress::results {

/// What `paystress run` prints: a block an offer, a line a stress, the median first; under it what the
/// headings mean and which figures did not fit the screen.
/// \test tests/unit/sim/results/run_report_test.cpp
[[nodiscard]] std::string run_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                                     std::span<const engine::ScenarioOutcome> outcomes,
                                     const words::Screen& screen);

/// The best, the median and the worst row of a batch by their median pay, with the numbers that are theirs:
/// from its summary.csv, of any length, so that rows finished earlier count. Empty with fewer than three
/// rows.
[[nodiscard]] std::string batch_report(const Study& study, const std::filesystem::path& summary,
                                       std::span<const std::string> batch_columns,
                                       const words::Screen& screen);

/// The target that is furthest from being met, and the paths that it would take; empty when all are met.
[[nodiscard]] std::string precision_report(const Study& study, std::span<const TargetStatus> targets,
                                           std::size_t paths);

/// The offers under the base case by median pay, with what a wrong choice costs; empty with fewer than two.
[[nodiscard]] std::string ranking_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                                         std::span<const engine::ScenarioOutcome> outcomes,
                                         const engine::Comparisons& comparisons, const words::Screen& screen);

}  // namespace paystress::results
