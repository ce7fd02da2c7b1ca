#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
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
/// Keeps what a run has sampled so far, for one that goes on from it; each may be empty.
struct PathKeeper {
  std::function<std::string(std::size_t group)> kept;  ///< its last state; empty where there is none
  std::function<bool()> is_due;                        ///< asked after every step
  /// Takes the states of groups that have changed since it was called last.
  std::function<void(std::span<const std::size_t> groups,
                     const std::function<std::string(std::size_t group)>& state)>
      keep;
};

/// Runs until every target of the study is met at a checkpoint, or the maximum is reached. The outcomes are
/// those of a run of exactly that many paths.   \pre the study has precision targets
/// \throws Interrupted, InputError   \test tests/reproducibility/precision_test.cpp
[[nodiscard]] PreciseRun run_to_precision(RunRequest request, const Execution& how,
                                          const PathKeeper& keeper = {});

}  // namespace paystress::engine
