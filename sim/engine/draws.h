#pragma once

#include <cstddef>
#include <cstdint>

#include "analysis/path_sample.h"
#include "model/replicates.h"
#include "model/study.h"
#include "sim/samplers/sampler.h"

namespace paystress::engine {

/// What decides the numbers of a run, apart from the study.
struct Draws {
  samplers::SamplerKind sampler = samplers::SamplerKind::fast;
  std::uint64_t seed = 0;
  TraitSampling traits = TraitSampling::independent;
};

/// Paths of a replicate are not independent.
[[nodiscard]] inline PathDesign path_design(TraitSampling traits) {
  return has_replicates(traits) ? PathDesign::replicates : PathDesign::independent;
}

/// Paths that are drawn, checked or left out together: those of a block, or of a replicate.
[[nodiscard]] inline std::size_t paths_drawn_together(TraitSampling traits) {
  return has_replicates(traits) ? paths_of_replicate : samplers::block_paths;
}

/// The draws of a practice under a stress.
[[nodiscard]] inline samplers::SamplerInput sampler_input(const Practice& practice, const Stress& stress,
                                                          const Study& study, const Draws& draws) {
  return {&practice, &stress, study.calendar(), draws.seed, draws.traits};
}

}  // namespace paystress::engine
