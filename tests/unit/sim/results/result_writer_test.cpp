#include "sim/results/result_writer.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace result_writer_test {

using namespace paystress;
using testing::read_text;
using testing::TemporaryDirectory;
namespace fs = std::filesystem;

TEST_CASE("a result is there whole when it is finished, and not before", "[unit][result_writer]") {
  const TemporaryDirectory dir;
  results::Manifest about;
  about.title = "Title";
  results::ResultWriter result(dir.path() / "out", results::ResultDirectory::Foreign::refuse, about);
  result.add(Table::summary, "x\n");
  result.warn("odd");
  result.warn("odd");
  CHECK_FALSE(fs::exists(dir.path() / "out"));
  result.finish({});
  const auto manifest = nlohmann::json::parse(read_text(dir.path() / "out" / "manifest.json"));
  CHECK(manifest.at("title") == "Title");
  CHECK(manifest.at("warnings") == nlohmann::json::array({"odd"}));
  const auto package = nlohmann::json::parse(read_text(dir.path() / "out" / "datapackage.json"));
  CHECK(package.at("resources").size() == 1);
  CHECK(read_text(dir.path() / "out" / "summary.csv") == header_line(Table::summary) + "x\n");
}

TEST_CASE("a result that is stopped at its end leaves nothing", "[unit][result_writer]") {
  const TemporaryDirectory dir;
  {
    results::ResultWriter result(dir.path() / "out", results::ResultDirectory::Foreign::refuse, {});
    CHECK_THROWS_AS(result.finish([] { return true; }), Interrupted);
  }
  CHECK(fs::is_empty(dir.path()));
}

}  // namespace result_writer_test
