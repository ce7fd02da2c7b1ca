#include <stdexcept>
#include <vector>

#include "sim/samplers/sampler.h"

namespace paystress::samplers {
namespace {

/// Stresses that share nothing.
class OneByOne final : public Sampler {
 public:
  OneByOne(const SamplerInput& input, std::span<const Stress* const> stresses) {
    for (const auto* stress : stresses) {
      auto own = input;
      own.stress = stress;
      samplers_.push_back(make_reference_sampler(own));
    }
  }
  using Sampler::sample;
  void sample(std::uint64_t first_path, std::span<const SampleTarget> out) const override {
    if (out.size() != samplers_.size())
      throw std::invalid_argument("a sampler wants a target for each stress");
    for (std::size_t s = 0; s < samplers_.size(); ++s) samplers_[s]->sample(first_path, out.subspan(s, 1));
  }
  [[nodiscard]] const LedgerLayout& layout() const override { return samplers_.front()->layout(); }
  [[nodiscard]] const DayGrid& days() const override { return samplers_.front()->days(); }

 private:
  std::vector<std::unique_ptr<Sampler>> samplers_;
};

}  // namespace

std::unique_ptr<Sampler> make_sampler(SamplerKind kind, const SamplerInput& input) {
  return make_sampler(kind, input, {&input.stress, 1});
}

std::unique_ptr<Sampler> make_sampler(SamplerKind kind, const SamplerInput& input,
                                      std::span<const Stress* const> stresses) {
  if (kind == SamplerKind::fast) return make_fast_sampler(input, stresses);
  if (stresses.size() != 1) return std::make_unique<OneByOne>(input, stresses);
  auto own = input;
  own.stress = stresses.front();
  return make_reference_sampler(own);
}

}  // namespace paystress::samplers
