#include "sim/engine/outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>

#include "analysis/debt.h"
#include "analysis/precision.h"
#include "analysis/sensitivity.h"
#include "analysis/single_years.h"
#include "sim/engine/scenario_waterfalls.h"
#include "sim/errors.h"

namespace paystress::engine {
namespace {

// Made from one pass over the columns: leaving out one of them would save nothing.
constexpr TableSet made_together{Table::income_distribution, Table::tier_miss, Table::summary, Table::months,
                                 Table::histogram};

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

TableOptions table_options(const Study& study) {
  TableOptions options;
  options.levels = study.levels;
  options.need_usd_per_month = study.need_usd_per_month;
  options.target_usd_per_year = study.target_usd_per_year;
  options.design = path_design(study.traits);
  return options;
}

namespace {

// As many as the run has; those of the first check where it goes on until it is precise enough, so that its
// outcomes do not depend on how it got there.
std::size_t told_paths(const RunRequest& request) {
  if (!request.study->precision) return request.paths;
  const auto traits = request.study->traits;
  return std::min(
      request.paths,
      checkpoints(*request.study->precision, paths_drawn_together(traits), path_design(traits)).front());
}

}  // namespace

std::shared_ptr<ToldRateStore> make_told_rates(const RunRequest& request) {
  if (!request.tables.contains(Table::waterfall)) return nullptr;
  return std::make_shared<ToldRateStore>(*request.study, request.draws, told_paths(request));
}

GroupRun make_group_run(const RunRequest& request, const SampleGroup& group,
                        std::shared_ptr<ToldRateStore> told) {
  try {
    return {group, *request.study, request.draws, std::move(told)};
  } catch (const InputError& e) {
    const auto first = group.prices.front().scenarios.front();
    throw InputError(fmt::format("{}: {}", request.inputs[first].scenario->id, e.what()));
  }
}

namespace {
/// On as many threads as have room to sort: each holds some columns of all paths.
WorkRunner timed_runner(const Execution& how, std::size_t paths) {
  constexpr std::size_t most_paths_at_once = std::size_t{1} << 24;
  const auto room =
      static_cast<int>(std::min<std::size_t>(1024, most_paths_at_once / std::max<std::size_t>(1, paths)));
  const int threads = std::clamp(room, 1, how.threads);
  return [&how, threads](std::size_t n, const std::function<void(std::size_t)>& work) {
    how.run_blocks(
        n, threads,
        [&](std::size_t i) {
          StageLap lap(how.clock);
          work(i);
          lap.end(Stage::tables);
        },
        how.stop);
    if (how.stop && how.stop()) throw Interrupted();
  };
}
}  // namespace

OutcomeMaker::OutcomeMaker(const RunRequest& request, const GroupRun& run, const Execution& how,
                           ColumnMemo* memo)
    : run_(run),
      tables_(request.tables),
      options_(table_options(*request.study)),
      traits_(tables_.contains(Table::sensitivity)
                  ? samplers::trait_scores(run.sampled(), run.practice().shape().paths)
                  : std::vector<TraitScores>{}) {
  std::map<const PracticeColumns*, std::size_t> known;
  for (std::size_t o = 0; o < run.offers().size(); ++o) {
    const auto& practice = run.practice(o);
    const auto [at, is_new] = known.try_emplace(&practice, months_.size());
    if (is_new) add_months(practice, how, request.keep_paths, memo);
    months_of_.push_back(at->second);
  }
  if (tables_.contains_any(made_together))
    controls_.emplace(*run.sampled().practice, *run.sampled().stress, run.sampled().calendar);
}

void OutcomeMaker::add_months(const PracticeColumns& practice, const Execution& how, KeepPaths keep,
                              ColumnMemo* memo) {
  auto& months = months_.emplace_back();
  months.visits =
      std::make_shared<const std::vector<double>>(practice.completed_visits(practice.periods().front()));
  if (keep == KeepPaths::yes) months.paths = std::make_shared<const PathColumns>(path_columns_of(practice));
  if (tables_.contains_any(made_together))
    months.tables.emplace(practice, options_, timed_runner(how, practice.shape().paths), memo);
}

void OutcomeMaker::make_part(std::size_t part, std::size_t index, const Scenario& scenario,
                             ScenarioOutcome& outcome) const {
  const auto& offer = run_.offers()[index];
  const auto& months = months_[months_of_[index]];
  const RowScenario named(scenario, offer.income.left_prob());
  switch (part) {
    case 0:
      if (months.tables)
        outcome.tables =
            make_tables({.scenario = &scenario,
                         .practice = &run_.practice(index),
                         .income = &offer.income,
                         .tiers = offer.plan.tiered().empty() ? nullptr : &offer.tiers,
                         .tiers_without_push = offer.pushed ? &offer.pushed->without : nullptr,
                         .balances = &offer.balances,
                         .advertised_usd_per_year = offer.plan.contract().advertised_usd_per_year,
                         .controls = controls_->of(offer.plan.contract())},
                        *months.tables);
      outcome.tier = dearest_tier(offer.tiers);
      outcome.completed_visits = months.visits;
      outcome.paths = months.paths;
      break;
    case 1:
      if (tables_.contains(Table::waterfall)) outcome.waterfall = waterfalls_of(run_, index, named, options_);
      break;
    default:
      outcome.left_prob = named.left_prob();
      if (tables_.contains(Table::debt))
        outcome.debt = debt_rows(named, offer.balances, offer.income, options_.ci_level, options_.design);
      outcome.income_usd = offer.income.income(run_.practice().periods().front());
      if (tables_.contains(Table::single_years))
        outcome.single_years =
            single_year_rows(named, outcome.income_usd, offer.income, run_.practice().calendar_months());
      if (!traits_.empty())
        outcome.sensitivity =
            sensitivity_rows(named, measure_name(Measure::income_usd),
                             sensitivity(outcome.income_usd, traits_, options_.ci_level), options_.ci_level);
      break;
  }
}

ScenarioOutcome OutcomeMaker::make(std::size_t offer, const Scenario& scenario) const {
  ScenarioOutcome outcome;
  for (std::size_t part = 0; part < parts; ++part) make_part(part, offer, scenario, outcome);
  return outcome;
}

std::vector<RowScenario> row_scenarios(std::span<const ScenarioInput> inputs,
                                       std::span<const ScenarioOutcome> outcomes) {
  std::vector<RowScenario> named;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    named.emplace_back(*inputs[i].scenario, outcomes.empty() ? std::nullopt : outcomes[i].left_prob);
  return named;
}

std::vector<GroupRow> rows_of(const SampleGroup& group) {
  std::vector<GroupRow> rows;
  for (std::size_t p = 0; p < group.prices.size(); ++p)
    for (const auto s : group.prices[p].scenarios) rows.push_back({p, s});
  return rows;
}

void make_outcomes(const RunRequest& request, const SampleGroup& group, const GroupRun& run,
                   const Execution& how, ColumnMemo* memo, std::span<ScenarioOutcome> outcomes) {
  const OutcomeMaker maker(request, run, how, memo);
  const auto rows = rows_of(group);
  constexpr auto parts = OutcomeMaker::parts;
  timed_runner(how, run.practice().shape().paths)(parts * rows.size(), [&](std::size_t i) {
    const auto& [offer, scenario] = rows[i / parts];
    maker.make_part(i % parts, offer, *request.inputs[scenario].scenario, outcomes[scenario]);
  });
}

std::vector<ScenarioOutcome> run_scenarios(const RunRequest& request, const Execution& how) {
  std::vector<ScenarioOutcome> outcomes(request.inputs.size());
  const auto told = make_told_rates(request);
  const auto groups = plan_run(request.inputs, request.study->months);
  for (const auto& walk : plan_walks(groups, request.paths, request.study->months, how.threads)) {
    const auto runs = run_walk(request, groups, walk, told, how);
    ColumnMemo memo;
    for (std::size_t i = 0; i < walk.size(); ++i)
      make_outcomes(request, groups[walk[i]], runs[i], how, &memo, outcomes);
  }
  return outcomes;
}

std::vector<GroupRun> run_walk(const RunRequest& request, std::span<const SampleGroup> groups,
                               std::span<const std::size_t> walk, const std::shared_ptr<ToldRateStore>& told,
                               const Execution& how) {
  std::vector<GroupRun> runs;
  std::vector<GroupRun*> together;
  runs.reserve(walk.size());
  for (const std::size_t g : walk)
    together.push_back(&runs.emplace_back(make_group_run(request, groups[g], told)));
  GroupRun::extend_together(together, request.paths, how);
  return runs;
}

}  // namespace paystress::engine
