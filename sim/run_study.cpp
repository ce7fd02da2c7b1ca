#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <set>

#include "sim/command_support.h"
#include "sim/errors.h"
#include "sim/for_blocks.h"
#include "sim/interrupt.h"
#include "sim/load_study.h"
#include "sim/manifest.h"
#include "sim/price_readings.h"
#include "sim/progress.h"
#include "sim/result_directory.h"
#include "sim/result_tables.h"
#include "sim/run.h"
#include "sim/run_options.h"
#include "sim/run_report.h"

namespace paystress {
namespace fs = std::filesystem;
namespace {

class Stopwatch {
 public:
  /// Seconds since it was made or last read.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Refused before memory is taken: a run that is killed half-way says nothing to its user.
void check_memory(const RunRequest& request) {
  constexpr double bytes_a_month = 20.0, bytes_an_offer_month = 8.0, bytes_a_scenario = 16.0;
  const auto months = static_cast<double>(request.study->months);
  std::size_t largest = 0;
  for (const auto& g : plan_run(request.inputs, request.study->months))
    largest = std::max(largest, g.prices.size());
  const double needed = static_cast<double>(request.paths) *
                        (months * (bytes_a_month + bytes_an_offer_month * static_cast<double>(largest)) +
                         bytes_a_scenario * static_cast<double>(request.inputs.size()));
  const double present =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (needed > present)
    throw InputError(
        fmt::format("{} paths of {} months need about {:.0f} GB of memory, and this machine has "
                    "{:.0f}. Ask for fewer with --paths N",
                    request.paths, request.study->months, needed / 1e9, present / 1e9));
}

Manifest manifest_of(const StudyText& text, const RunRequest& request, const RunOptions& options) {
  Manifest m;
  m.command = "run";
  m.title = text.study.title;
  m.seed = request.draws.seed;
  m.paths = static_cast<std::int64_t>(request.paths);
  m.months = text.study.months;
  m.start = text.study.grid().front().label + "-01";
  m.sampler = sampler_name(request.draws.sampler);
  m.traits = request.draws.traits == TraitSampling::latin_hypercube ? "latin_hypercube" : "independent";
  m.scenarios = request.inputs.size();
  for (const auto& file : text.input_files) m.inputs.push_back({file.generic_string(), sha256_of_file(file)});
  m.threads = options.threads;
  m.blocks_backend = for_blocks_backend();
  return m;
}

}  // namespace

std::string sampler_name(SamplerKind kind) { return kind == SamplerKind::fast ? "fast" : "reference"; }

ExitCode run_study(const RunOptions& options) {
  Stopwatch watch;
  auto text = load_study(options.study);
  auto& study = text.study;
  if (options.seed) study.seed = *options.seed;
  if (options.paths) study.paths = *options.paths;
  const auto inputs = scenario_inputs(study);
  const RunRequest request{.study = &study,
                           .inputs = inputs,
                           .draws = {options.sampler, study.seed, study.traits},
                           .paths = static_cast<std::size_t>(study.paths),
                           .keep_paths = options.paths_csv ? KeepPaths::yes : KeepPaths::no};
  check_memory(request);
  auto manifest = manifest_of(text, request, options);
  ResultDirectory results(options.target(),
                          options.force ? ResultDirectory::Foreign::leave : ResultDirectory::Foreign::refuse);
  manifest.timings_s.emplace_back("read", watch.lap());

  const InterruptGuard interrupt;
  std::vector<ScenarioOutcome> outcomes;
  Comparisons comparisons;
  ReadingsReport readings;
  {
    const auto groups = plan_run(inputs, study.months).size();
    Progress progress(stderr, Progress::Show::on_terminal, "paths",
                      static_cast<double>(groups) * static_cast<double>(request.paths));
    const Execution how{
        .threads = options.threads, .stop = InterruptGuard::requested, .done = [&](std::size_t paths) {
          progress.advance(static_cast<std::int64_t>(paths));
        }};
    outcomes = run_scenarios(request, how);
    comparisons = compare_scenarios(request, outcomes, how);
    readings = price_readings(text, request, how);
  }
  manifest.timings_s.emplace_back("sample_pay_and_estimate", watch.lap());

  ResultTables tables(results.aside());
  for (const auto& o : outcomes) tables.append(o);
  tables.close();
  write_table(results.aside(), Table::comparisons, comparisons.rows);
  write_table(results.aside(), Table::ranking, comparisons.ranking);
  if (!readings.rows.empty()) write_table(results.aside(), Table::readings, readings.rows);
  if (options.paths_csv) write_paths(results.aside() / "paths.csv", inputs, outcomes);
  // Rows that share their sampling meet the same oddity; once is enough.
  std::set<std::string> said;
  for (const auto& o : outcomes)
    for (const auto& w : o.tables.warnings)
      if (said.insert(w).second) manifest.warnings.push_back(w);
  replace_file(results.aside() / "datapackage.json", datapackage_json(results.aside(), study.title));
  manifest.timings_s.emplace_back("write", watch.lap());
  replace_file(results.aside() / "manifest.json", manifest_json(manifest));
  if (InterruptGuard::requested()) throw Interrupted();
  results.commit();

  fmt::print("{}: {} paths x {} months, seed {}\n\n{}\n{}", study.title, study.paths, study.months,
             study.seed, run_report(study, inputs, outcomes), ranking_report(inputs, comparisons));
  fmt::print("{}", readings.text);
  for (const auto& w : manifest.warnings) fmt::print(stderr, "warning: {}\n", w);
  fmt::print("Tables: {}/\n", options.target().generic_string());
  return ExitCode::done;
}

}  // namespace paystress
