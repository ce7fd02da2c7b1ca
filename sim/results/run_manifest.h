#pragma once

#include <string_view>

#include "scenarios/read_study.h"
#include "sim/engine/outcomes.h"
#include "sim/results/manifest.h"

namespace paystress::results {

/// "fast", "reference"
[[nodiscard]] std::string sampler_name(samplers::SamplerKind kind);

/// Is the number of paths known before the run, or do precision targets find it?
enum class PathCount { fixed, found };

/// The manifest of a run that is about to begin.   \throws InputError when an input cannot be read
[[nodiscard]] Manifest run_manifest(const StudyText& text, std::string_view study_bytes,
                                    const engine::RunRequest& request, PathCount paths, int threads);
/// The manifest of a run without samples.   \throws InputError when an input cannot be read
[[nodiscard]] Manifest exact_manifest(const StudyText& text, std::string_view study_bytes,
                                      std::size_t scenarios);

}  // namespace paystress::results
