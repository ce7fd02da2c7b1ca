#include "sim/samplers/deal_days.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

namespace deal_days_test {

using namespace paystress;

namespace {
// Days of 2, 0, 3 and 1 visits, of which 3 have code A and 2 code B (1 has the rest): what each day shows.
using Month = std::vector<int>;  // A of the days, then B
const std::vector<double> visits{2, 0, 3, 1};

// Second method: every order of six labelled visits is equally likely, so a label falls on any visit.
std::map<Month, double> enumerated() {
  std::vector<char> labels{'A', 'A', 'A', 'B', 'B', 'C'};
  const std::vector<int> day_of{0, 0, 2, 2, 2, 3};
  std::map<Month, double> law;
  double ways = 0;
  do {
    Month month(8, 0);
    for (std::size_t v = 0; v < labels.size(); ++v) {
      if (labels[v] == 'A') ++month[static_cast<std::size_t>(day_of[v])];
      if (labels[v] == 'B') ++month[static_cast<std::size_t>(4 + day_of[v])];
    }
    law[month] += 1;
    ways += 1;
  } while (std::next_permutation(labels.begin(), labels.end()));
  for (auto& [_, p] : law) p /= ways;
  return law;
}

// Chi-square of n dealt months against the enumeration, all days and codes jointly.
double chi_square(std::uint64_t n, double twist) {
  const auto law = enumerated();
  std::map<Month, double> seen;
  const auto a = random::stream_key("a", 3);
  const auto b = random::stream_key("b", 3);
  for (std::uint64_t path = 0; path < n; ++path) {
    auto left = visits;
    std::vector<double> dealt(4);
    Month month;
    samplers::deal_to_days(a, path, 1, 3, left, dealt);
    // A wrong dealing, for the power of the test: now and then the last day's go to the first.
    if (static_cast<double>(path % 1000) < 1000 * twist && dealt[3] > 0 && dealt[0] < 2)
      --dealt[3], ++dealt[0], ++left[3], --left[0];
    for (const double x : dealt) month.push_back(static_cast<int>(x));
    samplers::deal_to_days(b, path, 1, 2, left, dealt);
    for (const double x : dealt) month.push_back(static_cast<int>(x));
    ++seen[month];
  }
  double sum = 0;
  for (const auto& [month, p] : law) {
    const double expected = p * static_cast<double>(n);
    sum += (seen[month] - expected) * (seen[month] - expected) / expected;
    seen.erase(month);
  }
  CHECK(seen.empty());
  return sum;
}
}  // namespace

TEST_CASE("a month's codes are dealt to its days as a multivariate hypergeometric", "[unit][deal]") {
  // Degrees of freedom: outcomes - 1. The 1 - 1e-5 quantile by Wilson and Hilferty; the seed is fixed.
  const double f = static_cast<double>(enumerated().size() - 1);
  const double z = 4.26;
  const double limit = f * std::pow(1 - 2 / (9 * f) + z * std::sqrt(2 / (9 * f)), 3);
  CHECK(chi_square(40'000, 0) < limit);
  CHECK(chi_square(40'000, 0.05) > limit);  // one month in twenty off must be seen
}

TEST_CASE("all of a month or nothing of it is dealt without luck", "[unit][deal]") {
  const auto key = random::stream_key("a", 3);
  std::vector<double> left = visits;
  std::vector<double> dealt(4);
  samplers::deal_to_days(key, 5, 2, 6, left, dealt);
  CHECK(dealt == visits);
  CHECK(left == std::vector<double>(4, 0.0));
  left = visits;
  samplers::deal_to_days(key, 5, 2, 0, left, dealt);
  CHECK(dealt == std::vector<double>(4, 0.0));
  CHECK(left == visits);
}

TEST_CASE("events are spread over the days as a multinomial", "[unit][deal]") {
  const auto key = random::stream_key("events", 20260107);
  const std::vector<double> weights{1, 0, 2, 1, 0};
  constexpr int months = 20'000;
  constexpr double events = 6;
  std::vector<double> mean(5), square(5), spread(5);
  double product = 0;
  for (std::uint64_t path = 0; path < months; ++path) {
    samplers::spread_over_days(key, path, 1, events, weights, spread);
    REQUIRE(spread[0] + spread[1] + spread[2] + spread[3] + spread[4] == events);
    for (std::size_t d = 0; d < 5; ++d) {
      mean[d] += spread[d] / months;
      square[d] += spread[d] * spread[d] / months;
    }
    product += spread[0] * spread[2] / months;
  }
  CHECK(mean[1] == 0);
  CHECK(mean[4] == 0);
  // Standard errors over 20,000 months: means 0.009, variances 0.01, covariance 0.01; limits at 4.5 of them.
  for (const std::size_t d : {0U, 2U, 3U}) {
    const double p = weights[d] / 4;
    CHECK(std::abs(mean[d] - events * p) < 0.04);
    CHECK(std::abs(square[d] - mean[d] * mean[d] - events * p * (1 - p)) < 0.06);
  }
  CHECK(std::abs(product - mean[0] * mean[2] + events * 0.25 * 0.5) < 0.05);
  samplers::spread_over_days(key, 1, 1, 0, std::vector<double>(5), spread);
  CHECK(spread == std::vector<double>(5));
}

}  // namespace deal_days_test
