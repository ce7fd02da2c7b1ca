#include "analysis/sensitivity.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/column_schema.h"
#include "tests/support/fake_scenario.h"

namespace sensitivity_test {

namespace {

using namespace paystress;
using paystress::testing::csv_cells;

constexpr double ci = 0.95;

struct Draws {
  std::vector<TraitScores> traits;
  std::vector<double> luck;
  Draws(std::size_t paths, std::size_t count) {
    boost::random::mt19937_64 bits(20260107);
    boost::random::normal_distribution<> normal;
    for (std::size_t t = 0; t < count; ++t) {
      traits.push_back({"trait_" + std::to_string(t), {}});
      for (std::size_t i = 0; i < paths; ++i) traits.back().z.push_back(normal(bits));
    }
    for (std::size_t i = 0; i < paths; ++i) luck.push_back(normal(bits));
  }
};

}  // namespace

TEST_CASE("shares of variance are those of a polynomial", "[unit][sensitivity]") {
  // y = 3 a + (b^2 - 1) + c d + 2 luck: variances 9, 2, 1, 4 of 16. c and d act only together.
  const Draws draws(100'000, 4);
  std::vector<double> y;
  for (std::size_t i = 0; i < draws.luck.size(); ++i) {
    const auto z = [&](std::size_t t) { return draws.traits[t].z[i]; };
    y.push_back(1e5 + 3.0 * z(0) + z(1) * z(1) - 1.0 + z(2) * z(3) + 2.0 * draws.luck[i]);
  }
  const auto s = sensitivity(y, draws.traits, ci);
  REQUIRE(s.products);
  // Standard errors of these shares are near 0.002 (they are estimated, and checked below); 4.5 of them.
  const auto close = [](const Estimate& e, double exact) {
    INFO(*e.value << " +- " << *e.std_error << " against " << exact);
    CHECK(*e.std_error < 0.004);
    CHECK(std::abs(*e.value - exact) < 4.5 * *e.std_error + 1e-4);
  };
  close(s.parameters[0].variance_share, 9.0 / 16.0);
  close(s.parameters[1].variance_share, 2.0 / 16.0);
  close(s.parameters[2].variance_share, 0.0);
  close(s.all, 12.0 / 16.0);
  close(s.luck, 4.0 / 16.0);
  CHECK(*s.parameters[0].last_share == Approx(9.0 / 16.0).margin(0.01));
  CHECK(*s.parameters[2].last_share == Approx(1.0 / 16.0).margin(0.005));
  CHECK(*s.parameters[3].last_share == Approx(1.0 / 16.0).margin(0.005));
  // The tornado of a: 3 x (1.2816 + 1.2816), a bit more for the width of the windows (mean score 1.300).
  CHECK(*s.parameters[0].swing.value == Approx(3.0 * 2.6).margin(0.15));
  CHECK(*s.parameters[0].swing.ci_low < *s.parameters[0].swing.value);
  CHECK(std::abs(*s.parameters[2].swing.value) < 0.2);
}

TEST_CASE("sensitivity is undefined where nothing varies or paths are few", "[unit][sensitivity]") {
  const Draws draws(1000, 2);
  const std::vector<double> equal(1000, 5.0);
  const auto none = sensitivity(equal, draws.traits, ci);
  CHECK_FALSE(none.all.value);
  CHECK_FALSE(none.parameters[0].variance_share.value);
  CHECK(*none.parameters[0].swing.value == 0.0);
  const Draws few(60, 4);
  CHECK_FALSE(sensitivity(few.luck, few.traits, ci).all.value);
  CHECK(sensitivity(draws.luck, {}, ci).parameters.empty());
  const Draws other(999, 1);
  CHECK_THROWS_AS(sensitivity(draws.luck, other.traits, ci), std::invalid_argument);
  // A number that is fixed after all: no share, no failure.
  auto traits = draws.traits;
  std::ranges::fill(traits[0].z, 0.0);
  std::vector<double> y;
  for (std::size_t i = 0; i < 1000; ++i) y.push_back(traits[1].z[i] + draws.luck[i]);
  const auto s = sensitivity(y, traits, ci);
  CHECK(*s.parameters[0].variance_share.value < 0.01);
  CHECK(*s.parameters[1].variance_share.value == Approx(0.5).margin(0.1));
}

TEST_CASE("normal scores rank the draws, ties share their rank", "[unit][sensitivity]") {
  const std::vector<double> values{10, 30, 20, 20};
  const auto z = normal_scores(values);
  CHECK(z[0] == Approx(-1.1503493803760079));  // (1 - 1/2) / 4
  CHECK(z[1] == Approx(1.1503493803760079));
  CHECK(z[2] == z[3]);
  CHECK(z[2] == Approx(0.0).margin(1e-15));
}

TEST_CASE("sensitivity.csv has its schema's columns", "[unit][sensitivity]") {
  const Draws draws(1000, 2);
  const auto s = sensitivity(draws.luck, draws.traits, ci);
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  const auto rows = csv_cells(sensitivity_rows({scenario, {}}, "income_usd", s, ci));
  REQUIRE(rows.size() == 4);
  for (const auto& row : rows) CHECK(row.size() == table_schema(Table::sensitivity).columns.size());
  CHECK(rows[2][4] == "all");
  CHECK(rows[3][4] == "luck");
}

}  // namespace sensitivity_test
