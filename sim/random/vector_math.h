#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/random/philox.h"

namespace paystress::random {

/// The vector functions of sim/random/simd_math-inl.h on arrays, through the run-time dispatch: for tests,
/// and the first is the floor that the bench measures against. Sizes of inputs and outputs must agree.

/// Four words for each of the paths first_path, first_path + 1, ...: out[4 * i + word], added by xor so that
/// the work cannot be left out. \pre out.size() is 4 x paths
void vector_philox(std::uint64_t first_path, std::uint32_t time, std::uint32_t block, PhiloxKey key,
                   std::span<std::uint32_t> out);
void vector_log(std::span<const float> x, std::span<float> out);
void vector_exp(std::span<const float> x, std::span<float> out);
void vector_uniform(std::span<const std::uint32_t> words, std::span<float> out);
void vector_gaussian(std::span<const std::uint32_t> words, std::span<float> out);

/// Fills `days` x 24 words for each of 256 paths in a buffer that stays in cache, over and over; the xor of
/// the last day's words. What no sampler of 24 words a path-day can beat.   \pre days > 0
[[nodiscard]] std::uint32_t fill_random_words(std::uint64_t first_path, std::uint32_t days, PhiloxKey key);

/// Instruction sets that this program holds and this machine has, best first ("AVX3", ..., "SCALAR").
[[nodiscard]] std::vector<std::string> simd_targets();
/// Makes every dispatch use this instruction set; empty: the best. For tests and the bench only, between
/// runs. \throws std::invalid_argument when the machine lacks it
void use_simd_target(const std::string& name);

}  // namespace paystress::random
