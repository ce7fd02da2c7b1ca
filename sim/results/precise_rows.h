#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "sim/engine/run_to_precision.h"
#include "sim/results/study_rows.h"

namespace paystress::results {

/// Runs a study into `result` until its targets of precision are met, as engine::run_to_precision does. What
/// was sampled is kept from time to time, seldom enough to cost a twentieth of the time, so that an
/// interrupted run goes on from it. `taken`: names of tables that are not made.
/// \throws InputError when the run cannot be resumed; OutputError, Interrupted
/// \test tests/reproducibility/precision_test.cpp
[[nodiscard]] engine::PreciseRun run_precisely(ResultWriter& result, Start start, const StudyText& text,
                                               const engine::RunRequest& request,
                                               const engine::Execution& how,
                                               const std::filesystem::path& target, const RowHooks& hooks,
                                               const std::string& taken = {},
                                               std::chrono::milliseconds kept_every = usually_kept_every);

}  // namespace paystress::results
