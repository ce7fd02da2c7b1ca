#include "scenarios/input_files.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/messages.h"
#include "tests/support/program.h"

namespace paystress::input_files_test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

Lines said_of(const std::string& name, const fs::path& folder, const std::vector<fs::path>& allowed = {}) {
  InputFiles files(folder, allowed);
  Faults faults;
  (void)files.csv(name, {"s.toml", 1, 2}, "k", faults);
  return messages(faults);
}

TEST_CASE("a study reads files of its folder and of allowed directories, links followed",
          "[unit][input_files]") {
  const testing::TemporaryDirectory place;
  const auto study = place.path() / "study";
  const auto data = place.path() / "data";
  fs::create_directories(study / "below");
  fs::create_directories(data);
  testing::write_text(data / "x.csv", "secret\n1\n");
  testing::write_text(study / "below" / "x.csv", "a\n1\n");
  fs::create_symlink(data / "x.csv", study / "link.csv");
  fs::create_directory_symlink(data, study / "linked");
  CHECK(said_of("below/x.csv", study) == Lines{});
  CHECK(said_of("below/../below/x.csv", study) == Lines{});
  for (const auto& name : Lines{"../data/x.csv", (data / "x.csv").string(), "link.csv", "linked/x.csv",
                                "/dev/stdin", "../data/none.csv"}) {
    CHECK(said_of(name, study) == Lines{"s.toml:1:2: k: \"" + name +
                                        "\" lies outside the folder of the study (a study reads the files "
                                        "beside it and no others). Put the "
                                        "file there, or allow its directory with --allow DIR."});
  }
  for (const auto* name : {"../data/x.csv", "link.csv", "linked/x.csv"})
    CHECK(said_of(name, study, {data}) == Lines{});
  // A directory whose name begins alike is another one.
  fs::create_directories(place.path() / "study2");
  testing::write_text(place.path() / "study2" / "x.csv", "a\n1\n");
  CHECK(said_of("../study2/x.csv", study).size() == 1);
}

TEST_CASE("what a study names is a file, not a pipe or a device; what has no end is never read",
          "[unit][input_files]") {
  const testing::TemporaryDirectory place;
  REQUIRE(testing::run_shell("mkfifo pipe.csv", place.path()).exit_code == 0);
  CHECK(said_of("pipe.csv", place.path()).size() == 1);
  Faults faults;
  CHECK_FALSE(read_csv_text("/dev/zero", faults));
  for (const auto& f : faults.sorted()) CHECK(f.problem == "is a device, not a file");
}

}  // namespace
}  // namespace paystress::input_files_test
