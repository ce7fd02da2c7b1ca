#include <stdexcept>
#include <vector>

#include "sim/samplers/sampler.h"

namespace paystress::samplers {
namespace {

/// Scenarios that share nothing.
class OneByOne final : public Sampler {
 public:
  explicit OneByOne(std::span<const SamplerInput> inputs) {
    for (const auto& input : inputs) samplers_.push_back(make_reference_sampler(input));
  }
  using Sampler::sample;
  void sample(std::uint64_t first_path, std::span<const SampleTarget> out) const override {
    if (out.size() != samplers_.size())
      throw std::invalid_argument("a sampler wants a target for each scenario");
    for (std::size_t s = 0; s < samplers_.size(); ++s) samplers_[s]->sample(first_path, out.subspan(s, 1));
  }
  [[nodiscard]] const LedgerLayout& layout() const override { return samplers_.front()->layout(); }
  [[nodiscard]] const DayGrid& days() const override { return samplers_.front()->days(); }

 private:
  std::vector<std::unique_ptr<Sampler>> samplers_;
};

}  // namespace

std::unique_ptr<Sampler> make_sampler(SamplerKind kind, const SamplerInput& input) {
  return make_sampler(kind, std::span(&input, 1));
}

std::unique_ptr<Sampler> make_sampler(SamplerKind kind, std::span<const SamplerInput> inputs) {
  if (kind == SamplerKind::fast) return make_fast_sampler(inputs);
  if (inputs.size() == 1) return make_reference_sampler(inputs.front());
  return std::make_unique<OneByOne>(inputs);
}

}  // namespace paystress::samplers
