#include "sim/engine/run_to_precision.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sim/errors.h"

namespace paystress::engine {
namespace {

// What is sampled between two looks at the clock: some seconds of a large study.
constexpr std::size_t step_paths = 64 * samplers::block_paths;

// The groups of a run, all at once: a run that goes on needs every one of them again.
class Groups {
 public:
  Groups(const RunRequest& request, const Execution& how, const PathKeeper& keeper)
      : request_(request),
        how_(how),
        keeper_(keeper),
        groups_(plan_run(request.inputs, request.study->months)),
        places_(request.inputs.size()) {
    const auto told = make_told_rates(request);
    for (const auto& group : groups_) {
      for (const auto& row : rows_of(group)) places_[row.scenario] = {runs_.size(), row.offer};
      runs_.push_back(make_group_run(request, group, told));
      if (keeper_.kept) restore(runs_.back(), keeper_.kept(runs_.size() - 1));
    }
  }
  /// The paths of the group that has most.
  [[nodiscard]] std::size_t most_paths() const {
    return std::ranges::max_element(runs_, {}, &GroupRun::paths)->paths();
  }
  void extend_to(std::size_t paths) {
    for (const auto& walk : plan_walks(groups_, paths, request_.study->months, how_.threads))
      while (extend_least(walk, paths)) {
        if (!keeper_.is_due || !keeper_.is_due()) continue;
        keeper_.keep(changed_, [this](std::size_t g) { return runs_[g].state(); });
        changed_.clear();
      }
  }
  [[nodiscard]] std::vector<TargetStatus> judge() const {
    const auto& targets = request_.study->precision->targets;
    const auto options = table_options(*request_.study);
    std::vector<TargetStatus> all;
    std::vector<std::vector<double>> incomes;
    std::vector<RowScenario> named;
    std::vector<ComparedScenario> compared;
    for (std::size_t s = 0; s < places_.size(); ++s) {
      const auto& [run, offer] = places_[s];
      const auto& practice = runs_[run].practice(offer);
      const auto& income = runs_[run].offers()[offer].income;
      const auto* scenario = request_.inputs[s].scenario;
      for (auto& status : check_targets(targets, *scenario, practice, income, options))
        all.push_back(std::move(status));
      incomes.push_back(income.income(practice.periods().front()));
      named.emplace_back(*scenario, income.left_prob());
    }
    for (std::size_t s = 0; s < places_.size(); ++s) compared.push_back({named[s], incomes[s], {}});
    for (auto& status : check_differences(targets, compared, options)) all.push_back(std::move(status));
    return all;
  }
  void make_all(std::vector<ScenarioOutcome>& outcomes) const {
    ColumnMemo memo;
    for (std::size_t g = 0; g < groups_.size(); ++g)
      make_outcomes(request_, groups_[g], runs_[g], how_, &memo, outcomes);
  }

 private:
  void restore(GroupRun& run, const std::string& state) const {
    if (state.empty()) return;
    run.restore(state, how_);
    if (how_.done) how_.done(run.paths());
  }
  // A step of the groups of a walk that have least; false where all have `paths`.
  bool extend_least(std::span<const std::size_t> walk, std::size_t paths) {
    std::size_t least = paths, next = paths;
    for (const std::size_t g : walk) least = std::min(least, runs_[g].paths());
    if (least == paths) return false;
    next = std::min(next, least + step_paths);
    std::vector<GroupRun*> together;
    for (const std::size_t g : walk) {
      if (runs_[g].paths() > least) {
        next = std::min(next, runs_[g].paths());
        continue;
      }
      together.push_back(&runs_[g]);
      if (std::ranges::find(changed_, g) == changed_.end()) changed_.push_back(g);
    }
    GroupRun::extend_together(together, next, how_);
    return true;
  }
  struct Place {
    std::size_t run = 0, offer = 0;
  };
  const RunRequest& request_;
  const Execution& how_;
  const PathKeeper& keeper_;
  std::vector<SampleGroup> groups_;
  std::vector<GroupRun> runs_;
  std::vector<Place> places_;         ///< by scenario
  std::vector<std::size_t> changed_;  ///< groups, since they were kept
};

}  // namespace

PreciseRun run_to_precision(RunRequest request, const Execution& how, const PathKeeper& keeper) {
  request.paths = static_cast<std::size_t>(request.study->precision->max_paths);  // until it is known better
  PreciseRun result;
  Groups groups(request, how, keeper);
  const auto begun = groups.most_paths();
  for (const auto paths : checkpoints(*request.study->precision, paths_drawn_together(request.study->traits),
                                      path_design(request.study->traits))) {
    // Nothing goes beyond a number of paths at which the targets are met.
    if (paths < begun) continue;
    groups.extend_to(paths);
    result.paths = paths;
    result.targets = groups.judge();
    result.converged = std::ranges::all_of(result.targets, &TargetStatus::met);
    if (result.converged) break;
  }
  request.paths = result.paths;
  result.outcomes.resize(request.inputs.size());
  groups.make_all(result.outcomes);
  return result;
}

}  // namespace paystress::engine
