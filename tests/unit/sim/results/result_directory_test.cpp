#include "sim/results/result_directory.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "sim/errors.h"
#include "tests/support/program.h"

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
}

TEST_CASE("what an interrupted run left aside is removed, or resumed", "[unit][result_directory]") {
  const TemporaryDirectory dir;
  const auto leave_something = [&] {
    results::ResultDirectory results(dir.path() / "out", refuse);
    CHECK_FALSE(results.resumed());
    write_text(results.aside() / "state", "x");
    results.keep_aside();
  };
  leave_something();
  CHECK(fs::exists(results::partial_directory(dir.path() / "out") / "state"));
  {
    const results::ResultDirectory again(dir.path() / "out", refuse, resume);
    CHECK(again.resumed());
    CHECK(read_text(again.aside() / "state") == "x");
  }
  leave_something();
  const results::ResultDirectory fresh(dir.path() / "out", refuse);
  CHECK(fs::is_empty(fresh.aside()));
}
