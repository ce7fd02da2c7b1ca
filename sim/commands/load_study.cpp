#include "sim/commands/load_study.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>

#include "scenarios/toml_value.h"
#include "sim/commands/notice.h"
#include "sim/errors.h"

namespace paystress::commands {
namespace fs = std::filesystem;

fs::path find_input(const fs::path& file) {
  if (fs::exists(file) || file.is_absolute()) return file;
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return file;
  const auto share = program.parent_path().parent_path() / "share" / "paystress";
  auto by_name = share / "scenarios" / file;
  by_name += ".toml";
  for (const auto& shipped : {share / file, share / "scenarios" / file, by_name})
    if (fs::is_regular_file(shipped, error)) return shipped;
  return file;
}

void print_faults(const Faults& faults, std::FILE* out) {
  for (const auto& f : faults.sorted()) fmt::print(out, "{}\n", to_string(f));
}

void add_allow_option(CLI::App& command, AllowedDirectories& allowed) {
  command
      .add_option("--allow", allowed,
                  "directory whose files the study may name, beside those of its own; may be given again")
      ->check(CLI::ExistingDirectory)
      ->take_all()
      ->allow_extra_args(false);
}

LoadedStudy load_study(const fs::path& file, const AllowedDirectories& allowed, const std::string& progress) {
  Faults faults;
  const auto found = find_input(file);
  Notice notice(fmt::format("reading {}", found.string()), progress);
  auto bytes = read_text_file(found, faults);
  std::optional<StudyText> text;
  if (bytes) {
    // What a pipe brings has no folder of its own.
    std::error_code ignored;
    const bool is_file = fs::is_regular_file(found, ignored);
    text = parse_study(*bytes, found.string(), is_file ? found.parent_path() : fs::path(), faults, allowed);
  }
  notice.done();
  print_faults(faults, stderr);
  if (!text) throw InputError("");
  return {std::move(*text), std::move(*bytes)};
}

LoadedStudy load_scenarios(const fs::path& file, const AllowedDirectories& allowed,
                           const std::string& progress) {
  auto text = load_study(file, allowed, progress);
  if (!text.study.scenarios.empty()) return text;
  const char* missing = text.study.practices.empty() ? "[practices.NAME]" : "[offers.NAME]";
  throw InputError(fmt::format("{}: scenarios: there is none (a run needs a practice and an offer). Write {}",
                               file.string(), missing));
}

}  // namespace paystress::commands
