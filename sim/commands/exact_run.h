#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/study.h"
#include "sim/commands/run_options.h"
#include "sim/engine/run_plan.h"
#include "sim/exact/exact_pay.h"

namespace paystress::commands {

/// The exact pay of every scenario, in the order of the inputs.
/// \throws InputError that names every scenario without an exact answer, with all its reasons
[[nodiscard]] std::vector<exact::ExactPay> solve_exactly(const Study& study,
                                                         std::span<const engine::ScenarioInput> inputs);

/// `paystress run --sampler exact`: income_distribution.csv, tier_miss.csv, datapackage.json and
/// manifest.json without a sampled path, and a table for people. \throws InputError, OutputError,
/// Interrupted; nothing is written then \test tests/unit/sim/commands/exact_run_test.cpp
[[nodiscard]] ExitCode run_exactly(const RunOptions& options);

}  // namespace paystress::commands
