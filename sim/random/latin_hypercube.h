#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "model/replicates.h"
#include "sim/random/streams.h"

namespace paystress::random {

/// Stratum of each path of a replicate, for one trait: a random permutation of 0 .. 1023.
using Strata = std::array<std::uint16_t, paths_of_replicate>;

/// The permutation of one trait in one replicate, from the stream of the name KEY/strata at (replicate, 0):
/// Fisher-Yates from the last place down, place i swapped with floor(w (i + 1) / 2^32), words w rejected
/// where that would favour a place. Integers only: the same on every machine. \source Lemire, Fast random
/// integer generation in an interval, ACM TOMACS 29 (2019) \test   tests/unit/sim/random/streams_test.cpp
[[nodiscard]] inline Strata strata(const StreamKey& key, std::uint64_t replicate) {
  Stream words(key, replicate, 0);
  Strata order{};
  for (std::uint16_t i = 0; i < paths_of_replicate; ++i) order[i] = i;
  for (std::uint32_t last = static_cast<std::uint32_t>(paths_of_replicate) - 1; last > 0; --last) {
    const std::uint32_t places = last + 1;
    const std::uint32_t unfair = (0U - places) % places;  // 2^32 mod places
    std::uint64_t product = std::uint64_t{words()} * places;
    while (static_cast<std::uint32_t>(product) < unfair) product = std::uint64_t{words()} * places;
    std::swap(order[last], order[static_cast<std::size_t>(product >> 32)]);
  }
  return order;
}

}  // namespace paystress::random
