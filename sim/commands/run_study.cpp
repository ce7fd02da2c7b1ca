#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "model/date_text.h"
#include "sim/commands/command_support.h"
#include "sim/commands/interrupt.h"
#include "sim/commands/notice.h"
#include "sim/commands/run_options.h"
#include "sim/engine/run_needs.h"
#include "sim/questions/ask_before_signing.h"
#include "sim/questions/price_levers.h"
#include "sim/questions/price_productivity.h"
#include "sim/questions/price_readings.h"
#include "sim/questions/question_paths.h"
#include "sim/results/exact_result.h"
#include "sim/results/precise_rows.h"
#include "sim/results/run_manifest.h"
#include "sim/results/run_report.h"
#include "sim/results/study_result.h"
#include "sim/results/study_rows.h"
#include "sim/results/table_choice.h"
#include "sim/results/taken_tables.h"

namespace paystress::commands {
namespace {

// A number of paths that the user asked for is that number.
bool goes_on_to_targets(const StudyText& text, const RunOptions& options) {
  return text.study.precision && !options.paths;
}

// With targets of precision the groups are held all at once, and there are at least so many paths.
void refuse_too_large(const StudyText& text, engine::RunRequest request, const RunOptions& options) {
  Notice planning("planning the run", options.progress.form);
  const double more_paths = questions::question_paths(text, request);
  auto groups = engine::plan_run(request.inputs, text.study.months);
  if (goes_on_to_targets(text, options)) {
    request.paths = static_cast<std::size_t>(text.study.precision->min_paths);
    for (std::size_t g = 1; g < groups.size(); ++g)
      std::ranges::move(groups[g].prices, std::back_inserter(groups[0].prices));
    groups.resize(1);
  }
  planning.done();
  tell_needs(request, groups, request.inputs.size(), options.threads, more_paths);
}

void answer_questions(results::StudyOutcome& outcome, const StudyText& text,
                      const engine::RunRequest& request, const engine::Execution& how) {
  const auto named = engine::row_scenarios(request.inputs, outcome.rows);
  std::vector<questions::ToldWorth> told;
  if (request.tables.contains(Table::readings)) {
    auto readings = questions::price_readings(text, request, named, how);
    outcome.answers.push_back({Table::readings, std::move(readings.rows)});
    outcome.advice = std::move(readings.text);
    told = std::move(readings.told);
  }
  if (!request.tables.contains_any({Table::levers, Table::productivity, Table::ask_before_signing})) return;
  const auto described = questions::price_as_described(request, named, how);
  if (request.tables.contains(Table::levers))
    outcome.answers.push_back({Table::levers, questions::price_levers(request, described, how)});
  if (request.tables.contains(Table::productivity))
    outcome.answers.push_back({Table::productivity, questions::price_productivity(request, described, how)});
  if (request.tables.contains(Table::ask_before_signing)) {
    auto asked = questions::ask_before_signing(text, request, described, how, told);
    outcome.answers.push_back({Table::ask_before_signing, std::move(asked.rows)});
    outcome.advice += (outcome.advice.empty() || asked.text.empty() ? "" : "\n") + asked.text;
  }
}

// Tables that need no row of a scenario.
constexpr TableSet questions_alone{Table::readings, Table::levers, Table::productivity,
                                   Table::ask_before_signing};

/// What is made and what is taken over from an earlier result.
struct Work {
  std::optional<results::FinishedTables> there;
  std::string taken;        ///< names
  TableSet missing;         ///< tables that are made and written
  bool some_leave = false;  ///< an offer ends by leaving: tables say how likely, which the rows tell
  [[nodiscard]] bool needs_rows() const {
    return !there || missing.contains_any(some_leave ? TableSet::all() : rows_needed);
  }
  static constexpr TableSet rows_needed = TableSet::all() - questions_alone;
};

Work plan_work(results::ResultWriter& result, const RunOptions& options, results::PathCount paths,
               engine::RunRequest& request, TableSet wanted) {
  Work work{.there = {}, .taken = {}, .missing = wanted};
  work.some_leave = std::ranges::any_of(
      request.inputs, [](const engine::ScenarioInput& input) { return input.offer->ends_by_leaving; });
  if (options.resume)
    work.there =
        results::finished_tables(result.directory().target(), result.about(), paths, request.keep_paths);
  if (work.there) {
    const auto names = results::table_names(results::TableWriter::study, work.there->unchanged);
    work.taken = fmt::format("{}", fmt::join(names, ","));
    if (work.taken.empty() || !results::may_take(result.directory().checkpoint(), work.taken)) {
      work.there.reset();
      work.taken.clear();
    } else {
      work.missing = wanted - work.there->unchanged;
      request.keep_paths = engine::KeepPaths::no;
    }
  }
  request.tables = work.missing;
  request.tables.insert(Table::summary);  // the screen shows it in any case
  return work;
}

results::StudyOutcome simulate(results::ResultWriter& result, const StudyText& text,
                               engine::RunRequest& request, const RunOptions& options, const Work& work,
                               engine::StageClock& clock) {
  const auto groups = engine::plan_run(request.inputs, text.study.months).size();
  RunProgress progress(options.progress, RunProgress::Bar::paths, "paths", request.inputs.size());
  progress.set_paths(
      (work.needs_rows() ? static_cast<double>(groups) * static_cast<double>(request.paths) : 0.0) +
      questions::question_paths(text, request));
  const engine::Execution how{.threads = options.threads,
                              .stop = InterruptGuard::requested,
                              .done = [&](std::size_t paths) { progress.paths_done(paths); },
                              .clock = &clock};
  results::StudyOutcome outcome;
  const auto start = options.resume ? results::Start::resume : results::Start::anew;
  const results::RowHooks hooks{.planned = {},
                                .done = [&](std::size_t rows) { progress.rows_done(rows); },
                                .stop = InterruptGuard::finish_requested};
  if (goes_on_to_targets(text, options)) {
    auto precise =
        results::run_precisely(result, start, text, request, how, options.target(), hooks, work.taken);
    outcome.rows = std::move(precise.outcomes);
    outcome.targets = std::move(precise.targets);
    outcome.converged = precise.converged;
    request.paths = precise.paths;
  } else if (work.needs_rows()) {
    outcome.rows = results::run_study_rows(result, start, text, request, how, options.target(), hooks,
                                           results::usually_kept_every, work.taken);
  }
  if (request.tables.contains_any({Table::comparisons, Table::ranking}))
    outcome.comparisons = engine::compare_scenarios(request, outcome.rows, how);
  answer_questions(outcome, text, request, how);
  return outcome;
}

// What dollars over the horizon are for.
std::string span_text(int months) {
  if (months == 12) return "the year";
  return months % 12 == 0 ? fmt::format("all {} years", months / 12) : fmt::format("all {} months", months);
}

ExitCode report(const RunOptions& options, const engine::RunRequest& request,
                const results::StudyOutcome& outcome, const std::vector<std::string>& warnings) {
  const auto& study = *request.study;
  const auto screen = screen_of(stdout);
  fmt::print("{}\n", run_heading(study, request.paths, screen));
  if (!outcome.rows.empty())
    fmt::print("{}\n{}", results::run_report(study, request.inputs, outcome.rows, screen),
               results::ranking_report(study, request.inputs, outcome.rows, outcome.comparisons, screen));
  if (!outcome.advice.empty()) fmt::print("{}\n", words::wrapped(outcome.advice, screen));
  for (const auto& w : warnings) fmt::print(stderr, "warning: {}\n", w);
  if (study.precision && options.paths)
    fmt::print(stderr, "warning: --paths {}: the targets of study.precision are not used\n", *options.paths);
  fmt::print("Tables: {}/\n", options.target().generic_string());
  if (outcome.converged) return ExitCode::done;
  fmt::print(stderr, "paystress: {}\n", results::precision_report(study, outcome.targets, request.paths));
  return ExitCode::imprecise;
}

}  // namespace

std::string run_heading(const Study& study, std::size_t paths, const words::Screen& screen) {
  const auto start = study.start;
  return words::wrapped(
      fmt::format("{}\n{} paths of {} months from {}, seed {}; dollars are for {}\n", study.title, paths,
                  study.months, month_text(start.year() / start.month()), study.seed,
                  span_text(study.months)),
      screen);
}

void tell_needs(const engine::RunRequest& request, std::span<const engine::SampleGroup> groups,
                std::size_t rows_kept, int threads, double more_paths) {
  const auto needs = engine::run_needs(request, groups, rows_kept, threads, more_paths);
  engine::check_needs(needs, request, engine::machine_memory_bytes());
  if (const auto text = engine::needs_text(needs, threads); !text.empty())
    fmt::print(stderr, "note: this takes {}\n", text);
}

ExitCode run_study(const RunOptions& options) {
  const auto text = load_for_run(options);
  const auto& study = text.study;
  const auto inputs = engine::scenario_inputs(study);
  engine::RunRequest request{
      .study = &study,
      .inputs = inputs,
      .draws = {options.sampler, study.seed, study.traits},
      .paths = static_cast<std::size_t>(study.paths),
      .keep_paths = options.paths_csv ? engine::KeepPaths::yes : engine::KeepPaths::no};
  const auto wanted = results::chosen_tables(results::TableWriter::study, options.tables);
  request.tables = wanted;
  request.tables.insert(Table::summary);
  refuse_too_large(text, request, options);
  const auto paths =
      goes_on_to_targets(text, options) ? results::PathCount::found : results::PathCount::fixed;
  Notice planning("planning the run", options.progress.form);
  auto about = results::run_manifest(text, text.bytes, request, paths, options.threads);
  about.tables = results::table_names(results::TableWriter::study, wanted);
  about.packing = options.packing();
  if (options.resume && results::is_finished(options.target(), about, paths, request.keep_paths)) {
    planning.done();
    fmt::print("{}: already finished, nothing to do\n", options.target().generic_string());
    return ExitCode::done;
  }
  const InterruptGuard interrupt(InterruptGuard::OnUsr1::finish_row);
  results::ResultWriter result(options.target(), options.foreign(), std::move(about),
                               options.resume ? results::ResultDirectory::Leftover::resume
                                              : results::ResultDirectory::Leftover::remove);
  result.end_stage("read");
  engine::StageClock clock;
  const auto work = plan_work(result, options, paths, request, wanted);
  planning.done();
  const auto outcome = [&] {
    try {
      return simulate(result, text, request, options, work, clock);
    } catch (...) {
      if (result.directory().is_kept()) say(results::resume_hint);
      throw;
    }
  }();
  result.end_stage("sample_pay_and_estimate");
  Notice writing("writing the tables", options.progress.form);
  if (work.there) results::take_tables(result, *work.there);
  results::add_study(result, request, outcome, clock, work.missing);
  result.finish(InterruptGuard::requested);
  writing.done();
  return report(options, request, outcome, result.about().warnings);
}

ExitCode run_exactly(const RunOptions& options) {
  const auto text = load_for_run(options);
  const auto& study = text.study;
  const auto inputs = engine::scenario_inputs(study);
  const InterruptGuard interrupt;
  auto about = results::exact_manifest(text, text.bytes, inputs.size());
  about.packing = options.packing();
  results::ResultWriter result(options.target(), options.foreign(), std::move(about));
  Notice notice("finding the exact laws", options.progress.form);
  const auto pays = results::solve_exactly(study, inputs);
  results::add_exact_tables(result, study, inputs, pays);
  result.finish(InterruptGuard::requested);
  notice.done();
  const auto screen = screen_of(stdout);
  fmt::print("{}\n{}", words::wrapped(fmt::format("{}: exact, {} months", study.title, study.months), screen),
             results::exact_report(study, inputs, pays, screen));
  fmt::print("Tables: {}/\n", options.target().generic_string());
  return ExitCode::done;
}

}  // namespace paystress::commands
