#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/run_progress.h"
#include "sim/engine/group_run.h"
#include "sim/results/output_file.h"
#include "sim/results/result_directory.h"
#include "sim/results/shard.h"
#include "sim/words/screen_table.h"

namespace paystress::commands {

/// What the user asked of `paystress run`.
struct RunOptions {
  std::filesystem::path study;
  AllowedDirectories allowed;
  std::optional<std::filesystem::path> output;  ///< default: results/STUDY, of a shard results/STUDY.2_of_4
  std::optional<std::uint64_t> seed;
  std::optional<std::int64_t> paths;
  bool exact = false;  ///< exact distributions instead of sampled paths
  int threads = 1;
  samplers::SamplerKind sampler = samplers::SamplerKind::fast;
  bool force = false;
  bool paths_csv = false;
  std::optional<std::filesystem::path> batch;  ///< rows.csv: these rows instead of the study's scenarios
  std::optional<results::Shard> shard;         ///< of the batch; all of it without
  bool resume = false;
  bool fail_fast = false;  ///< of a batch
  ProgressOptions progress;
  std::vector<std::string> tables;  ///< names; all where there are none
  bool gzip = false;

  [[nodiscard]] std::filesystem::path target() const {
    if (output) return *output;
    auto name = study.stem();
    if (shard) name += "." + std::to_string(shard->number) + "_of_" + std::to_string(shard->of);
    return std::filesystem::path("results") / name;
  }
  [[nodiscard]] results::Packing packing() const {
    return gzip ? results::Packing::gzip : results::Packing::plain;
  }
  [[nodiscard]] results::ResultDirectory::Foreign foreign() const {
    return force ? results::ResultDirectory::Foreign::leave : results::ResultDirectory::Foreign::refuse;
  }
};

/// Which values --sampler takes.
enum class Samplers { drawing, exact_too };

/// --threads, with available_threads() where it is left out.
void add_threads_option(CLI::App& command, RunOptions& options);
/// STUDY, --seed, --paths, --sampler: what decides the draws.
void add_draw_options(CLI::App& command, RunOptions& options, Samplers samplers = Samplers::drawing);

/// Reads the study and puts in the seed and paths that the user gave.   \throws InputError
[[nodiscard]] LoadedStudy load_for_run(const RunOptions& options);

/// The title of the study, then how it was sampled and over how many months its dollars are.
[[nodiscard]] std::string run_heading(const Study& study, std::size_t paths, const words::Screen& screen);

/// Says on stderr what a run will take where that is much.   \throws InputError where it does not fit into
/// this machine
void tell_needs(const engine::RunRequest& request, std::span<const engine::SampleGroup> groups,
                std::size_t rows_kept, int threads, double more_paths);

/// Runs the rows of a batch file: sampling and pricing are shared where rows share them, finished rows are
/// safe from then on, rows that fail go to errors.csv.
/// \throws InputError: nothing is written; OutputError, Interrupted: finished rows wait for --resume
[[nodiscard]] ExitCode run_batch(const RunOptions& options);

/// Runs every scenario of a study and prints what a person wants to know.
/// \throws InputError, OutputError, Interrupted; nothing is written then
[[nodiscard]] ExitCode run_study(const RunOptions& options);

/// `--sampler exact`: income_distribution.csv and tier_miss.csv without a sampled path.
/// \throws InputError, OutputError, Interrupted; nothing is written then
[[nodiscard]] ExitCode run_exactly(const RunOptions& options);

}  // namespace paystress::commands
