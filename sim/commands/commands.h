#pragma once

#include <CLI/CLI.hpp>

namespace paystress::commands {

/// Exit codes; the highest-ranking one wins in the order bad_input, failure, some_rows_failed, imprecise.
enum class ExitCode {
  done = 0,
  failure = 1,
  bad_input = 2,
  imprecise = 3,
  some_rows_failed = 4,
  interrupted = 130
};

/// Each adds one subcommand; its callback stores the exit code in `exit_code`.
void add_check_command(CLI::App& app, int& exit_code);
void add_price_command(CLI::App& app, int& exit_code);
void add_curve_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);
void add_run_command(CLI::App& app, int& exit_code);
void add_merge_command(CLI::App& app, int& exit_code);
void add_replay_command(CLI::App& app, int& exit_code);
void add_solve_command(CLI::App& app, int& exit_code);
void add_sweep_command(CLI::App& app, int& exit_code);
void add_schema_command(CLI::App& app, int& exit_code);
void add_fit_command(CLI::App& app, int& exit_code);

}  // namespace paystress::commands
