#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "scenarios/read_batch.h"
#include "sim/commands/command_support.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/output_place.h"
#include "sim/errors.h"
#include "sim/questions/sweep.h"
#include "sim/results/output_file.h"

namespace paystress::commands {
namespace {

struct SweepOptions {
  std::string study, output;
  AllowedDirectories allowed;
  std::vector<std::string> set, practices, offers, stresses;
  questions::Design design = questions::Design::grid;
  std::size_t rows = 0;
  std::uint64_t seed = 20260107;
};

void keep_named(std::vector<Scenario>& scenarios, const std::vector<std::string>& names,
                std::string Scenario::*part) {
  if (names.empty()) return;
  std::erase_if(scenarios,
                [&](const Scenario& s) { return std::ranges::find(names, s.*part) == names.end(); });
}

template <class Named>
void require_named(const char* option, const std::vector<std::string>& names,
                   const std::vector<Named>& known) {
  for (const auto& name : names)
    if (std::ranges::find(known, name, &Named::name) == known.end())
      throw InputError(fmt::format("{} {}: no such name in the study", option, name));
}

ExitCode sweep(const SweepOptions& options) {
  auto text = load_study(options.study, options.allowed);
  const auto output = checked_output(options.output, {text.input_files},
                                     {.is_own = {}, .problem = {}, .fix = "Give another name with -o"});
  require_named("--practice", options.practices, text.study.practices);
  require_named("--offer", options.offers, text.study.offers);
  require_named("--stress", options.stresses, text.study.stresses);
  keep_named(text.study.scenarios, options.practices, &Scenario::practice);
  keep_named(text.study.scenarios, options.offers, &Scenario::offer);
  keep_named(text.study.scenarios, options.stresses, &Scenario::stress);
  std::vector<questions::SweptKey> keys;
  for (const auto& s : options.set) keys.push_back(questions::parse_swept_key(s));
  Notice notice("making rows");
  const auto csv = questions::sweep_csv(
      text, keys, questions::make_design(keys, options.design, options.rows, options.seed));
  // The study itself says whether the keys and values are right, before anything is written.
  Faults faults;
  const auto batch = parse_batch(text, csv, options.output, faults);
  // What is wrong with a value is wrong in every row that has one like it: the first row tells.
  if (batch && !batch->bad_rows.empty()) {
    for (const auto& fault : batch->bad_rows.front().faults) faults.add(fault);
    if (const auto more = batch->bad_rows.size() - 1; more > 0)
      faults.error({options.output}, "", fmt::format("{} more rows have faults", more));
  }
  notice.done();
  print_faults(faults, stderr);
  if (!batch || faults.has_errors()) throw InputError(options.output + ": not written");
  results::replace_file(output, csv);
  fmt::print("{}: {} rows\n", options.output, batch->rows.size());
  return ExitCode::done;
}

}  // namespace

void add_sweep_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  auto* command = app.add_subcommand("sweep", "Write a batch file that varies numbers of a study");
  command->add_option("STUDY", options->study, "study file (TOML)")->required();
  command->add_option("--set", options->set, "KEY=a,b,c or KEY=low..high/points; may be given again")
      ->required()
      ->take_all();
  command->add_option("-o,--output", options->output, "batch file to write (CSV)")->required();
  static const std::map<std::string, questions::Design> designs{
      {"grid", questions::Design::grid},
      {"latin_hypercube", questions::Design::latin_hypercube},
      {"sobol", questions::Design::sobol}};
  command
      ->add_option_function<std::string>(
          "--design", [options](const std::string& name) { options->design = designs.at(name); },
          "grid: every combination (default); else points spread over the box")
      ->check(CLI::IsMember(designs));
  auto* rows = command->add_option("--rows", options->rows, "rows of a latin_hypercube or sobol design")
                   ->check(whole_number(1, std::int64_t{most_batch_rows}));
  auto* seed =
      command->add_option("--seed", options->seed, "seed of a latin_hypercube design")->check(seed_problem);
  add_allow_option(*command, options->allowed);
  command->add_option("--practice", options->practices,
                      "only scenarios of this practice; may be given again");
  command->add_option("--offer", options->offers, "only scenarios of this offer; may be given again");
  command->add_option("--stress", options->stresses, "only scenarios under this stress; may be given again");
  command->callback([options, rows, seed, &exit_code] {
    if (options->design == questions::Design::grid && rows->count() > 0)
      throw CLI::ValidationError("--rows",
                                 "a grid has the rows of its points: leave it out, or name a --design");
    if (options->design != questions::Design::latin_hypercube && seed->count() > 0)
      throw CLI::ValidationError("--seed", "only a latin_hypercube design is drawn: leave it out");
    exit_code = guarded([&] { return sweep(*options); });
  });
}

}  // namespace paystress::commands
