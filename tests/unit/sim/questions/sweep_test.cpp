#include "sim/questions/sweep.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "sim/errors.h"

namespace sweep_test {

using namespace paystress;

TEST_CASE("a grid has every combination, the last key fastest", "[unit][sweep]") {
  const std::vector<questions::SweptKey> keys{questions::parse_swept_key("a=x,y"),
                                              questions::parse_swept_key("b=1..2/3")};
  const auto grid = questions::make_design(keys, questions::Design::grid, 0, 1);
  CHECK(grid == std::vector<std::vector<std::string>>{
                    {"x", "1"}, {"x", "1.5"}, {"x", "2"}, {"y", "1"}, {"y", "1.5"}, {"y", "2"}});
  // A value with commas of its own is one value.
  CHECK(std::get<std::vector<std::string>>(
            questions::parse_swept_key("a={ low = 1, likely = 2, high = 3 },4").values) ==
        std::vector<std::string>{"{ low = 1, likely = 2, high = 3 }", "4"});
}

TEST_CASE("a design over a whole number has whole numbers", "[unit][sweep]") {
  const std::vector<questions::SweptKey> keys{
      questions::parse_swept_key("practices.clinic.audit.lag_months=0..6"),
      questions::parse_swept_key("practices.clinic.no_show.rate=0..1")};
  for (const auto& row : questions::make_design(keys, questions::Design::sobol, 20, 1)) {
    CHECK(row[0].find('.') == std::string::npos);
    CHECK(row[1].find('.') != std::string::npos);
  }
}

TEST_CASE("a Latin hypercube hits every stratum of every key once", "[unit][sweep]") {
  const std::vector<questions::SweptKey> keys{questions::parse_swept_key("a=0..1"),
                                              questions::parse_swept_key("b=10..20")};
  constexpr std::size_t n = 50;
  const auto design = questions::make_design(keys, questions::Design::latin_hypercube, n, 3);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    std::set<int> strata;
    for (const auto& row : design) {
      const double u = k == 0 ? std::stod(row[0]) : (std::stod(row[1]) - 10.0) / 10.0;
      strata.insert(static_cast<int>(std::floor(u * n)));
    }
    CHECK(strata.size() == n);
    CHECK(*strata.begin() == 0);
    CHECK(*strata.rbegin() == n - 1);
  }
  CHECK(questions::make_design(keys, questions::Design::latin_hypercube, n, 3) == design);
  CHECK(questions::make_design(keys, questions::Design::latin_hypercube, n, 4) != design);
}

TEST_CASE("a Sobol design is the published sequence", "[unit][sweep]") {
  // The first points after 0 in two dimensions (Joe & Kuo): a permutation of the usual order by Gray code.
  const auto design =
      questions::make_design({questions::parse_swept_key("a=0..1"), questions::parse_swept_key("b=0..1")},
                             questions::Design::sobol, 7, 1);
  const std::set<std::vector<std::string>> points(design.begin(), design.end());
  CHECK(points == std::set<std::vector<std::string>>{{"0.5", "0.5"},
                                                     {"0.75", "0.25"},
                                                     {"0.25", "0.75"},
                                                     {"0.375", "0.375"},
                                                     {"0.875", "0.875"},
                                                     {"0.625", "0.125"},
                                                     {"0.125", "0.625"}});
  // A list takes equal shares.
  const auto listed =
      questions::make_design({questions::parse_swept_key("a=x,y,z,w")}, questions::Design::sobol, 7, 1);
  CHECK(std::ranges::count(listed, std::vector<std::string>{"y"}) == 2);
}

TEST_CASE("what cannot be swept is refused", "[unit][sweep]") {
  CHECK_THROWS_AS(questions::parse_swept_key("a"), InputError);
  CHECK_THROWS_AS(questions::parse_swept_key("a="), InputError);
  CHECK_THROWS_AS(questions::parse_swept_key("a=2..1"), InputError);
  CHECK_THROWS_AS(questions::parse_swept_key("a=1..2/1.5"), InputError);
  CHECK_THROWS_AS(
      questions::make_design({questions::parse_swept_key("a=1..2")}, questions::Design::grid, 0, 1),
      InputError);
  CHECK_THROWS_AS(
      questions::make_design({questions::parse_swept_key("a=1..2")}, questions::Design::sobol, 0, 1),
      InputError);
  CHECK_THROWS_AS(
      questions::make_design({questions::parse_swept_key("a=1,2"), questions::parse_swept_key("a=3")},
                             questions::Design::grid, 0, 1),
      InputError);
  CHECK_THROWS_AS(questions::make_design(
                      {questions::parse_swept_key("a=1..2/2000"), questions::parse_swept_key("b=1..2/2000")},
                      questions::Design::grid, 0, 1),
                  InputError);
}

}  // namespace sweep_test
