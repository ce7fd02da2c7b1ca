#include "analysis/path_orbits.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "analysis/comparisons.h"
#include "model/replicates.h"

namespace path_orbits_test {

namespace {

using namespace paystress;

constexpr double ci = 0.95;
constexpr auto independent = PathDesign::independent, strata = PathDesign::replicates;

struct Offers {
  std::vector<Scenario> scenarios;
  std::vector<std::vector<double>> pay;
  std::vector<ComparedScenario> compared;
  std::vector<std::string> practices;

  /// An offer a practice; `pay` by practice and path.
  explicit Offers(std::vector<std::vector<double>> by_path) : pay(std::move(by_path)) {
    for (std::size_t p = 0; p < pay.size(); ++p) {
      const auto name = "p" + std::to_string(p), offer = "o" + std::to_string(p);
      scenarios.push_back({name + "/" + offer + "/base", name, offer, "base", {}});
    }
    for (std::size_t p = 0; p < pay.size(); ++p) compared.push_back({{scenarios[p], {}}, pay[p], {}});
    for (const auto& s : scenarios) practices.push_back(s.practice);
  }
};

std::vector<std::string> names(std::size_t practices) {
  std::vector<std::string> all;
  for (std::size_t p = 0; p < practices; ++p) all.push_back("p" + std::to_string(p));
  return all;
}

/// Three practices on eight paths: two orbits, and two paths that fill none.
Offers three() {
  return Offers(
      {{10, 20, 30, 40, 50, 60, 900, 901}, {15, 25, 20, 55, 45, 60, -900, 0}, {0, 1, 70, 3, 80, 5, 0, 0}});
}

// Pay of each practice as they read it, turn by turn, written out: r + j, counted within three.
constexpr std::size_t read_by[3][6] = {{0, 1, 2, 3, 4, 5}, {1, 2, 0, 4, 5, 3}, {2, 0, 1, 5, 3, 4}};

}  // namespace

TEST_CASE("an orbit: each practice reads each of its paths once, no two the same", "[unit][path_orbits]") {
  for (const auto design : {independent, strata}) {
    for (const std::size_t practices : {1U, 2U, 3U, 5U}) {
      const std::size_t paths = 17 * paths_of_replicate + 11;
      const PathOrbits orbits(names(practices), paths, design);
      // Of independent paths fewer than K are left out; of replicates fewer than K, and the part of one.
      const std::size_t unit = practices * (design == strata ? paths_of_replicate : 1);
      CHECK(orbits.paths() == paths / unit * unit);
      CHECK(orbits.turns() == practices);
      std::vector<std::set<std::size_t>> read(practices);
      bool apart = true, in_place = true, one_orbit = true;
      for (std::size_t o = 0; o < orbits.orbits(); ++o) {
        std::set<std::size_t> members;
        for (std::size_t r = 0; r < practices; ++r) {
          std::set<std::size_t> now;
          for (std::size_t p = 0; p < practices; ++p) {
            const auto path = orbits.path(o, r, p);
            now.insert(path);
            read[p].insert(path);
            members.insert(path);
            in_place = in_place && (design == strata ? path % paths_of_replicate == o % paths_of_replicate
                                                     : path / practices == o);
          }
          apart = apart && now.size() == practices;
        }
        one_orbit = one_orbit && members.size() == practices;
      }
      CHECK(apart);
      CHECK(in_place);
      CHECK(one_orbit);
      for (const auto& paths_read : read) {
        CHECK(paths_read.size() == orbits.paths());
        CHECK(*paths_read.rbegin() < paths);
      }
    }
  }
  CHECK_THROWS_AS(PathOrbits({}, 10, independent), std::invalid_argument);
}

TEST_CASE("other months by hand", "[unit][path_orbits][comparisons]") {
  const auto offers = three();
  const PathOrbits orbits(offers.practices, 8, independent);
  REQUIRE(orbits.orbits() == 2);
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = a + 1; b < 3; ++b) {
      std::vector<double> d, more(2), equal(2), mean(2), loss_of_a(2), loss_of_b(2);
      for (std::size_t turn = 0; turn < 6; ++turn) {
        d.push_back(offers.pay[a][read_by[a][turn]] - offers.pay[b][read_by[b][turn]]);
        const std::size_t orbit = turn / 3;
        more[orbit] += d.back() > 0.0 ? 1.0 / 3 : 0.0;
        equal[orbit] += d.back() == 0.0 ? 1.0 / 3 : 0.0;
        mean[orbit] += d.back() / 3;
        loss_of_a[orbit] += std::max(0.0, -d.back()) / 3;
        loss_of_b[orbit] += std::max(0.0, d.back()) / 3;
      }
      std::ranges::sort(d);
      const auto half = [](const std::vector<double>& x) { return (x[0] + x[1]) / 2; };
      const auto error = [](const std::vector<double>& x) { return std::abs(x[0] - x[1]) / 2; };
      const auto c = compare_other_months(offers.compared[a], offers.compared[b], ci, orbits);
      INFO(a << " against " << b);
      CHECK(*c.a_pays_more.value == Approx(half(more)));
      CHECK(*c.equal.value == Approx(half(equal)).margin(1e-12));
      CHECK(*c.mean.value == Approx(half(mean)));
      CHECK(*c.mean.std_error == Approx(error(mean)));  // two orbits: s / sqrt(2)
      CHECK(c.mean.method == IntervalMethod::paired_t);
      CHECK(*c.regret_of_a.value == Approx(half(loss_of_a)));
      CHECK(*c.regret_of_b.value == Approx(half(loss_of_b)));
      CHECK(*c.regret_of_b.std_error == Approx(error(loss_of_b)));
      CHECK(*c.quantiles[2].value == d[2]);  // ceil(6 / 2)-th of six
      for (const auto& e : {c.a_pays_more, c.equal, c.mean, c.regret_of_a, c.quantiles[2]})
        CHECK(e.paths == 6);
      if (more[0] != more[1]) CHECK(*c.a_pays_more.std_error == Approx(error(more)));
      CHECK_FALSE(c.break_even_visits.value);
    }
  }
}

