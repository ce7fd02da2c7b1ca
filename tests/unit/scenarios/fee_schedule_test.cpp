#include "scenarios/fee_schedule.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"

using namespace paystress;

namespace {

std::vector<std::string> faults_of(std::string_view text) {
  Faults faults;
  CHECK_FALSE(parse_fee_schedule(text, "fees.csv", faults));
  return messages(faults);
}

}  // namespace

TEST_CASE("a fee schedule keeps whole hundredths", "[unit][fees]") {
  Faults faults;
  const auto schedule = parse_fee_schedule("code,work_rvu,usd,year\n99213,1.3,95.19,2026\n99214,1.92,,2026\n",
                                           "fees.csv", faults);
  REQUIRE(schedule);
  CHECK(schedule->find("99213")->work_rvu_hundredths == 130);
  CHECK(schedule->find("99213")->usd_cents == 9519);
  CHECK(schedule->find("99214")->work_rvu_hundredths == 192);
  CHECK_FALSE(schedule->find("99214")->usd_cents);
  CHECK(schedule->find("99215") == nullptr);
}

TEST_CASE("every fault of a fee schedule is named with its place and code", "[unit][fees]") {
  CHECK(
      faults_of("code,work_rvu,usd,year\n99213,,1,2026\n99214,nan,1,2026\n99215,-1,1,2026\n"
                "99215,2,1,2026\n,1,1,2026\n99212,0.705,1,2026\n99211,1,1e400,1899\n") ==
      std::vector<std::string>{
          "fees.csv:2:7: 99213.work_rvu: is empty (work RVUs of one visit). Write a plain number, such as "
          "1.92.",
          "fees.csv:3:7: 99214.work_rvu: \"nan\" is not a number (work RVUs of one visit). Write a plain "
          "number, such as 1.92.",
          "fees.csv:4:7: 99215.work_rvu: -1 is below 0 (work RVUs of one visit). Write a plain number, such "
          "as 1.92.",
          "fees.csv:5:1: code: 99215 stands in two rows.",
          "fees.csv:6:1: code: \"\" is not a code (codes are letters and digits).",
          "fees.csv:7:7: 99212.work_rvu: has more than two decimals (work RVUs of one visit). Write a "
          "plain number, such as 1.92.",
          "fees.csv:8:9: 99211.usd: 1e400 is beyond what a number can hold (dollars of one visit). Write "
          "a plain number, such as 1.92.",
          "fees.csv:8:15: 99211.year: \"1899\" is not a year from 1992 to 2100 (it says which year's "
          "schedule "
          "the numbers come from)."});
  CHECK(faults_of("cod,work_rvu\n1,1\n") ==
        std::vector<std::string>{
            "fees.csv:1: code: column is missing (a fee schedule needs it). Write the header "
            "code,work_rvu,usd,year.",
            "fees.csv:1:1: cod: unknown column. Did you mean code?"});
  CHECK(faults_of("code,work_rvu\n") == std::vector<std::string>{"fees.csv:1: has no rows."});
}
