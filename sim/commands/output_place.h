#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace paystress::commands {

/// What a command reads: never written to. `role` ends the sentence "is a file that ...".
struct InputsOfCommand {
  std::vector<std::filesystem::path> files;
  std::string role = "the study is read from";
};

/// Which files that are there a command replaces.
struct Replaces {
  /// Told the beginning of the file, some megabytes at most. Empty: any file that is not an input.
  std::function<bool(std::string_view text)> is_own;
  std::string problem;  ///< of a file that is not its own: "is there already (init overwrites nothing)"
  std::string fix;      ///< "Give another name with -o"
};

/// Where a command writes a file whole: the file as it is called, or the one that a link leads to. Asked
/// before the work, so that nothing that must stay is replaced: an input, what is no file, another's file.
/// \throws InputError "FILE: PROBLEM. FIX"      \test tests/unit/sim/commands/output_place_test.cpp
[[nodiscard]] std::filesystem::path checked_output(const std::filesystem::path& output,
                                                   const InputsOfCommand& inputs, const Replaces& replaces);

/// For a file that is added to, which may be a pipe or a device.   \throws InputError where it is an input
void refuse_input(const std::filesystem::path& output, const InputsOfCommand& inputs, std::string_view fix);

}  // namespace paystress::commands
