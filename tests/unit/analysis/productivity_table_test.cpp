#include "analysis/productivity_table.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace productivity_table_test {

using namespace paystress;

TEST_CASE("groups of paths by pace", "[unit][productivity]") {
  std::vector<double> pace;
  for (int i = 0; i < 100; ++i) pace.push_back((i * 37) % 100);
  const auto groups = pace_groups(pace);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].paths == 25);
  CHECK(groups[0].low == 0.0);
  CHECK(groups[0].high == 24.0);
  CHECK(groups[0].mean == 12.0);
  CHECK(groups[1].paths == 10);
  CHECK(groups[1].low == 45.0);
  CHECK(groups[1].high == 54.0);
  CHECK(groups[2].paths == 10);
  CHECK(groups[2].low == 90.0);
  for (std::size_t i = 0; i < pace.size(); ++i) CHECK(groups[0].holds[i] == (pace[i] < 25));
}

TEST_CASE("a tie lies wholly in one group", "[unit][productivity]") {
  // 40 % share the slowest pace: their middle rank is 20 %, so all are in the slowest group; 30 % share the
  // fastest, whose middle rank is 85 %, in no group.
  std::vector<double> pace(100, 2.0);
  for (std::size_t i = 0; i < 40; ++i) pace[i] = 1.0;
  for (std::size_t i = 70; i < 100; ++i) pace[i] = 3.0;
  auto groups = pace_groups(pace);
  CHECK(groups[0].paths == 40);
  CHECK(groups[0].high == 1.0);
  CHECK(groups[1].paths == 30);  // middle rank 55 %
  CHECK(groups[2].paths == 0);
  CHECK_FALSE(groups[2].low.has_value());
  // One pace of all: it is the median.
  groups = pace_groups(std::vector<double>(100, 2.0));
  CHECK(groups[0].paths == 0);
  CHECK(groups[1].paths == 100);
  CHECK(groups[2].paths == 0);
  // A path without hours has no pace.
  pace.assign(100, std::numeric_limits<double>::quiet_NaN());
  CHECK(pace_groups(pace)[1].paths == 0);
}

}  // namespace productivity_table_test
