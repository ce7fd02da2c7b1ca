#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/replicates.h"
#include "sim/random/streams.h"

namespace paystress::random {

/// Stratum of each path of a replicate, for one variable: a permutation of 0 .. 1023.
using Strata = std::array<std::uint16_t, paths_of_replicate>;

/// Digits of a stratum.
inline constexpr std::size_t stratum_bits = 10;
static_assert(paths_of_replicate == std::size_t{1} << stratum_bits);

/// The u of a stratum of which `u` is the place within.
[[nodiscard]] inline double stratified(std::uint16_t stratum, double u) {
  // The upper end of the last stratum must not round to 1.
  return std::min((stratum + u) / static_cast<double>(paths_of_replicate), 1 - 0x1p-53);
}
/// The same of a word of 32 bits, of which the last ten are lost.
[[nodiscard]] constexpr std::uint32_t stratified(std::uint16_t stratum, std::uint32_t word) {
  return (std::uint32_t{stratum} << (32 - stratum_bits)) | (word >> stratum_bits);
}

/// The permutation of one trait of a Latin hypercube, from the stream of the name KEY/strata at (replicate,
/// 0): Fisher-Yates from the last place down, place i swapped with floor(w (i + 1) / 2^32), words w rejected
/// where that would favour a place. Integers only: the same on every machine. \source Lemire, Fast random
/// integer generation in an interval, ACM TOMACS 29 (2019) \test   tests/unit/sim/random/strata_test.cpp
[[nodiscard]] Strata latin_strata(const StreamKey& key, std::uint64_t replicate);

/// Name of the stream of the order in which the paths of a replicate take the points of a net: a permutation
/// made like one of a Latin hypercube, of all its traits. Without it the same place of two replicates would
/// have like luck.
inline constexpr std::string_view order_of_points = "traits/points";
/// One dimension of Sobol's first 1,024 points, in Gray code's order, under Owen's nested uniform scrambling
/// of their ten digits: bit b of node n of the tree (n = 2^k + the k leading digits) is bit (n mod 32) of
/// word floor(n / 32) of the stream of the name KEY/strata at (replicate, 0). What scrambling does to further
/// digits is the place within the stratum.   \pre dimension < sobol_dimension_count \source Owen, Randomly
/// permuted (t,m,s)-nets and (t,s)-sequences (1995); Joe and Kuo, Constructing Sobol sequences with better
/// two-dimensional projections, SIAM J. Sci. Comput. 30 (2008) \test   tests/unit/sim/random/strata_test.cpp
[[nodiscard]] Strata sobol_strata(const StreamKey& key, std::uint64_t replicate, std::size_t dimension);

/// The strata of a monthly state: path i has a i + b in GF(1024), the digits of i being its polynomial, a and
/// b from the stream of the name at (replicate, month). Two paths are in any two different strata with equal
/// probability, so the variance of a mean is that of a random permutation.
/// \source Owen, Orthogonal arrays for computer experiments, Statistica Sinica 2 (1992)
/// \test   tests/unit/sim/random/strata_test.cpp
[[nodiscard]] Strata state_strata(const StreamKey& key, std::uint64_t replicate, std::uint32_t month);

/// The streams of a trait, its own and that of its strata, and the dimension of its points.
struct TraitStreams {
  StreamKey draw, strata;
  std::size_t dimension = 0;
};
/// \throws std::invalid_argument where streams of two names meet
[[nodiscard]] TraitStreams trait_streams(StreamRegistry& registry, std::string_view trait);

/// Are innovations of monthly states in strata?
[[nodiscard]] constexpr bool stratifies_states(TraitSampling sampling) {
  return sampling == TraitSampling::sobol;
}

/// The uniforms of traits and the strata of innovations of monthly states, for paths that are walked one
/// after the other.
class PathStrata {
 public:
  /// `order`: the stream of order_of_points; `states`: those of the innovations, of `months` months.
  PathStrata(TraitSampling sampling, const StreamKey& order, std::vector<TraitStreams> traits,
             std::vector<StreamKey> states, std::size_t months);
  /// Makes those of `count` paths from this one.   \pre count <= paths_of_replicate
  void cover(std::uint64_t first, std::size_t count);
  /// The uniform of a trait, of which `u` is the place within its stratum, or all.   \pre the path is covered
  [[nodiscard]] double trait(std::size_t t, std::uint64_t path, double u) const {
    return has_replicates(sampling_) ? stratified(of(t, path), u) : u;
  }
  /// The same from the trait's own stream.
  [[nodiscard]] double trait(std::size_t t, std::uint64_t path) const {
    Stream bits(traits_[t].draw, path, 0);
    return trait(t, path, uniform52(bits));
  }
  [[nodiscard]] bool has_states() const { return has_states_; }
  /// \pre has_states(), the path is covered; months from 0
  [[nodiscard]] std::uint16_t state(std::size_t s, std::size_t month, std::uint64_t path) const {
    return of(traits_.size() + month * states_.size() + s, path);
  }

 private:
  struct Replicate {
    std::uint64_t number = 0;
    bool is_made = false;
    std::vector<Strata> made;  // of the traits, then [month][state]
  };
  [[nodiscard]] std::uint16_t of(std::size_t row, std::uint64_t path) const {
    return replicates_[path / paths_of_replicate % 2].made[row][path % paths_of_replicate];
  }
  void make(Replicate& replicate, std::uint64_t number) const;

  TraitSampling sampling_;
  StreamKey order_;
  std::vector<TraitStreams> traits_;
  std::vector<StreamKey> states_;
  bool has_states_;
  std::size_t months_;
  std::array<Replicate, 2> replicates_;  // even and odd: paths that are covered touch two at most
};

}  // namespace paystress::random