TEST_CASE("ranking in other months by hand", "[unit][path_orbits][comparisons]") {
  const auto offers = three();
  const PathOrbits orbits(offers.practices, 8, independent);
  for (const auto& ranked : rank_offers(offers.compared, ci, orbits)) {
    const auto k = ranked.scenario;
    double best_prob = 0.0, regret = 0.0, best_prob_alike = 0.0, regret_alike = 0.0;
    for (std::size_t turn = 0; turn < 6; ++turn) {
      double best = -1e300;
      for (std::size_t p = 0; p < 3; ++p) best = std::max(best, offers.pay[p][read_by[p][turn]]);
      best_prob += best == offers.pay[k][read_by[k][turn]] ? 1.0 / 6 : 0.0;
      regret += (best - offers.pay[k][read_by[k][turn]]) / 6;
    }
    for (std::size_t i = 0; i < 8; ++i) {
      const double best = std::max({offers.pay[0][i], offers.pay[1][i], offers.pay[2][i]});
      best_prob_alike += best == offers.pay[k][i] ? 1.0 / 8 : 0.0;
      regret_alike += (best - offers.pay[k][i]) / 8;
    }
    CHECK(*ranked.other_months.best_prob.value == Approx(best_prob).margin(1e-12));
    CHECK(*ranked.other_months.regret_usd.value == Approx(regret));
    CHECK(*ranked.shared_luck.best_prob.value == Approx(best_prob_alike));
    CHECK(*ranked.shared_luck.regret_usd.value == Approx(regret_alike));
  }
}

TEST_CASE("offers of one practice share its months in every turn", "[unit][path_orbits][comparisons]") {
  // Two offers on p and one on q: K is 2, and the two of p read the same path.
  const std::vector<Scenario> all{{"p/x/base", "p", "x", "base", {}},
                                  {"q/z/base", "q", "z", "base", {}},
                                  {"p/y/base", "p", "y", "base", {}}};
  const std::vector<std::vector<double>> pay{{10, 40}, {20, 30}, {11, 39}};
  std::vector<ComparedScenario> offers;
  for (std::size_t k = 0; k < 3; ++k) offers.push_back({{all[k], {}}, pay[k], {}});
  const std::vector<const Scenario*> scenarios{&all[0], &all[1], &all[2]};
  CHECK(practices_of(scenarios) == std::vector<std::string>{"p", "q"});
  const PathOrbits orbits(practices_of(scenarios), 2, independent);
  const auto ranks = rank_offers(offers, ci, orbits);
  // Turn 0: x 10, y 11, z 30; turn 1: x 40, y 39, z 20.
  const double best[3] = {0.5, 0.5, 0.0}, regret[3] = {10.0, 10.0, 10.0};
  for (const auto& r : ranks) {
    CHECK(*r.other_months.best_prob.value == best[r.scenario]);
    CHECK(*r.other_months.regret_usd.value == (r.scenario == 2 ? 10.0 : regret[r.scenario]));
  }
}

