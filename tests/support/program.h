#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace paystress::testing {

/// A fresh directory below the system's temporary one, removed with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ProgramResult {
  int exit_code = 0;
  std::string output;  ///< standard output and standard error, as they came
};

/// Runs a shell command in a directory.   \throws std::runtime_error when no shell can be started
[[nodiscard]] ProgramResult run_shell(const std::string& command, const std::filesystem::path& directory);

/// Likewise on a terminal of 80 columns, where somebody types an answer at each question (`...]: `).
[[nodiscard]] ProgramResult run_terminal(const std::string& command, const std::filesystem::path& directory,
                                         const std::vector<std::string>& answers);

/// A directory in which the pages' commands work: `./paystress` is the program of this build, `scenarios`
/// the shipped studies.
void link_program(const std::filesystem::path& directory);

/// A fresh directory in which the program of this build is run.
class Desk {
 public:
  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] ProgramResult run(const std::string& arguments) const;
  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
};

[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace paystress::testing
