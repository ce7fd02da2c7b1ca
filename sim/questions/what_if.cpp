#include "sim/questions/what_if.h"

#include <algorithm>
#include <vector>

#include "analysis/paired_change.h"
#include "model/replicates.h"

namespace paystress::questions {
namespace {

constexpr std::size_t share_of_run = 16, least_paths = 512;

std::size_t in_whole(std::size_t paths, std::size_t unit) { return (paths + unit - 1) / unit * unit; }

}  // namespace

std::size_t what_if_paths(const engine::RunRequest& request) {
  const bool strata = request.draws.traits == TraitSampling::latin_hypercube;
  const auto unit = strata ? paths_of_replicate : samplers::block_paths;
  const auto least = strata ? least_paired_replicates * paths_of_replicate : least_paths;
  return std::min(request.paths, std::max(least, in_whole(request.paths / share_of_run, unit)));
}

void for_each_what_if(
    const engine::RunRequest& request, std::span<const engine::ScenarioInput> inputs, std::size_t paths,
    const engine::Execution& how,
    const std::function<void(std::size_t input, const engine::GroupRun& run, std::size_t offer)>& see) {
  auto quiet = how;
  quiet.done = {};  // the progress of the run counts its own paths
  const engine::RunRequest changed{.study = request.study, .inputs = inputs, .draws = request.draws};
  const auto groups = engine::plan_run(inputs, request.study->months);
  for (const auto& walk : engine::plan_walks(groups, paths, request.study->months, how.threads)) {
    std::vector<engine::GroupRun> runs;
    std::vector<engine::GroupRun*> together;
    runs.reserve(walk.size());
    for (const std::size_t g : walk)
      together.push_back(&runs.emplace_back(engine::make_group_run(changed, groups[g], nullptr)));
    engine::GroupRun::extend_together(together, paths, quiet);
    for (std::size_t r = 0; r < runs.size(); ++r)
      for (const auto& row : engine::rows_of(groups[walk[r]])) see(row.scenario, runs[r], row.offer);
  }
}

std::vector<double> over_horizon(Measure measure, const engine::GroupRun& run, std::size_t offer) {
  const auto& practice = run.practice();
  return measure_column(measure, practice.periods().front(), practice, &run.offers()[offer].income);
}

}  // namespace paystress::questions
