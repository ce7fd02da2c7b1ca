#include "sim/results/result_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace result_directory_test {

using namespace paystress;
namespace fs = std::filesystem;
using testing::read_text;
using testing::TemporaryDirectory;
using testing::write_text;

namespace {

using enum results::ResultDirectory::Foreign;
using enum results::ResultDirectory::Leftover;

std::set<std::string> names_in(const fs::path& dir) {
  std::set<std::string> names;
  for (const auto& e : fs::directory_iterator(dir)) names.insert(e.path().filename().string());
  return names;
}

void write_result(const fs::path& target, const std::string& text,
                  results::ResultDirectory::Foreign foreign = refuse) {
  results::ResultDirectory results(target, foreign);
  write_text(results.aside() / "manifest.json", text);
  write_text(results.aside() / (text + ".csv"), text);
  results.commit();
}

}  // namespace

TEST_CASE("results appear whole at commit and leave nothing beside them", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  const auto target = dir.path() / "deep" / "results";
  {
    results::ResultDirectory results(target, refuse);
    write_text(results.aside() / "manifest.json", "{}");
    CHECK_FALSE(fs::exists(target));
    results.commit();
  }
  CHECK(names_in(target) == std::set<std::string>{"manifest.json"});
  CHECK(names_in(dir.path() / "deep") == std::set<std::string>{"results"});
}

TEST_CASE("results replace an earlier result whole", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  write_result(dir.path() / "out", "summary");
  write_result(dir.path() / "out/", "months");  // a trailing slash names the same place
  CHECK(names_in(dir.path() / "out") == std::set<std::string>{"manifest.json", "months.csv"});
  CHECK(read_text(dir.path() / "out" / "manifest.json") == "months");
  CHECK(names_in(dir.path()) == std::set<std::string>{"out"});
}

TEST_CASE("results that are not committed leave the earlier ones intact", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  write_result(dir.path() / "out", "summary");
  {
    const results::ResultDirectory results(dir.path() / "out", refuse);
    write_text(results.aside() / "manifest.json", "half");
  }
  CHECK(names_in(dir.path() / "out") == std::set<std::string>{"manifest.json", "summary.csv"});
  CHECK(read_text(dir.path() / "out" / "manifest.json") == "summary");
  CHECK(names_in(dir.path()) == std::set<std::string>{"out"});
}

TEST_CASE("a directory that holds anything else is refused, or what is foreign stays",
          "[unit][result_directory]") {
  const TemporaryDirectory dir;
  const auto target = dir.path() / "out";
  write_result(target, "summary");
  write_text(target / "notes.txt", "mine");
  CHECK_THROWS_WITH(results::ResultDirectory(target, refuse),
                    target.string() +
                        ": holds something else than results: notes.txt (results replace a "
                        "directory whole). Give another place with -o DIR, or --force");
  CHECK(names_in(target) == std::set<std::string>{"manifest.json", "notes.txt", "summary.csv"});
  write_result(target, "months", leave);
  CHECK(names_in(target) == std::set<std::string>{"manifest.json", "months.csv", "notes.txt"});
  CHECK(read_text(target / "notes.txt") == "mine");
}

TEST_CASE("result names without a manifest are somebody else's files", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  fs::create_directory(dir.path() / "out");
  CHECK_NOTHROW(results::ResultDirectory(dir.path() / "out", refuse));  // an empty directory may be filled
  write_text(dir.path() / "out" / "summary.csv", "mine");
  CHECK_THROWS_AS(results::ResultDirectory(dir.path() / "out", refuse), InputError);
  CHECK(names_in(dir.path()) == std::set<std::string>{"out"});
}

TEST_CASE("a file, the current directory and its parents are no place for results",
          "[unit][result_directory]") {
  const TemporaryDirectory dir;
  write_text(dir.path() / "file", "");
  CHECK_THROWS_AS(results::ResultDirectory(dir.path() / "file", leave), InputError);
  CHECK_THROWS_AS(results::ResultDirectory(".", leave), InputError);
  CHECK_THROWS_AS(results::ResultDirectory("..", leave), InputError);
  CHECK_THROWS_AS(results::ResultDirectory(dir.path() / "file" / "out", leave), OutputError);
}

TEST_CASE("two runs cannot write to one place", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  {
    const results::ResultDirectory first(dir.path() / "out", refuse);
    write_text(first.aside() / "manifest.json", "{}");
    CHECK_THROWS_AS(results::ResultDirectory(dir.path() / "out", refuse), InputError);
    CHECK(fs::exists(first.aside() / "manifest.json"));
  }
  CHECK_NOTHROW(results::ResultDirectory(dir.path() / "out", refuse));
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("what an interrupted run left aside is removed, or resumed", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  const auto leave_something = [&] {
    results::ResultDirectory results(dir.path() / "out", refuse);
    fs::create_directory(results.checkpoint());
    write_text(results.checkpoint() / "state", "x");
    write_text(results.aside() / "summary.csv", "half");
    results.keep_aside();
  };
  leave_something();
  CHECK(results::WorkingDirectory::left_behind(dir.path() / "out").size() == 1);
  {
    results::ResultDirectory again(dir.path() / "out", refuse, resume);
    CHECK(read_text(again.checkpoint() / "state") == "x");
    CHECK(fs::is_empty(again.aside()));  // a table that was begun is not taken for one of this run
    again.keep_aside();
  }
  const results::ResultDirectory fresh(dir.path() / "out", refuse);
  CHECK_FALSE(fs::exists(fresh.checkpoint()));
  CHECK(results::WorkingDirectory::left_behind(dir.path() / "out").size() == 1);
}

TEST_CASE("what carries no mark of this program is not touched", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  fs::create_directory(dir.path() / "documents");
  write_text(dir.path() / "documents" / "letter.txt", "mine");
  fs::create_directory_symlink(dir.path() / "documents", dir.path() / ".out.partial");
  fs::create_directory_symlink(dir.path() / "documents", dir.path() / ".out.partial-abcdef");
  fs::create_directory(dir.path() / ".out.partial-fedcba");
  write_text(dir.path() / ".out.partial-fedcba" / "letter.txt", "mine too");
  write_result(dir.path() / "out", "summary");
  write_result(dir.path() / "out", "months");
  CHECK(read_text(dir.path() / "documents" / "letter.txt") == "mine");
  CHECK(read_text(dir.path() / ".out.partial-fedcba" / "letter.txt") == "mine too");
  CHECK(names_in(dir.path()) == std::set<std::string>{".out.partial", ".out.partial-abcdef",
                                                      ".out.partial-fedcba", "documents", "out"});
}

TEST_CASE("a directory keeps its mode when its results are replaced", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  write_result(dir.path() / "out", "summary");
  const auto mode = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec;
  fs::permissions(dir.path() / "out", mode);
  write_result(dir.path() / "out", "months");
  CHECK(fs::status(dir.path() / "out").permissions() == mode);
}

TEST_CASE("a mount point and a link to nowhere are refused before anything is written",
          "[unit][result_directory]") {
  const TemporaryDirectory dir;
  fs::create_symlink(dir.path() / "nowhere", dir.path() / "out");
  CHECK_THROWS_WITH(results::ResultDirectory(dir.path() / "out", leave),
                    (dir.path() / "out").string() +
                        ": is a link to a place that is not there. Give another place with -o DIR");
  CHECK(names_in(dir.path()) == std::set<std::string>{"out"});
  CHECK_THROWS_WITH(results::ResultDirectory("/proc", leave), Catch::Contains("/proc: is a mount point"));
}

}  // namespace result_directory_test
