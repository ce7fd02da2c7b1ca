// Includes run one way between rooms: scenarios -> model, analysis -> model, and inside sim from the commands
// down to the random numbers. A package with its own way of life (threads, number parsing) is named in one
// file only.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/paths.h"

namespace include_directions_test {

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file, target;
};

/// What each room may include besides itself. Here an arrow is written once; the libraries link what it says.
const std::map<std::string, std::set<std::string>>& allowed_rooms() {
  static const std::map<std::string, std::set<std::string>> allowed = [] {
    using Rooms = std::set<std::string>;
    const auto with = [](Rooms rooms, const Rooms& more) {
      rooms.insert(more.begin(), more.end());
      return rooms;
    };
    const Rooms files{"model", "scenarios"}, numbers{"model", "analysis"};
    const Rooms samplers = with(numbers, {"sim", "sim/random"});
    const Rooms exact = with(samplers, {"sim/samplers"});
    const Rooms engine = with(exact, {"scenarios", "sim/exact"});
    const Rooms above = with(engine, {"sim/engine", "sim/words"});
    const Rooms commands = with(above, {"sim/questions", "sim/results", "analysis/fit", "analysis/report"});
    return std::map<std::string, Rooms>{{"model", {}},
                                        {"scenarios", {"model"}},
                                        {"analysis", {"model"}},
                                        {"analysis/fit", with(numbers, {"scenarios"})},
                                        {"analysis/report", numbers},
                                        {"sim/random", {"model"}},
                                        {"sim/samplers", samplers},
                                        {"sim/exact", exact},
                                        {"sim/engine", engine},
                                        {"sim/words", with(files, {"sim"})},
                                        {"sim/results", above},
                                        {"sim/questions", above},
                                        {"sim/commands", commands},
                                        {"sim/bench", with(commands, {"sim/commands"})},
                                        {"sim", with(commands, {"sim/commands", "sim/bench"})}};
  }();
  return allowed;
}

/// The folder of a file, which is its room; "../x.h" and "x.h" are in none.
std::string room_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
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
  const fs::path root = paystress::test::source_path();
  std::vector<Include> found;
  for (const auto* folder : {"model", "scenarios", "analysis", "sim"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream text(entry.path());
      const auto file = fs::relative(entry.path(), root).generic_string();
      for (auto& include : includes_of(file, text)) found.push_back(std::move(include));
    }
  return found;
}

/// Includes between the project's own rooms (and of its tests) that go the wrong way, and files outside a
/// room.
std::vector<std::string> wrong_ways(const std::vector<Include>& includes) {
  static const std::set<std::string> own{"model", "scenarios", "analysis", "sim", "tests", "bench"};
  std::vector<std::string> wrong;
  for (const auto& [file, target] : includes) {
    const auto here = allowed_rooms().find(room_of(file));
    if (here == allowed_rooms().end()) {
      wrong.push_back(file + " is in no room");
      continue;
    }
    if (!own.contains(folder_of(target)) && target.find("..") == std::string::npos) continue;
    const auto room = room_of(target);
    if (room != here->first && !here->second.contains(room)) wrong.push_back(file + " includes " + target);
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
  CHECK(tbb == std::set<std::string>{"sim/engine/for_blocks.cpp"});
  const auto csv = files_naming(includes, "libfccp/");
  REQUIRE(csv.size() == 1);
  CHECK(folder_of(*csv.begin()) == "scenarios");
}

TEST_CASE("an include that goes the wrong way is seen", "[includes]") {
  std::istringstream text(
      "#include \"model/ledger.h\"\n  # include <sim/random/streams.h>\n#include <vector>\n#include "
      "\"../sim/x.h\"\n");
  CHECK(wrong_ways(includes_of("model/contract.h", text)) ==
        std::vector<std::string>{"model/contract.h includes sim/random/streams.h",
                                 "model/contract.h includes ../sim/x.h"});
  CHECK(wrong_ways({{"analysis/mean.cpp", "scenarios/fault.h"}}).size() == 1);
  CHECK(wrong_ways({{"scenarios/fault.cpp", "analysis/mean.h"}}).size() == 1);
  CHECK(wrong_ways({{"sim/engine/outcomes.cpp", "analysis/mean.h"}}).empty());
  CHECK(wrong_ways({{"sim/engine/outcomes.cpp", "sim/samplers/sampler.h"}}).empty());
  CHECK(wrong_ways({{"sim/samplers/sampler.h", "sim/engine/draws.h"}}) ==
        std::vector<std::string>{"sim/samplers/sampler.h includes sim/engine/draws.h"});
  CHECK(wrong_ways({{"sim/results/manifest.h", "sim/questions/solve.h"}}).size() == 1);
  CHECK(wrong_ways({{"sim/attic/old.h", "vector"}}) ==
        std::vector<std::string>{"sim/attic/old.h is in no room"});
}

}  // namespace include_directions_test
