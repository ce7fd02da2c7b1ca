#include "sim/questions/what_if.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "analysis/paired_change.h"
#include "model/replicates.h"

namespace paystress::questions {
namespace {

constexpr std::size_t share_of_run = 16, least_paths = 512;

std::size_t in_whole(std::size_t paths, std::size_t unit) { return (paths + unit - 1) / unit * unit; }

}  // namespace

std::size_t what_if_paths(const engine::RunRequest& request) {
  const auto unit = engine::paths_drawn_together(request.draws.traits);
  const auto least = has_replicates(request.draws.traits) ? least_paired_replicates * unit : least_paths;
  return std::min(request.paths, std::max(least, in_whole(request.paths / share_of_run, unit)));
}

void for_each_what_if(
    const engine::RunRequest& request, std::span<const engine::ScenarioInput> inputs, std::size_t paths,
    const engine::Execution& how,
    const std::function<void(std::size_t input, const engine::GroupRun& run, std::size_t offer)>& see) {
  const engine::RunRequest changed{.study = request.study, .inputs = inputs, .draws = request.draws};
  const auto groups = engine::plan_run(inputs, request.study->months);
  for (const auto& walk : engine::plan_walks(groups, paths, request.study->months, how.threads)) {
    std::vector<engine::GroupRun> runs;
    std::vector<engine::GroupRun*> together;
    runs.reserve(walk.size());
    for (const std::size_t g : walk)
      together.push_back(&runs.emplace_back(engine::make_group_run(changed, groups[g], nullptr)));
    engine::GroupRun::extend_together(together, paths, how);
    for (std::size_t r = 0; r < runs.size(); ++r)
      for (const auto& row : engine::rows_of(groups[walk[r]])) see(row.scenario, runs[r], row.offer);
  }
}

std::vector<std::vector<double>> yearly_pay(const engine::RunRequest& request,
                                            std::span<const engine::ScenarioInput> inputs,
                                            const engine::Execution& how) {
  const double years = request.study->months / 12.0;
  std::vector<std::vector<double>> pay(inputs.size());
  for_each_what_if(request, inputs, what_if_paths(request), how,
                   [&](std::size_t i, const engine::GroupRun& run, std::size_t offer) {
                     pay[i] = over_horizon(Measure::income_usd, run, offer);
                     for (double& usd : pay[i]) usd /= years;
                   });
  return pay;
}

std::vector<double> over_horizon(Measure measure, const engine::GroupRun& run, std::size_t offer) {
  const auto& practice = run.practice(offer);
  return measure_column(measure, practice.periods().front(), practice, &run.offers()[offer].income);
}

std::vector<double> visits_per_hour(const engine::GroupRun& run, std::size_t offer) {
  auto pace = over_horizon(Measure::completed_visits, run, offer);
  const auto& practice = run.practice(offer);
  const auto hours = practice.session_hours(practice.periods().front());
  for (std::size_t i = 0; i < hours.size(); ++i)
    pace[i] = hours[i] > 0.0 ? pace[i] / hours[i] : std::numeric_limits<double>::quiet_NaN();
  return pace;
}

std::vector<DescribedOffer> price_as_described(const engine::RunRequest& request,
                                               std::span<const RowScenario> named,
                                               const engine::Execution& how) {
  std::vector<DescribedOffer> offers;
  std::vector<engine::ScenarioInput> inputs;
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    const auto& input = request.inputs[i];
    if (input.scenario->stress != "base") continue;
    inputs.push_back(input);
    offers.push_back({&input, named[i], {}, {}, {}, {}, {}, {}});
  }
  for_each_what_if(request, inputs, what_if_paths(request), how,
                   [&](std::size_t i, const engine::GroupRun& run, std::size_t offer) {
                     auto& priced = offers[i];
                     priced.income_usd = over_horizon(Measure::income_usd, run, offer);
                     priced.paid_hourly_usd = over_horizon(Measure::paid_hourly_usd, run, offer);
                     priced.effective_hourly_usd = over_horizon(Measure::effective_hourly_usd, run, offer);
                     priced.after_hours_per_week = over_horizon(Measure::after_hours_per_week, run, offer);
                     priced.visits_per_hour = visits_per_hour(run, offer);
                     priced.wrvu_per_hour = over_horizon(Measure::wrvu_per_hour, run, offer);
                   });
  return offers;
}

}  // namespace paystress::questions
