#include "scenarios/published_ranges.h"
#include "tests/support/paths.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace published_ranges_test {

using namespace paystress;

TEST_CASE("published ranges lie in the legal range, once each, and their sources are listed",
          "[unit][published_ranges]") {
  std::ifstream file(std::filesystem::path(test::source_path()) / "scenarios/SOURCES.md");
  const std::string sources{std::istreambuf_iterator<char>(file), {}};
  std::set<Parameter> seen;
  for (const auto& range : published_ranges()) {
    const auto& info = parameter_info(range.parameter);
    CAPTURE(info.key);
    CHECK(seen.insert(range.parameter).second);
    CHECK(info.low <= range.low);
    CHECK(range.low < range.high);
    CHECK(range.high <= info.high);
    std::istringstream ids{std::string(range.source)};
    for (std::string id; std::getline(ids >> std::ws, id, ',');)
      CHECK(sources.find("\n| " + id + " |") != std::string::npos);
  }
}

}  // namespace published_ranges_test
