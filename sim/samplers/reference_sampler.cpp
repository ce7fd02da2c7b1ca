// The definition of the model in code: one path at a time, day by day, visit by visit, with the distributions
// of Boost.Random. The law is in the README, "The model and its limits"; sections are named here as there.

#include <algorithm>
#include <stdexcept>

#include "sim/random/strata.h"
#include "sim/random/trait_quantile.h"
#include "sim/samplers/reference_path.h"
#include "sim/samplers/sampler.h"

namespace paystress::samplers {
namespace {

class ReferenceSampler final : public Sampler {
 public:
  explicit ReferenceSampler(const SamplerInput& input)
      : plan_(make_plan(*input.practice, *input.stress, input.calendar)),
        keys_(plan_, input.seed),
        traits_(input.traits) {}

  using Sampler::sample;
  void sample(std::uint64_t first_path, std::span<const SampleTarget> targets) const override {
    if (targets.size() != 1) throw std::invalid_argument("a sampler wants a target for each scenario");
    auto& out = *targets.front().months;
    if (out.periods() != plan_.months.size() || out.columns() < plan_.layout.size())
      throw std::invalid_argument("the ledger block has another shape than the sampler");
    random::PathStrata strata(traits_, keys_.points, keys_.traits,
                              {keys_.states_strata.begin(), keys_.states_strata.end()}, plan_.months.size());
    for (std::size_t lane = 0; lane < out.paths(); ++lane) {
      const std::uint64_t path = first_path + lane;
      strata.cover(path, 1);
      reference::Path walker(plan_, keys_, path, draw_numbers(path, strata), strata);
      if (auto* days = targets.front().days) walker.keep_days(*days, lane);
      walker.walk();
      walker.write(out, lane);
    }
  }

  [[nodiscard]] const LedgerLayout& layout() const override { return plan_.layout; }
  [[nodiscard]] const DayGrid& days() const override { return plan_.days; }

 private:
  // ---- 1. Path ----
  [[nodiscard]] std::vector<double> draw_numbers(std::uint64_t path, const random::PathStrata& strata) const {
    std::vector<double> numbers = plan_.numbers;
    Eigen::VectorXd z(static_cast<Eigen::Index>(plan_.traits.size()));
    for (std::size_t t = 0; t < plan_.traits.size(); ++t)
      z[static_cast<Eigen::Index>(t)] = random::gaussian_quantile(strata.trait(t, path));
    z = plan_.trait_factor * z;
    for (std::size_t t = 0; t < plan_.traits.size(); ++t) {
      const auto& trait = plan_.traits[t];
      numbers[trait.number] = std::clamp(
          random::trait_quantile(trait.quantity, z[static_cast<Eigen::Index>(t)]), trait.low, trait.high);
    }
    cut_back_rates(numbers);
    return numbers;
  }

  PracticePlan plan_;
  reference::Keys keys_;
  TraitSampling traits_;
};

}  // namespace

std::unique_ptr<Sampler> make_reference_sampler(const SamplerInput& input) {
  if (input.practice == nullptr || input.stress == nullptr)
    throw std::invalid_argument("a sampler needs a practice and a stress");
  return std::make_unique<ReferenceSampler>(input);
}

}  // namespace paystress::samplers
