#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/read_study.h"
#include "sim/commands/commands.h"

namespace paystress::commands {

/// The file as given or, where there is none, the shipped one: below PREFIX/share/paystress of the installed
/// program.
[[nodiscard]] std::filesystem::path find_input(const std::filesystem::path& file);

void print_faults(const Faults& faults, std::FILE* out);

/// Directories beside its own from which a study may read files.
using AllowedDirectories = std::vector<std::filesystem::path>;
/// Adds --allow DIR.
void add_allow_option(CLI::App& command, AllowedDirectories& allowed);

/// A study and what its file held, which can be read only once where it is a pipe.
struct LoadedStudy : StudyText {
  std::string bytes;
};

/// Reads a study and prints its faults, warnings included, on stderr. `progress`: a form of --progress.
/// \throws InputError when it has errors: nothing more needs to be said then, so its message is empty
[[nodiscard]] LoadedStudy load_study(const std::filesystem::path& file, const AllowedDirectories& allowed,
                                     const std::string& progress = "bar");
/// The same for commands that run scenarios.   \throws InputError also when the study has none
[[nodiscard]] LoadedStudy load_scenarios(const std::filesystem::path& file, const AllowedDirectories& allowed,
                                         const std::string& progress = "bar");

}  // namespace paystress::commands
