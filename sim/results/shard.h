#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/outcomes.h"

namespace paystress::results {

/// A part of a batch that one machine runs: the K-th of N.
struct Shard {
  std::size_t number = 1, of = 1;
  bool operator==(const Shard&) const = default;
};
inline constexpr std::size_t most_shards = 100'000;

/// Reads "2/4"; nothing where that is no shard.
[[nodiscard]] std::optional<Shard> parse_shard(std::string_view text);
[[nodiscard]] std::string shard_text(Shard shard);

/// Groups of rows that share their sampling, as a batch runs them: of at most as many contracts as are held
/// at once.   \test tests/unit/sim/results/shard_test.cpp
[[nodiscard]] std::vector<engine::SampleGroup> batch_groups(std::span<const engine::ScenarioInput> inputs,
                                                            int months, std::size_t paths);

/// How rows are dealt, in words; stands in the manifest of every shard.
[[nodiscard]] std::string_view dealing_rule();
/// The rows of a shard, ascending: whole groups, so that no two shards sample the same months. What cannot be
/// read is told by the first shard.
[[nodiscard]] std::vector<std::size_t> rows_of_shard(const engine::RunRequest& request, Shard shard);

}  // namespace paystress::results
