#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace paystress {

/// How the uncertain numbers of a practice are drawn for its paths.
enum class TraitSampling {
  independent,
  latin_hypercube,  ///< each of them is in each of 1,024 strata once in a replicate of 1,024 paths
  sobol             ///< so are the points of a scrambled Sobol net, and the innovations of monthly states
};
inline constexpr std::array<std::pair<std::string_view, TraitSampling>, 3> trait_samplings{
    {{"independent", TraitSampling::independent},
     {"latin_hypercube", TraitSampling::latin_hypercube},
     {"sobol", TraitSampling::sobol}}};
[[nodiscard]] constexpr std::string_view name_of(TraitSampling sampling) {
  return std::ranges::find(trait_samplings, sampling, &std::pair<std::string_view, TraitSampling>::second)
      ->first;
}

/// Are paths drawn in replicates, which are independent of each other as their paths are not?
[[nodiscard]] constexpr bool has_replicates(TraitSampling sampling) {
  return sampling != TraitSampling::independent;
}

/// Paths of one replicate: path i lies in replicate i / paths_of_replicate. Errors come from their means.
inline constexpr std::size_t paths_of_replicate = 1024;
/// Replicates below which no error is told.
inline constexpr std::size_t least_replicates = 30;

}  // namespace paystress