TEST_CASE("on one practice other months are the same months", "[unit][path_orbits][comparisons]") {
  const std::vector<Scenario> all{{"p/x/base", "p", "x", "base", {}}, {"p/y/base", "p", "y", "base", {}}};
  const std::vector<double> a{10, 20, 30, 40, 50}, b{11, 19, 30, 38, 51};
  std::vector<ComparedScenario> offers{{{all[0], {}}, a, {}}, {{all[1], {}}, b, {}}};
  const PathOrbits orbits({"p"}, a.size(), independent);
  CHECK(orbits.turns() == 1);
  for (const auto& r : rank_offers(offers, ci, orbits)) {
    CHECK(r.other_months.best_prob.value == r.shared_luck.best_prob.value);
    CHECK(r.other_months.best_prob.ci_high == r.shared_luck.best_prob.ci_high);
    CHECK(r.other_months.regret_usd.value == r.shared_luck.regret_usd.value);
  }
  std::vector<const Scenario*> pointers{&all[0], &all[1]};
  for (const auto& pair : compared_pairs(pointers)) CHECK(pair.pairing != Pairing::other_months);
}

TEST_CASE("the mean difference does not depend on how luck is paired", "[unit][path_orbits][comparisons]") {
  // What a target on `difference` rests on. The turns of an orbit give each offer each of its paths once.
  std::vector<std::vector<double>> pay(3, std::vector<double>(600));
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t i = 0; i < 600; ++i)
      pay[p][i] =
          1000.0 * std::sin(1.7 * static_cast<double>(i)) + 300.0 * std::cos(static_cast<double>(i * p));
  const Offers offers(pay);
  const auto own =
      compare_other_months(offers.compared[0], offers.compared[1], ci, {names(3), 600, independent});
  std::vector<double> by_orbit(200);
  for (std::size_t i = 0; i < 600; ++i) by_orbit[i / 3] += (pay[0][i] - pay[1][i]) / 3;
  const auto alike = PathSample(by_orbit, independent).mean(ci);
  CHECK(*own.mean.value == Approx(*compare(offers.compared[0], offers.compared[1], ci).mean.value));
  CHECK(*own.mean.std_error == Approx(*alike.std_error));
  CHECK(*own.mean.ci_low == Approx(*alike.ci_low));
}

TEST_CASE("orbits too few for an estimate or its interval", "[unit][path_orbits][comparisons]") {
  const Offers offers({{1, 2}, {2, 3}, {3, 4}});
  const auto c = compare_other_months(offers.compared[0], offers.compared[1], ci, {names(3), 2, independent});
  for (const auto& e : {c.a_pays_more, c.equal, c.mean, c.quantiles[0], c.regret_of_a}) {
    CHECK_FALSE(e.value);
    CHECK_FALSE(e.ci_low);
    CHECK(e.paths == 0);
  }
  CHECK_THROWS_AS(
      compare_other_months(offers.compared[0], offers.compared[1], ci, {names(2), 4, independent}),
      std::invalid_argument);
  CHECK_THROWS_AS(rank_offers(offers.compared, ci, {names(3), 4, independent}), std::invalid_argument);
  CHECK_THROWS_AS(rank_offers(offers.compared, ci, {names(2), 2, independent}), std::invalid_argument);

  // Under a Latin hypercube 30 times K replicates have an interval.
  std::vector<std::vector<double>> pay(2, std::vector<double>(61 * paths_of_replicate));
  for (std::size_t p = 0; p < 2; ++p)
    for (std::size_t i = 0; i < pay[p].size(); ++i)
      pay[p][i] = std::sin(static_cast<double>(i * (i + 3 * p)));
  const Offers many(std::move(pay));
  for (const std::size_t replicates : {58U, 59U, 60U, 61U}) {
    const PathOrbits orbits(names(2), replicates * paths_of_replicate, strata);
    const auto e = compare_other_months(many.compared[0], many.compared[1], ci, orbits);
    INFO(replicates);
    for (const auto& one : {e.a_pays_more, e.mean, e.quantiles[2], e.regret_of_b}) {
      CHECK(one.value);
      CHECK(one.ci_low.has_value() == (replicates >= 60));
      CHECK(one.paths == replicates / 2 * 2 * paths_of_replicate);
    }
    CHECK(e.quantiles[2].method == IntervalMethod::replicates_order_statistic);
  }
}

TEST_CASE("pay that never varies keeps an interval", "[unit][path_orbits][comparisons]") {
  const Offers offers({std::vector<double>(900, 100.0), std::vector<double>(900, 90.0)});
  const auto c =
      compare_other_months(offers.compared[0], offers.compared[1], ci, {names(2), 900, independent});
  CHECK(*c.a_pays_more.value == 1.0);
  // All of 450 orbits: the bound of as many paths.
  CHECK(*c.a_pays_more.ci_low == Approx(std::pow(0.025, 1.0 / 450.0)));
  CHECK(*c.equal.value == 0.0);
  CHECK(*c.equal.ci_low == 0.0);
  CHECK(*c.quantiles[0].value == 10.0);
  CHECK(*c.quantiles[0].ci_low == 10.0);
  CHECK(*c.quantiles[4].ci_high == 10.0);
  CHECK(*c.regret_of_a.value == 0.0);
}

}  // namespace path_orbits_test
