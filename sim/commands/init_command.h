#pragma once

#include <CLI/CLI.hpp>

namespace paystress::commands {

/// Adds `init`; its callback stores the exit code in `exit_code`.
void add_init_command(CLI::App& app, int& exit_code);

}  // namespace paystress::commands
