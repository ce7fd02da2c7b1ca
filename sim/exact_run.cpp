#include "sim/exact_run.h"

#include <fmt/format.h>

#include "sim/command_support.h"
#include "sim/errors.h"
#include "sim/exact_tables.h"
#include "sim/interrupt.h"
#include "sim/load_study.h"
#include "sim/manifest.h"
#include "sim/output_file.h"
#include "sim/practice_plan.h"
#include "sim/result_directory.h"
#include "sim/result_tables.h"
#include "sim/text_table.h"

namespace paystress {
namespace {

std::string report(const Study& study, std::span<const ScenarioInput> inputs,
                   std::span<const ExactPay> pays) {
  std::vector<std::string> header{"scenario", "median total pay $", "worst 1 in 20 $", "mean $"};
  if (study.target_usd_per_year) header.emplace_back("P(below target)");
  header.emplace_back("largest rounding $");
  TextTable table(header);
  for (std::size_t i = 0; i < pays.size(); ++i) {
    const auto& cents = pays[i].horizon;
    const auto usd = [](double c) { return dollars(c / 100); };
    std::vector<std::string> row{inputs[i].scenario->id, usd(static_cast<double>(cents.quantile(0.5))),
                                 usd(static_cast<double>(cents.quantile(0.05))), usd(cents.mean())};
    if (study.target_usd_per_year)
      row.push_back(percent(cents.below(100 * *study.target_usd_per_year * study.months / 12)));
    row.push_back(fmt::format("{:.2f}", pays[i].largest_rounding_usd));
    table.add(std::move(row));
  }
  return table.text();
}

}  // namespace

std::vector<ExactPay> solve_exactly(const Study& study, std::span<const ScenarioInput> inputs) {
  std::vector<ExactPay> pays(inputs.size());
  const PeriodGrid grid = study.grid();
  std::string refusals;
  for (const auto& group : plan_run(inputs, study.months)) {
    const auto plan = make_plan(*group.practice, *group.stress, study.calendar());
    for (const auto& price : group.prices) {
      const auto reasons = why_not_exact(plan, *price.contract, grid);
      for (const auto s : price.scenarios)
        for (const auto& reason : reasons)
          refusals += fmt::format("\n  {}: {}", inputs[s].scenario->id, reason);
      if (!refusals.empty()) continue;
      const auto pay = settle_exactly(plan, *price.contract, grid);
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
  const auto inputs = scenario_inputs(study);
  ResultDirectory results(options.target(),
                          options.force ? ResultDirectory::Foreign::leave : ResultDirectory::Foreign::refuse);
  const InterruptGuard interrupt;
  const auto pays = solve_exactly(study, inputs);
  const auto reported = table_options(study);
  std::string income;
  std::string tiers;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    income += exact_income_rows(*inputs[i].scenario, pays[i], reported);
    tiers += exact_tier_rows(*inputs[i].scenario, pays[i]);
  }
  write_table(results.aside(), Table::income_distribution, income);
  write_table(results.aside(), Table::tier_miss, tiers);

  Manifest manifest;
  manifest.command = "run";
  manifest.title = study.title;
  manifest.months = study.months;
  manifest.start = study.grid().front().label + "-01";
  manifest.sampler = "exact";
  manifest.traits = "none";
  manifest.scenarios = inputs.size();
  for (const auto& file : text.input_files)
    manifest.inputs.push_back({file.generic_string(), sha256_of_file(file)});
  replace_file(results.aside() / "datapackage.json", datapackage_json(results.aside(), study.title));
  replace_file(results.aside() / "manifest.json", manifest_json(manifest));
  if (InterruptGuard::requested()) throw Interrupted();
  results.commit();

  fmt::print("{}: exact, {} months\n\n{}", study.title, study.months, report(study, inputs, pays));
  fmt::print("Tables: {}/\n", options.target().generic_string());
  return ExitCode::done;
}

}  // namespace paystress
