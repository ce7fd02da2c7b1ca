#pragma once

#include <chrono>
#include <filesystem>
#include <vector>

#include "sim/results/resume.h"
#include "sim/results/run_manifest.h"

namespace paystress::results {

/// A run that is over sooner than this is not worth a checkpoint.
inline constexpr std::chrono::milliseconds usually_kept_every{2000};

/// Runs every scenario of a study into `result`, as engine::run_scenarios does. Groups that are finished are
/// kept from time to time, so that an interrupted run can be resumed; those that were kept are not run again.
/// `taken`: names of tables that are not made, since the finished result in the target has them.
/// \throws InputError when the run cannot be resumed; OutputError, Interrupted
/// \test tests/unit/sim/results/study_rows_test.cpp
[[nodiscard]] std::vector<engine::ScenarioOutcome> run_study_rows(
    ResultWriter& result, Start start, const StudyText& text, const engine::RunRequest& request,
    const engine::Execution& how, const std::filesystem::path& target, const RowHooks& hooks = {},
    std::chrono::milliseconds kept_every = usually_kept_every, const std::string& taken = {});

/// Is the result in the target that of a run with this manifest, and whole?
/// \throws InputError where it is that of another, and nothing interrupted waits to be gone on with
[[nodiscard]] bool is_finished(const std::filesystem::path& target, const Manifest& about, PathCount paths,
                               engine::KeepPaths keep_paths);

}  // namespace paystress::results
