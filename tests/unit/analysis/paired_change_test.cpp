#include "analysis/paired_change.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace paired_change_test {

namespace {

using namespace paystress;
constexpr double ci_level = 0.95;
constexpr auto independent = PathDesign::independent;

std::vector<double> ramp(std::size_t n) {
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(static_cast<double>((i * 7919) % n));
  return values;
}

}  // namespace

TEST_CASE("a change by the same sum on every path is that sum, for certain", "[unit][paired_change]") {
  const auto before = ramp(1001);
  auto after = before;
  for (double& x : after) x += 250.0;
  const auto change = paired_change(before, after, ci_level, independent);
  CHECK(change.mean.value == 250.0);
  CHECK(change.mean.ci_low == 250.0);
  CHECK(change.median.value == 250.0);
  CHECK(change.median.ci_high == 250.0);
  CHECK(change.unchanged.value == 0.0);
  const auto none = paired_change(before, before, ci_level, independent);
  CHECK(none.mean.value == 0.0);
  CHECK(none.median.ci_low == 0.0);
  CHECK(none.unchanged.value == 1.0);
}

TEST_CASE("the change of the median is not the median of the change", "[unit][paired_change]") {
  // Paths swap their places: the median stays, though every path changes.
  std::vector<double> before, after;
  for (int i = 0; i < 600; ++i) {
    before.push_back(i);
    after.push_back(599 - i);
  }
  const auto change = paired_change(before, after, ci_level, independent);
  CHECK(change.median.value == 0.0);
  CHECK(change.mean.value == Approx(0.0).margin(1e-12));
  CHECK(change.unchanged.value == 0.0);
}

TEST_CASE("paths without a number are left out of both", "[unit][paired_change]") {
  auto before = ramp(1200);
  auto after = before;
  for (double& x : after) x += 1.0;
  before[3] = after[700] = std::numeric_limits<double>::quiet_NaN();
  const auto change = paired_change(before, after, ci_level, independent);
  CHECK(change.mean.paths == 1198);
  CHECK(change.median.paths == 1198);
  CHECK(change.unchanged.paths == 1198);
  CHECK(change.median.value == 1.0);
}

TEST_CASE("too few paths have no interval", "[unit][paired_change]") {
  const auto before = ramp(479);
  auto after = before;
  for (std::size_t i = 0; i < after.size(); ++i) after[i] += static_cast<double>(i % 5);
  const auto few = median_change(before, after, ci_level, independent);
  CHECK(few.value.has_value());
  CHECK_FALSE(few.ci_low.has_value());
  CHECK_FALSE(few.std_error.has_value());
  // Hardly a path that changes: what was not seen may move the mean by more.
  auto rare = before;
  rare[0] += 1e6;
  CHECK_FALSE(paired_change(before, rare, ci_level, independent).mean.ci_low.has_value());
  CHECK_THROWS_AS(median_change(before, ramp(478), ci_level, independent), std::invalid_argument);
}

}  // namespace paired_change_test
