#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// How often a tier is reached, by path: the share of its windows at whose end it is.
struct TierReach {
  std::string component;
  std::size_t tier = 0;  ///< from 1
  std::vector<double> share;
};

/// Of every tier of the offer of one input, on the first `paths` paths of the run; empty without tiers.
/// \throws Interrupted
[[nodiscard]] std::vector<TierReach> tier_reach(const engine::RunRequest& request,
                                                const engine::ScenarioInput& input, std::size_t paths,
                                                const engine::Execution& how);

}  // namespace paystress::questions
