#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/counterfactual.h"
#include "model/study.h"
#include "sim/engine/run_plan.h"
#include "sim/samplers/sampler.h"

namespace paystress::engine {

struct Execution;

/// What one contract is told to pay: rates that are means over sampled paths without losses.
struct ToldRates {
  ToldLadders ladders;
  std::vector<ToldRate> rates;
  /// [ladder][path]: what the path moves the rate by, times the paths; their mean is 0.
  std::vector<std::vector<float>> influence;

  [[nodiscard]] Contract contract() const { return ladders.told(rates); }
  /// The contract with one rate `by` dollars higher.
  [[nodiscard]] Contract moved(std::size_t ladder, double by) const;
};

/// The rates of every contract of a group, each on `paths` paths of the practice that its recruiter
/// describes, its own where he describes none or one that lacks what the contract names. Path i has the luck
/// of path i of the run.   \throws Interrupted
[[nodiscard]] std::vector<ToldRates> told_rates(const SampleGroup& group, const Study& study,
                                                const samplers::SamplerInput& sampled,
                                                samplers::SamplerKind kind, std::size_t paths,
                                                const Execution& how);

}  // namespace paystress::engine
