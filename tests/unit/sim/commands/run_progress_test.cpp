#include "sim/commands/run_progress.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace run_progress_test {

using namespace paystress;
using namespace paystress::testing;
using namespace paystress::commands;

TEST_CASE("progress for programs says what is known", "[unit][progress]") {
  CHECK(progress_json({3, 24, 1000, 4000, 2.0}) ==
        R"({"rows_done":3,"rows":24,"paths_done":1000,"paths":4000,"paths_per_second":500.0,)"
        R"("elapsed_seconds":2.0,"remaining_seconds":6.0})");
  CHECK(progress_json({0, 24, 0, 0, 0}) ==
        R"({"rows_done":0,"rows":24,"paths_done":0,"paths":null,"paths_per_second":null,)"
        R"("elapsed_seconds":0.0,"remaining_seconds":null})");
}

TEST_CASE("lines of progress are added to a file, a line a second and one at the end", "[unit][progress]") {
  const TemporaryDirectory dir;
  const auto file = dir.path() / "progress";
  write_text(file, "mine\n");
  {
    RunProgress progress({.form = "none", .file = file}, RunProgress::Bar::rows, "rows", 3, 1);
    progress.set_paths(200);
    progress.paths_done(100);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    progress.paths_done(100);
    progress.rows_done(2);
  }
  std::istringstream in(read_text(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  REQUIRE(lines.size() >= 3);
  CHECK(lines.front() == "mine");
  CHECK(nlohmann::json::parse(lines[1])["rows_done"] == 1);
  const auto last = nlohmann::json::parse(lines.back());
  CHECK(last["rows_done"] == 3);
  CHECK(last["paths_done"] == 200);
  CHECK(last["remaining_seconds"] == 0.0);
  CHECK_THROWS_AS(
      RunProgress({.form = "bar", .file = dir.path() / "no/where"}, RunProgress::Bar::rows, "rows", 3),
      OutputError);
}

}  // namespace run_progress_test
