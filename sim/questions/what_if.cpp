#include "sim/questions/what_if.h"

#include <algorithm>

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
  for (const auto& group : engine::plan_run(inputs, request.study->months)) {
    auto run = engine::make_group_run({.study = request.study, .inputs = inputs, .draws = request.draws},
                                      group, nullptr);
    run.extend_to(paths, quiet);
    for (const auto& row : engine::rows_of(group)) see(row.scenario, run, row.offer);
  }
}

std::vector<double> over_horizon(Measure measure, const engine::GroupRun& run, std::size_t offer) {
  const auto& practice = run.practice();
  return measure_column(measure, practice.periods().front(), practice, &run.offers()[offer].income);
}

}  // namespace paystress::questions
