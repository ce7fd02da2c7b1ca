#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

#include "analysis/column_schema.h"
#include "scenarios/read_batch.h"
#include "scenarios/toml_value.h"
#include "sim/commands/command_support.h"
#include "sim/commands/interrupt.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/run_options.h"
#include "sim/errors.h"
#include "sim/results/batch_result.h"
#include "sim/results/batch_rows.h"
#include "sim/results/packed_file.h"
#include "sim/results/run_manifest.h"
#include "sim/results/run_report.h"
#include "sim/results/table_choice.h"

namespace paystress::commands {
namespace {

void run_rows(const RunOptions& options, const engine::RunRequest& request, results::BatchResult& result) {
  const auto rows = result.rows().size(), finished = result.finished_rows();
  RunProgress progress(options.progress, RunProgress::Bar::rows, fmt::format("{} rows", rows - finished),
                       rows, finished);
  const engine::Execution how{.threads = options.threads,
                              .stop = InterruptGuard::requested,
                              .done = [&](std::size_t paths) { progress.paths_done(paths); }};
  const results::RowHooks hooks{
      .planned =
          [&](std::span<const engine::SampleGroup> groups, std::size_t rows_kept) {
            tell_needs(request, groups, rows_kept, options.threads, 0.0);
            progress.set_paths(static_cast<double>(groups.size()) * static_cast<double>(request.paths));
          },
      .done = [&](std::size_t n) { progress.rows_done(n); },
      .stop = InterruptGuard::finish_requested};
  const auto failure = options.fail_fast ? results::RowFailure::stop : results::RowFailure::keep_going;
  try {
    results::run_batch_rows(request, how, failure, result, hooks);
  } catch (...) {
    // A disk that is full may have room again later; what is entered in the journal is safe either way.
    say(results::resume_hint);
    throw;
  }
}

ExitCode outcome_of(const results::BatchResult& result) {
  const auto failures = result.failures();
  if (failures.empty()) return ExitCode::done;
  constexpr std::size_t shown = 10;
  for (std::size_t i = 0; i < std::min(shown, failures.size()); ++i) fmt::print(stderr, "{}\n", failures[i]);
  fmt::print(stderr, "paystress: {} rows failed; errors.csv has them all\n", result.failed_rows());
  return ExitCode::some_rows_failed;
}

ExitCode run_batch_of(const RunOptions& options, const LoadedStudy& text, const std::string& rows_text,
                      const Batch& batch) {
  const auto& study = text.study;
  const auto inputs = results::batch_inputs(batch);
  engine::RunRequest request{.study = &study,
                             .inputs = inputs,
                             .draws = {options.sampler, study.seed, study.traits},
                             .paths = static_cast<std::size_t>(study.paths),
                             .tables = results::chosen_tables(results::TableWriter::batch, options.tables)};
  auto about = results::run_manifest(text, text.bytes, request, results::PathCount::fixed, options.threads);
  about.inputs.push_back({options.batch->generic_string(), results::sha256(rows_text)});
  about.tables = results::table_names(results::TableWriter::batch, request.tables);
  about.packing = options.packing();
  Notice planning(fmt::format("planning {} rows", batch.rows.size()), options.progress.form);
  results::BatchResult result(text, batch, request, std::move(about), options.shard);
  const auto target = options.target();
  if (options.resume && result.is_finished(target)) {
    planning.done();
    fmt::print("{}: already finished, nothing to do\n", target.generic_string());
    return outcome_of(result);
  }
  const InterruptGuard interrupt(InterruptGuard::OnUsr1::finish_row);
  result.open(target, options.foreign(), options.resume ? results::Start::resume : results::Start::anew);
  planning.done();
  request.tables = result.missing();
  if (result.damaged_rows() > 0)
    fmt::print(stderr, "warning: {} finished rows were damaged since they were written; they are run again\n",
               result.damaged_rows());
  run_rows(options, request, result);
  Notice writing("writing the tables", options.progress.form);
  const auto warnings = result.finish();
  writing.done();
  for (const auto& w : warnings) fmt::print(stderr, "warning: {}\n", w);
  const auto screen = screen_of(stdout);
  fmt::print("{}{} of {} rows\n\n{}Tables: {}/\n", run_heading(study, request.paths, screen),
             result.finished_rows(), result.finished_rows() + result.failed_rows(),
             results::batch_report(study, results::result_file(target, table_schema(Table::summary).file),
                                   batch.columns, screen),
             target.generic_string());
  return outcome_of(result);
}

}  // namespace

ExitCode run_batch(const RunOptions& options) {
  const auto text = load_for_run(options);
  Faults faults;
  // Read once: a pipe has its text only once.
  const auto file = find_input(*options.batch);
  Notice notice(fmt::format("reading {}", file.string()), options.progress.form);
  const auto rows_text = read_text_file(file, faults);
  const auto batch = rows_text ? parse_batch(text, *rows_text, file.string(), faults) : std::nullopt;
  notice.done();
  print_faults(faults, stderr);
  if (text.study.precision)
    fmt::print(stderr, "warning: the targets of study.precision are not used: every row has {} paths\n",
               text.study.paths);
  if (!batch) throw InputError("");
  if (options.fail_fast && !batch->bad_rows.empty()) {
    for (const auto& fault : batch->bad_rows.front().faults) fmt::print(stderr, "{}\n", to_string(fault));
    throw InputError("--fail-fast: nothing was run");
  }
  return run_batch_of(options, text, *rows_text, *batch);
}

}  // namespace paystress::commands
