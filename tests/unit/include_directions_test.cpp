// Includes run one way: scenarios -> model, analysis -> model, sim -> all of them. A package with its own way
// of life (threads, number parsing) is named in one file only.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file, target;
};

const std::map<std::string, std::set<std::string>>& allowed_folders() {
  static const std::map<std::string, std::set<std::string>> allowed{
      {"model", {"model"}},
      {"scenarios", {"scenarios", "model"}},
      {"analysis", {"analysis", "model"}},
      {"sim", {"sim", "scenarios", "analysis", "model"}}};
  return allowed;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

std::vector<Include> includes_of(const std::string& file, std::istream& text) {
  std::vector<Include> found;
  for (std::string line; std::getline(text, line);) {
    std::string compact;
    for (const char c : line)
      if (c != ' ' && c != '\t') compact += c;
    if (!compact.starts_with("#include") || compact.size() < 10) continue;
    const auto end = compact.find_first_of("\">", 9);
    found.push_back({file, compact.substr(9, end - 9)});
  }
  return found;
}

std::vector<Include> includes_of_tree() {
  const fs::path root = PAYSTRESS_SOURCE_DIR;
  std::vector<Include> found;
  for (const auto& [folder, _] : allowed_folders())
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream text(entry.path());
      const auto file = fs::relative(entry.path(), root).generic_string();
      for (auto& include : includes_of(file, text)) found.push_back(std::move(include));
    }
  return found;
}

/// Includes of the project's own folders (and of its tests) that go the wrong way.
std::vector<std::string> wrong_ways(const std::vector<Include>& includes) {
  std::vector<std::string> wrong;
  for (const auto& [file, target] : includes) {
    const auto& allowed = allowed_folders().at(folder_of(file));
    const auto folder = folder_of(target);
    const bool own = allowed_folders().contains(folder) || folder == "tests" || folder == "bench" ||
                     target.find("..") != std::string::npos;
    if (own && !allowed.contains(folder)) wrong.push_back(file + " includes " + target);
  }
  return wrong;
}

/// Files that include anything whose path starts so.
std::set<std::string> files_naming(const std::vector<Include>& includes, const std::string& package) {
  std::set<std::string> files;
  for (const auto& [file, target] : includes)
    if (target.starts_with(package)) files.insert(file);
  return files;
}

}  // namespace

TEST_CASE("includes run one way", "[includes]") {
  const auto includes = includes_of_tree();
  REQUIRE(includes.size() > 100);
  CHECK(wrong_ways(includes) == std::vector<std::string>{});
}

TEST_CASE("oneTBB and the CSV package are named in one file each", "[includes]") {
  const auto includes = includes_of_tree();
  std::set<std::string> tbb = files_naming(includes, "oneapi/");
  tbb.merge(files_naming(includes, "tbb/"));
  CHECK(tbb == std::set<std::string>{"sim/for_blocks.cpp"});
  const auto csv = files_naming(includes, "libfccp/");
  REQUIRE(csv.size() == 1);
  CHECK(folder_of(*csv.begin()) == "scenarios");
}

TEST_CASE("an include that goes the wrong way is seen", "[includes]") {
  std::istringstream text(
      "#include \"model/ledger.h\"\n  # include <sim/streams.h>\n#include <vector>\n#include "
      "\"../sim/x.h\"\n");
  CHECK(wrong_ways(includes_of("model/contract.h", text)) ==
        std::vector<std::string>{"model/contract.h includes sim/streams.h",
                                 "model/contract.h includes ../sim/x.h"});
  CHECK(wrong_ways({{"analysis/mean.cpp", "scenarios/fault.h"}}).size() == 1);
  CHECK(wrong_ways({{"scenarios/fault.cpp", "analysis/mean.h"}}).size() == 1);
  CHECK(wrong_ways({{"sim/run.cpp", "analysis/mean.h"}}).empty());
}
