// Offers whose paths add visits as a shell sees them.
#include <catch2/catch.hpp>

#include "tests/support/csv_rows.h"
#include "tests/support/program.h"
#include "tests/support/small_study.h"

namespace paystress::push_commands_test {
namespace {

using testing::ProgramResult;

std::string offer(const std::string& name, const std::string& keys) {
  return "[offers." + name + "]\n" + keys + "[[offers." + name + R"(.pay]]
name = "bonus"
measure = "completed_visits"
mode = "retroactive"
reset = "month"
tiers = [ { above = 250, usd = 30 } ]
)";
}
const std::string pushed = offer("pushed", "push = { within = 0.1, max_per_month = 25 }\n");

bool holds(const ProgramResult& result, const std::string& text) {
  return result.output.find(text) != std::string::npos;
}

TEST_CASE("a run tells tiers with and without pushes", "[cli][push]") {
  const testing::Desk desk;
  auto study = testing::small_study_text();
  for (const auto* name : {"plain", "pushed"})
    study +=
        "[[scenarios]]\npractice = \"clinic\"\noffer = \"" + std::string(name) + "\"\nstresses = \"base\"\n";
  testing::write_small_study(desk.path(), study + offer("plain", "") + pushed);
  const auto run = desk.run("run small.toml -o out --tables tier_miss,summary");
  INFO(run.output);
  REQUIRE(run.exit_code == 0);
  const auto files = testing::csv_files(desk.path() / "out");
  const auto& tiers = files.at("tier_miss.csv");
  const auto told = [&](const std::string& offer, const std::string& column) {
    return testing::cell_of(tiers, column, {"," + offer + ",base,bonus,1,", ",share,"});
  };
  for (const std::string end : {"", "_ci_low", "_ci_high"}) {
    CHECK(told("plain", "miss_without_push_prob" + end).empty());
    CHECK(told("pushed", "miss_without_push_prob" + end) == told("plain", "miss_prob" + end));
  }
  CHECK(std::stod(told("pushed", "miss_prob")) < std::stod(told("plain", "miss_prob")));
  const auto exact = desk.run("run small.toml --sampler exact -o exact 2>&1");
  CHECK(exact.exit_code == 2);
  CHECK(holds(exact, "the offer has push: what a month adds hangs on what its window has reached"));
  CHECK(desk.run("check small.toml").exit_code == 0);
}

TEST_CASE("price and curve say that they leave push aside", "[cli][push]") {
  const testing::Desk desk;
  desk.write("c.toml", pushed);
  desk.write("l.csv", "period,completed_visits\n1,249\n");
  desk.write("s.csv", "period,paid_usd\n1,0\n");
  const std::string said =
      "offers.pushed.push: is left aside (what was typed is priced as it stands, and nobody adds visits to "
      "it). Price it with run, where paths add them.";
  for (const std::string command :
       {"price c.toml l.csv", "price c.toml l.csv --against s.csv",
        "curve c.toml --measure completed_visits --from 240 --to 250 --step 5 --months 1"}) {
    const auto result = desk.run(command + " 2>&1");
    INFO(result.output);
    CHECK(result.exit_code == 0);
    CHECK(holds(result, said));
  }
  CHECK(holds(desk.run("price c.toml l.csv --format csv"), "total,total,total,,,,0.00,"));
  CHECK(holds(desk.run("explain c.toml"), "adds the visits that reach it, at most 25 a month"));
}

}  // namespace
}  // namespace paystress::push_commands_test
