#include "sim/commands/command_support.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "model/money_bound.h"
#include "scenarios/fault.h"
#include "sim/errors.h"

namespace paystress::commands {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int megabyte = 1 << 20;
  static_cast<void>(::mallopt(M_MMAP_THRESHOLD, 32 * megabyte));  // the most that it takes
  static_cast<void>(::mallopt(M_TRIM_THRESHOLD, 1024 * megabyte));
#endif
}

void say(std::string_view message) noexcept {
  if (message.empty()) return;
  // Nothing more can be done where standard error cannot be written either.
  static_cast<void>(
      std::fprintf(stderr, "paystress: %.*s\n", static_cast<int>(message.size()), message.data()));
}

words::Screen screen_of(std::FILE* out) {
  constexpr std::size_t least = 60, most = 1'000, otherwise = 80;
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  words::Screen screen{otherwise, false};
  const bool terminal = ::isatty(::fileno(out)) == 1;
  winsize size{};
  if (terminal && ::ioctl(::fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    screen.columns = size.ws_col;
  const auto told = variable("COLUMNS");
  std::size_t columns = 0;
  const auto [end, error] = std::from_chars(told.data(), told.data() + told.size(), columns);
  if (error == std::errc() && end == told.data() + told.size() && columns > 0) screen.columns = columns;
  screen.columns = std::clamp(screen.columns, least, most);
  screen.styled = terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  return screen;
}

namespace {

// The words that the parser could not place, with the nearest of the names that can stand there.
std::string unknown_options(const CLI::App& command) {
  std::vector<std::string> known;
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames()) known.push_back("--" + name);
  std::string all;
  for (const auto& word : command.remaining()) {
    const auto name = word.substr(0, word.find('='));
    if (!name.starts_with("--")) continue;
    const auto near = nearest_name(name, known);
    all += fmt::format("paystress {}: there is no option {}. {}\n", command.get_name(), name,
                       near.empty() ? fmt::format("paystress {} --help lists them.", command.get_name())
                                    : "Did you mean " + near + "?");
  }
  return all;
}

std::string unwritten(const std::string& why) { return "standard output cannot be written: " + why; }

// What is wrong with standard output after all of it was flushed; empty when nothing.
std::string output_problem() {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0) return {};
  const int error = errno;
  std::clearerr(stdout);
  return unwritten(error == 0 ? "some of it is lost" : std::strerror(error));
}

}  // namespace

ExitCode report_error() {
  try {
    throw;
  } catch (const InputError& e) {
    say(e.what());
    return ExitCode::bad_input;
  } catch (const MoneyBeyondBound& e) {
    say(e.what());
    return ExitCode::bad_input;
  } catch (const Interrupted& e) {
    say(e.what());
    return ExitCode::interrupted;
  } catch (const std::logic_error& e) {
    say(fmt::format(
        "this is a fault of the program, not of your files: {}. Please report it with the command "
        "and the study.",
        e.what()));
  } catch (const std::filesystem::filesystem_error& e) {
    say(fmt::format("{}: {}", e.path1().string(), e.code().message()));
  } catch (const std::system_error& e) {
    if (std::ferror(stdout) == 0) {
      say(e.what());
    } else {
      std::clearerr(stdout);
      say(unwritten(e.code().message()));
    }
  } catch (const std::bad_alloc&) {
    say("there is not enough memory. Ask for fewer paths, scenarios or months");
  } catch (const std::exception& e) {
    say(e.what());
  }
  return ExitCode::failure;
}

int guarded(const std::function<ExitCode()>& body) {
  const auto code = [&] {
    try {
      return body();
    } catch (...) {
      return report_error();
    }
  }();
  const auto problem = output_problem();
  if (problem.empty()) return static_cast<int>(code);
  say(problem);
  return static_cast<int>(worse(code, ExitCode::failure));
}

std::string unknown_words(const CLI::App& app, int argc, const char* const* argv) {
  std::string all;
  for (const auto* command : app.get_subcommands()) all += unknown_options(*command);
  const auto* const end = argv + argc;
  const auto* const word =
      std::find_if(argv + std::min(argc, 1), end, [](const char* text) { return *text != '-'; });
  if (!all.empty() || word == end) return all;
  std::vector<std::string> known;
  for (const auto* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (std::ranges::find(known, *word) != known.end()) return {};
  const auto near = nearest_name(*word, known);
  return fmt::format("paystress: there is no command {}. {}\n", *word,
                     near.empty() ? fmt::format("The commands are {}.", fmt::join(known, ", "))
                                  : "Did you mean " + near + "?");
}

void prepare_streams() {
  // A stream that is closed would give its number to the next file that is opened, and text would land in it.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF && ::open("/dev/null", O_RDONLY) != stream)
      std::abort();  // never: the lowest free number is taken
  // A limit on the size of files is an error of the disk like any other, and not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
}

namespace {

// In figures alone: with a 0 before them the parser would read them by eights.
template <class Whole>
std::optional<Whole> whole_of(const std::string& text) {
  Whole number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  const bool is_whole = code == std::errc() && stop == end && text == std::to_string(number);
  return is_whole ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string seed_problem(const std::string& text) {
  if (whole_of<std::uint64_t>(text)) return {};
  return fmt::format("{} is not a whole number from 0 to 18446744073709551615", text);
}

CLI::Validator whole_number(std::int64_t low, std::int64_t high) {
  return {[low, high](const std::string& text) {
            const auto number = whole_of<std::int64_t>(text);
            return number && *number >= low && *number <= high
                       ? std::string()
                       : fmt::format("{} is not a whole number from {} to {}", text, low, high);
          },
          fmt::format("INT in [{} - {}]", low, high)};
}

ExitCode worse(ExitCode a, ExitCode b) {
  constexpr std::array<ExitCode, 6> ranked{ExitCode::interrupted,      ExitCode::bad_input, ExitCode::failure,
                                           ExitCode::some_rows_failed, ExitCode::imprecise, ExitCode::done};
  return *std::ranges::find_if(ranked, [&](ExitCode c) { return c == a || c == b; });
}

}  // namespace paystress::commands
