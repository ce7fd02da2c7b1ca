#include "sim/samplers/sampler.h"

namespace paystress::samplers {

std::unique_ptr<Sampler> make_sampler(SamplerKind kind, const SamplerInput& input) {
  return kind == SamplerKind::reference ? make_reference_sampler(input) : make_fast_sampler(input);
}

}  // namespace paystress::samplers
