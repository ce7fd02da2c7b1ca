#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/program.h"
#include "tests/support/study_text.h"

namespace run_test {

using namespace paystress;
using namespace paystress::testing;

TEST_CASE("a run without scenarios is refused", "[cli]") {
  const TemporaryDirectory place;
  link_program(place.path());
  write_text(place.path() / "offers.toml",
             "[offers.x]\n[[offers.x.pay]]\nname = \"p\"\nfixed_usd = 1\nper = \"month\"\n");
  const auto result = run_shell("./paystress run offers.toml -o out", place.path());
  INFO(result.output);
  CHECK(result.exit_code == 2);
  CHECK(result.output.find("scenarios: there is none") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(place.path() / "out"));
}

TEST_CASE("too few replicates for errors are told on standard error and in the manifest", "[cli]") {
  const TemporaryDirectory place;
  link_program(place.path());
  const auto study = with(small_study, "paths = 1000", "paths = 2100\ntraits = 'latin_hypercube'");
  write_text(place.path() / "study.toml", with(study, "fee_schedules/cms_2026.csv", "builtin:cms"));
  const auto result = run_shell("./paystress run study.toml -o out", place.path());
  INFO(result.output);
  REQUIRE(result.exit_code == 0);
  const std::string said =
      "2100 paths hold 2 whole replicates of 1024; under latin_hypercube errors and intervals "
      "need 30 of them (30720 paths) and are left empty";
  CHECK(result.output.find("warning: " + said) != std::string::npos);
  CHECK(read_text(place.path() / "out/manifest.json").find(said) != std::string::npos);
}

}  // namespace run_test
