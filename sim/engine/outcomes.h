#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/column_memo.h"
#include "analysis/path_table.h"
#include "analysis/table_set.h"
#include "analysis/tables.h"
#include "model/study.h"
#include "sim/engine/group_run.h"
#include "sim/engine/run_plan.h"
#include "sim/exact/controls.h"
#include "sim/samplers/trait_scores.h"

namespace paystress::engine {

/// The tier line that costs most, for people.
struct TierHeadline {
  std::string component;
  std::size_t tier = 0;  ///< from 1
  Span reset = Span::month;
  double missed_share = 0.0;  ///< of its windows, mean over paths
};

/// One row of the results.
struct ScenarioOutcome {
  ScenarioTables tables;
  std::optional<TierHeadline> tier;                        ///< nothing when the offer has no tiers
  std::string waterfall, debt, sensitivity, single_years;  ///< rows of their tables
  std::optional<double> left_prob;  ///< P(leaving within the horizon), of an offer that ends by it
  /// Over the horizon, by path: what comparisons are made from.
  std::vector<double> income_usd;
  std::shared_ptr<const std::vector<double>> completed_visits;  ///< shared by the rows of a group
  std::shared_ptr<const PathColumns> paths;  ///< shared by the rows of a group; null unless asked for
};

enum class KeepPaths { no, yes };

/// What is simulated.
struct RunRequest {
  const Study* study = nullptr;
  std::span<const ScenarioInput> inputs;
  Draws draws;
  std::size_t paths = 0;
  KeepPaths keep_paths = KeepPaths::no;
  TableSet tables = TableSet::all();  ///< others are left empty, and not computed where that is cheap
};

/// What the tables of a study report.
[[nodiscard]] TableOptions table_options(const Study& study);

/// Makes the tables of the scenarios of a group that has been run; what they share is made once.
class OutcomeMaker {
 public:
  /// `memo`: what groups that run together know of their columns, or null.
  OutcomeMaker(const RunRequest& request, const GroupRun& run, const Execution& how, ColumnMemo* memo);
  /// The outcome of one contract of the group under the name of one scenario. May run on many threads.
  [[nodiscard]] ScenarioOutcome make(std::size_t offer, const Scenario& scenario) const;
  /// One of its parts, which may be made on different threads at once.   \pre part < parts
  void make_part(std::size_t part, std::size_t offer, const Scenario& scenario,
                 ScenarioOutcome& outcome) const;
  static constexpr std::size_t parts = 3;

 private:
  /// What the offers that are priced on the same months share.
  struct Months {
    std::optional<PracticeTables> tables;  ///< where a table needs them
    std::shared_ptr<const std::vector<double>> visits;
    std::shared_ptr<const PathColumns> paths;
  };
  void add_months(const PracticeColumns& practice, const Execution& how, KeepPaths keep, ColumnMemo* memo);

  const GroupRun& run_;
  TableSet tables_;
  TableOptions options_;
  std::optional<exact::PracticeControls> controls_;  ///< of means, where a table needs them
  std::vector<TraitScores> traits_;
  std::vector<Months> months_;
  std::vector<std::size_t> months_of_;  ///< by offer: which of them
};

/// The scenarios of a run as rows name them that are made once all have run.
/// \pre outcomes are those of the inputs; none where no offer ends by leaving
[[nodiscard]] std::vector<RowScenario> row_scenarios(std::span<const ScenarioInput> inputs,
                                                     std::span<const ScenarioOutcome> outcomes);

/// Scenarios of a group in a row: which contract of the group, which scenario of the request.
struct GroupRow {
  std::size_t offer = 0, scenario = 0;
};
[[nodiscard]] std::vector<GroupRow> rows_of(const SampleGroup& group);

/// Makes the outcomes of a group, their parts on all threads, at the places of its scenarios.
void make_outcomes(const RunRequest& request, const SampleGroup& group, const GroupRun& run,
                   const Execution& how, ColumnMemo* memo, std::span<ScenarioOutcome> outcomes);

/// Samples and prices all scenarios, walk after walk, and makes their tables, in the order of the inputs.
/// Only one walk's columns are held at a time.
/// \throws Interrupted when asked to stop; InputError when a scenario is outside the model
[[nodiscard]] std::vector<ScenarioOutcome> run_scenarios(const RunRequest& request, const Execution& how);

/// Told rates for the groups of a request; null where it has no use for them.
[[nodiscard]] std::shared_ptr<ToldRateStore> make_told_rates(const RunRequest& request);
/// A group ready to run.    \throws InputError that names the scenario
[[nodiscard]] GroupRun make_group_run(const RunRequest& request, const SampleGroup& group,
                                      std::shared_ptr<ToldRateStore> told);
/// Runs of some groups of one practice, sampled together and priced.   \throws as run_scenarios
[[nodiscard]] std::vector<GroupRun> run_walk(const RunRequest& request, std::span<const SampleGroup> groups,
                                             std::span<const std::size_t> walk,
                                             const std::shared_ptr<ToldRateStore>& told,
                                             const Execution& how);

}  // namespace paystress::engine
