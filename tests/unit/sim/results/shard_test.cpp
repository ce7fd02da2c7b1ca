#include "sim/results/shard.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <list>

namespace shard_test {

using namespace paystress;
using results::parse_shard;
using results::rows_of_shard;
using results::Shard;

TEST_CASE("a shard is K of N", "[unit][shard]") {
  CHECK(parse_shard("1/1") == Shard{1, 1});
  CHECK(parse_shard("4/12") == Shard{4, 12});
  CHECK(results::shard_text({4, 12}) == "4/12");
  for (const auto* wrong : {"", "/", "1", "1/", "/2", "0/4", "5/4", "-1/4", "1/4x", "x1/4", "1 /4",
                            "1/100001", "1/99999999999999999999"})
    CHECK_FALSE(parse_shard(wrong));
}

TEST_CASE("rows are dealt in whole groups, none twice, evenly", "[unit][shard]") {
  Study study;
  study.months = 12;
  std::list<Practice> practices;
  std::list<Scenario> scenarios;
  const Contract contract;
  const Stress base;
  std::vector<engine::ScenarioInput> inputs;
  // 50 practices of 1 to 5 rows, in turn.
  for (int p = 0; p < 50; ++p) {
    practices.emplace_back();
    practices.back().weekday_factor[0] = 1.0 + p;
  }
  for (int row = 0; row < 5; ++row) {
    int p = 0;
    for (const auto& practice : practices) {
      scenarios.emplace_back();
      if (row <= p++ % 5) inputs.push_back({&scenarios.back(), &practice, &contract, &base, true});
    }
  }
  const engine::RunRequest request{.study = &study, .inputs = inputs, .draws = {}, .paths = 100};
  std::vector<std::size_t> all;
  std::vector<std::size_t> sizes;
  for (std::size_t k = 1; k <= 7; ++k) {
    const auto rows = rows_of_shard(request, {k, 7});
    CHECK(std::ranges::is_sorted(rows));
    sizes.push_back(rows.size());
    all.insert(all.end(), rows.begin(), rows.end());
    // Nobody else has a row of these practices.
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool shared =
          std::ranges::any_of(rows, [&](std::size_t r) { return inputs[r].practice == inputs[i].practice; });
      CHECK(shared == std::ranges::binary_search(rows, i));
    }
  }
  std::ranges::sort(all);
  REQUIRE(all.size() == inputs.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == i);
  // 150 rows in 7 parts: the dearest group is 5 rows.
  const auto [least, most] = std::ranges::minmax(sizes);
  CHECK(most - least <= 5);
  CHECK(rows_of_shard(request, {51, 60}).empty());
  CHECK(rows_of_shard(request, {1, 1}).size() == inputs.size());
}

}  // namespace shard_test
