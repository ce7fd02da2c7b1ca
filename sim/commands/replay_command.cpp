#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "scenarios/fault.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/run_options.h"
#include "sim/errors.h"
#include "sim/questions/replay.h"
#include "sim/words/text_table.h"

namespace paystress::commands {
namespace {

struct ReplayOptions {
  RunOptions run;
  std::string scenario, format = "table";
  std::int64_t path = 0;
  bool days = false;
};

const engine::ScenarioInput& find_scenario(const std::vector<engine::ScenarioInput>& inputs,
                                           const std::string& id) {
  const auto it =
      std::ranges::find(inputs, id, [](const engine::ScenarioInput& in) { return in.scenario->id; });
  if (it != inputs.end()) return *it;
  std::vector<std::string> ids;
  for (const auto& in : inputs) ids.push_back(in.scenario->id);
  const auto nearest = nearest_name(id, ids);
  throw InputError(
      fmt::format("--scenario {}: no such scenario in the study. {}", id,
                  nearest.empty() ? "Its first is " + ids.front() : "Did you mean " + nearest + "?"));
}

std::string statement_text(const questions::Replay& replay) {
  words::TextTable table({"period", "name", "kind", "tier", "quantity", "rate $", "amount $", "balance $"});
  const auto number = [](const std::optional<double>& x, int decimals) {
    return x ? fmt::format("{:.{}f}", *x, decimals) : std::string();
  };
  for (const auto& line : replay.plan.statement(replay.ledger, replay.lane))
    table.add({line.period, line.name, line.kind, line.tier, number(line.quantity, 2),
               number(line.rate_usd, 4), number(line.amount_usd, 2), number(line.balance_usd, 2)});
  return table.text();
}

ExitCode replay(const ReplayOptions& options) {
  auto text = load_scenarios(options.run.study, options.run.allowed);
  auto& study = text.study;
  if (options.run.seed) study.seed = *options.run.seed;
  // A run with targets goes on beyond the study's paths, at most to max_paths.
  if (options.run.paths)
    study.paths = *options.run.paths;
  else if (study.precision)
    study.paths = std::max(study.paths, study.precision->max_paths);
  const auto inputs = engine::scenario_inputs(study);
  const auto& scenario = find_scenario(inputs, options.scenario);
  if (options.path >= study.paths)
    throw InputError(fmt::format("--path {}: the run has paths 0 to {}", options.path, study.paths - 1));
  Notice notice(fmt::format("replaying path {}", options.path));
  const auto found =
      questions::replay_path(study, scenario, {options.run.sampler, study.seed, study.traits},
                             static_cast<std::size_t>(study.paths), static_cast<std::size_t>(options.path));
  notice.done();
  if (options.format == "csv") {
    fmt::print("{}", options.days ? questions::replay_days_csv(found) : questions::replay_csv(found));
    return ExitCode::done;
  }
  if (options.days) {
    fmt::print("{}, path {} of {}, seed {}\n\n{}", scenario.scenario->id, options.path, study.paths,
               study.seed, questions::replay_days(found));
    return ExitCode::done;
  }
  fmt::print("{}, path {} of {}, seed {}\n\n{}\nPay statement\n\n{}", scenario.scenario->id, options.path,
             study.paths, study.seed, questions::replay_months(found), statement_text(found));
  return ExitCode::done;
}

}  // namespace

void add_replay_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ReplayOptions>();
  auto* command = app.add_subcommand("replay", "Print the months and the pay statement of one path of a run");
  command->add_option("--scenario", options->scenario, "id: practice/offer/stress")->required();
  command->add_option("--path", options->path, "number of the path, from 0, as in paths.csv")
      ->required()
      ->check(whole_number(0, 999'999'999));
  command->add_option("--format", options->format, "table, or csv: every ledger column")
      ->check(CLI::IsMember({"table", "csv"}));
  command->add_flag("--days", options->days, "the scheduled workdays of the path instead of its months");
  add_draw_options(*command, options->run);
  command->callback([options, &exit_code] { exit_code = guarded([&] { return replay(*options); }); });
}

}  // namespace paystress::commands
