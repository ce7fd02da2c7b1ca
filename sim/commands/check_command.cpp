#include <fmt/format.h>

#include <memory>
#include <string>

#include "model/date_text.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/words/text_table.h"

namespace paystress::commands {
namespace {

void print_study(const StudyText& text) {
  const auto& study = text.study;
  if (!study.title.empty()) fmt::print("{}\n\n", study.title);
  Notice notice("laying out the numbers");
  words::TextTable numbers({"key", "value", "unit", "origin"});
  for (const auto& n : text.resolved) numbers.add({n.key, n.value, n.unit, to_string(n.origin)});
  const auto table = numbers.text();
  notice.done();
  fmt::print("{}\n", table);
  for (const auto& s : study.scenarios) fmt::print("scenario {}\n", s.id);
  fmt::print("{} scenarios, {} paths, {} months from {}\n", study.scenarios.size(), study.paths, study.months,
             month_text(study.start.year() / study.start.month()));
  for (const auto& file : text.input_files) fmt::print("read {}\n", file.string());
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("check", "Validate a study; print every number that it resolves to, and its origin");
  auto file = std::make_shared<std::string>();
  auto allowed = std::make_shared<AllowedDirectories>();
  command->add_option("STUDY", *file, "study file (TOML)")->required();
  add_allow_option(*command, *allowed);
  command->callback([file, allowed, &exit_code] {
    exit_code = guarded([&] {
      print_study(load_study(*file, *allowed));
      return ExitCode::done;
    });
  });
}

}  // namespace paystress::commands
