#include "sim/samplers/trait_scores.h"

#include <utility>

#include "sim/random/portable_math.h"
#include "sim/random/strata.h"
#include "sim/random/streams.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::samplers {

std::vector<TraitScores> trait_scores(const SamplerInput& input, std::size_t paths) {
  const auto plan = make_plan(*input.practice, *input.stress, input.calendar);
  std::vector<std::vector<double>> independent(plan.traits.size(), std::vector<double>(paths));
  random::StreamRegistry registry(input.seed);
  std::vector<random::TraitStreams> streams;
  for (const auto& trait : plan.traits) streams.push_back(random::trait_streams(registry, trait.key));
  random::PathStrata strata(input.traits, registry.add(random::order_of_points), std::move(streams), {}, 0);
  for (std::size_t path = 0; path < paths; ++path) {
    strata.cover(path, 1);
    for (std::size_t t = 0; t < plan.traits.size(); ++t)
      independent[t][path] = random::portable::gaussian_quantile(strata.trait(t, path));
  }
  std::vector<TraitScores> scores;
  for (std::size_t t = 0; t < plan.traits.size(); ++t) {
    TraitScores own{plan.traits[t].key, std::vector<double>(paths)};
    for (std::size_t s = 0; s <= t; ++s) {
      const double weight = plan.trait_factor(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(s));
      for (std::size_t path = 0; path < paths; ++path) own.z[path] += weight * independent[s][path];
    }
    scores.push_back(std::move(own));
  }
  return scores;
}

}  // namespace paystress::samplers
