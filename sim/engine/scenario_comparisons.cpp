#include "sim/engine/scenario_comparisons.h"

#include "sim/errors.h"

namespace paystress::engine {

Comparisons compare_scenarios(const RunRequest& request, std::span<const ScenarioOutcome> outcomes,
                              const Execution& how) {
  const auto options = table_options(*request.study);
  const auto named = row_scenarios(request.inputs, outcomes);
  std::vector<const Scenario*> scenarios;
  std::vector<ComparedScenario> compared;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    scenarios.push_back(request.inputs[i].scenario);
    compared.push_back({named[i], outcomes[i].income_usd, *outcomes[i].completed_visits});
  }
  if (scenarios.empty()) return {};
  const PathOrbits orbits(practices_of(scenarios), request.paths, options.design);
  const auto pairs = compared_pairs(scenarios);
  std::vector<std::string> rows(pairs.size());
  how.run_blocks(
      pairs.size(), how.threads,
      [&](std::size_t i) {
        StageLap lap(how.clock);
        rows[i] =
            comparison_rows(compared[pairs[i].a], compared[pairs[i].b], pairs[i], options.ci_level, orbits);
        lap.end(Stage::tables);
      },
      how.stop);
  if (how.stop && how.stop()) throw Interrupted();
  StageLap lap(how.clock);
  Comparisons all;
  for (const auto& r : rows) all.rows += r;
  for (const auto& stress : request.study->stresses) {
    // The practice that a recruiter describes is no choice: nobody can take it.
    std::vector<ComparedScenario> offers;
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < compared.size(); ++i) {
      const bool as_told = request.inputs[i].offer->advertised_practice == scenarios[i]->practice;
      if (scenarios[i]->stress != stress.name || as_told) continue;
      offers.push_back(compared[i]);
      at.push_back(i);
    }
    if (offers.size() < 2) continue;
    auto ranks = rank_offers(offers, options.ci_level, orbits);
    all.ranking += ranking_rows(offers, ranks, options.ci_level);
    for (auto& r : ranks) r.scenario = at[r.scenario];
    all.ranks.emplace_back(stress.name, std::move(ranks));
  }
  lap.end(Stage::tables);
  return all;
}

}  // namespace paystress::engine
