#include "scenarios/pay_slips.h"

#include <catch2/catch.hpp>

#include "model/study.h"
#include "tests/support/contracts.h"
#include "tests/support/messages.h"

namespace paystress::pay_slips_test {
namespace {

using Lines = std::vector<std::string>;

struct Read {
  std::optional<PaySlips> slips;
  Lines faults;
};

Read read(std::string_view text) {
  Faults faults;
  Read result;
  const auto csv = parse_csv_text(text, "s.csv", faults);
  REQUIRE(csv);
  Study study;
  study.months = 3;
  const auto contract = testing::contract_of(
      "x", {testing::pay_line("visits", testing::measured_pay("completed_visits", SingleRate{60.0}))});
  result.slips = read_pay_slips(*csv, contract, study.grid(), faults);
  result.faults = messages(faults);
  return result;
}

TEST_CASE("slips are read by period, in whole and by component", "[unit][pay_slips]") {
  const auto r = read("period,note,paid_usd,visits\n2026-02,x,10.5,\n2026-01,,7,6.25\n");
  CHECK(r.faults.empty());
  REQUIRE(r.slips);
  CHECK(r.slips->names == Lines{"visits"});
  REQUIRE(r.slips->slips.size() == 2);
  CHECK(r.slips->slips[0].period == 1);
  CHECK(r.slips->slips[0].paid_usd == 10.5);
  CHECK_FALSE(r.slips->slips[0].usd[0]);
  CHECK(r.slips->slips[1].period == 0);
  CHECK(r.slips->slips[1].usd[0] == 6.25);
}

TEST_CASE("every fault of the slips is told at once", "[unit][pay_slips]") {
  CHECK(read("period,paid_usd\n2026-01,5\n2026-01,6\n2027-01,$7\n").faults ==
        Lines{"s.csv:3:1: period: 2026-01 is there twice (one slip is compared with one period). Add the two "
              "up.",
              "s.csv:4:1: period: 2027-01 is no period of the ledger (it runs from 2026-01 to 2026-03). "
              "Spell it as the ledger does, or leave the row out.",
              "s.csv:4:9: paid_usd: \"$7\" is not a number. Write 7."});
  CHECK(read("month,total\n2026-01,5\n").faults ==
        Lines{"s.csv:1:1: period: missing (each slip is of one period of the ledger). Name the column month "
              "so.",
              "s.csv:1:1: paid_usd: missing (there is nothing to compare). Name the column total so."});
}

}  // namespace
}  // namespace paystress::pay_slips_test
