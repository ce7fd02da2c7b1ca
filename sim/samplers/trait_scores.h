#pragma once

#include <cstddef>
#include <vector>

#include "analysis/sensitivity.h"
#include "sim/samplers/sampler.h"

namespace paystress::samplers {

/// The standard normal score of every uncertain number on paths 0 ... paths - 1: what both samplers draw,
/// from the same streams, before it becomes a value. In order of key; empty when every number is known.
/// \throws std::invalid_argument as make_plan   \test tests/unit/sim/samplers/trait_scores_test.cpp
[[nodiscard]] std::vector<TraitScores> trait_scores(const SamplerInput& input, std::size_t paths);

}  // namespace paystress::samplers
