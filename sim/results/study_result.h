#pragma once

#include <string>
#include <vector>

#include "sim/engine/run_to_precision.h"
#include "sim/engine/scenario_comparisons.h"
#include "sim/results/result_writer.h"

namespace paystress::results {

/// What a run of a study found out: its scenarios, what they are to each other, and what vague clauses are
/// worth.
struct StudyOutcome {
  std::vector<engine::ScenarioOutcome> rows;  ///< in the order of the request's inputs
  engine::Comparisons comparisons;
  std::string reading_rows, reading_text;  ///< of readings.csv and for people; empty without vague clauses
  std::vector<TargetStatus> targets;       ///< of study.precision, where they decided the paths
  bool converged = true;                   ///< true without targets
};

/// Writes the tables of a study and enters into the manifest what became of targets and time.
/// `request.paths` is the number of paths that were run; `wanted`, the tables that are written.   \throws
/// OutputError
void add_study(ResultWriter& result, const engine::RunRequest& request, const StudyOutcome& outcome,
               const engine::StageClock& clock, TableSet wanted);

}  // namespace paystress::results
