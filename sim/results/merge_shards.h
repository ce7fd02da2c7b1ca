#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "sim/results/result_directory.h"

namespace paystress::results {

struct MergedBatch {
  std::string title;
  std::size_t shards = 0, rows = 0, failed_rows = 0;
};

/// Joins the finished results of all shards of a batch into `target`, as one run would have written them; of
/// the manifest the object `run` alone differs.   \test tests/reproducibility/shards_test.cpp
/// \throws InputError that names what does not belong together or is missing; OutputError
MergedBatch merge_shards(std::span<const std::filesystem::path> shards, const std::filesystem::path& target,
                         ResultDirectory::Foreign foreign);

}  // namespace paystress::results
