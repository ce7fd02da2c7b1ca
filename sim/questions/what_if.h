#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "sim/engine/group_run.h"
#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// Paths on which a run prices each of the many changed practices of a question: a sixteenth of its own in
/// whole blocks, at least 512, or what an interval needs under a Latin hypercube; never more than it has.
[[nodiscard]] std::size_t what_if_paths(const engine::RunRequest& request);

/// Samples and prices every input on `paths` paths with the draws of the run, so that path i has the luck of
/// path i of the run, and shows each where it was priced. Inputs that are sampled alike share a group.
/// \throws Interrupted; InputError when an input is outside the model
void for_each_what_if(
    const engine::RunRequest& request, std::span<const engine::ScenarioInput> inputs, std::size_t paths,
    const engine::Execution& how,
    const std::function<void(std::size_t input, const engine::GroupRun& run, std::size_t offer)>& see);

/// Pay a year by path of every input on the paths of what_if_paths.   \throws Interrupted
[[nodiscard]] std::vector<std::vector<double>> yearly_pay(const engine::RunRequest& request,
                                                          std::span<const engine::ScenarioInput> inputs,
                                                          const engine::Execution& how);

/// A measure of an offer by path over the horizon.
[[nodiscard]] std::vector<double> over_horizon(Measure measure, const engine::GroupRun& run,
                                               std::size_t offer);
/// Completed visits by hour of session, by path over the horizon; NaN where there are no sessions.
[[nodiscard]] std::vector<double> visits_per_hour(const engine::GroupRun& run, std::size_t offer);

/// An offer as described on the paths of what_if_paths, by path over the horizon: what questions compare
/// with.
struct DescribedOffer {
  const engine::ScenarioInput* input;
  RowScenario scenario;
  std::vector<double> income_usd, paid_hourly_usd, effective_hourly_usd, after_hours_per_week,
      visits_per_hour, wrvu_per_hour;
};
/// Every input without a stress, sampled once for all questions. `named`: by input, as rows name it.
/// \throws Interrupted
[[nodiscard]] std::vector<DescribedOffer> price_as_described(const engine::RunRequest& request,
                                                             std::span<const RowScenario> named,
                                                             const engine::Execution& how);

}  // namespace paystress::questions
