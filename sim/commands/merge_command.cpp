#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/notice.h"
#include "sim/results/merge_shards.h"

namespace paystress::commands {

void add_merge_command(CLI::App& app, int& exit_code) {
  struct Options {
    std::vector<std::filesystem::path> shards;
    std::filesystem::path output;
    bool force = false;
  };
  const auto options = std::make_shared<Options>();
  auto* merge = app.add_subcommand("merge", "Join the shards of a batch into one result");
  merge->add_option("DIRS", options->shards, "results of run --batch --shard K/N, every K of the N")
      ->required();
  merge->add_option("-o,--output", options->output, "directory of the joined results")->required();
  merge->add_flag("--force", options->force,
                  "write into a directory that holds other files; they stay, earlier results are replaced");
  merge->callback([options, &exit_code] {
    exit_code = guarded([&] {
      using Foreign = results::ResultDirectory::Foreign;
      Notice notice("joining the shards");
      const auto merged = results::merge_shards(options->shards, options->output,
                                                options->force ? Foreign::leave : Foreign::refuse);
      notice.done();
      fmt::print("{}: {} of {} rows, from {} shards\nTables: {}/\n", merged.title, merged.rows,
                 merged.rows + merged.failed_rows, merged.shards, options->output.generic_string());
      if (merged.failed_rows == 0) return ExitCode::done;
      fmt::print(stderr, "paystress: {} rows failed; errors.csv has them all\n", merged.failed_rows);
      return ExitCode::some_rows_failed;
    });
  });
}

}  // namespace paystress::commands
