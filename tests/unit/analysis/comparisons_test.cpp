#include "analysis/comparisons.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/column_schema.h"
#include "tests/support/fake_scenario.h"

namespace comparisons_test {

namespace {

using namespace paystress;
using paystress::testing::csv_cells;

constexpr double ci = 0.95;

Scenario scenario_of(const std::string& practice, const std::string& offer, const std::string& stress) {
  return {practice + "/" + offer + "/" + stress, practice, offer, stress, {}};
}

/// Path i has i visits; a pays 100 a visit, b 30,000 and 40 a visit: they cross at 500 visits.
struct Crossing {
  std::vector<double> visits, a, b;
  explicit Crossing(std::size_t n, double noise = 0.0) {
    for (std::size_t i = 0; i < n; ++i) {
      const double v = 1000.0 * (static_cast<double>(i) + 0.5) / static_cast<double>(n);
      visits.push_back(v);
      a.push_back(100.0 * v + noise * std::sin(13.0 * static_cast<double>(i)));
      b.push_back(30'000.0 + 40.0 * v);
    }
  }
};

}  // namespace

TEST_CASE("paired differences, regret and probabilities by hand", "[unit][comparisons]") {
  const std::vector<double> a{10, 20, 30, 40}, b{10, 25, 20, 20};
  const auto s = scenario_of("p", "x", "base"), t = scenario_of("p", "y", "base");
  const auto c = compare({{s, {}}, a, {}}, {{t, {}}, b, {}}, ci);
  CHECK(*c.a_pays_more.value == 0.5);
  CHECK(*c.equal.value == 0.25);
  CHECK(*c.mean.value == (0 - 5 + 10 + 20) / 4.0);
  // Differences 0, -5, 10, 20: mean 6.25, sum of squares about it 368.75.
  CHECK(*c.mean.std_error == Approx(std::sqrt(368.75 / 3.0 / 4.0)));
  CHECK(*c.quantiles[2].value == 0.0);
  CHECK(*c.regret_of_a.value == 5.0 / 4.0);
  CHECK(*c.regret_of_b.value == 30.0 / 4.0);
  CHECK(*c.regret_of_b.value - *c.regret_of_a.value == *c.mean.value);
  const auto back = compare({{t, {}}, b, {}}, {{s, {}}, a, {}}, ci);
  CHECK(*back.mean.value == -*c.mean.value);
  CHECK(*back.a_pays_more.value == 0.25);
  const std::vector<double> three{1, 2, 3};
  CHECK_THROWS_AS(compare({{s, {}}, a, {}}, {{t, {}}, three, {}}, ci), std::invalid_argument);
}

TEST_CASE("the same pay differs by exactly nothing", "[unit][comparisons]") {
  std::vector<double> pay;
  for (int i = 0; i < 1000; ++i) pay.push_back(std::exp(0.01 * i));
  const auto s = scenario_of("p", "x", "unit"), t = scenario_of("p", "x", "base");
  const auto c = compare({{s, {}}, pay, {}}, {{t, {}}, pay, {}}, ci);
  CHECK(*c.mean.value == 0.0);
  CHECK(*c.mean.std_error == 0.0);
  CHECK(*c.equal.value == 1.0);
  for (const auto& q : c.quantiles) CHECK(*q.value == 0.0);
}

TEST_CASE("break-even lies where the offers cross, and only then", "[unit][comparisons]") {
  for (const double noise : {0.0, 3000.0}) {
    const Crossing x(10'000, noise);
    const auto s = scenario_of("p", "x", "base"), t = scenario_of("p", "y", "base");
    const auto c = compare({{s, {}}, x.a, x.visits}, {{t, {}}, x.b, x.visits}, ci);
    INFO("noise " << noise);
    REQUIRE(c.break_even_visits.value);
    CHECK(*c.break_even_visits.value == Approx(500.0).margin(10.0));
    CHECK(*c.break_even_visits.ci_low < 500.0);
    CHECK(*c.break_even_visits.ci_high > 500.0);
    CHECK(*c.break_even_visits.ci_high - *c.break_even_visits.ci_low <= 100.0);
  }
  const Crossing x(10'000);
  std::vector<double> apart(x.a.size()), twice(x.a.size());
  for (std::size_t i = 0; i < apart.size(); ++i) {
    apart[i] = 1.0 + x.visits[i];
    twice[i] = std::abs(x.visits[i] - 500.0) - 200.0;
  }
  CHECK_FALSE(break_even(apart, x.visits, ci).value);
  CHECK_FALSE(break_even(twice, x.visits, ci).value);
  CHECK_FALSE(break_even(std::vector<double>(10, 1.0), std::vector<double>(10, 1.0), ci).value);
}

TEST_CASE("pairs: offers under one stress, stresses against base", "[unit][comparisons]") {
  using Pairs = std::vector<std::array<std::size_t, 2>>;
  const auto pairs_of = [](const std::vector<Scenario>& all, bool of_stresses, Pairing pairing) {
    std::vector<const Scenario*> pointers;
    for (const auto& s : all) pointers.push_back(&s);
    Pairs out;
    for (const auto& p : compared_pairs(pointers))
      if (p.of_stresses == of_stresses && p.pairing == pairing) out.push_back({p.a, p.b});
    return out;
  };
  const std::vector<Scenario> one_practice{scenario_of("p", "x", "base"), scenario_of("p", "y", "base"),
                                           scenario_of("p", "x", "dip"), scenario_of("p", "y", "dip")};
  CHECK(pairs_of(one_practice, false, Pairing::same_months) == Pairs{{0, 1}, {2, 3}});
  CHECK(pairs_of(one_practice, true, Pairing::shared_luck) == Pairs{{2, 0}, {3, 1}});
  CHECK(pairs_of(one_practice, false, Pairing::shared_luck).empty());
  const std::vector<Scenario> own_practice{scenario_of("p", "x", "base"), scenario_of("q", "y", "base")};
  CHECK(pairs_of(own_practice, false, Pairing::shared_luck) == Pairs{{0, 1}});
  CHECK(pairs_of(own_practice, false, Pairing::other_months) == Pairs{{0, 1}});
  CHECK(pairs_of(one_practice, false, Pairing::other_months).empty());
  CHECK(pairs_of(own_practice, true, Pairing::other_months).empty());
  // Both offers have practice p: there they are compared, and not across p and q.
  const std::vector<Scenario> both{scenario_of("p", "x", "base"), scenario_of("q", "x", "base"),
                                   scenario_of("p", "y", "base")};
  CHECK(pairs_of(both, false, Pairing::same_months) == Pairs{{0, 2}});
  CHECK(pairs_of(both, false, Pairing::shared_luck).empty());
}

TEST_CASE("ranking: median, chance to be best, regret", "[unit][comparisons]") {
  const auto s = scenario_of("p", "x", "base"), t = scenario_of("q", "y", "base");
  const std::vector<double> steady(1000, 100.0);
  std::vector<double> risky;
  for (int i = 0; i < 1000; ++i) risky.push_back(i < 400 ? 200.0 : 90.0);
  const std::vector<ComparedScenario> offers{{{t, {}}, risky, {}}, {{s, {}}, steady, {}}};
  const PathOrbits orbits({"p", "q"}, 1000, PathDesign::independent);
  const auto ranks = rank_offers(offers, ci, orbits);
  CHECK(ranks[0].scenario == 1);
  CHECK(*ranks[0].median_usd.value == 100.0);
  CHECK(*ranks[0].shared_luck.best_prob.value == 0.6);
  CHECK(*ranks[0].shared_luck.regret_usd.value == Approx(40.0));
  CHECK(*ranks[1].shared_luck.regret_usd.value == Approx(6.0));
  const auto rows = csv_cells(ranking_rows(offers, ranks, ci));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].size() == table_schema(Table::ranking).columns.size());
  CHECK(rows[0][0] == "p/x/base");
  CHECK(rows[0][4] == "1");
  CHECK(rows[0][8] == rows[0][14]);  // no matter whose luck: steady pay is best where the other one's is low
}

TEST_CASE("an offer is ranked among those that one could take instead", "[unit][comparisons]") {
  // Two offers on a good and a poor practice: the good practice's pay is no alternative on the poor one.
  const std::vector<Scenario> all{scenario_of("good", "v", "base"), scenario_of("good", "f", "base"),
                                  scenario_of("poor", "v", "base"), scenario_of("poor", "f", "base")};
  const std::vector<std::vector<double>> pay{{300, 300}, {200, 200}, {100, 100}, {200, 200}};
  std::vector<ComparedScenario> offers;
  for (std::size_t k = 0; k < all.size(); ++k) offers.push_back({{all[k], {}}, pay[k], {}});
  const PathOrbits orbits({"good", "poor"}, 2, PathDesign::independent);
  for (const auto& r : rank_offers(offers, ci, orbits)) {
    const bool best = r.scenario == 0 || r.scenario == 3;
    CHECK(*r.shared_luck.best_prob.value == (best ? 1.0 : 0.0));
    CHECK(*r.shared_luck.regret_usd.value == (best ? 0.0 : 100.0));
    CHECK(*r.other_months.regret_usd.value == (best ? 0.0 : 100.0));
  }
}

TEST_CASE("comparisons.csv rows have the columns of their schema", "[unit][comparisons]") {
  const Crossing x(2000, 100.0);
  const auto s = scenario_of("p", "x", "base"), t = scenario_of("p", "y", "base");
  const auto rows = csv_cells(comparison_rows({{s, {}}, x.a, x.visits}, {{t, {}}, x.b, x.visits}, {0, 1}, ci,
                                              {{"p"}, 2000, PathDesign::independent}));
  REQUIRE(rows.size() == 11);
  for (const auto& row : rows) {
    CHECK(row.size() == table_schema(Table::comparisons).columns.size());
    CHECK(row[0] == "offers");
    CHECK(row[1] == "p/x/base");
  }
  CHECK(rows[0][5] == "a_pays_more_prob");
  CHECK(rows[10][5] == "break_even_visits");
}

}  // namespace comparisons_test
