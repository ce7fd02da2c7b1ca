#include "sim/results/output_file.h"

#include <catch2/catch.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace output_file_test {

using namespace paystress;
using testing::read_text;

TEST_CASE("an output file holds what was written, in order, larger than any buffer", "[unit][output_file]") {
  const testing::TemporaryDirectory dir;
  std::string expected;
  results::OutputFile file(dir.path() / "a.csv");
  for (int i = 0; i < 300'000; ++i) {
    const auto line = std::to_string(i) + ",x\n";
    file.write(line);
    expected += line;
  }
  CHECK(file.size() == expected.size());
  file.close();
  CHECK(read_text(dir.path() / "a.csv") == expected);
}

TEST_CASE("a reopened output file drops what follows the last good byte", "[unit][output_file]") {
  const testing::TemporaryDirectory dir;
  testing::write_text(dir.path() / "a.csv", "one\ntwo\nthr");
  results::OutputFile file(dir.path() / "a.csv", 8);
  file.write("three\n");
  CHECK(file.size() == 14);
  file.close();
  CHECK(read_text(dir.path() / "a.csv") == "one\ntwo\nthree\n");
}

TEST_CASE("a full disk is an error that names the file", "[unit][output_file]") {
  // /dev/full takes every write as a full disk does.
  results::OutputFile file("/dev/full");
  file.write("x");
  CHECK_THROWS_WITH(file.close(), "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("a file is replaced whole, or not at all", "[unit][output_file]") {
  const testing::TemporaryDirectory dir;
  results::replace_file(dir.path() / "state", "first");
  results::replace_file(dir.path() / "state", "second");
  CHECK(read_text(dir.path() / "state") == "second");
  CHECK_THROWS_AS(results::replace_file(dir.path() / "nowhere" / "state", "x"), OutputError);
}

TEST_CASE("what a killed replacement leaves is known by its name", "[unit][results]") {
  CHECK(results::is_left_by_replacing(".report.html.KD5k4R", "report.html"));
  for (const char* other : {"report.html", ".report.html.KD5k4", ".report.html.KD5k4RR", "report.html.KD5k4R",
                            ".report_html_KD5k4R", ".reportxhtml.KD5k4R"})
    CHECK_FALSE(results::is_left_by_replacing(other, "report.html"));
}

}  // namespace output_file_test
