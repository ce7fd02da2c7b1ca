#include "sim/run.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "analysis/comparisons.h"
#include "analysis/debt.h"
#include "analysis/waterfall.h"
#include "sim/errors.h"
#include "sim/for_blocks.h"

namespace paystress {
namespace {

TableOptions table_options(const RunRequest& request) {
  const Study& study = *request.study;
  TableOptions options;
  options.design = path_design(request.draws.traits);
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

// Dollars an hour by path; a path without session hours has no hourly pay, and loses none.
std::vector<double> per_hour(std::vector<double> usd, std::span<const double> hours) {
  for (std::size_t i = 0; i < usd.size(); ++i) usd[i] = hours[i] > 0.0 ? usd[i] / hours[i] : 0.0;
  return usd;
}

std::string waterfalls_of(const GroupRun& run, std::size_t offer, const Scenario& scenario,
                          const TableOptions& options) {
  const auto& practice = run.practice();
  const auto& horizon = practice.periods().front();
  Waterfall usd{&scenario, "usd", waterfall_causes(), {}};
  if (const auto a_year = run.offers()[offer].plan.contract().advertised_usd_per_year)
    usd.levels.emplace_back(practice.shape().paths, *a_year * practice.months() / 12.0);
  else
    usd.causes.erase(
        usd.causes.begin());  // without an advertised figure the walk starts at the contract as told
  for (std::size_t k = 0; k < WaterfallPricer::level_count; ++k)
    usd.levels.push_back(run.waterfall().level(offer, k));

  auto hours = practice.session_hours(horizon);
  Waterfall hourly{&scenario, "hourly", usd.causes, {}};
  for (const auto& level : usd.levels) hourly.levels.push_back(per_hour(level, hours));
  const auto late = run.waterfall().late_charting_hours();
  auto inbox = practice.after_hours(horizon);  // and overrun: the ledger keeps no hours of it
  for (std::size_t i = 0; i < inbox.size(); ++i) inbox[i] -= late[i];
  const auto also_unpaid = [&](const char* cause, std::span<const double> more) {
    for (std::size_t i = 0; i < hours.size(); ++i)
      if (hours[i] > 0.0) hours[i] += more[i];
    hourly.causes.emplace_back(cause);
    hourly.levels.push_back(per_hour(usd.levels.back(), hours));
  };
  also_unpaid("charting", late);
  also_unpaid("inbox", inbox);
  also_unpaid("meetings", practice.meeting_hours(horizon));
  return waterfall_rows(usd, options.ci_level, options.design) +
         waterfall_rows(hourly, options.ci_level, options.design);
}

std::optional<TierHeadline> dearest_tier(const TierMisses& misses) {
  std::optional<TierHeadline> dearest;
  double most_usd = -1.0;
  for (const auto& component : misses.components()) {
    for (const auto& tier : component.tiers) {
      const double usd = tier.lost_usd.a;
      if (usd <= most_usd || tier.missed_share.n == 0) continue;
      most_usd = usd;
      dearest = TierHeadline{component.name, tier.tier, component.reset, tier.missed_share.mean};
    }
  }
  return dearest;
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
  const auto options = table_options(request);
  const auto& horizon = run.practice().periods().front();
  const auto visits = std::make_shared<const std::vector<double>>(run.practice().completed_visits(horizon));
  const PracticeTables shared(run.practice(), options);
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
        outcome.tier = dearest_tier(offer.tiers);
        outcome.waterfall = waterfalls_of(run, price, *result.scenario, options);
        outcome.debt =
            debt_rows(*result.scenario, offer.balances, offer.income, options.ci_level, options.design);
        outcome.income_usd = offer.income.income(horizon);
        outcome.completed_visits = visits;
        outcome.paths = paths;
      },
      how.stop);
  if (how.stop && how.stop()) throw Interrupted();
}

Comparisons compare_scenarios(const RunRequest& request, std::span<const ScenarioOutcome> outcomes,
                              const Execution& how) {
  const auto options = table_options(request);
  const double ci_level = options.ci_level;
  std::vector<const Scenario*> scenarios;
  std::vector<ComparedScenario> compared;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    scenarios.push_back(request.inputs[i].scenario);
    compared.push_back({scenarios[i], outcomes[i].income_usd, *outcomes[i].completed_visits});
  }
  const auto pairs = compared_pairs(scenarios);
  std::vector<std::string> rows(pairs.size());
  for_blocks(
      pairs.size(), how.threads,
      [&](std::size_t i) {
        rows[i] =
            comparison_rows(compared[pairs[i].a], compared[pairs[i].b], pairs[i], ci_level, options.design);
      },
      how.stop);
  if (how.stop && how.stop()) throw Interrupted();
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
    auto ranks = rank_offers(offers, ci_level, options.design);
    all.ranking += ranking_rows(offers, ranks, ci_level);
    for (auto& r : ranks) r.scenario = at[r.scenario];
    all.ranks.emplace_back(stress.name, std::move(ranks));
  }
  return all;
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
