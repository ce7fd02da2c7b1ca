#include "sim/random/vector_math.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/random/vector_math.cpp"
#include <hwy/foreach_target.h>  // NOLINT: must come before highway.h
#include <hwy/highway.h>

#include "sim/random/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::random::HWY_NAMESPACE {

void philox_array(std::uint64_t first_path, std::uint32_t time, std::uint32_t block, PhiloxKey key,
                  std::uint32_t* out, std::size_t paths) {
  const Words d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN std::uint32_t buffer[4][hn::MaxLanes(Words())];
  for (std::size_t i = 0; i < paths; i += lanes) {
    const auto words = philox(philox_paths(first_path + i), time, block, key);
    for (std::size_t w = 0; w < 4; ++w) hn::Store(words.word[w], d, buffer[w]);
    for (std::size_t j = 0; j < lanes && i + j < paths; ++j)
      for (std::size_t w = 0; w < 4; ++w) out[4 * (i + j) + w] = buffer[w][j];
  }
}

template <class In, class Function>
HWY_INLINE void map_array(const In* in, float* out, std::size_t n, Function f) {
  const hn::ScalableTag<In> d_in;
  const std::size_t lanes = hn::Lanes(d_in);
  HWY_ALIGN In a[hn::MaxLanes(Floats())];
  HWY_ALIGN float b[hn::MaxLanes(Floats())];
  for (std::size_t i = 0; i < n; i += lanes) {
    const std::size_t count = HWY_MIN(lanes, n - i);
    for (std::size_t j = 0; j < lanes; ++j) a[j] = in[i + HWY_MIN(j, count - 1)];
    hn::Store(f(hn::Load(d_in, a)), Floats(), b);
    for (std::size_t j = 0; j < count; ++j) out[i + j] = b[j];
  }
}

void log_array(const float* x, float* out, std::size_t n) {
  map_array(x, out, n, [](F v) HWY_ATTR { return log(v); });
}
void exp_array(const float* x, float* out, std::size_t n) {
  map_array(x, out, n, [](F v) HWY_ATTR { return exp(v); });
}
void uniform_array(const std::uint32_t* x, float* out, std::size_t n) {
  map_array(x, out, n, [](W v) HWY_ATTR { return uniform(v); });
}
void gaussian_array(const std::uint32_t* x, float* out, std::size_t n) {
  map_array(x, out, n, [](W v) HWY_ATTR { return gaussian(v); });
}

std::uint32_t fill_words(std::uint64_t first_path, std::uint32_t days, PhiloxKey key) {
  constexpr std::size_t paths = 256;
  constexpr std::uint32_t blocks = 6;
  // A row for every word of a day, 24 KiB: words that are written over at once need not be made at all.
  HWY_ALIGN std::uint32_t buffer[4 * blocks * paths];
  const Words d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::uint32_t day = 0; day < days; ++day)
    for (std::size_t i = 0; i < paths; i += in_step * lanes) {
      PhiloxPaths p[in_step];
      PhiloxWords words[in_step];
      for (std::size_t v = 0; v < in_step; ++v) p[v] = philox_paths(first_path + i + v * lanes);
      for (std::uint32_t block = 0; block < blocks; ++block) {
        philox(p, day, block, key, words);
        for (std::size_t v = 0; v < in_step; ++v)
          for (std::size_t w = 0; w < 4; ++w)
            hn::Store(words[v].word[w], d, buffer + (4 * block + w) * paths + i + v * lanes);
      }
      // The words are written, not kept: a store that nobody reads must not be left out.
      asm volatile("" ::: "memory");
    }
  std::uint32_t sum = 0;
  for (const std::uint32_t word : buffer) sum ^= word;
  return sum;
}

}  // namespace paystress::random::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paystress::random {

HWY_EXPORT(philox_array);
HWY_EXPORT(log_array);
HWY_EXPORT(exp_array);
HWY_EXPORT(uniform_array);
HWY_EXPORT(gaussian_array);
HWY_EXPORT(fill_words);

void vector_philox(std::uint64_t first_path, std::uint32_t time, std::uint32_t block, PhiloxKey key,
                   std::span<std::uint32_t> out) {
  HWY_DYNAMIC_DISPATCH(philox_array)(first_path, time, block, key, out.data(), out.size() / 4);
}
void vector_log(std::span<const float> x, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(log_array)(x.data(), out.data(), x.size());
}
void vector_exp(std::span<const float> x, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(exp_array)(x.data(), out.data(), x.size());
}
void vector_uniform(std::span<const std::uint32_t> words, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(uniform_array)(words.data(), out.data(), words.size());
}
void vector_gaussian(std::span<const std::uint32_t> words, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(gaussian_array)(words.data(), out.data(), words.size());
}
std::uint32_t fill_random_words(std::uint64_t first_path, std::uint32_t days, PhiloxKey key) {
  return HWY_DYNAMIC_DISPATCH(fill_words)(first_path, days, key);
}

namespace {
std::vector<std::int64_t> present_targets() {
  hwy::SetSupportedTargetsForTest(0);
  return hwy::SupportedAndGeneratedTargets();
}
}  // namespace

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const auto target : present_targets()) names.emplace_back(hwy::TargetName(target));
  if (std::ranges::find(names, "SCALAR") == names.end()) names.emplace_back("SCALAR");
  return names;
}

void use_simd_target(const std::string& name) {
  std::int64_t mask = 0;
  for (const auto target : present_targets())
    if (name == hwy::TargetName(target)) mask = target;
  if (name == "SCALAR") mask = HWY_SCALAR;
  if (mask == 0 && !name.empty()) throw std::invalid_argument("this machine has no " + name);
  hwy::SetSupportedTargetsForTest(mask);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace paystress::random
#endif
