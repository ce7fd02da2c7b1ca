#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/read_study.h"
#include "sim/engine/outcomes.h"
#include "sim/results/checkpoint.h"
#include "sim/results/result_writer.h"

namespace paystress::results {

enum class Start { anew, resume };

/// Who watches rows while they are run; each may be empty.
struct RowHooks {
  /// Told before anything is run what will be sampled, and of how many rows the tables are held at once.
  std::function<void(std::span<const engine::SampleGroup> groups, std::size_t rows_kept)> planned;
  std::function<void(std::size_t rows)> done;
  std::function<bool()> stop;  ///< asked after rows that are safe: throws Interrupted where true
};

/// What a person is told whose run ended with rows in a checkpoint.
inline constexpr std::string_view resume_hint =
    "finished rows are kept: the same command with --resume goes on from them";

/// The name of the fact that a checkpoint is of one shard.
inline constexpr std::string_view shard_fact = "shard";
/// The name of the fact which tables there are.
inline constexpr std::string_view tables_fact = "tables";

/// What decides the numbers of a run of a study: program, seed, sampler, input files.
[[nodiscard]] Facts run_facts(const StudyText& text, const engine::RunRequest& request,
                              const Manifest& about);

/// Is all that differs that tables are asked for beside those of before? Then every row is run for them.
[[nodiscard]] bool has_more_tables(const Facts& now, const Facts& before);

/// \throws InputError "--resume: OBSTACLE since TARGET was begun. ..."
[[noreturn]] void refuse_resume(const std::string& obstacle, const std::filesystem::path& target);

/// Where a finished result may lie to which rows were added.
enum class Finished { ignored, taken_up };

/// Opens the checkpoint of a result: that of an interrupted run with the same facts, else (where `finished`
/// says so) the rows of the finished result in the target, else a new one. `files`: names of its tables.
/// \throws InputError that names what changed since; what is there stays then   \throws OutputError
[[nodiscard]] Checkpoint open_checkpoint(ResultDirectory& directory, Start start, Finished finished,
                                         std::vector<std::string> files, const Facts& facts,
                                         const std::vector<PlannedRow>& planned,
                                         const std::filesystem::path& target);

}  // namespace paystress::results
