#include "tests/support/program.h"
#include "tests/support/paths.h"

#include <pty.h>
#include <stdlib.h>  // mkdtemp is POSIX, not standard C++
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace paystress::testing {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "paystress-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ProgramResult run_shell(const std::string& command, const std::filesystem::path& directory) {
  const std::string line = "cd '" + directory.string() + "' && { " + command + "\n} 2>&1 </dev/null";
  FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start a shell");
  ProgramResult result;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    result.output.append(buffer.data(), n);
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

ProgramResult run_terminal(const std::string& command, const std::filesystem::path& directory,
                           const std::vector<std::string>& answers) {
  const std::string line = "cd '" + directory.string() + "' && " + command;
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 80;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("cannot open a terminal");
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    _exit(127);
  }
  ProgramResult result;
  std::array<char, 4096> buffer{};
  auto answer = answers.begin();
  // Where the program has ended, reading fails.
  for (ssize_t n = 0; (n = read(terminal, buffer.data(), buffer.size())) > 0;) {
    result.output.append(buffer.data(), static_cast<std::size_t>(n));
    if (!result.output.ends_with("]: ")) continue;
    const auto typed = (answer != answers.end() ? *answer++ : "\x04") + "\n";
    if (write(terminal, typed.data(), typed.size()) < 0) break;
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  std::erase(result.output, '\r');
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

void Desk::write(const std::string& name, const std::string& text) const { write_text(path() / name, text); }

ProgramResult Desk::run(const std::string& arguments) const {
  return run_shell("'" + paystress::test::program_path() + "' " + arguments, path());
}

void link_program(const std::filesystem::path& directory) {
  std::filesystem::create_symlink(test::program_path(), directory / "paystress");
  std::filesystem::create_directory_symlink(std::filesystem::path(test::source_path()) / "scenarios",
                                            directory / "scenarios");
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace paystress::testing
