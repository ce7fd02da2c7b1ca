#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>
#include <string>

#include "tests/support/program.h"

namespace init_test {

using namespace paystress::testing;

TEST_CASE("every listed template runs without a warning, where nothing else lies", "[cli][init]") {
  const TemporaryDirectory place;
  link_program(place.path());
  std::filesystem::create_directory(place.path() / "empty");
  const auto in_empty = [&](const std::string& command) {
    return run_shell("../paystress " + command, place.path() / "empty");
  };
  const auto list = in_empty("init --list");
  CHECK(list.exit_code == 0);
  std::istringstream lines(list.output);
  int templates = 0;
  for (std::string line; std::getline(lines, line); ++templates) {
    const auto name = line.substr(0, line.find(' '));
    INFO(name);
    const auto made = in_empty("init " + name);
    CHECK(made.output == "Study: " + name + ".toml\nNext:  paystress run " + name + ".toml\n");
    const auto run = in_empty("run " + name + ".toml --paths 200");
    INFO(run.output);
    CHECK(run.exit_code == 0);
    CHECK(run.output.find("warning") == std::string::npos);
  }
  CHECK(templates == 7);
}

TEST_CASE("init overwrites nothing and asks only on a terminal", "[cli][init]") {
  const TemporaryDirectory place;
  link_program(place.path());
  write_text(place.path() / "mine.toml", "mine");
  const auto there = run_shell("./paystress init per_visit -o mine.toml", place.path());
  CHECK(there.exit_code == 2);
  CHECK(there.output.find("mine.toml: is there already (init overwrites nothing)") != std::string::npos);
  CHECK(read_text(place.path() / "mine.toml") == "mine");
  const auto unknown = run_shell("./paystress init per_vist", place.path());
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.output.find("there is no template \"per_vist\"") != std::string::npos);
  const auto piped = run_shell("./paystress init </dev/null", place.path());
  CHECK(piped.exit_code == 2);
  CHECK(piped.output.find("Name a template") != std::string::npos);
  CHECK(piped.output.find("tiered_hybrid") != std::string::npos);
}

}  // namespace init_test
