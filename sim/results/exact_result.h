#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/study.h"
#include "sim/engine/run_plan.h"
#include "sim/exact/exact_pay.h"
#include "sim/results/result_writer.h"
#include "sim/words/screen_table.h"

namespace paystress::results {

/// The exact pay of every scenario, in the order of the inputs.   \test
/// tests/unit/sim/results/exact_result_test.cpp
/// \throws InputError that names every scenario without an exact answer, with all its reasons
[[nodiscard]] std::vector<exact::ExactPay> solve_exactly(const Study& study,
                                                         std::span<const engine::ScenarioInput> inputs);

/// Writes income_distribution.csv and tier_miss.csv.   \throws OutputError
void add_exact_tables(const ResultWriter& result, const Study& study,
                      std::span<const engine::ScenarioInput> inputs, std::span<const exact::ExactPay> pays);

/// What `paystress run --sampler exact` prints: a block an offer, a line a stress.
[[nodiscard]] std::string exact_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                                       std::span<const exact::ExactPay> pays, const words::Screen& screen);

}  // namespace paystress::results
