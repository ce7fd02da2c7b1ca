#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string_view>

#include "sim/bench/bench_command.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/init_command.h"
#include "sim/commands/report_command.h"
#include "sim/results/version.h"

namespace {

// What is thrown where nobody can catch it, before main or in a destructor, ends in a sentence too.
[[noreturn]] void end_in_a_sentence() {
  std::string_view said = "paystress: this is a fault of the program, not of your files. Please report it.\n";
  try {
    if (std::current_exception()) throw;
  } catch (const std::bad_alloc&) {
    said = "paystress: there is not enough memory. Ask for fewer paths, scenarios or months\n";
  } catch (...) {
    // Said above.
  }
  if (::write(STDERR_FILENO, said.data(), said.size()) < 0) {
    // Nobody listens.
  }
  ::_exit(static_cast<int>(paystress::commands::ExitCode::failure));
}

// Earlier than what other files do before main.
[[gnu::constructor(101)]] void expect_the_worst() { std::set_terminate(end_in_a_sentence); }

int run(int argc, char** argv) {
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
  paystress::commands::add_merge_command(app, exit_code);
  paystress::commands::add_init_command(app, exit_code);
  paystress::commands::add_report_command(app, exit_code);
  paystress::commands::add_replay_command(app, exit_code);
  paystress::commands::add_solve_command(app, exit_code);
  paystress::bench::add_bench_command(app, exit_code);
  paystress::commands::add_sweep_command(app, exit_code);
  paystress::commands::add_schema_command(app, exit_code);
  paystress::commands::add_fit_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const auto unknown =
        e.get_exit_code() == 0 ? std::string() : paystress::commands::unknown_words(app, argc, argv);
    if (unknown.empty() && app.exit(e) == 0)
      return paystress::commands::guarded([] { return paystress::commands::ExitCode::done; });
    std::fputs(unknown.c_str(), stderr);
    return static_cast<int>(paystress::commands::ExitCode::bad_input);
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    paystress::commands::prepare_streams();
    paystress::commands::keep_freed_memory();
    return run(argc, argv);
  } catch (...) {
    return static_cast<int>(paystress::commands::report_error());
  }
}
