// Luck that employers do not share: do the intervals hold, and is what they hold the truth?
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "analysis/comparisons.h"
#include "model/replicates.h"

namespace other_months_test {

namespace {

using namespace paystress;

constexpr double ci_level = 0.95;
constexpr std::size_t most_practices = 5;
constexpr double mean_of[most_practices] = {0.0, 0.5, -0.4, 0.3, 0.8};
// What a trait, drawn in strata under a Latin hypercube, and shared luck do; on the second practice the other
// way round. Luck of its own makes the rest.
constexpr double trait_of[most_practices] = {0.7, -0.5, 0.6, 0.4, 0.8};
constexpr double shared_of[most_practices] = {0.6, -0.7, 0.5, 0.8, 0.3};
constexpr double own_of[most_practices] = {0.4, 0.5, 0.6, 0.3, 0.4};

double sd_of(std::size_t p) {
  return std::sqrt(trait_of[p] * trait_of[p] + shared_of[p] * shared_of[p] + own_of[p] * own_of[p]);
}

/// Pay by practice and path, in steps of a lattice.
std::vector<std::vector<double>> draw(std::uint64_t seed, std::size_t practices, std::size_t paths,
                                      double step, PathDesign design) {
  boost::random::mt19937_64 bits(0x9e3779b97f4a7c15ULL * (2 * seed + 1));
  boost::random::uniform_01<> uniform;
  boost::random::normal_distribution<> normal;
  const boost::math::normal law;
  std::vector<std::vector<double>> pay(practices, std::vector<double>(paths));
  std::vector<std::size_t> strata(paths_of_replicate);
  for (std::size_t i = 0; i < paths; ++i) {
    double trait = 0.0;
    if (design == PathDesign::independent) {
      trait = normal(bits);
    } else {
      const std::size_t place = i % paths_of_replicate;
      if (place == 0) {
        std::iota(strata.begin(), strata.end(), std::size_t{0});
        for (std::size_t last = strata.size() - 1; last > 0; --last)
          std::swap(strata[last],
                    strata[boost::random::uniform_int_distribution<std::size_t>(0, last)(bits)]);
      }
      trait = boost::math::quantile(law, (static_cast<double>(strata[place]) + uniform(bits)) /
                                             static_cast<double>(paths_of_replicate));
    }
    const double shared = normal(bits);
    for (std::size_t p = 0; p < practices; ++p)
      pay[p][i] =
          step *
          std::floor((mean_of[p] + trait_of[p] * trait + shared_of[p] * shared + own_of[p] * normal(bits)) /
                     step);
  }
  return pay;
}

/// Probabilities of the steps first, first + 1, ...
struct Law {
  int first = 0;
  std::vector<double> p;
};

Law pay_law(std::size_t practice, double step) {
  const boost::math::normal law(mean_of[practice], sd_of(practice));
  Law out;
  out.first = static_cast<int>(std::floor((mean_of[practice] - 9.0 * sd_of(practice)) / step));
  const int last = static_cast<int>(std::ceil((mean_of[practice] + 9.0 * sd_of(practice)) / step));
  for (int k = out.first; k <= last; ++k)
    out.p.push_back(boost::math::cdf(law, step * (k + 1)) - boost::math::cdf(law, step * k));
  return out;
}

using Figures = std::map<std::string, double>;

/// Of the difference of two practices whose luck is their own: by convolution.
Figures true_difference(std::size_t a, std::size_t b, double step) {
  const Law x = pay_law(a, step), y = pay_law(b, step);
  std::vector<double> d(x.p.size() + y.p.size() - 1);
  const std::size_t last = y.p.size() - 1;
  for (std::size_t i = 0; i < x.p.size(); ++i)
    for (std::size_t j = 0; j <= last; ++j) d[i + last - j] += x.p[i] * y.p[j];
  Figures f;
  double below = 0.0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const int k = x.first - y.first + static_cast<int>(i) - static_cast<int>(last);
    const double p = d[i];
    f["a_pays_more_prob"] += k > 0 ? p : 0.0;
    f["equal_prob"] += k == 0 ? p : 0.0;
    f["difference_mean"] += step * k * p;
    f["regret_of_a"] += step * std::max(0, -k) * p;
    f["regret_of_b"] += step * std::max(0, k) * p;
    below += p;
    for (; at < fan_levels.size() && below >= fan_levels[at]; ++at)
      f[fmt::format("quantile {}", fan_levels[at])] = step * k;
  }
  return f;
}

/// Of the first practice among all: by its distribution and those of the best of the others.
Figures true_standing(std::size_t practices, double step) {
  std::vector<Law> laws;
  for (std::size_t p = 0; p < practices; ++p) laws.push_back(pay_law(p, step));
  const auto at_most = [&](std::size_t p, int k) {
    double sum = 0.0;
    for (std::size_t i = 0; i < laws[p].p.size() && laws[p].first + static_cast<int>(i) <= k; ++i)
      sum += laws[p].p[i];
    return sum;
  };
  Figures f;
  std::map<int, double> others;  // P(best of the others <= k)
  int low = laws[0].first, high = low;
  for (const auto& law : laws) {
    low = std::min(low, law.first);
    high = std::max(high, law.first + static_cast<int>(law.p.size()));
  }
  for (int k = low; k <= high; ++k) {
    others[k] = 1.0;
    for (std::size_t p = 1; p < practices; ++p) others[k] *= at_most(p, k);
  }
  double own_at_most = 0.0;
  for (int k = low; k <= high; ++k) {
    const auto i = static_cast<std::size_t>(k - laws[0].first);
    const double p = k >= laws[0].first && i < laws[0].p.size() ? laws[0].p[i] : 0.0;
    f["best_prob"] += p * others[k];
    // E max(0, best of the others - own) = sum over k of P(own <= k < best of the others).
    own_at_most += p;
    f["regret_usd_mean"] += step * own_at_most * (1.0 - others[k]);
  }
  return f;
}

struct Case {
  std::size_t practices;
  PathDesign design;
  double step;
  std::size_t paths;
};

struct Tally {
  double covered = 0.0, all = 0.0;
  void add(const Estimate& e, double truth) {
    REQUIRE(e.ci_low);
    REQUIRE(e.ci_high);
    const double margin = 1e-9;
    covered += *e.ci_low - margin <= truth && truth <= *e.ci_high + margin ? 1.0 : 0.0;
    ++all;
  }
  [[nodiscard]] double coverage() const { return covered / all; }
};
using Tallies = std::map<std::string, Tally>;

void add(Tallies& tallies, const std::string& pair, const Comparison& c, const Figures& truth) {
  const auto one = [&](const std::string& name, const Estimate& e) {
    tallies[pair + " " + name].add(e, truth.at(name));
  };
  one("a_pays_more_prob", c.a_pays_more);
  one("equal_prob", c.equal);
  one("difference_mean", c.mean);
  one("regret_of_a", c.regret_of_a);
  one("regret_of_b", c.regret_of_b);
  for (std::size_t q = 0; q < c.quantiles.size(); ++q)
    one(fmt::format("quantile {}", c.quantile_levels[q]), c.quantiles[q]);
}

/// Coverage of every interval in other months, and ("wrong ...") of two ways to get it wrong: turns taken for
/// independent of each other, luck taken for shared.
Tallies run(const Case& of, std::uint64_t seeds) {
  std::vector<Scenario> scenarios;
  std::vector<std::string> practices;
  for (std::size_t p = 0; p < of.practices; ++p) {
    practices.push_back(fmt::format("p{}", p));
    scenarios.push_back({practices[p] + "/o/base", practices[p], fmt::format("o{}", p), "base", {}});
  }
  const PathOrbits orbits(practices, of.paths, of.design);
  const std::size_t last = of.practices - 1;
  const auto first_truth = true_difference(0, 1, of.step), last_truth = true_difference(0, last, of.step);
  const auto standing = true_standing(of.practices, of.step);
  Tallies tallies;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto pay = draw(seed, of.practices, of.paths, of.step, of.design);
    std::vector<ComparedScenario> offers;
    for (std::size_t p = 0; p < of.practices; ++p) offers.push_back({{scenarios[p], {}}, pay[p], {}});
    add(tallies, "0-1", compare_other_months(offers[0], offers[1], ci_level, orbits), first_truth);
    if (last != 1)
      add(tallies, "0-last", compare_other_months(offers[0], offers[last], ci_level, orbits), last_truth);
    for (const auto& r : rank_offers(offers, ci_level, orbits)) {
      if (r.scenario != 0) continue;
      tallies["best_prob"].add(r.other_months.best_prob, standing.at("best_prob"));
      tallies["regret_usd_mean"].add(r.other_months.regret_usd, standing.at("regret_usd_mean"));
    }
    std::vector<double> turns;
    for (std::size_t o = 0; o < orbits.orbits(); ++o)
      for (std::size_t t = 0; t < orbits.turns(); ++t)
        turns.push_back(pay[0][orbits.path(o, t, 0)] - pay[1][orbits.path(o, t, 1)]);
    tallies["wrong: turns are independent"].add(
        PathSample(std::move(turns), PathDesign::independent).mean(ci_level),
        first_truth.at("difference_mean"));
    tallies["wrong: luck is shared"].add(compare(offers[0], offers[1], ci_level, of.design).a_pays_more,
                                         first_truth.at("a_pays_more_prob"));
  }
  return tallies;
}

