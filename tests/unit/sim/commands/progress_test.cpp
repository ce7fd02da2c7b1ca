#include "sim/commands/progress.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "tests/support/program.h"

namespace progress_test {

using namespace paystress;

TEST_CASE("a progress line extrapolates the time that is left", "[unit][progress]") {
  CHECK(commands::progress_line("paths", 0, 4, 0.2, 80) ==
        "paths [>                             ]   0 %  0:00 elapsed");
  CHECK(commands::progress_line("paths", 1, 4, 30, 80) ==
        "paths [=======>                      ]  25 %  0:30 elapsed, 1:30 left");
  CHECK(commands::progress_line("row 3 of 9", 3, 3, 3661, 80) ==
        "row 3 of 9 [==============================] 100 %  1:01:01 elapsed, 0:00 left");
  // More work may turn up than was foreseen; the bar stays within its width.
  CHECK(commands::progress_line("x", 5, 4, 1, 80) == commands::progress_line("x", 4, 4, 1, 80));
}

TEST_CASE("a progress line is shorter than its screen", "[unit][progress]") {
  CHECK(commands::progress_line("paths", 1, 4, 30, 60) ==
        "paths [=====>              ]  25 %  0:30 elapsed, 1:30 left");
  for (std::size_t columns = 10; columns <= 120; ++columns) {
    const auto line = commands::progress_line("1000000 rows", 1, 3, 36'000, columns);
    INFO(line);
    CHECK(line.size() < columns);
  }
}

TEST_CASE("progress wipes its bar, and elsewhere says nothing for ten seconds", "[unit][progress]") {
  const testing::TemporaryDirectory dir;
  const auto drawn = [&](commands::Progress::Show show) {
    const auto file = dir.path() / "err";
    std::FILE* out = std::fopen(file.c_str(), "w");
    REQUIRE(out != nullptr);
    {
      commands::Progress progress(out, show, "paths", 10);
      progress.advance(10);
    }
    std::fclose(out);
    return testing::read_text(file);
  };
  CHECK(drawn(commands::Progress::Show::lines).empty());
  CHECK(drawn(commands::Progress::Show::as_stream).empty());
  const auto line = drawn(commands::Progress::Show::bar);
  INFO(line);
  CHECK(line.starts_with("\rpaths [="));
  CHECK(line.ends_with(std::string(30, ' ') + "\r"));
}

TEST_CASE("a bar is drawn anew within a second while nothing advances", "[unit][progress]") {
  const testing::TemporaryDirectory dir;
  const auto file = dir.path() / "err";
  std::FILE* out = std::fopen(file.c_str(), "w");
  REQUIRE(out != nullptr);
  {
    const commands::Progress progress(out, commands::Progress::Show::bar, "paths", 10);
    std::this_thread::sleep_for(std::chrono::milliseconds(950));
  }
  std::fclose(out);
  CHECK(testing::read_text(file).starts_with("\rpaths [>"));
}

}  // namespace progress_test
