#include <fmt/format.h>

#include <chrono>
#include <set>

#include "sim/commands/command_support.h"
#include "sim/commands/exact_run.h"
#include "sim/commands/interrupt.h"
#include "sim/commands/progress.h"
#include "sim/commands/run_options.h"
#include "sim/commands/run_start.h"
#include "sim/engine/outcomes.h"
#include "sim/engine/run_to_precision.h"
#include "sim/errors.h"
#include "sim/questions/price_readings.h"
#include "sim/results/manifest.h"
#include "sim/results/result_directory.h"
#include "sim/results/result_tables.h"
#include "sim/results/run_report.h"

namespace paystress::commands {
ExitCode run_study(const RunOptions& options) {
  if (options.exact) return run_exactly(options);
  Stopwatch watch;
  const auto text = load_for_run(options);
  const auto& study = text.study;
  const auto inputs = engine::scenario_inputs(study);
  engine::RunRequest request{
      .study = &study,
      .inputs = inputs,
      .draws = {options.sampler, study.seed, study.traits},
      .paths = static_cast<std::size_t>(study.paths),
      .keep_paths = options.paths_csv ? engine::KeepPaths::yes : engine::KeepPaths::no};
  std::size_t largest_group = 0;
  for (const auto& g : engine::plan_run(inputs, study.months))
    largest_group = std::max(largest_group, g.prices.size());
  check_memory(request, largest_group);
  auto manifest = manifest_of(text, request, options);
  results::ResultDirectory results(options.target(), options.force
                                                         ? results::ResultDirectory::Foreign::leave
                                                         : results::ResultDirectory::Foreign::refuse);
  manifest.timings_s.emplace_back("read", watch.lap());

  const InterruptGuard interrupt;
  std::vector<engine::ScenarioOutcome> outcomes;
  engine::Comparisons comparisons;
  questions::ReadingsReport readings;
  std::string shortfall;
  engine::StageClock clock;
  {
    const auto groups = engine::plan_run(inputs, study.months).size();
    Progress progress(stderr, Progress::Show::on_terminal, "paths",
                      static_cast<double>(groups) * static_cast<double>(request.paths));
    const engine::Execution how{
        .threads = options.threads,
        .stop = InterruptGuard::requested,
        .done = [&](std::size_t paths) { progress.advance(static_cast<std::int64_t>(paths)); },
        .clock = &clock};
    // A number of paths that the user asked for is that number.
    if (study.precision && !options.paths) {
      auto precise = engine::run_to_precision(request, how);
      outcomes = std::move(precise.outcomes);
      request.paths = precise.paths;
      manifest.paths = static_cast<std::int64_t>(precise.paths);
      for (const auto& t : precise.targets)
        manifest.convergence.push_back({t.scenario, target_text(study.precision->targets[t.target]),
                                        t.half_width, t.wanted, t.paths_needed, t.met});
      shortfall = results::precision_report(study, precise.targets, precise.paths);
      manifest.converged = precise.converged;
    } else {
      outcomes = engine::run_scenarios(request, how);
    }
    comparisons = engine::compare_scenarios(request, outcomes, how);
    readings = questions::price_readings(text, request, how);
  }
  manifest.timings_s.emplace_back("sample_pay_and_estimate", watch.lap());
  for (std::size_t s = 0; s < engine::stage_names.size(); ++s)
    manifest.thread_seconds.emplace_back(engine::stage_names[s],
                                         clock.seconds(static_cast<engine::Stage>(s)));

  results::ResultTables tables(results.aside());
  for (const auto& o : outcomes) tables.append(o);
  tables.close();
  results::write_table(results.aside(), Table::comparisons, comparisons.rows);
  results::write_table(results.aside(), Table::ranking, comparisons.ranking);
  if (!readings.rows.empty()) results::write_table(results.aside(), Table::readings, readings.rows);
  if (options.paths_csv) results::write_paths(results.aside() / "paths.csv", inputs, outcomes);
  // Rows that share their sampling meet the same oddity; once is enough.
  std::set<std::string> said;
  for (const auto& o : outcomes)
    for (const auto& w : o.tables.warnings)
      if (said.insert(w).second) manifest.warnings.push_back(w);
  results::replace_file(results.aside() / "datapackage.json",
                        results::datapackage_json(results.aside(), study.title));
  manifest.timings_s.emplace_back("write", watch.lap());
  results::replace_file(results.aside() / "manifest.json", results::manifest_json(manifest));
  if (InterruptGuard::requested()) throw Interrupted();
  results.commit();

  fmt::print("{}: {} paths x {} months, seed {}\n\n{}\n{}", study.title, request.paths, study.months,
             study.seed, results::run_report(study, inputs, outcomes),
             results::ranking_report(inputs, comparisons));
  fmt::print("{}", readings.text);
  for (const auto& w : manifest.warnings) fmt::print(stderr, "warning: {}\n", w);
  if (study.precision && options.paths)
    fmt::print(stderr, "warning: --paths {}: the targets of study.precision are not used\n", *options.paths);
  fmt::print("Tables: {}/\n", options.target().generic_string());
  if (manifest.converged) return ExitCode::done;
  fmt::print(stderr, "paystress: {}\n", shortfall);
  return ExitCode::imprecise;
}

}  // namespace paystress::commands
