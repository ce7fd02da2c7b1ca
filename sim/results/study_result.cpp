#include "sim/results/study_result.h"

#include "sim/results/result_tables.h"

namespace paystress::results {

void add_study(ResultWriter& result, const engine::RunRequest& request, const StudyOutcome& outcome,
               const engine::StageClock& clock, TableSet wanted) {
  auto& about = result.about();
  about.paths = static_cast<std::int64_t>(request.paths);
  for (const auto& t : outcome.targets)
    about.convergence.push_back({t.scenario, target_text(request.study->precision->targets[t.target]),
                                 t.half_width, t.wanted, t.paths_needed, t.met});
  about.converged = outcome.converged;
  for (std::size_t s = 0; s < engine::stage_names.size(); ++s)
    about.thread_seconds.emplace_back(engine::stage_names[s], clock.seconds(static_cast<engine::Stage>(s)));

  ResultTables tables(result.aside(), wanted, about.packing);
  for (const auto& row : outcome.rows) tables.append(row);
  tables.close();
  if (wanted.contains(Table::comparisons)) result.add(Table::comparisons, outcome.comparisons.rows);
  if (wanted.contains(Table::ranking)) result.add(Table::ranking, outcome.comparisons.ranking);
  for (const auto& answer : outcome.answers)
    if (!answer.rows.empty()) result.add(answer.table, answer.rows);
  if (request.keep_paths == engine::KeepPaths::yes)
    write_paths(result.aside(), about.packing, request.inputs, outcome.rows);
  // Rows that share their sampling meet the same oddity; once is enough.
  for (const auto& row : outcome.rows)
    for (const auto& warning : row.tables.warnings) result.warn(warning);
}

}  // namespace paystress::results
