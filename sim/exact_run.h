#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/study.h"
#include "sim/exact_pay.h"
#include "sim/run_options.h"
#include "sim/run_plan.h"

namespace paystress {

/// The exact pay of every scenario, in the order of the inputs.
/// \throws InputError that names every scenario without an exact answer, with all its reasons
[[nodiscard]] std::vector<ExactPay> solve_exactly(const Study& study, std::span<const ScenarioInput> inputs);

/// `paystress run --sampler exact`: income_distribution.csv, tier_miss.csv, datapackage.json and
/// manifest.json without a sampled path, and a table for people. \throws InputError, OutputError,
/// Interrupted; nothing is written then \test tests/unit/exact_run_test.cpp
[[nodiscard]] ExitCode run_exactly(const RunOptions& options);

}  // namespace paystress
