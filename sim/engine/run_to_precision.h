#pragma once

#include <cstddef>
#include <vector>

#include "analysis/precision.h"
#include "sim/engine/outcomes.h"

namespace paystress::engine {

struct PreciseRun {
  std::vector<ScenarioOutcome> outcomes;
  std::vector<TargetStatus> targets;  ///< every target for every scenario or pair that it concerns
  std::size_t paths = 0;              ///< at which the run stopped
  bool converged = false;
};
/// Runs until every target of the study is met at a checkpoint, or the maximum is reached. The outcomes are
/// those of a run of exactly that many paths.   \pre the study has precision targets
/// \throws Interrupted, InputError   \test tests/reproducibility/precision_test.cpp
[[nodiscard]] PreciseRun run_to_precision(RunRequest request, const Execution& how);

}  // namespace paystress::engine
