#include "sim/commands/exact_run.h"

#include <fmt/format.h>

#include "sim/commands/command_support.h"
#include "sim/commands/interrupt.h"
#include "sim/commands/load_study.h"
#include "sim/errors.h"
#include "sim/exact/exact_tables.h"
#include "sim/results/manifest.h"
#include "sim/results/output_file.h"
#include "sim/results/result_directory.h"
#include "sim/results/result_tables.h"
#include "sim/samplers/practice_plan.h"
#include "sim/words/text_table.h"

namespace paystress::commands {
namespace {

std::string report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                   std::span<const exact::ExactPay> pays) {
  std::vector<std::string> header{"scenario", "median total pay $", "worst 1 in 20 $", "mean $"};
  if (study.target_usd_per_year) header.emplace_back("P(below target)");
  header.emplace_back("largest rounding $");
  words::TextTable table(header);
  for (std::size_t i = 0; i < pays.size(); ++i) {
    const auto& cents = pays[i].horizon;
    const auto usd = [](double c) { return words::dollars(c / 100); };
    std::vector<std::string> row{inputs[i].scenario->id, usd(static_cast<double>(cents.quantile(0.5))),
                                 usd(static_cast<double>(cents.quantile(0.05))), usd(cents.mean())};
    if (study.target_usd_per_year)
      row.push_back(words::percent(cents.below(100 * *study.target_usd_per_year * study.months / 12)));
    row.push_back(fmt::format("{:.2f}", pays[i].largest_rounding_usd));
    table.add(std::move(row));
  }
  return table.text();
}

}  // namespace

std::vector<exact::ExactPay> solve_exactly(const Study& study,
                                           std::span<const engine::ScenarioInput> inputs) {
  std::vector<exact::ExactPay> pays(inputs.size());
  const PeriodGrid grid = study.grid();
  std::string refusals;
  for (const auto& group : engine::plan_run(inputs, study.months)) {
    const auto plan = samplers::make_plan(*group.practice, *group.stress, study.calendar());
    for (const auto& price : group.prices) {
      const auto reasons = exact::why_not_exact(plan, *price.contract, grid);
      for (const auto s : price.scenarios)
        for (const auto& reason : reasons)
          refusals += fmt::format("\n  {}: {}", inputs[s].scenario->id, reason);
      if (!refusals.empty()) continue;
      const auto pay = exact::settle_exactly(plan, *price.contract, grid);
      for (const auto s : price.scenarios) pays[s] = pay;
    }
  }
  if (!refusals.empty())
    throw InputError("no exact answer for these scenarios; --sampler fast has one with an error:" + refusals);
  return pays;
}

ExitCode run_exactly(const RunOptions& options) {
  const auto text = load_scenarios(options.study);
  const auto& study = text.study;
  const auto inputs = engine::scenario_inputs(study);
  results::ResultDirectory results(options.target(), options.force
                                                         ? results::ResultDirectory::Foreign::leave
                                                         : results::ResultDirectory::Foreign::refuse);
  const InterruptGuard interrupt;
  const auto pays = solve_exactly(study, inputs);
  const auto reported = engine::table_options(study);
  std::string income;
  std::string tiers;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    income += exact::exact_income_rows(*inputs[i].scenario, pays[i], reported);
    tiers += exact::exact_tier_rows(*inputs[i].scenario, pays[i]);
  }
  results::write_table(results.aside(), Table::income_distribution, income);
  results::write_table(results.aside(), Table::tier_miss, tiers);

  results::Manifest manifest;
  manifest.command = "run";
  manifest.title = study.title;
  manifest.months = study.months;
  manifest.start = study.grid().front().label + "-01";
  manifest.sampler = "exact";
  manifest.traits = "none";
  manifest.scenarios = inputs.size();
  for (const auto& file : text.input_files)
    manifest.inputs.push_back({file.generic_string(), results::sha256_of_file(file)});
  results::replace_file(results.aside() / "datapackage.json",
                        results::datapackage_json(results.aside(), study.title));
  results::replace_file(results.aside() / "manifest.json", results::manifest_json(manifest));
  if (InterruptGuard::requested()) throw Interrupted();
  results.commit();

  fmt::print("{}: exact, {} months\n\n{}", study.title, study.months, report(study, inputs, pays));
  fmt::print("Tables: {}/\n", options.target().generic_string());
  return ExitCode::done;
}

}  // namespace paystress::commands
