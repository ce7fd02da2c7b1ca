#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/csv_rows.h"
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

namespace {

const std::string clinic = R"([practices.clinic]
demand.visits_per_day = { low = 12, likely = 14, high = 16 }
codes = { schedule = "builtin:cms", mix = { "99213" = 0.57, "99214" = 0.43 } }
)";

}  // namespace

TEST_CASE("the screen says what a draw leaves owed, as debt.csv has it", "[cli]") {
  const Desk desk;
  desk.write("s.toml", "[study]\nmonths = 12\ntarget_usd_per_year = 175_000\n" + clinic + R"(
[offers.draw]
title = "35 a wRVU against a draw"
[[offers.draw.pay]]
name = "production"
measure = "generated_wrvu"
usd = 35
reset = "month"
[[offers.draw.adjust]]
name = "draw"
per = "month"
draw = { usd = 15_000, form = "top_up" }
[offers.plain]
[[offers.plain.pay]]
name = "salary"
fixed_usd = 165_000
per = "year"
)");
  const auto said = desk.run("run s.toml --paths 1000 -o out");
  INFO(said.output);
  REQUIRE(said.exit_code == 0);
  const auto summary = read_text(desk.path() / "out/summary.csv"),
             debt = read_text(desk.path() / "out/debt.csv");
  const auto of_draw = [&](const std::string& column) { return cell_of(summary, column, {",draw,base,"}); };
  CHECK(of_draw("owing_prob") == cell_of(debt, "value", {",draw,base,draw,12,owing_prob,"}));
  CHECK(of_draw("owed_usd_p50") == cell_of(debt, "value", {",draw,base,draw,12,quantile,0.5,"}));
  CHECK(of_draw("owed_usd_p95") == cell_of(debt, "value", {",draw,base,draw,12,quantile,0.95,"}));
  CHECK(std::stod(of_draw("owing_prob")) > 0.9);
  CHECK(cell_of(summary, "owing_prob", {",plain,base,"}).empty());
  CHECK(said.output.find("owed at the end, not taken off: in ") != std::string::npos);
  CHECK(said.output.find("is not taken off the pay of 35 a wRVU against a draw.") != std::string::npos);
}

TEST_CASE("pay by the hour and lines are those of the months before a known end", "[cli]") {
  const Desk desk;
  desk.write("s.toml", "[study]\nmonths = 24\ntarget_usd_per_year = 100_000\nneed_usd_per_month = 11_000\n" +
                           clinic + R"(
[offers.six]
ends = 6
[[offers.six.pay]]
name = "s"
fixed_usd = 12_000
per = "month"
[offers.whole]
[[offers.whole.pay]]
name = "s"
fixed_usd = 12_000
per = "month"
)");
  const auto said = desk.run("run s.toml --paths 512 -o out");
  INFO(said.output);
  REQUIRE(said.exit_code == 0);
  const auto summary = read_text(desk.path() / "out/summary.csv");
  for (const auto* column : {"target_shortfall_prob", "need_shortfall_share"})
    CHECK(cell_of(summary, column, {",six,base,"}) == "0");
  const auto hourly = [&](const std::string& offer) {
    return std::stod(cell_of(summary, "paid_hourly_usd_p50", {"," + offer + ",base,"}));
  };
  CHECK(hourly("six") == Approx(hourly("whole")).epsilon(0.1));
  // The walk of the hour ends where the screen does: before unpaid hours at what a paid one brings.
  const auto waterfall = read_text(desk.path() / "out/waterfall.csv");
  const auto realistic = cell_of(waterfall, "usd_mean", {",six,base,hourly,", ",realistic,"});
  const auto whole = cell_of(waterfall, "usd_mean", {",whole,base,hourly,", ",realistic,"});
  CHECK(std::stod(realistic) == Approx(std::stod(whole)).epsilon(0.1));
  CHECK(cell_of(read_text(desk.path() / "out/income_distribution.csv"), "value",
                {",six,base,", "income_usd,year_2,shortfall_prob,"})
            .empty());
}

}  // namespace run_test
