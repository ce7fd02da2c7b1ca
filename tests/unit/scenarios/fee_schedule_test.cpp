#include "scenarios/fee_schedule.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"

namespace fee_schedule_test {

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
  CHECK(schedule->find("99213", 2026)->work_rvu_hundredths == 130);
  CHECK(schedule->find("99213", 2026)->usd_cents == 9519);
  CHECK(schedule->find("99214", 2026)->work_rvu_hundredths == 192);
  CHECK_FALSE(schedule->find("99214", 2026)->usd_cents);
  CHECK(schedule->find("99215", 2026) == nullptr);
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
          "fees.csv:5:1: code: 99215 stands in two rows of 2026.",
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

TEST_CASE("a code stands once a year, in a family where one is told", "[unit][fees]") {
  Faults faults;
  const auto schedule = parse_fee_schedule(
      "code,work_rvu,year,family\n99203,1.6,2025,new\n99213,1.3,2025,established\n99213,1.25,2026,"
      "established\n",
      "fees.csv", faults);
  REQUIRE(schedule);
  CHECK(schedule->years() == std::vector<int>{2025, 2026});
  CHECK(schedule->find("99213", 2025)->work_rvu_hundredths == 130);
  CHECK(schedule->find("99213", 2026)->work_rvu_hundredths == 125);
  CHECK(schedule->find("99203", 2026) == nullptr);
  CHECK(schedule->find("99203", 2025)->family == "new");
  CHECK(faults_of("code,work_rvu,year\n99213,1,2026\n99213,2,2026\n") ==
        std::vector<std::string>{"fees.csv:3:1: code: 99213 stands in two rows of 2026."});
  CHECK(faults_of("code,work_rvu,family\n99213,1,=new\n").size() == 1);
}

TEST_CASE("headings and notes of an official file are understood", "[unit][fees]") {
  Faults faults;
  const auto schedule = parse_fee_schedule(
      "\"2026 National Physician Fee Schedule, Relative Value File\",,,,\nCPT codes and descriptions,,,,\n\n"
      "HCPCS,MOD,DESCRIPTION,WORK RVU,PE RVU\n99213,,\"Office o/p est, "
      "low\",1.30,1.4\n93000,26,Ecg,0.17,0.06\n",
      "pprrvu.csv", faults);
  REQUIRE(schedule);
  CHECK(schedule->lines.size() == 1);
  CHECK(schedule->find("99213", 0)->work_rvu_hundredths == 130);
  CHECK(messages(faults) ==
        std::vector<std::string>{
            "pprrvu.csv:4: warning: MOD: 1 rows with a modifier are left out (a visit is paid "
            "by its plain code)."});
  CHECK(faults_of("HCPCS,WORK RVU,wRVU\n99213,1,1\n") ==
        std::vector<std::string>{"fees.csv:1:16: wRVU: is a second column of work_rvu."});
}

}  // namespace fee_schedule_test
