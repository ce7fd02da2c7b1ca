#pragma once

#include <string>
#include <vector>

#include "sim/results/batch_result.h"

namespace paystress::results {

/// The rows of a batch as scenarios of a run.
[[nodiscard]] std::vector<engine::ScenarioInput> batch_inputs(const Batch& batch);

/// Tables of so many rows are held at once.
inline constexpr std::size_t rows_at_once = 32;

/// What is done about a row that cannot be run.
enum class RowFailure { keep_going, stop };

/// Runs the rows that `result` does not have yet and adds them: sampling and pricing are shared where rows
/// share them.   \pre the result is open
/// \throws OutputError, Interrupted; InputError when a row that fails stops the batch
void run_batch_rows(const engine::RunRequest& request, const engine::Execution& how, RowFailure failure,
                    BatchResult& result, const RowHooks& hooks);

}  // namespace paystress::results
