#include "sim/random/strata.h"

#include <algorithm>
#include <array>
#include <boost/random/sobol.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/name_hash.h"
#include "model/practice.h"

namespace strata_test {

using namespace paystress;
using random::Strata;

namespace {

bool is_permutation(const Strata& order) {
  std::vector<bool> seen(paths_of_replicate);
  for (const auto stratum : order) seen.at(stratum) = true;
  return std::ranges::count(seen, true) == static_cast<std::ptrdiff_t>(paths_of_replicate);
}

random::StreamKey key(std::string_view name) { return random::stream_key(name, 7); }

constexpr std::uint64_t replicates = 4096;

/// Mean stratum of path 0 and of path 700 over replicates, in standard errors, and how far their covariance
/// is from that of two different strata.
template <class Make>
std::array<double, 3> two_paths(const Make& make) {
  double a = 0;
  double b = 0;
  double ab = 0;
  for (std::uint64_t r = 0; r < replicates; ++r) {
    const Strata order = make(r);
    const double x = order[0] - 511.5;
    const double y = order[700] - 511.5;
    a += x;
    b += y;
    ab += x * y;
  }
  const double variance = (1024.0 * 1024.0 - 1) / 12;
  const double error = std::sqrt(variance * replicates);
  // Two different strata: covariance - variance / 1023.
  return {a / error, b / error, (ab + variance * replicates / 1023) / (variance * std::sqrt(replicates))};
}

}  // namespace

TEST_CASE("strata are permutations, each replicate its own", "[unit][strata]") {
  const Strata latin = random::latin_strata(key("no_show.rate/strata"), 0);
  CHECK(is_permutation(latin));
  CHECK(random::latin_strata(key("no_show.rate/strata"), 1) != latin);
  CHECK(random::latin_strata(key("audit.down/strata"), 0) != latin);
  const Strata state = random::state_strata(key("demand.monthly/strata"), 0, 1);
  CHECK(is_permutation(state));
  CHECK(random::state_strata(key("demand.monthly/strata"), 1, 1) != state);
  CHECK(random::state_strata(key("demand.monthly/strata"), 0, 2) != state);
  const Strata point = random::sobol_strata(key("no_show.rate/strata"), 0, 17);
  CHECK(is_permutation(point));
  CHECK(random::sobol_strata(key("no_show.rate/strata"), 1, 17) != point);
  CHECK(random::sobol_strata(key("no_show.rate/strata"), 0, 18) != point);
}

TEST_CASE("any path is in any stratum, and two are in any two", "[unit][strata]") {
  // Eight numbers of 4,096 replicates with a standard error of 1: 4.4 fail once in 11,000 seeds. Power: an
  // order that leaves its paths where they are one time in seven is off by 15 and more.
  for (const double deviation :
       two_paths([](std::uint64_t r) { return random::latin_strata(key("a/strata"), r); }))
    CHECK(std::abs(deviation) < 4.4);
  for (const double deviation :
       two_paths([](std::uint64_t r) { return random::state_strata(key("a.monthly/strata"), r, 3); }))
    CHECK(std::abs(deviation) < 4.4);
  // Points of a net know of each other: only each by itself is anywhere.
  const auto net = two_paths([](std::uint64_t r) { return random::sobol_strata(key("a/strata"), r, 300); });
  CHECK(std::abs(net[0]) < 4.4);
  CHECK(std::abs(net[1]) < 4.4);
  const auto biased = two_paths([](std::uint64_t r) {
    Strata order = random::latin_strata(key("a/strata"), r);
    if (r % 7 == 0) std::ranges::sort(order);
    return order;
  });
  CHECK(std::abs(biased[0]) > 4.4);
}

TEST_CASE("two paths have equal strata of a monthly state nowhere, and any two equally often",
          "[unit][strata]") {
  // a i + b over all a and b: whether x - y is any difference is seen where b is fixed by path 0.
  std::map<int, int> differences;
  for (std::uint64_t r = 0; r < 1023 * 16; ++r) {
    const Strata order = random::state_strata(key("b.monthly/strata"), r, 1);
    ++differences[order[5] ^ order[900]];
  }
  CHECK(differences.size() > 1000);
  CHECK_FALSE(differences.contains(0));
  // Counts of 1,023 cells with mean 16: chi-square has mean 1,022 and sd 45; 4.4 sd fail once in 90,000.
  double chi = 0;
  for (int d = 1; d < 1024; ++d) chi += std::pow(differences[d] - 16.0, 2) / 16.0;
  CHECK(std::abs(chi - 1022) < 4.4 * 45.2);
}

TEST_CASE("scrambled points keep the net of Sobol's sequence", "[unit][strata]") {
  // Cells of equal area that hold one point each in the first two dimensions do so after scrambling.
  const Strata x = random::sobol_strata(key("x/strata"), 3, 0);
  const Strata y = random::sobol_strata(key("y/strata"), 3, 1);
  for (int digits = 0; digits <= 10; ++digits) {
    std::set<std::pair<int, int>> cells;
    for (std::size_t i = 0; i < x.size(); ++i) cells.emplace(x[i] >> (10 - digits), y[i] >> digits);
    CHECK(cells.size() == x.size());
  }
  // Without its scrambling a dimension is that of Boost: equal leading digits stay equal, path by path.
  boost::random::sobol sequence(2);
  std::vector<std::array<std::uint64_t, 2>> points{{0, 0}};
  for (std::size_t i = 1; i < x.size(); ++i) points.push_back({sequence() >> 54, sequence() >> 54});
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; j += 37)
      for (int k = 1; k <= 10; ++k)
        REQUIRE((x[i] >> (10 - k) == x[j] >> (10 - k)) ==
                (points[i][0] >> (10 - k) == points[j][0] >> (10 - k)));
}

