#include <Random123/philox.h>

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/random/philox.h"
#include "sim/random/portable_math.h"
#include "sim/random/trait_quantile.h"
#include "sim/random/vector_math.h"

namespace paystress::simd_math_test {
namespace {

struct AnyTarget {
  AnyTarget() = default;
  AnyTarget(const AnyTarget&) = delete;
  AnyTarget& operator=(const AnyTarget&) = delete;
  ~AnyTarget() { random::use_simd_target(""); }
};

std::vector<std::uint32_t> some_words() {
  std::vector<std::uint32_t> words;
  for (std::uint32_t i = 0; i < 70'000; ++i) {
    words.push_back(i);                // the lower tail, cell by cell
    words.push_back(~i);               // the upper tail
    words.push_back(0x80000000U + i);  // the middle
    words.push_back(0x7FFFFFFFU - i);
    words.push_back(i * 61'357U);  // the whole range
  }
  return words;
}

std::vector<float> log_range(float from, float to, int n) {
  std::vector<float> x;
  for (int i = 0; i <= n; ++i)
    x.push_back(
        static_cast<float>(from * std::pow(static_cast<double>(to) / from, static_cast<double>(i) / n)));
  return x;
}

TEST_CASE("vector Philox is the published one, on every target", "[unit][simd]") {
  const AnyTarget restore;
  const random::PhiloxKey key{0xA4093822U, 0x299F31D0U};
  constexpr std::uint64_t first = 0x85A308D3FFFFFFFAU;  // crosses a 32-bit border
  for (const auto& target : random::simd_targets()) {
    INFO(target);
    random::use_simd_target(target);
    std::vector<std::uint32_t> words(4 * 37);
    random::vector_philox(first, 0x13198A2EU, 0x03707344U, key, words);
    for (std::size_t i = 0; i < 37; ++i) {
      const std::uint64_t path = first + i;
      const auto low = static_cast<std::uint32_t>(path);
      const auto high = static_cast<std::uint32_t>(path >> 32);
      const auto ours = random::philox4x32_10({low, high, 0x13198A2EU, 0x03707344U}, key);
      const auto published = r123::Philox4x32()({{low, high, 0x13198A2EU, 0x03707344U}}, {{key[0], key[1]}});
      for (std::size_t w = 0; w < 4; ++w) {
        CHECK(words[4 * i + w] == published[w]);
        CHECK(words[4 * i + w] == ours[w]);
      }
    }
  }
}

TEST_CASE("the floor of the bench makes every one of its words", "[unit][simd]") {
  const AnyTarget restore;
  const random::PhiloxKey key{7, 11};
  std::uint32_t expected = 0;
  for (std::uint32_t path = 0; path < 256; ++path)
    for (std::uint32_t block = 0; block < 6; ++block)
      for (const auto word : random::philox4x32_10({1000 + path, 0, 2, block}, key)) expected ^= word;
  for (const auto& target : random::simd_targets()) {
    INFO(target);
    random::use_simd_target(target);
    CHECK(random::fill_random_words(1000, 3, key) == expected);
  }
}

TEST_CASE("every target gives the same bytes", "[unit][simd]") {
  const AnyTarget restore;
  const auto words = some_words();
  const auto x = log_range(1e-37F, 1e37F, 100'000);
  std::vector<float> y;
  for (int i = -90'000; i <= 90'000; ++i) y.push_back(static_cast<float>(i) * 0.001F);
  std::vector<std::vector<float>> first;
  std::size_t compared = 0;
  for (const auto& target : random::simd_targets()) {
    INFO(target);
    random::use_simd_target(target);
    std::vector<std::vector<float>> now{std::vector<float>(words.size()), std::vector<float>(words.size()),
                                        std::vector<float>(x.size()), std::vector<float>(y.size())};
    random::vector_gaussian(words, now[0]);
    random::vector_uniform(words, now[1]);
    random::vector_log(x, now[2]);
    random::vector_exp(y, now[3]);
    if (first.empty()) first = now;
    for (std::size_t k = 0; k < now.size(); ++k) {
      std::size_t different = 0;
      for (std::size_t i = 0; i < now[k].size(); ++i)
        different += std::bit_cast<std::uint32_t>(now[k][i]) != std::bit_cast<std::uint32_t>(first[k][i]);
      CHECK(different == 0);
    }
    ++compared;
  }
  CHECK(compared >= 2);  // at least one vector target and the scalar one
}

TEST_CASE("vector functions keep their stated errors", "[unit][simd]") {
  const auto x = log_range(1e-37F, 1e37F, 200'000);
  std::vector<float> out(x.size());
  random::vector_log(x, out);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double truth = std::log(static_cast<double>(x[i]));
    worst = std::max(worst, std::abs(out[i] - truth) / (1e-7 + 1.2e-7 * std::abs(truth)));
  }
  CHECK(worst < 1.0);

  std::vector<float> y;
  for (int i = -86'999; i <= 87'999; ++i) y.push_back(static_cast<float>(i) * 0.001F);
  out.resize(y.size());
  random::vector_exp(y, out);
  worst = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    worst = std::max(worst, std::abs(out[i] / std::exp(static_cast<double>(y[i])) - 1));
  CHECK(worst < 2e-7);

  const auto words = some_words();
  out.resize(words.size());
  random::vector_uniform(words, out);
  worst = 0;
  for (std::size_t i = 0; i < words.size(); ++i)
    worst = std::max(worst, std::abs(out[i] - (words[i] + 0.5) * 0x1p-32));
  CHECK(worst <= 0x1p-25);

  random::vector_gaussian(words, out);
  worst = 0;
  double worst_probability = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const double z = random::gaussian_quantile((words[i] + 0.5) * 0x1p-32);
    worst = std::max(worst, std::abs(out[i] - z) / (1 + std::abs(z)));
    worst_probability = std::max(
        worst_probability, std::abs(random::gaussian_probability(out[i]) - random::gaussian_probability(z)));
  }
  CAPTURE(worst, worst_probability);
  CHECK(worst < 1e-6);
  CHECK(worst_probability < 3e-7);
}

TEST_CASE("portable functions keep their stated errors", "[unit][simd]") {
  const auto ulps = [](double value, double truth) {
    return std::abs(value - truth) / (std::abs(truth) * std::numeric_limits<double>::epsilon());
  };
  double worst_log = 0, worst_exp = 0, worst_sin = 0, worst_quantile = 0;
  for (int i = 0; i <= 200'000; ++i) {
    const double t = i / 200'000.0;
    const double x = std::pow(10.0, -300 + 600 * t);
    worst_log = std::max(worst_log, ulps(random::portable::log(x), std::log(x)));
    worst_log = std::max(worst_log,
                         ulps(random::portable::log(0.5 + 1.5 * t + 1e-9), std::log(0.5 + 1.5 * t + 1e-9)));
    const double e = -700 + 1400 * t;
    worst_exp = std::max(worst_exp, ulps(random::portable::exp(e), std::exp(e)));
    const double a = 0.78 * t + 1e-9;
    worst_sin = std::max(worst_sin, ulps(random::portable::sin_small(a), std::sin(a)));
    const double u =
        t < 0.5 ? std::pow(10.0, -300 * t - 1e-3) / 2 : 1 - std::pow(10.0, -30 * (t - 0.5) - 1e-3) / 2;
    const double z = random::gaussian_quantile(u);
    worst_quantile =
        std::max(worst_quantile, std::abs(random::portable::gaussian_quantile(u) - z) / std::abs(z));
  }
  CAPTURE(worst_log, worst_exp, worst_sin, worst_quantile);
  CHECK(worst_log < 1.0);
  CHECK(worst_exp < 1.0);
  CHECK(worst_sin < 1.0);
  CHECK(worst_quantile < 3e-15);
  CHECK(random::portable::exp(-1000) == 0.0);
  CHECK(random::portable::exp(0) == 1.0);
  CHECK(random::portable::log(1) == 0.0);
}

}  // namespace
}  // namespace paystress::simd_math_test
