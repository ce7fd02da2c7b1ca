#include <stdexcept>

#include "sim/sampler.h"

namespace paystress {

std::unique_ptr<Sampler> make_sampler(SamplerKind kind, const SamplerInput& input) {
  if (kind == SamplerKind::reference) return make_reference_sampler(input);
  throw std::invalid_argument("this build has no fast sampler");
}

}  // namespace paystress