TEST_CASE("no two dimensions of the table tell each other's halves", "[unit][strata]") {
  // The product of two leading digits, as signs, is 0 over the 1,024 points: of an alias it would be 1,024.
  std::vector<Strata> all;
  for (std::size_t d = 0; d < sobol_dimension_count; ++d) all.push_back(random::sobol_strata(key("z"), 0, d));
  int aliases = 0;
  for (std::size_t d = 0; d < all.size(); ++d)
    for (std::size_t e = 0; e < d; ++e) {
      int agree = 0;
      for (std::size_t i = 0; i < paths_of_replicate; ++i) agree += (all[d][i] ^ all[e][i]) >> 9;
      if (agree != 512) ++aliases;
    }
  CHECK(aliases == 0);
}

TEST_CASE("every number of a practice has a dimension of its own", "[unit][strata]") {
  std::map<std::size_t, std::string_view> taken;
  for (const auto& info : parameter_infos()) {
    INFO(info.key << " and " << taken[sobol_dimension(info.key)]);
    CHECK(taken[sobol_dimension(info.key)].empty());
    taken[sobol_dimension(info.key)] = info.key;
  }
}

TEST_CASE("strata are those of the path's replicate, wherever walking begins", "[unit][strata]") {
  random::StreamRegistry registry(7);
  const auto trait = random::trait_streams(registry, "no_show.rate");
  const auto state = registry.add("demand.monthly/strata");
  const auto points = registry.add(random::order_of_points);
  for (const auto sampling : {TraitSampling::latin_hypercube, TraitSampling::sobol}) {
    random::PathStrata strata(sampling, points, {trait}, {state}, 3);
    for (const std::uint64_t first : {std::uint64_t{1000}, std::uint64_t{5000}, std::uint64_t{0}}) {
      strata.cover(first, 64);
      for (std::uint64_t path = first; path < first + 64; ++path) {
        const auto replicate = path / 1024;
        const bool is_net = sampling == TraitSampling::sobol;
        const auto order = is_net ? random::sobol_strata(trait.strata, replicate, trait.dimension)
                                  : random::latin_strata(trait.strata, replicate);
        const auto place = is_net ? random::latin_strata(points, replicate)[path % 1024] : path % 1024;
        REQUIRE(strata.trait(0, path, 0.25) == (order[place] + 0.25) / 1024);
        if (strata.has_states())
          REQUIRE(strata.state(0, 2, path) == random::state_strata(state, replicate, 3)[path % 1024]);
      }
    }
    CHECK(strata.has_states() == (sampling == TraitSampling::sobol));
  }
  const random::PathStrata none(TraitSampling::independent, points, {trait}, {state}, 3);
  CHECK(none.trait(0, 5, 0.25) == 0.25);
  CHECK_FALSE(none.has_states());
  CHECK(random::stratified(std::uint16_t{1023}, 1 - 0x1p-53) < 1.0);
  CHECK(random::stratified(std::uint16_t{1023}, 0xFFFFFFFFU) == 0xFFFFFFFFU);
  CHECK(random::stratified(std::uint16_t{1}, 0xFFFFFFFFU) == 0x007FFFFFU);
}

TEST_CASE("a net spreads what two traits do together, a hypercube only each by itself", "[unit][strata]") {
  // The mean of (u - 1/2)(v - 1/2) over a replicate has the variance 1 / 144 / 1024 where only u and v by
  // themselves are spread. 64 replicates: its estimate has a relative error of 18 %, below half of it is 2.8
  // of them. A net of these two is far below.
  random::StreamRegistry registry(7);
  const std::vector<random::TraitStreams> traits{random::trait_streams(registry, "no_show.rate"),
                                                 random::trait_streams(registry, "demand.visits_per_day")};
  const auto points = registry.add(random::order_of_points);
  const auto variance = [&](TraitSampling sampling) {
    random::PathStrata strata(sampling, points, traits, {}, 0);
    double squares = 0;
    for (std::uint64_t r = 0; r < 64; ++r) {
      double sum = 0;
      strata.cover(r * 1024, 1024);
      for (std::uint64_t path = r * 1024; path < (r + 1) * 1024; ++path)
        sum += (strata.trait(0, path, 0.5) - 0.5) * (strata.trait(1, path, 0.5) - 0.5);
      squares += (sum / 1024) * (sum / 1024);
    }
    return squares / 64;
  };
  const double alone = 1.0 / 144 / 1024;
  CHECK(variance(TraitSampling::latin_hypercube) > 0.5 * alone);
  CHECK(variance(TraitSampling::sobol) < 0.1 * alone);
}

}  // namespace strata_test
