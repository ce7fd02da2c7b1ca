#include "scenarios/read_practice.h"

#include <catch2/catch.hpp>

#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/program.h"
#include "tests/support/study_faults.h"
#include "tests/support/study_text.h"

namespace paystress::read_practice_test {
namespace {

using Lines = std::vector<std::string>;

// What is said of the small study with its own files beside it, one of them under another name in the text.
Lines said_in(const testing::TemporaryDirectory& place, std::string_view old, std::string_view by,
              bool is_read) {
  Faults faults;
  const auto text = parse_study(with(with(small_study, "fee_schedules/cms_2026.csv", "fees.csv"), old, by),
                                "s.toml", place.path(), faults);
  CHECK(text.has_value() == is_read);
  return messages(faults);
}

TEST_CASE("a fee schedule of several years is read by the year that is meant", "[unit][read_practice]") {
  const testing::TemporaryDirectory place;
  testing::write_text(
      place.path() / "fees.csv",
      "code,work_rvu,year\n99213,1.30,2025\n99214,1.92,2025\n99213,1.27,2026\n99214,1.88,2026\n");
  const auto file = (place.path() / "fees.csv").string();
  CHECK(said_in(place, "mix =", "year = 2026, mix =", true) == Lines{});
  CHECK(said_in(place, "12", "12", true) == Lines{});  // each month its own, see schedule_years_test.cpp
  CHECK(said_in(place, "mix =", "year = 2024, mix =", false) ==
        Lines{"s.toml:11:41: practices.clinic.codes.year: " + file +
              " has no year 2024 (the schedule is of 2025, 2026). Write year = 2026."});
  Faults faults;
  const auto text = parse_study(
      with(with(small_study, "fee_schedules/cms_2026.csv", "fees.csv"), "mix =", "year = 2025, mix ="),
      "s.toml", place.path(), faults);
  REQUIRE(text);
  CHECK(text->study.practices.front().codes.front().work_rvu_hundredths == 130);
}

TEST_CASE("a mix of a new patient's and an established patient's codes knows both families",
          "[unit][read_practice]") {
  const testing::TemporaryDirectory place;
  testing::write_text(place.path() / "fees.csv",
                      "code,work_rvu,family\n99213,1.30,established\n99214,1.92,new\n");
  CHECK(said_in(place, "12", "12", true) == Lines{});
  Faults faults;
  const auto text = parse_study(with(small_study, "fee_schedules/cms_2026.csv", "fees.csv"), "s.toml",
                                place.path(), faults);
  REQUIRE(text);
  const auto& codes = text->study.practices.front().codes;
  REQUIRE(codes.size() == 2);
  CHECK(codes[0].family == "established");
  CHECK(codes[1].family == "new");
}

TEST_CASE("a number in place of a table is answered with its key", "[unit][read_practice]") {
  CHECK(
      said_with("no_show = { rate = 0.08 }", "no_show = 0.1") ==
      Lines{
          "s.toml:9:11: practices.clinic.no_show: 0.1 is a number, not a table. Write no_show.rate = 0.1."});
}

TEST_CASE("days given as the values of a yearly number are warned of", "[unit][read_practice]") {
  const testing::TemporaryDirectory place;
  testing::write_text(place.path() / "fees.csv", "code,work_rvu\n99213,1.30\n99214,1.92\n");
  std::string days = "visits\n";
  for (int day = 0; day < 250; ++day) days += std::to_string(day * 7 % 31) + "\n";
  testing::write_text(place.path() / "days.csv", days);
  CHECK(
      said_in(place, "visits_per_day = 20.0", "visits_per_day = { values = 'days.csv:visits' }", true) ==
      Lines{"s.toml:8:40: warning: practices.clinic.demand.visits_per_day.values: 9 of 250 values are 0 "
            "(each path "
            "takes one value for its whole time, so these look like days and would be years without any). "
            "Turn the days into a practice with `paystress fit days.csv`, or write values of longer spans (a "
            "mean of each month or year)."});
  // A row a day that says so, of a practice that is never empty.
  days = "visit date,visits\n";
  for (int day = 0; day < 60; ++day)
    days += "2025-0" + std::to_string(1 + day / 28) + "-" + std::to_string(10 + day % 28) + ",2" +
            std::to_string(day % 7) + "\n";
  testing::write_text(place.path() / "days.csv", days);
  const auto dated =
      said_in(place, "visits_per_day = 20.0", "visits_per_day = { values = 'days.csv:visits' }", true);
  REQUIRE(dated.size() == 1);
  CHECK(dated.front().find(
            "60 values stand in rows of days (each path takes one value for its whole time, so a "
            "year would be as busy as one day). Turn the days into a practice with `paystress fit "
            "days.csv`") != std::string::npos);
  testing::write_text(place.path() / "days.csv", "visits\n19\n21\n20\n");
  CHECK(said_in(place, "visits_per_day = 20.0", "visits_per_day = { values = 'days.csv:visits' }", true) ==
        Lines{});
}

}  // namespace
}  // namespace paystress::read_practice_test
