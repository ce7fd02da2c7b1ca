#include "analysis/root_search.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace root_search_test {

namespace {

using namespace paystress;

// A margin with a symmetric interval of half-width `error`.
MarginFunction known(std::function<double(double)> f, double error) {
  return [f = std::move(f), error](std::span<const double> xs) {
    std::vector<MarginPoint> points;
    for (const double x : xs) points.push_back({x, f(x), f(x) - error, f(x) + error});
    return points;
  };
}

RootSearchSettings over(double from, double to) {
  RootSearchSettings s;
  s.from = from;
  s.to = to;
  return s;
}

}  // namespace

TEST_CASE("a straight margin crosses where its closed form does, with the interval of its error", "[unit]") {
  const auto r = find_crossings(known([](double x) { return 2 * (x - 3.3); }, 0.4), over(0, 10));
  REQUIRE(r.crossings.size() == 1);
  const auto& c = r.crossings[0];
  CHECK(c.starts);
  CHECK_FALSE(c.jump);
  CHECK(c.before < 3.3);
  CHECK(c.after >= 3.3);
  CHECK(c.after - c.before <= 1e-6);
  CHECK(std::abs(c.ci_low - 3.1) <= 1e-6);   // 2 (x - 3.3) + 0.4 = 0
  CHECK(std::abs(c.ci_high - 3.5) <= 1e-6);  // 2 (x - 3.3) - 0.4 = 0
  CHECK_FALSE(c.open_low);
  CHECK_FALSE(c.open_high);
}

TEST_CASE("a falling margin stops to hold, and its interval lies the other way round", "[unit]") {
  const auto r = find_crossings(known([](double x) { return 5 - x; }, 1.0), over(0, 10));
  REQUIRE(r.crossings.size() == 1);
  CHECK_FALSE(r.crossings[0].starts);
  CHECK(std::abs(r.crossings[0].holds_at() - 5) <= 1e-6);
  CHECK(std::abs(r.crossings[0].ci_low - 4) <= 1e-6);
  CHECK(std::abs(r.crossings[0].ci_high - 6) <= 1e-6);
}

TEST_CASE("a cliff is bracketed and called a jump", "[unit]") {
  const auto r = find_crossings(known([](double x) { return x > 7.7 ? 4.0 : -1.0; }, 0.1), over(0, 10));
  REQUIRE(r.crossings.size() == 1);
  CHECK(r.crossings[0].jump);
  CHECK(r.crossings[0].before <= 7.7);
  CHECK(r.crossings[0].after > 7.7);
  CHECK(r.crossings[0].ci_low <= 7.7);
  CHECK(r.crossings[0].ci_high > 7.7);
}

TEST_CASE("a bracket as wide as the cell is no cliff", "[unit]") {
  auto coarse = over(0, 150);
  coarse.tolerance = 10;
  const auto r = find_crossings(known([](double x) { return x - 50; }, 1.0), coarse);
  REQUIRE(r.crossings.size() == 1);
  CHECK_FALSE(r.crossings[0].jump);
  auto whole = over(0, 40);
  whole.whole_numbers = true;
  const auto steps = find_crossings(known([](double x) { return x - 12.5; }, 0.1), whole);
  REQUIRE(steps.crossings.size() == 1);
  CHECK_FALSE(steps.crossings[0].jump);
}

TEST_CASE("several roots, no root, a flat stretch and undefined points are reported as such", "[unit]") {
  const auto several = find_crossings(known([](double x) { return std::sin(x); }, 0.01), over(1, 8));
  REQUIRE(several.crossings.size() == 2);
  CHECK_FALSE(several.crossings[0].starts);
  CHECK(std::abs(several.crossings[0].after - std::numbers::pi) < 1e-5);
  CHECK(several.crossings[1].starts);

  const auto none = find_crossings(known([](double) { return -1.0; }, 0.1), over(0, 1));
  CHECK(none.crossings.empty());
  CHECK(none.holds_nowhere);
  REQUIRE(none.flats.size() == 1);
  CHECK(none.flats[0].from == 0.0);
  CHECK(none.flats[0].to == 1.0);

  const auto always = find_crossings(known([](double x) { return x + 1; }, 0.1), over(0, 1));
  CHECK(always.holds_everywhere);
  CHECK(always.flats.empty());

  const auto undefined =
      find_crossings(known([](double x) { return x < 0.2 ? std::nan("") : x - 0.5; }, 0.1), over(0, 1));
  CHECK(undefined.undefined_somewhere);
  REQUIRE(undefined.crossings.size() == 1);
  CHECK(std::abs(undefined.crossings[0].after - 0.5) < 1e-5);
}

TEST_CASE("an interval that leaves the range is open, and whole numbers stay whole", "[unit]") {
  const auto open = find_crossings(known([](double x) { return x - 0.9; }, 0.3), over(0, 1));
  REQUIRE(open.crossings.size() == 1);
  CHECK(open.crossings[0].open_high);
  CHECK_FALSE(open.crossings[0].open_low);

  auto settings = over(0, 40);
  settings.whole_numbers = true;
  const auto whole = find_crossings(known([](double x) { return x - 12.5; }, 0.1), settings);
  REQUIRE(whole.crossings.size() == 1);
  CHECK(whole.crossings[0].before == 12);
  CHECK(whole.crossings[0].after == 13);
}

TEST_CASE("a search refuses a range or settings that mean nothing", "[unit]") {
  const auto f = known([](double x) { return x; }, 0.1);
  CHECK_THROWS_AS(find_crossings(f, over(1, 1)), std::invalid_argument);
  auto s = over(0, 1);
  s.tolerance = 0;
  CHECK_THROWS_AS(find_crossings(f, s), std::invalid_argument);
}

}  // namespace root_search_test
