#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "sim/commands/commands.h"
#include "sim/words/screen_table.h"

namespace paystress::commands {

/// Before anything is opened: no file takes the number of a stream that is closed, and a file that may not
/// grow is an error instead of a signal.
void prepare_streams();

/// Memory that is freed stays with the process until it ends: walks and tables ask for as much again, and to
/// be given it page by page can take longer than to fill it.
void keep_freed_memory();

/// "paystress: MESSAGE" on standard error; nothing for an empty message.
void say(std::string_view message) noexcept;

/// The width is that of the variable COLUMNS, else of the terminal, else 80, and at least 60; bold and dim
/// are for terminals, unless NO_COLOR is set or TERM is dumb.
[[nodiscard]] words::Screen screen_of(std::FILE* out);

/// Runs the body of a command; what it throws is printed on stderr and becomes its exit code: InputError 2,
/// Interrupted 130, anything else 1. A broken promise (std::logic_error) is told as a fault of the program,
/// and output that could not be written is 1 too.
[[nodiscard]] int guarded(const std::function<ExitCode()>& body);
/// The same of the exception that is being handled.
[[nodiscard]] ExitCode report_error();

/// Commands and options on the command line that do not exist, each with the nearest that does; empty when
/// all do. For an error of the parser, after it.
[[nodiscard]] std::string unknown_words(const CLI::App& app, int argc, const char* const* argv);

/// What is wrong with a seed on the command line, empty when nothing: -1 must not wrap round to 2^64 - 1.
[[nodiscard]] std::string seed_problem(const std::string& text);
/// Checks that an option is a whole number from `low` to `high`, written in figures: not 1e3.
[[nodiscard]] CLI::Validator whole_number(std::int64_t low, std::int64_t high);

/// The one of two exit codes that ranks higher: interrupted, bad_input, failure, some_rows_failed, imprecise,
/// done.
[[nodiscard]] ExitCode worse(ExitCode a, ExitCode b);

}  // namespace paystress::commands
