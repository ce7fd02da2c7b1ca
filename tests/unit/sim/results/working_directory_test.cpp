#include "sim/results/working_directory.h"

#include <catch2/catch.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace working_directory_test {

using namespace paystress;
using testing::read_text;
using testing::TemporaryDirectory;
using testing::write_text;
namespace fs = std::filesystem;

TEST_CASE("a working directory is found again by its mark and removed whole", "[unit][working_directory]") {
  const TemporaryDirectory dir;
  const auto target = dir.path() / "out";
  const results::WorkingDirectory work(target);
  work.start_fresh();
  write_text(work.fresh() / "summary.csv", "x");
  fs::create_directory(work.checkpoint());
  write_text(work.checkpoint() / "anything", "x");
  const auto left = results::WorkingDirectory::left_behind(target);
  REQUIRE(left.size() == 1);
  CHECK(left[0].path == work.path());
  CHECK(results::WorkingDirectory::left_behind(dir.path() / "ou").empty());
  results::WorkingDirectory(left[0]).remove();
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("what else lies in a working directory keeps it from being removed", "[unit][working_directory]") {
  const TemporaryDirectory dir;
  const results::WorkingDirectory work(dir.path() / "out");
  work.start_fresh();
  write_text(work.fresh() / "letter.txt", "mine");
  CHECK_THROWS_WITH(work.remove(), Catch::Contains("letter.txt"));
  fs::remove(work.fresh() / "letter.txt");
  write_text(work.path() / "other.txt", "mine");
  CHECK_THROWS_WITH(work.remove(), Catch::Contains("other.txt"));
  CHECK(read_text(work.path() / "other.txt") == "mine");
}

TEST_CASE("links in a working directory are removed and not followed", "[unit][working_directory]") {
  const TemporaryDirectory dir;
  fs::create_directory(dir.path() / "documents");
  write_text(dir.path() / "documents" / "summary.csv", "mine");
  const results::WorkingDirectory work(dir.path() / "out");
  fs::create_directory_symlink(dir.path() / "documents", work.fresh());
  fs::create_directory_symlink(dir.path() / "documents", work.checkpoint());
  work.remove();
  CHECK(read_text(dir.path() / "documents" / "summary.csv") == "mine");
}

}  // namespace working_directory_test