std::string told(const Case& of) {
  return fmt::format("K = {}, {}, step {}, {} paths", of.practices,
                     of.design == PathDesign::independent ? "independent" : "Latin hypercube", of.step,
                     of.paths);
}

/// Coverage within 4.4 standard errors of 95 %; exact and discrete methods may cover more.
void check(const Case& of, std::uint64_t seeds, const Tallies& tallies) {
  constexpr double errors = 4.4;
  const double reach = errors * std::sqrt(0.95 * 0.05 / static_cast<double>(seeds));
  for (const auto& [name, t] : tallies) {
    INFO(fmt::format("{}: {}: {:.4f} of {}", told(of), name, t.coverage(), t.all));
    if (name == "wrong: luck is shared") {
      CHECK(t.coverage() < 0.95 - reach);
    } else if (name == "wrong: turns are independent") {
      if (of.practices == 2 && of.design == PathDesign::independent) CHECK(t.coverage() < 0.95 - reach);
    } else {
      CHECK(t.coverage() > 0.95 - reach);
      if (name.ends_with("difference_mean")) CHECK(t.coverage() < 0.95 + reach);
    }
  }
}

void check_seeds(const Case& of, std::uint64_t seeds) { check(of, seeds, run(of, seeds)); }

constexpr auto independent = PathDesign::independent, strata = PathDesign::replicates;

}  // namespace

