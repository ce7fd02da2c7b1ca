#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "model/name_hash.h"
#include "sim/random/philox.h"

namespace paystress::random {

/// What all draws of one variable of one study share: the Philox key of (name, seed).
struct StreamKey {
  PhiloxKey words{};
  friend constexpr auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

/// The finaliser of SplitMix64: a bijection of 64 bits in which every input bit moves every output bit.
/// \source Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

/// Key of a variable: mix64(FNV-1a-64(name) xor mix64(seed + 0x9E3779B97F4A7C15)), low word first.
/// For one seed two names share a key only if their 64-bit FNV-1a hashes are equal.
[[nodiscard]] constexpr StreamKey stream_key(std::string_view name, std::uint64_t seed) {
  const std::uint64_t key = mix64(name_hash(name) ^ mix64(seed + 0x9E3779B97F4A7C15U));
  return {{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}};
}

/// The draws of one variable at one (path, time index): a uniform_random_bit_generator of 32-bit words.
/// Counter of the n-th block of four words: path low, path high, time index, n.
/// \throws std::overflow_error when the 2^32 blocks are used up, instead of starting again
/// \test   tests/unit/sim/random/streams_test.cpp
class Stream {
 public:
  using result_type = std::uint32_t;

  Stream(const StreamKey& key, std::uint64_t path, std::uint32_t time, std::uint64_t first_block = 0)
      : key_(key.words), path_(path), time_(time), block_(first_block) {}

  [[nodiscard]] static constexpr result_type min() { return 0; }
  [[nodiscard]] static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }

 private:
  void refill() {
    if (block_ > std::numeric_limits<std::uint32_t>::max())
      throw std::overflow_error("a random stream ran past 2^32 blocks");
    words_ = philox4x32_10({static_cast<std::uint32_t>(path_), static_cast<std::uint32_t>(path_ >> 32), time_,
                            static_cast<std::uint32_t>(block_)},
                           key_);
    ++block_;
    used_ = 0;
  }

  PhiloxKey key_;
  std::uint64_t path_;
  std::uint32_t time_;
  std::uint64_t block_;  // one bit more than the counter word, to see the end
  PhiloxCounter words_{};
  std::size_t used_ = 4;
};

/// Uniform on (0, 1), never 0 or 1: the middle of one of 2^52 cells, from two words, low word first.
template <class Bits>
[[nodiscard]] double uniform52(Bits& bits) {
  const std::uint64_t low = bits();
  const std::uint64_t word = low | (std::uint64_t{bits()} << 32);
  const double middle = static_cast<double>(word >> 12) + 0.5;  // 52 bits and a half fit a double exactly
  return middle * 0x1p-52;
}

/// Hands out the keys of the variables of one study and refuses what would make two variables one.
/// \test tests/unit/sim/random/streams_test.cpp
class StreamRegistry {
 public:
  explicit StreamRegistry(std::uint64_t seed) : seed_(seed) {}
  /// \throws std::invalid_argument when the name is in use already, or its hash is that of another name
  StreamKey add(std::string_view name) {
    const StreamKey key = stream_key(name, seed_);
    const auto [it, is_new] = names_.emplace(key, name);
    if (!is_new)
      throw std::invalid_argument("random stream " + std::string(name) + " has the key of " + it->second +
                                  ": rename one of them");
    return key;
  }

 private:
  std::uint64_t seed_;
  std::map<StreamKey, std::string> names_;
};

}  // namespace paystress::random
