#include "sim/commands/notice.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "tests/support/program.h"

namespace notice_test {

using namespace paystress;
using commands::Notice;
using commands::Progress;

namespace {

std::string told(std::chrono::milliseconds work, Progress::Show show) {
  const testing::TemporaryDirectory dir;
  const auto file = dir.path() / "err";
  std::FILE* out = std::fopen(file.c_str(), "w");
  REQUIRE(out != nullptr);
  {
    const Notice notice(out, show, "reading rows.csv");
    std::this_thread::sleep_for(work);
  }
  std::fclose(out);
  return testing::read_text(file);
}

}  // namespace

TEST_CASE("a notice fits its screen", "[unit][progress]") {
  CHECK(commands::notice_line("reading rows.csv", 12.2, 80) == "reading rows.csv  0:12 elapsed");
  CHECK(commands::notice_line("reading a_long_name.csv", 3661, 30) == "reading a_lo  1:01:01 elapsed");
}

TEST_CASE("a notice comes within a second on a terminal, and not for what is soon over", "[unit][progress]") {
  using namespace std::chrono_literals;
  CHECK(told(0ms, Progress::Show::bar).empty());
  CHECK(told(900ms, Progress::Show::lines).empty());
  const auto line = told(900ms, Progress::Show::bar);
  INFO(line);
  CHECK(line == "\rreading rows.csv  0:01 elapsed\r" + std::string(30, ' ') + "\r");
}

}  // namespace notice_test
