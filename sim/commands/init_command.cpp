#include "sim/commands/init_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/built_in.h"
#include "sim/commands/ask_letter.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/explain_command.h"
#include "sim/commands/output_place.h"
#include "sim/errors.h"
#include "sim/results/output_file.h"

namespace paystress::commands {
namespace fs = std::filesystem;
namespace {

struct InitOptions {
  std::string name;
  std::optional<fs::path> output;
  bool list = false;
};

// The first line of a template says what it is.
std::string template_list() {
  std::string text;
  for (const auto& t : built_in_templates())
    text += fmt::format("{:<14} {}\n", t.name, t.text.substr(2, t.text.find('\n') - 2));
  return text;
}

fs::path new_file(const fs::path& file) {
  return checked_output(file, {},
                        {.is_own = [](std::string_view) { return false; },
                         .problem = "is there already (init overwrites nothing)",
                         .fix = "Give another name with -o FILE"});
}

ExitCode write_template(const InitOptions& options) {
  const auto text = find_built_in(built_in_templates(), options.name);
  if (!text)
    throw InputError(fmt::format("init: there is no template \"{}\". These there are:\n{}", options.name,
                                 template_list()));
  const auto file = new_file(options.output.value_or(options.name + ".toml"));
  results::replace_file(file, *text);
  fmt::print("Study: {0}\nNext:  paystress run {0}\n", file.generic_string());
  return ExitCode::done;
}

ExitCode write_answers(const InitOptions& options) {
  const auto file = new_file(options.output.value_or("my_offer.toml"));
  fmt::print("An empty line takes what stands in brackets. A template is quicker: paystress init --list\n\n");
  std::fflush(stdout);
  const auto letter = ask_letter(std::cin, std::cout);
  results::replace_file(file, study_of(letter));
  fmt::print("\n");
  OfferOptions offer;
  offer.study = file.string();
  static_cast<void>(explain_offer(offer));
  fmt::print("\nStudy: {0}\nNext:  paystress run {0}\n", file.generic_string());
  return ExitCode::done;
}

ExitCode init(const InitOptions& options) {
  if (options.list) {
    fmt::print("{}", template_list());
    return ExitCode::done;
  }
  if (!options.name.empty()) return write_template(options);
  if (::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0) return write_answers(options);
  throw InputError(fmt::format(
      "init: questions need a terminal. Name a template: paystress init TEMPLATE\n{}", template_list()));
}

}  // namespace

void add_init_command(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("init", "Write a study to start from: a template, or answers to questions");
  const auto options = std::make_shared<InitOptions>();
  command->add_option("TEMPLATE", options->name, "a name of --list; without it, questions on the terminal");
  command->add_option("-o,--output", options->output, "file to write (TEMPLATE.toml, my_offer.toml)");
  command->add_flag("--list", options->list, "list the templates");
  command->callback([options, &exit_code] { exit_code = guarded([&] { return init(*options); }); });
}

}  // namespace paystress::commands
