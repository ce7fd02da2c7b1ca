#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/results/checkpoint.h"
#include "sim/results/shard.h"

namespace paystress::results {

/// The finished result of one shard, as it lies on the disk.
struct ShardResult {
  std::filesystem::path directory;
  Shard shard;
  nlohmann::ordered_json manifest;
  nlohmann::ordered_json package;  ///< datapackage.json, without what the bytes of a table decide
  Journal journal;
};

/// Where the rows of a batch lie: the place of its shard by key of the planned row.
using RowPlaces = std::unordered_map<std::string, std::size_t>;

/// Shards of one batch, all of them, by number.
struct ShardedBatch {
  std::vector<ShardResult> shards;
  RowPlaces done, failed;
};

/// Reads the results and looks whether they are the shards of one batch, none missing and none twice.
/// \throws InputError that names everything that is not so
[[nodiscard]] ShardedBatch read_shards(std::span<const std::filesystem::path> directories);

/// The key under which a journal enters a planned row that was run with so many paths.
[[nodiscard]] std::string done_key(const PlannedRow& row, std::size_t paths);

}  // namespace paystress::results
