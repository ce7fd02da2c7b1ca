// The house itself: what comments promise exists, files stay short, and the digest of the sources holds all
// of them. Digests are worked out here a second time, apart from CMake.

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sim/results/manifest.h"
#include "sim/results/version.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace house_test {

namespace {

namespace fs = std::filesystem;
using namespace paystress;
using namespace paystress::testing;

const fs::path root = test::source_path();
constexpr std::size_t most_lines = 500;

/// Sources below some folders of a tree, their paths below it in order.
std::vector<std::string> sources_of(const fs::path& tree, const std::vector<std::string>& folders) {
  std::vector<std::string> paths;
  for (const auto& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(tree / folder))
      if (const auto ending = entry.path().extension(); ending == ".cpp" || ending == ".h")
        paths.push_back(fs::relative(entry.path(), tree).generic_string());
  std::ranges::sort(paths);
  return paths;
}

std::string digest_of(const fs::path& tree) {
  std::string lines;
  for (const auto& path : sources_of(tree, {"model", "scenarios", "analysis", "sim"}))
    lines += results::sha256_of_file(tree / path) + " " + path + "\n";
  return results::sha256(lines);
}

std::string digest_by_cmake(const fs::path& tree) {
  auto output = run_shell(
      "cmake -DROOT=" + tree.string() + " -P " + (root / "sim/results/source_digest.cmake").string(), tree);
  std::erase(output.output, '\n');
  return output.output;
}

/// Tests that a comment names after \test, one or several, and that are not there.
std::vector<std::string> missing_tests(const std::string& file, const std::string& text) {
  static const std::regex line_end(R"(\n\s*///)"), path(R"([^\s,]+)"),
      named(R"(\\test\s+([^\s,]+(?:,\s+tests/[^\s,]+)*))");
  const auto joined = std::regex_replace(text, line_end, " ");
  std::vector<std::string> missing;
  for (std::sregex_iterator found(joined.begin(), joined.end(), named), end; found != end; ++found) {
    const auto list = (*found)[1].str();
    for (std::sregex_iterator one(list.begin(), list.end(), path); one != end; ++one)
      if (!one->str().starts_with("tests/") || !fs::exists(root / one->str()))
        missing.push_back(file + ": " + one->str());
  }
  return missing;
}

}  // namespace

TEST_CASE("every test that a comment names exists", "[house]") {
  std::vector<std::string> missing;
  for (const auto& file : sources_of(root, {"model", "scenarios", "analysis", "sim"}))
    for (auto& m : missing_tests(file, read_text(root / file))) missing.push_back(std::move(m));
  CHECK(missing == std::vector<std::string>{});
  CHECK(missing_tests("a.h", "/// \\test tests/unit/house_test.cpp, tests/unit/none_test.cpp") ==
        std::vector<std::string>{"a.h: tests/unit/none_test.cpp"});
  CHECK(missing_tests("a.h", "/// \\test\n  /// house_test.cpp\n") ==
        std::vector<std::string>{"a.h: house_test.cpp"});
}

TEST_CASE("no source and no test is longer than 500 lines", "[house]") {
  const std::vector<std::string> folders{"model", "scenarios", "analysis", "sim", "tests", "bench"};
  std::vector<std::string> long_files;
  for (const auto& file : sources_of(root, folders)) {
    const auto text = read_text(root / file);
    if (const auto lines = std::ranges::count(text, '\n'); lines > std::ptrdiff_t{most_lines})
      long_files.push_back(file + ": " + std::to_string(lines));
  }
  CHECK(long_files == std::vector<std::string>{});
}

TEST_CASE("the program's digest of its sources is that of this tree", "[house]") {
  CHECK(results::source_digest() == digest_of(root));
}

TEST_CASE("a source in a new folder, at any depth, changes the digest", "[house]") {
  const TemporaryDirectory directory;
  const auto& tree = directory.path();
  for (const auto* folder : {"model", "scenarios", "analysis", "sim/engine"})
    fs::create_directories(tree / folder);
  write_text(tree / "model/a.h", "int a;\n");
  write_text(tree / "sim/engine/b.cpp", "int b;\n");
  write_text(tree / "sim/engine/README.md", "not a source\n");
  std::set<std::string> digests{digest_by_cmake(tree)};
  CHECK(*digests.begin() == digest_of(tree));
  for (const auto* added :
       {"sim/attic/c.cpp", "sim/attic/deep/d.h", "analysis/fit/e.cpp", "scenarios/x/f.h"}) {
    fs::create_directories((tree / added).parent_path());
    write_text(tree / added, "int x;\n");
    const auto digest = digest_by_cmake(tree);
    INFO(added);
    CHECK(digests.insert(digest).second);
    CHECK(digest == digest_of(tree));
  }
  // The same text under another path is another program.
  fs::rename(tree / "sim/attic/c.cpp", tree / "sim/c.cpp");
  CHECK(digests.insert(digest_by_cmake(tree)).second);
}

}  // namespace house_test
