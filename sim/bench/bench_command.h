#pragma once

#include <CLI/CLI.hpp>

namespace paystress::bench {

/// Adds the subcommand `bench`; its callback stores the exit code in `exit_code`.
void add_bench_command(CLI::App& app, int& exit_code);

}  // namespace paystress::bench
