#include "sim/samplers/deal_days.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "sim/random/exact_counts.h"
#include "sim/random/vector_math.h"

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

using samplers::batch_paths;
using samplers::FloatRow;
using Rows = std::vector<FloatRow>;

FloatRow everywhere(double x) {
  FloatRow row;
  for (std::size_t i = 0; i < batch_paths; ++i) row[i] = static_cast<float>(x);
  return row;
}
Rows month_of(const std::vector<double>& days) {
  Rows rows;
  for (const double n : days) rows.push_back(everywhere(n));
  return rows;
}

// Chi-square of n dealt months against the enumeration, all days and codes jointly.
double chi_square(std::uint64_t n, double twist) {
  const auto law = enumerated();
  std::map<Month, double> seen;
  const auto a = random::stream_key("a", 3);
  const auto b = random::stream_key("b", 3);
  for (std::uint64_t first = 0; first < n; first += batch_paths) {
    auto left = month_of(visits);
    Rows of_a(4, everywhere(0)), of_b = of_a;
    samplers::deal_to_days(a, first, 1, everywhere(3), left, of_a);
    // A wrong dealing, for the power of the test: now and then the last day's go to the first.
    for (std::size_t i = 0; i < batch_paths; ++i)
      if (static_cast<double>((first + i) % 1000) < 1000 * twist && of_a[3][i] > 0 && of_a[0][i] < 2)
        --of_a[3][i], ++of_a[0][i], ++left[3][i], --left[0][i];
    samplers::deal_to_days(b, first, 1, everywhere(2), left, of_b);
    for (std::size_t i = 0; i < batch_paths; ++i) {
      Month month;
      for (const auto& row : of_a) month.push_back(static_cast<int>(row[i]));
      for (const auto& row : of_b) month.push_back(static_cast<int>(row[i]));
      ++seen[month];
    }
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
  CHECK(chi_square(640 * batch_paths, 0) < limit);
  CHECK(chi_square(640 * batch_paths, 0.05) > limit);  // one month in twenty off must be seen
}

TEST_CASE("all of a month or nothing of it is dealt without luck", "[unit][deal]") {
  const auto key = random::stream_key("a", 3);
  const auto same = [](const Rows& rows, const std::vector<double>& days) {
    for (std::size_t d = 0; d < days.size(); ++d)
      for (std::size_t i = 0; i < batch_paths; ++i)
        if (static_cast<double>(rows[d][i]) != days[d]) return false;
    return true;
  };
  for (const double marked : {6.0, 0.0}) {
    auto left = month_of(visits);
    Rows dealt(4, everywhere(0));
    samplers::deal_to_days(key, 5, 2, everywhere(marked), left, dealt);
    CHECK(same(dealt, marked > 0 ? visits : std::vector<double>(4)));
    CHECK(same(left, marked > 0 ? std::vector<double>(4) : visits));
  }
}

// What single precision cannot tell is drawn again, so that it makes no difference to any count: the same as
// the quantiles in double precision, path by path and for every instruction set.
TEST_CASE("what is dealt is what double precision deals", "[unit][deal]") {
  const auto key = random::stream_key("a", 3);
  const std::vector<double> sizes{0, 1, 2, 5, 27, 33, 60, 400, 7000};
  std::size_t compared = 0;
  for (const auto& target : random::simd_targets()) {
    random::use_simd_target(target);
    for (std::uint64_t first = 0; first < 40 * batch_paths; first += batch_paths) {
      Rows days(9);
      FloatRow marked;
      for (std::size_t i = 0; i < batch_paths; ++i) {
        random::Stream luck(random::stream_key("sizes", 1), first + i, 0);
        const std::size_t most = 1 + luck() % sizes.size();
        double all = 0;
        for (auto& day : days) all += day[i] = static_cast<float>(sizes[luck() % most]);
        marked[i] = static_cast<float>(std::floor(all * random::uniform52(luck)));
        if (luck() % 8 == 0) marked[i] = static_cast<float>(std::min(all, 2.0));
      }
      auto left = days;
      Rows dealt(days.size(), everywhere(0));
      samplers::deal_to_days(key, first, 7, marked, left, dealt);
      for (std::size_t i = 0; i < batch_paths; ++i) {
        random::Stream bits(key, first + i, 7);
        double all = 0;
        double rest = marked[i];
        for (const auto& day : days) all += day[i];
        for (std::size_t d = 0; d < days.size(); ++d) {
          const double k = random::exact_hypergeometric(random::uniform52(bits), all, rest, days[d][i]);
          all -= days[d][i];
          rest -= k;
          if (dealt[d][i] != k || left[d][i] != days[d][i] - k)
            FAIL(target << " path " << first + i << " day " << d);
          ++compared;
        }
        CHECK(rest == 0);
      }
    }
  }
  random::use_simd_target("");
  CHECK(compared == random::simd_targets().size() * 40 * batch_paths * 9);
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
