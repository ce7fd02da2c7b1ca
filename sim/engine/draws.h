#pragma once

#include <cstdint>

#include "analysis/path_sample.h"
#include "model/study.h"
#include "sim/samplers/sampler.h"

namespace paystress::engine {

/// What decides the numbers of a run, apart from the study.
struct Draws {
  samplers::SamplerKind sampler = samplers::SamplerKind::fast;
  std::uint64_t seed = 0;
  TraitSampling traits = TraitSampling::independent;
};

/// Paths under a Latin hypercube are not independent within a replicate.
[[nodiscard]] inline PathDesign path_design(TraitSampling traits) {
  return traits == TraitSampling::latin_hypercube ? PathDesign::latin_hypercube : PathDesign::independent;
}

/// The draws of a practice under a stress.
[[nodiscard]] inline samplers::SamplerInput sampler_input(const Practice& practice, const Stress& stress,
                                                          const Study& study, const Draws& draws) {
  return {&practice, &stress, study.calendar(), draws.seed, draws.traits == TraitSampling::latin_hypercube};
}

}  // namespace paystress::engine
