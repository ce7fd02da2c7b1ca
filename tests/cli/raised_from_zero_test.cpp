// A number that the practice has at 0 and a stress raises: the same tables as of a practice that has it.
#include <catch2/catch.hpp>

#include "tests/support/csv_rows.h"
#include "tests/support/program.h"

namespace paystress::raised_from_zero_test {
namespace {

const std::string study = R"([study]
months = 12
paths = 512
[practices.c]
demand.visits_per_day = 30
late_cancel = { rate = RATE, refilled = REFILLED }
codes = { schedule = "builtin:cms", mix = { "99213" = 0.57, "99214" = 0.43 } }
[offers.v]
[[offers.v.pay]]
name = "visits"
measure = "completed_visits"
usd = 50
reset = "month"
[stresses.refill]
late_cancel.rate = { set = 0.1 }
late_cancel.refilled = { set = 0.5 }
[[scenarios]]
practice = "c"
offer = "v"
stresses = ["base", "refill"]
)";

std::string with_numbers(const std::string& rate, const std::string& refilled) {
  auto text = study;
  text.replace(text.find("RATE"), 4, rate);
  text.replace(text.find("REFILLED"), 8, refilled);
  return text;
}

TEST_CASE("late cancels that only a stress refills have lost no visit", "[cli][stress]") {
  const testing::Desk desk;
  desk.write("zero.toml", with_numbers("0", "0"));
  desk.write("has.toml", with_numbers("0.1", "0.5"));
  for (const auto* name : {"zero", "has"}) {
    const auto run = desk.run(std::string("run ") + name + ".toml --tables summary,waterfall -o " + name);
    INFO(run.output);
    REQUIRE(run.exit_code == 0);
  }
  const auto usd = [&](const std::string& results, const std::string& cause) {
    return std::stod(testing::cell_of(testing::read_text(desk.path() / results / "waterfall.csv"), "usd_mean",
                                      {"c/v/refill,", ",usd,", "," + cause + ","}));
  };
  for (const auto* cause : {"advertised", "unfilled_slots", "late_cancels", "realistic"}) {
    INFO(cause);
    CHECK(usd("zero", cause) == usd("has", cause));
  }
  CHECK(usd("zero", "late_cancels") < 0.0);
}

}  // namespace
}  // namespace paystress::raised_from_zero_test
