#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/machine_threads.h"
#include "sim/commands/notice.h"
#include "sim/commands/output_place.h"
#include "sim/commands/report_command.h"
#include "sim/commands/run_options.h"
#include "sim/results/workbook.h"

namespace paystress::commands {

void add_threads_option(CLI::App& command, RunOptions& options) {
  options.threads = available_threads();
  command
      .add_option("--threads", options.threads,
                  "threads (as many as this process may use); changes no result")
      ->check(whole_number(1, 1024));
}

void add_draw_options(CLI::App& command, RunOptions& options, Samplers samplers) {
  command.add_option("STUDY", options.study, "study file (TOML)")->required();
  add_allow_option(command, options.allowed);
  command.add_option("--seed", options.seed, "seed of every draw (the study's)")->check(seed_problem);
  command.add_option("--paths", options.paths, "paths per scenario (the study's)")
      ->check(whole_number(1, 1'000'000'000));
  std::vector<std::string> names{"fast", "reference"};
  std::string help = "fast, or reference: the definition of the model";
  if (samplers == Samplers::exact_too) {
    names.emplace_back("exact");
    help += "; exact: no sampling, for practices without uncertainty and memory";
  }
  command
      .add_option_function<std::string>(
          "--sampler",
          [&options](const std::string& name) {
            options.exact = name == "exact";
            options.sampler =
                name == "reference" ? samplers::SamplerKind::reference : samplers::SamplerKind::fast;
          },
          help)
      ->check(CLI::IsMember(names));
}

namespace {

// How results and progress look, not what they say.
void add_form_options(CLI::App& run, RunOptions& options) {
  run.add_option("--tables", options.tables,
                 "tables to write, with commas between: summary,tier_miss (left out: all)")
      ->delimiter(',');
  run.add_flag("--gzip", options.gzip, "pack the tables: summary.csv.gz");
  run.add_option("--progress", options.progress.form,
                 "bar on a terminal; json: a line a second on standard error; none")
      ->check(CLI::IsMember({"bar", "json", "none"}));
  run.add_option("--progress-file", options.progress.file, "file to which the lines of json are added");
}

}  // namespace

LoadedStudy load_for_run(const RunOptions& options) {
  // A batch names the scenarios itself.
  auto text = options.batch ? load_study(options.study, options.allowed, options.progress.form)
                            : load_scenarios(options.study, options.allowed, options.progress.form);
  if (options.progress.file) {
    InputsOfCommand inputs{text.input_files};
    if (options.batch) inputs.files.push_back(find_input(*options.batch));
    refuse_input(*options.progress.file, inputs, "Give another name with --progress-file");
  }
  if (options.seed) text.study.seed = *options.seed;
  if (options.paths) text.study.paths = *options.paths;
  return text;
}

void add_run_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  auto report = std::make_shared<bool>(false);
  auto workbook = std::make_shared<bool>(false);
  auto* run = app.add_subcommand("run", "Sample the practices, price every offer, write the tables");
  add_draw_options(*run, *options, Samplers::exact_too);
  run->add_option("-o,--output", options->output, "directory of the results (results/STUDY)");
  add_threads_option(*run, *options);
  auto* paths_csv = run->add_flag("--paths-csv", options->paths_csv, "write every path to paths.csv too");
  run->add_flag("--report", *report, "draw the results: report.html beside the tables");
  run->add_flag("--xlsx", *workbook, "write a spreadsheet too: results.xlsx beside the tables");
  run->add_flag("--force", options->force,
                "write into a directory that holds other files; they stay, earlier results are replaced");
  add_form_options(*run, *options);
  auto* batch =
      run->add_option("--batch", options->batch, "rows to run instead of the study's scenarios (CSV)")
          ->excludes(paths_csv);
  run->add_option_function<std::string>(
         "--shard", [options](const std::string& text) { options->shard = results::parse_shard(text); },
         "K/N: run the K-th of N parts of the batch; paystress merge joins them")
      ->check([](const std::string& text) {
        return results::parse_shard(text)
                   ? std::string()
                   : fmt::format("{} is not K/N with 1 <= K <= N <= {}", text, results::most_shards);
      })
      ->needs(batch);
  run->add_flag("--resume", options->resume,
                "go on with a run where it was interrupted, and with a batch to which rows were added");
  run->add_flag("--fail-fast", options->fail_fast, "stop at the first row that fails")->needs(batch);
  run->callback([options, report, workbook, &exit_code] {
    if (options->exact) {
      if (options->batch)
        throw CLI::ValidationError("--sampler",
                                   "a batch has no exact answers: leave out --batch or take fast");
      for (const auto& [given, name] : {std::pair{options->paths.has_value(), "--paths"},
                                        {options->seed.has_value(), "--seed"},
                                        {options->paths_csv, "--paths-csv"},
                                        {options->resume, "--resume"},
                                        {!options->tables.empty(), "--tables"}})
        if (given) throw CLI::ValidationError(name, "exact laws need no paths: leave it out or take fast");
      if (*report || *workbook)
        throw CLI::ValidationError(*report ? "--report" : "--xlsx",
                                   "exact laws have no summary to show: leave it out or take fast");
    }
    exit_code = guarded([&] {
      // Told before the run, not after it.
      if (*report) static_cast<void>(report_page());
      const auto done = options->batch   ? run_batch(*options)
                        : options->exact ? run_exactly(*options)
                                         : run_study(*options);
      if (*workbook) {
        const auto file = options->target() / "results.xlsx";
        Notice writing("writing the workbook", options->progress.form);
        results::write_workbook(options->target(), file);
        writing.done();
        fmt::print("Workbook: {}\n", file.generic_string());
      }
      if (*report) report_results(options->target(), options->target() / "report.html");
      return done;
    });
  });
}

}  // namespace paystress::commands
