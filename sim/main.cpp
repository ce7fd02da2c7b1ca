#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "sim/bench/bench_command.h"
#include "sim/commands/commands.h"
#include "sim/results/version.h"

int main(int argc, char** argv) {
  int exit_code = 0;
  CLI::App app{"paystress: what will this pay contract really pay, and how badly can it go?", "paystress"};
  app.set_version_flag("--version",
                       fmt::format("paystress {} (sources {})", paystress::results::program_version(),
                                   paystress::results::source_digest().substr(0, 12)));
  app.require_subcommand(1);
  paystress::commands::add_check_command(app, exit_code);
  paystress::commands::add_price_command(app, exit_code);
  paystress::commands::add_curve_command(app, exit_code);
  paystress::commands::add_explain_command(app, exit_code);
  paystress::commands::add_run_command(app, exit_code);
  paystress::commands::add_replay_command(app, exit_code);
  paystress::commands::add_solve_command(app, exit_code);
  paystress::bench::add_bench_command(app, exit_code);
  paystress::commands::add_sweep_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int shown = app.exit(e);
    return shown == 0 ? 0 : static_cast<int>(paystress::commands::ExitCode::bad_input);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "paystress: %s\n", e.what());
    return static_cast<int>(paystress::commands::ExitCode::failure);
  }
  return exit_code;
}
