#include "sim/samplers/trait_scores.h"

#include <algorithm>

#include "sim/random/latin_hypercube.h"
#include "sim/random/portable_math.h"
#include "sim/random/streams.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::samplers {

std::vector<TraitScores> trait_scores(const SamplerInput& input, std::size_t paths) {
  const auto plan = make_plan(*input.practice, *input.stress, input.calendar);
  std::vector<std::vector<double>> independent(plan.traits.size(), std::vector<double>(paths));
  for (std::size_t t = 0; t < plan.traits.size(); ++t) {
    const auto key = random::stream_key(plan.traits[t].key, input.seed);
    const auto strata_key = random::stream_key(plan.traits[t].key + "/strata", input.seed);
    random::Strata order{};
    for (std::size_t path = 0; path < paths; ++path) {
      random::Stream bits(key, path, 0);
      double u = random::uniform52(bits);
      if (input.latin_hypercube) {
        if (path % paths_of_replicate == 0) order = random::strata(strata_key, path / paths_of_replicate);
        u = std::min((order[path % paths_of_replicate] + u) / static_cast<double>(paths_of_replicate),
                     1 - 0x1p-53);
      }
      independent[t][path] = random::portable::gaussian_quantile(u);
    }
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