TEST_CASE("intervals of other months cover (short)", "[statistical][coverage][other_months]") {
  // 400 seeds: coverage of a true 95 % interval has s.e. sqrt(0.95 x 0.05 / 400) = 1.09 %; 4.4 s.e. either
  // side, 90.2 to 99.8 %: 1.1e-5 a check, 136 checks: one false alarm in 700 choices of seeds (fixed here).
  // Power: coverage 87 % fails in 95 of 100. Turns taken for independent (K = 2, the second practice against
  // the first: 85 %) and luck taken for shared (0 to 60 %) must fail. A path or two fill no orbit.
  for (const double step : {0.005, 1.0})
    for (const auto& [practices, paths] :
         {std::pair<std::size_t, std::size_t>{2, 2001}, {3, 2003}, {5, 2003}})
      check_seeds({practices, independent, step, paths}, 400);
}

TEST_CASE("intervals of other months cover under a Latin hypercube (short)",
          "[statistical][coverage][other_months]") {
  // 60 seeds of 30 K replicates: s.e. 2.81 %, 4.4 s.e. below 95 % is 82.6 %. Power: coverage 74 % fails in 95
  // of 100; luck taken for shared must fail.
  for (const std::size_t practices : {2U, 3U, 5U})
    check_seeds({practices, strata, 0.005, (30 * practices + 1) * paths_of_replicate + 5}, 60);
}

TEST_CASE("intervals of other months cover over 4,000 seeds", "[.][long][coverage][other_months]") {
  // s.e. 0.34 %: 93.5 to 96.5 % is 4.4 s.e.; power: 93.0 % fails in 95 of 100. Under a Latin hypercube, whose
  // seeds take fifteen K times as long, an eighth of them: s.e. 0.97 %.
  const char* told_seeds = std::getenv("PAYSTRESS_COVERAGE_SEEDS");
  const std::uint64_t seeds = told_seeds ? std::stoull(told_seeds) : 4'000;
  for (const std::size_t practices : {2U, 3U, 5U}) {
    const std::size_t replicates = 30 * practices + 1;
    for (const auto& [of, count] :
         {std::pair<Case, std::uint64_t>{{practices, independent, 0.005, 2003}, seeds},
          {{practices, independent, 1.0, 2003}, seeds},
          {{practices, strata, 0.005, replicates * paths_of_replicate}, seeds / 8}}) {
      const auto tallies = run(of, count);
      std::string text = fmt::format("{}, {} seeds", told(of), count);
      for (const auto& [name, t] : tallies) text += fmt::format("\n  {:<28} {:.4f}", name, t.coverage());
      WARN(text);
      check(of, count, tallies);
    }
  }
}

}  // namespace other_months_test
