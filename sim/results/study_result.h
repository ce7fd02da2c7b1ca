#pragma once

#include <string>
#include <vector>

#include "sim/engine/run_to_precision.h"
#include "sim/engine/scenario_comparisons.h"
#include "sim/results/result_writer.h"

namespace paystress::results {

/// The rows of a table.
struct TableText {
  Table table;
  std::string rows;
};

/// What a run of a study found out: its scenarios, what they are to each other, and the answers to the
/// questions that it asks by itself.
struct StudyOutcome {
  std::vector<engine::ScenarioOutcome> rows;  ///< in the order of the request's inputs
  engine::Comparisons comparisons;
  std::vector<TableText> answers;  ///< in the order of their questions; a table without rows is not written
  std::string advice;              ///< for people: what to get in writing and to ask
  std::vector<TargetStatus> targets;  ///< of study.precision, where they decided the paths
  bool converged = true;              ///< true without targets
};

/// Writes the tables of a study and enters into the manifest what became of targets and time.
/// `request.paths` is the number of paths that were run; `wanted`, the tables that are written.   \throws
/// OutputError
void add_study(ResultWriter& result, const engine::RunRequest& request, const StudyOutcome& outcome,
               const engine::StageClock& clock, TableSet wanted);

}  // namespace paystress::results
