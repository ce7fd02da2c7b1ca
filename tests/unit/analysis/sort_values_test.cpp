#include "analysis/sort_values.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>

namespace sort_values_test {

using namespace paystress;

TEST_CASE("sorting in vectors gives what sorting by comparing gives", "[unit][sort]") {
  boost::random::mt19937_64 bits(7);
  boost::random::normal_distribution<> normal;
  const double huge = std::numeric_limits<double>::max();
  const std::vector<std::pair<const char*, std::function<double(std::size_t)>>> columns{
      {"cents", [&](std::size_t) { return std::round(1e6 * normal(bits)) / 100.0; }},
      {"ratios", [&](std::size_t) { return 100.0 / (160.0 + normal(bits)); }},
      {"a floor", [&](std::size_t) { return std::max(12'000.0, 12'000.0 + 900.0 * normal(bits)); }},
      {"two clumps", [&](std::size_t i) { return (i % 2 == 0 ? 1.0 : 1e12) + 1e-3 * normal(bits); }},
      {"one far away", [&](std::size_t i) { return i == 77 ? 1e300 : normal(bits); }},
      {"whole range",
       [&](std::size_t i) { return i % 2 == 0 ? -huge : huge * std::abs(std::sin(static_cast<double>(i))); }},
      {"neighbours", [&](std::size_t i) { return i % 3 == 0 ? 1.0 : std::nextafter(1.0, 2.0); }},
      {"subnormal", [&](std::size_t i) { return static_cast<double>(i % 5) * 5e-324; }},
      {"equal", [&](std::size_t) { return -3.25; }},
      {"descending", [&](std::size_t i) { return -static_cast<double>(i); }}};
  for (const auto& [name, value] : columns) {
    for (const std::size_t n : {0U, 1U, 2U, 511U, 512U, 513U, 20'000U}) {
      INFO(name << ", " << n << " values");
      std::vector<double> values(n);
      for (std::size_t i = 0; i < n; ++i) values[i] = value(i);
      auto expected = values;
      std::ranges::sort(expected);
      sort_values(values);
      REQUIRE(values == expected);
    }
  }
}

TEST_CASE("no negative zero is left, wherever it stood", "[unit][sort]") {
  std::vector<double> values{0.0, -0.0, 3.0, -0.0, -1.0};
  sort_values(values);
  CHECK(std::ranges::none_of(values, [](double v) { return v == 0.0 && std::signbit(v); }));
}

}  // namespace sort_values_test
