#include "sim/commands/progress.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/program.h"

using namespace paystress;

TEST_CASE("a progress line extrapolates the time that is left", "[unit][progress]") {
  CHECK(commands::progress_line("paths", 0, 4, 0.2) ==
        "paths [>                             ]   0 %  0:00 elapsed");
  CHECK(commands::progress_line("paths", 1, 4, 30) ==
        "paths [=======>                      ]  25 %  0:30 elapsed, 1:30 left");
  CHECK(commands::progress_line("row 3 of 9", 3, 3, 3661) ==
        "row 3 of 9 [==============================] 100 %  1:01:01 elapsed, 0:00 left");
  // More work may turn up than was foreseen; the bar stays within its width.
  CHECK(commands::progress_line("x", 5, 4, 1) == commands::progress_line("x", 4, 4, 1));
}

TEST_CASE("progress shows only on a terminal, and wipes itself", "[unit][progress]") {
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
  CHECK(drawn(commands::Progress::Show::never).empty());
  CHECK(drawn(commands::Progress::Show::on_terminal).empty());
  const auto line = commands::progress_line("paths", 10, 10, 0);
  CHECK(drawn(commands::Progress::Show::always) == "\r" + line + "\r" + std::string(line.size(), ' ') + "\r");
}
