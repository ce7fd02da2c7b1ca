#include "sim/run.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "sim/errors.h"
#include "sim/for_blocks.h"

namespace paystress {
namespace {

TableOptions table_options(const Study& study) {
  TableOptions options;
  options.need_usd_per_month = study.need_usd_per_month;
  options.target_usd_per_year = study.target_usd_per_year;
  return options;
}

std::shared_ptr<const PathColumns> path_columns(const PracticeColumns& practice) {
  const auto& horizon = practice.periods().front();
  return std::make_shared<const PathColumns>(PathColumns{
      practice.session_hours(horizon), practice.after_hours(horizon), practice.meeting_hours(horizon),
      practice.completed_visits(horizon), practice.generated_wrvu(horizon)});
}

}  // namespace

GroupRun make_group_run(const RunRequest& request, const SampleGroup& group) {
  try {
    return {group, *request.study, request.draws};
  } catch (const std::invalid_argument& e) {
    const auto first = group.prices.front().scenarios.front();
    throw InputError(fmt::format("{}: {}", request.inputs[first].scenario->id, e.what()));
  }
}

void make_outcomes(const RunRequest& request, const SampleGroup& group, const GroupRun& run,
                   const Execution& how, std::span<ScenarioOutcome> outcomes) {
  const PracticeTables shared(run.practice(), table_options(*request.study));
  const auto paths = request.keep_paths == KeepPaths::yes ? path_columns(run.practice()) : nullptr;
  std::vector<std::pair<std::size_t, std::size_t>> rows;  // (price group, scenario)
  for (std::size_t p = 0; p < group.prices.size(); ++p)
    for (const auto s : group.prices[p].scenarios) rows.emplace_back(p, s);
  for_blocks(
      rows.size(), how.threads,
      [&](std::size_t i) {
        const auto& [price, scenario] = rows[i];
        const auto& offer = run.offers()[price];
        const ScenarioResult result{.scenario = request.inputs[scenario].scenario,
                                    .practice = &run.practice(),
                                    .income = &offer.income,
                                    .tiers = offer.plan.tiered().empty() ? nullptr : &offer.tiers,
                                    .advertised_usd_per_year = offer.plan.contract().advertised_usd_per_year,
                                    .controls = {}};
        auto& outcome = outcomes[scenario];
        outcome.tables = make_tables(result, shared);
        outcome.income_usd = offer.income.income(run.practice().periods().front());
        outcome.paths = paths;
      },
      how.stop);
  if (how.stop && how.stop()) throw Interrupted();
}

std::vector<ScenarioOutcome> run_scenarios(const RunRequest& request, const Execution& how) {
  std::vector<ScenarioOutcome> outcomes(request.inputs.size());
  for (const auto& group : plan_run(request.inputs, request.study->months)) {
    auto run = make_group_run(request, group);
    run.extend_to(request.paths, how);
    make_outcomes(request, group, run, how, outcomes);
  }
  return outcomes;
}

}  // namespace paystress
