#include "sim/random/strata.h"

#include <bit>
#include <boost/random/sobol.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "model/name_hash.h"

namespace paystress::random {
namespace {

constexpr std::size_t digits = stratum_bits;

/// What a dimension adds to a point where digit k of its place in Gray code's order turns.
using Columns = std::array<std::uint16_t, digits>;

std::uint16_t leading_row(const Columns& columns) {
  std::uint16_t row = 0;
  for (std::size_t k = 0; k < digits; ++k)
    row = static_cast<std::uint16_t>(row | (columns[k] >> (digits - 1)) << k);
  return row;
}

/// The first dimensions of Sobol's sequence of which no two have the same leading digit in all of 1,024
/// points: of such two, one would tell the half in which the other lies.
std::vector<Columns> make_columns() {
  // The last of them is dimension 1,478.
  constexpr std::size_t searched = 1500;
  boost::random::sobol sequence(searched);  // from point 1 on
  std::vector<Columns> all(searched);
  std::vector<std::uint64_t> before(searched, 0);
  for (std::size_t i = 1; i < paths_of_replicate; ++i)
    for (std::size_t d = 0; d < searched; ++d) {
      const std::uint64_t point = sequence();
      if (std::has_single_bit(i))
        all[d][static_cast<std::size_t>(std::countr_zero(i))] =
            static_cast<std::uint16_t>((point ^ before[d]) >> (64 - digits));
      before[d] = point;
    }
  std::vector<Columns> kept;
  std::array<bool, paths_of_replicate> taken{};
  for (const Columns& columns : all)
    if (!std::exchange(taken[leading_row(columns)], true)) kept.push_back(columns);
  if (kept.size() != sobol_dimension_count)
    throw std::logic_error("Sobol's sequence has other direction numbers than the table was made from");
  return kept;
}

const Columns& columns_of(std::size_t dimension) {
  static const std::vector<Columns> columns = make_columns();
  return columns.at(dimension);
}

/// x times the polynomial x in GF(1024), modulo x^10 + x^3 + 1.
constexpr std::uint16_t times_x(std::uint16_t a) {
  constexpr std::uint16_t modulus = (1U << 10U) | (1U << 3U) | 1U;
  const auto shifted = static_cast<std::uint16_t>(a << 1);
  return (shifted >> digits) != 0 ? shifted ^ modulus : shifted;
}

/// Points of which point i is the columns of the digits of Gray's code of i, or of i.
template <class Index>
Strata sum_columns(const Columns& columns, std::uint16_t first, Index index) {
  Strata sums{};
  std::uint16_t sum = first;
  sums[index(0)] = sum;
  for (std::uint32_t i = 1; i < sums.size(); ++i) {
    sum ^= columns[static_cast<std::size_t>(std::countr_zero(i))];
    sums[index(i)] = sum;
  }
  return sums;
}

}  // namespace

Strata latin_strata(const StreamKey& key, std::uint64_t replicate) {
  Stream words(key, replicate, 0);
  Strata order{};
  for (std::uint16_t i = 0; i < paths_of_replicate; ++i) order[i] = i;
  for (std::uint32_t last = static_cast<std::uint32_t>(paths_of_replicate) - 1; last > 0; --last) {
    const std::uint32_t places = last + 1;
    std::uint64_t product = std::uint64_t{words()} * places;
    if (static_cast<std::uint32_t>(product) < places) {
      const std::uint32_t unfair = (0U - places) % places;  // 2^32 mod places
      while (static_cast<std::uint32_t>(product) < unfair) product = std::uint64_t{words()} * places;
    }
    std::swap(order[last], order[static_cast<std::size_t>(product >> 32)]);
  }
  return order;
}

Strata sobol_strata(const StreamKey& key, std::uint64_t replicate, std::size_t dimension) {
  Stream words(key, replicate, 0);
  std::array<std::uint32_t, paths_of_replicate / 32> flips{};
  for (auto& word : flips) word = words();
  // Scrambled prefixes, a digit longer at each step: those of k digits are the first 2^k.
  Strata scrambled{};
  for (std::size_t k = 0; k < digits; ++k)
    for (std::size_t prefix = std::size_t{1} << k; prefix-- > 0;) {
      const std::size_t node = (std::size_t{1} << k) + prefix;
      const std::uint32_t flip = flips[node / 32] >> (node % 32) & 1U;
      const std::uint32_t shorter = std::uint32_t{scrambled[prefix]} << 1;
      scrambled[2 * prefix] = static_cast<std::uint16_t>(shorter | flip);
      scrambled[2 * prefix + 1] = static_cast<std::uint16_t>(shorter | (flip ^ 1U));
    }
  auto points = sum_columns(columns_of(dimension), 0, [](std::uint32_t i) { return i; });
  for (auto& point : points) point = scrambled[point];
  return points;
}

Strata state_strata(const StreamKey& key, std::uint64_t replicate, std::uint32_t month) {
  Stream words(key, replicate, month);
  constexpr std::uint32_t mask = paths_of_replicate - 1;
  const std::uint32_t b = words() & mask;
  std::uint32_t a = words() & mask;
  while (a == 0) a = words() & mask;
  Columns columns{};
  auto power = static_cast<std::uint16_t>(a);
  for (auto& column : columns) {
    column = power;
    power = times_x(power);
  }
  return sum_columns(columns, static_cast<std::uint16_t>(b), [](std::uint32_t i) { return i ^ (i >> 1); });
}

TraitStreams trait_streams(StreamRegistry& registry, std::string_view trait) {
  return {registry.add(trait), registry.add(std::string(trait) + "/strata"), sobol_dimension(trait)};
}

PathStrata::PathStrata(TraitSampling sampling, const StreamKey& order, std::vector<TraitStreams> traits,
                       std::vector<StreamKey> states, std::size_t months)
    : sampling_(sampling),
      order_(order),
      traits_(std::move(traits)),
      states_(std::move(states)),
      has_states_(stratifies_states(sampling) && !states_.empty()),
      months_(months) {}

void PathStrata::cover(std::uint64_t first, std::size_t count) {
  if (!has_replicates(sampling_) || count == 0) return;
  for (auto number = first / paths_of_replicate; number <= (first + count - 1) / paths_of_replicate; ++number)
    if (auto& replicate = replicates_[number % 2]; !replicate.is_made || replicate.number != number)
      make(replicate, number);
}

void PathStrata::make(Replicate& replicate, std::uint64_t number) const {
  replicate.number = number;
  replicate.is_made = true;
  replicate.made.clear();
  const Strata order = sampling_ == TraitSampling::sobol ? latin_strata(order_, number) : Strata{};
  for (const auto& trait : traits_) {
    if (sampling_ == TraitSampling::latin_hypercube) {
      replicate.made.push_back(latin_strata(trait.strata, number));
      continue;
    }
    const Strata points = sobol_strata(trait.strata, number, trait.dimension);
    auto& of_paths = replicate.made.emplace_back();
    for (std::size_t i = 0; i < of_paths.size(); ++i) of_paths[i] = points[order[i]];
  }
  if (!has_states_) return;
  for (std::size_t month = 0; month < months_; ++month)
    for (const auto& key : states_)
      replicate.made.push_back(state_strata(key, number, static_cast<std::uint32_t>(month + 1)));
}

}  // namespace paystress::random
