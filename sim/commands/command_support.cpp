#include "sim/commands/command_support.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <vector>

#include "scenarios/fault.h"
#include "sim/errors.h"

namespace paystress::commands {

ExitCode report_error() {
  const auto say = [](const std::exception& e) {
    if (*e.what() != '\0') fmt::print(stderr, "paystress: {}\n", e.what());
  };
  try {
    throw;
  } catch (const InputError& e) {
    say(e);
    return ExitCode::bad_input;
  } catch (const Interrupted& e) {
    say(e);
    return ExitCode::interrupted;
  } catch (const std::logic_error& e) {
    fmt::print(stderr,
               "paystress: this is a fault of the program, not of your files: {}. Please report it with the "
               "command and the study.\n",
               e.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "paystress: there is not enough memory for this. Use fewer paths or scenarios.\n");
  } catch (const std::exception& e) {
    say(e);
  }
  return ExitCode::failure;
}

int guarded(const std::function<ExitCode()>& body) {
  try {
    return static_cast<int>(body());
  } catch (...) {
    return static_cast<int>(report_error());
  }
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

}  // namespace

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

std::string seed_problem(const std::string& text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, seed);
  if (code == std::errc() && stop == end) return {};
  return fmt::format("{} is not a whole number from 0 to 18446744073709551615", text);
}

ExitCode worse(ExitCode a, ExitCode b) {
  constexpr std::array<ExitCode, 6> ranked{ExitCode::interrupted,      ExitCode::bad_input, ExitCode::failure,
                                           ExitCode::some_rows_failed, ExitCode::imprecise, ExitCode::done};
  return *std::ranges::find_if(ranked, [&](ExitCode c) { return c == a || c == b; });
}

}  // namespace paystress::commands
