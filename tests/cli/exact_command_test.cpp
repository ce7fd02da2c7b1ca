#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/program.h"
#include "tests/support/study_text.h"

namespace exact_command_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

/// Runs `paystress run --sampler exact` on a study whose fee schedule is the shipped one.
ProgramResult run_exact(const TemporaryDirectory& place, const std::string& study,
                        const std::string& options = {}) {
  link_program(place.path());
  write_text(place.path() / "study.toml", with(study, "fee_schedules/cms_2026.csv", "builtin:cms"));
  return run_shell("./paystress run study.toml --sampler exact -o out " + options, place.path());
}

std::string steady() { return with(small_study, "monthly_cv = 0.03", "monthly_cv = 0, daily_cv = 0"); }

}  // namespace

TEST_CASE("a simple study has an exact answer", "[cli]") {
  const TemporaryDirectory place;
  const auto result = run_exact(place, steady());
  INFO(result.output);
  REQUIRE(result.exit_code == 0);
  CHECK(result.output.find("Small: exact, 12 months") != std::string::npos);
  const auto income = read_text(place.path() / "out/income_distribution.csv");
  CHECK(income.find("clinic/visit/base,clinic,visit,base,income_usd,horizon,mean,,") != std::string::npos);
  CHECK(income.find(",exact,\n") != std::string::npos);
  CHECK(fs::exists(place.path() / "out/tier_miss.csv"));
  CHECK(read_text(place.path() / "out/manifest.json").find("\"exact\"") != std::string::npos);
}

TEST_CASE("a study with memory is refused an exact answer, with the reason", "[cli]") {
  const TemporaryDirectory place;
  const auto result = run_exact(place, std::string(small_study));
  INFO(result.output);
  CHECK(result.exit_code == 2);
  CHECK(result.output.find("clinic/visit/base: demand.monthly_cv is not 0: months share their state") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(place.path() / "out"));
}

TEST_CASE("options of sampling are refused where nothing is sampled", "[cli]") {
  for (const std::string option : {"--paths 512", "--seed 1", "--paths-csv"}) {
    const TemporaryDirectory place;
    const auto result = run_exact(place, steady(), option);
    INFO(result.output);
    CHECK(result.exit_code == 2);
    CHECK(result.output.find("exact laws need no paths") != std::string::npos);
    CHECK_FALSE(fs::exists(place.path() / "out"));
  }
}

}  // namespace exact_command_test
