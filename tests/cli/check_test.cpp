#include <catch2/catch.hpp>

#include "tests/support/program.h"
#include "tests/support/study_text.h"

namespace paystress::testing::check_test {
namespace {

TEST_CASE("check prints what a shipped study resolves to", "[cli][check]") {
  const TemporaryDirectory directory;
  link_program(directory.path());
  const auto result = run_shell("./paystress check scenarios/telemedicine_offers.toml", directory.path());
  CHECK(result.exit_code == 0);
  CHECK(result.output.find("practices.on_demand_platform.no_show.rate") != std::string::npos);
  CHECK(result.output.find("PERT(0.033, 0.08, 0.18)") != std::string::npos);
  CHECK(result.output.find("default (assumption)") != std::string::npos);
  CHECK(result.output.find("25 scenarios, 100000 paths, 12 months from 2026-01") != std::string::npos);
  CHECK(result.output.find("warning") == std::string::npos);
}

TEST_CASE("an installed program finds its shipped studies by name from anywhere", "[cli][check]") {
  const TemporaryDirectory prefix;
  const TemporaryDirectory elsewhere;
  link_program(prefix.path());
  const auto made =
      run_shell("mkdir -p bin share/paystress && cp -L paystress bin/ && cp -rL scenarios share/paystress/",
                prefix.path());
  REQUIRE(made.exit_code == 0);
  const auto program = "'" + (prefix.path() / "bin" / "paystress").string() + "' check ";
  for (const auto* name : {"slow_ramp", "slow_ramp.toml", "scenarios/slow_ramp.toml"}) {
    const auto result = run_shell(program + name, elsewhere.path());
    CHECK(result.exit_code == 0);
    CHECK(result.output.find("slow ramp") != std::string::npos);
  }
  CHECK(run_shell(program + "no_such_study", elsewhere.path()).exit_code == 2);
}

TEST_CASE("check ends with 2 and nothing but the faults on bad input", "[cli][check]") {
  const TemporaryDirectory directory;
  link_program(directory.path());
  const auto text =
      with(with(small_study, "rate = 0.08", "rate = 1.3"), "fee_schedules/cms_2026.csv", "builtin:cms");
  write_text(directory.path() / "bad.toml", with(text, "months = 12", "month = 12"));
  const auto result = run_shell("./paystress check bad.toml", directory.path());
  CHECK(result.exit_code == 2);
  CHECK(result.output ==
        "bad.toml:3:1: study.month: unknown key. Did you mean months?\n"
        "bad.toml:9:20: practices.clinic.no_show.rate: 1.3 is above 1 (share of booked visits lost to "
        "no-shows). Write a number from 0 to 1.\n");
}

}  // namespace
}  // namespace paystress::testing::check_test
