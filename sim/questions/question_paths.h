#pragma once

#include "scenarios/read_study.h"
#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// Paths that are sampled for the questions whose tables a run writes, beside its own; about: of changed
/// practices that turn out the same only one is sampled.
/// \test tests/unit/sim/questions/question_paths_test.cpp
[[nodiscard]] double question_paths(const StudyText& text, const engine::RunRequest& request);

}  // namespace paystress::questions
