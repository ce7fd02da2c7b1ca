// Columns drawn with a practice and kinds of shift: how they are read, refused, stressed and printed.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "model/ledger.h"
#include "scenarios/override.h"
#include "scenarios/read_practice.h"
#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::read_own_numbers_test {
namespace {

using Lines = std::vector<std::string>;

// The small study with tables after it.
std::string clinic_with(std::string_view tables) { return std::string(small_study) + std::string(tables); }

StudyText read(const std::string& text, const Lines& warnings = {}) {
  Faults faults;
  auto study = parse_study(text, "s.toml", test::source_path("scenarios"), faults);
  CHECK(messages(faults) == warnings);
  REQUIRE(study);
  return std::move(*study);
}

Lines said_of(std::string_view tables) {
  Faults faults;
  CHECK_FALSE(parse_study(clinic_with(tables), "s.toml", test::source_path("scenarios"), faults));
  return messages(faults);
}

constexpr std::string_view columns = R"([practices.clinic.columns.intakes]
of = "completed_visits"
share = { low = 0.1, likely = 0.12, high = 0.2 }
[practices.clinic.columns.calls]
per_month = 3.5
monthly_cv = 0.2
[practices.clinic.columns.forms]
per_visit = 0.1
[practices.clinic.columns.on_time]
score = { mean = 0.9, concentration = 30 }
)";

constexpr std::string_view shifts = R"([practices.clinic.shifts.night]
weekdays = ["Wed"]
hours = 10
no_show = 0.2
[practices.clinic.shifts.swing]
share = 0.25
demand = 15
)";

TEST_CASE("columns drawn with the practice are read in order of name", "[unit][own_numbers]") {
  const auto text = read(clinic_with(columns));
  const auto& practice = text.study.practices.front();
  REQUIRE(practice.columns.size() == 4);
  const auto layout = LedgerLayout::sampled(practice);
  const auto at = [&](const char* name) { return layout[layout.find(name).value()]; };
  CHECK(practice.columns[0].name == "calls");
  CHECK(at("calls").finest == ColumnFinest::month);
  CHECK(at("forms").finest == ColumnFinest::day);
  CHECK(at("forms").dealt_by == Lines{"completed_visits"});
  CHECK(at("intakes").finest == ColumnFinest::day);
  CHECK(at("intakes").dealt_by == Lines{"completed_visits"});
  CHECK(at("on_time").unit == ColumnUnit::ratio);
  CHECK(at("on_time").finest == ColumnFinest::month);
  CHECK(at("on_time").join == ColumnJoin::mean);
  const auto own = own_numbers(practice);
  const auto share = std::ranges::find(own, "columns.intakes.share", &OwnNumber::key);
  REQUIRE(share != own.end());
  CHECK_FALSE(is_known(**share->value));
}

TEST_CASE("kinds of shift are read, and each is a column of days", "[unit][own_numbers]") {
  const auto text = read(clinic_with(shifts));
  const auto& practice = text.study.practices.front();
  REQUIRE(practice.shifts.size() == 2);
  CHECK(practice.shifts[0].name == "night");
  CHECK(practice.shifts[0].weekdays == std::array<bool, 7>{false, false, true, false, false, false, false});
  CHECK(practice.shifts[0].has(ShiftNumber::hours));
  CHECK_FALSE(practice.shifts[0].has(ShiftNumber::demand));
  CHECK_FALSE(practice.shifts[1].weekdays);
  CHECK(LedgerLayout::sampled(practice).find("shift.night"));
}

TEST_CASE("one dollar an intake, and a night's differential, are written and priced", "[unit][own_numbers]") {
  const auto contract = R"([offers.intake]
[[offers.intake.pay]]
name = "intakes"
measure = "intakes"
usd = 1
[offers.intake.ledger.night_visits]
unit = "count"
each = "day"
when = 'shift == "night"'
value = "completed_visits + intakes"
[[offers.intake.pay]]
name = "nights"
measure = "night_visits"
usd = 10
)";
  read(clinic_with(std::string(columns) + std::string(shifts) + contract));
  // A name that the practice lacks is one fault, which says how it is declared.
  CHECK(
      said_of(contract) ==
      Lines{
          R"m(s.toml:26:11: offers.intake.pay.intakes.measure: unknown name intakes (it is neither a ledger column nor a term). Write a column of the ledger, or declare it under [practices.NAME.columns], [ledger] or terms.)m",
          R"m(s.toml:31:8: offers.intake.ledger.night_visits.when: unknown name shift.night (it is neither a ledger column nor a term). Declare the kind of shift under [practices.NAME.shifts.night].)m",
          R"m(s.toml:32:9: offers.intake.ledger.night_visits.value: unknown name intakes (it is neither a ledger column nor a term). Write a column of the ledger, or declare it under [practices.NAME.columns], [ledger] or terms.)m"});
  // What belongs to no day has no value for one.
  CHECK(
      said_of(std::string(columns) + R"([offers.late]
[offers.late.ledger.x]
unit = "count"
each = "day"
value = "calls"
[[offers.late.pay]]
name = "x"
measure = "x"
usd = 1
)") ==
      Lines{
          R"m(s.toml:37:9: offers.late.ledger.x.value: calls has no value for a day (it is a column of the whole month). Name columns of the days, or read it in pay and adjust.)m"});
}

TEST_CASE("what cannot be drawn is refused", "[unit][own_numbers]") {
  const auto column = [](std::string_view keys) {
    return said_of(fmt::format("[practices.clinic.columns.x]\n{}\n", keys));
  };
  CHECK(
      column("share = 0.2") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.columns.x.of: missing (of which count the column is a share). Write of = "completed_visits".)m"});
  CHECK(
      column("of = 'completed_visits'") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.columns.x.share: missing (which share of the count is in the column). Write share = 0.12.)m"});
  CHECK(
      column("of = 'complete_visits'\nshare = 0.2") ==
      Lines{
          R"m(s.toml:24:6: practices.clinic.columns.x.of: complete_visits is no count of the days (each unit of a count that days have is in the column or not). Did you mean completed_visits?)m"});
  CHECK(
      column("of = 'session_hours'\nshare = 0.2") ==
      Lines{
          R"m(s.toml:24:6: practices.clinic.columns.x.of: session_hours is no count of the days (each unit of a count that days have is in the column or not). Known here: workdays, days_off, holidays, sick_days, slots, unfilled_slots, demand, turned_away, booked_visits, late_cancels, no_shows, tech_failures, ...)m"});
  CHECK(
      column("of = 'no_shows'\nshare = 1.2") ==
      Lines{
          R"m(s.toml:25:9: practices.clinic.columns.x.share: 1.2 is above 1 (share of the count `of`, each unit by itself). Write a number from 0 to 1.)m"});
  CHECK(
      column("of = 'no_shows'\nshare = 0.2\nper_month = 3") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.columns.x: is drawn in two ways (a column is a share of a count, a count of events, or a yearly score). Write of and share, or per_month, per_workday, per_visit or per_member, or score = { mean = 0.9, concentration = 30 }.)m"});
  CHECK(
      column("of = 'no_shows'\nshare = 0.2\nmonthly_cv = 0.1") ==
      Lines{
          R"m(s.toml:26:14: practices.clinic.columns.x.monthly_cv: has no meaning here (only events have a state of the month). Leave it out.)m"});
  CHECK(
      column("monthly_cv = 0.1") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.columns.x: does not say how it is drawn (a column is a share of a count, a count of events, or a yearly score). Write of and share, or per_month, per_workday, per_visit or per_member, or score = { mean = 0.9, concentration = 30 }.)m"});
  CHECK(
      column("score = { mean = 0.9 }") ==
      Lines{
          R"m(s.toml:24:9: practices.clinic.columns.x.score.concentration: missing (a yearly score has a mean and a concentration (0: the mean exactly)). Write score = { mean = 0.9, concentration = 30 }.)m"});
  CHECK(
      column("per_monht = 3") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.columns.x: does not say how it is drawn (a column is a share of a count, a count of events, or a yearly score). Write of and share, or per_month, per_workday, per_visit or per_member, or score = { mean = 0.9, concentration = 30 }.)m",
          R"m(s.toml:24:1: practices.clinic.columns.x.per_monht: unknown key. Did you mean per_month?)m"});
  for (const std::string name : {"and", "min", "'visits.99213'", "x-y"})
    CHECK(said_of("[practices.clinic.columns." + name + "]\nper_month = 1\n").size() == 1);
  CHECK(
      said_of("[ledger.and]\neach = 'day'\nunit = 'count'\nvalue = 'no_shows'\n") ==
      Lines{
          R"m(s.toml:23:1: ledger.and: is no name for a column (an expression could not name it). Write letters, digits and _, and no word of the grammar such as and, or, min.)m"});
  CHECK(
      said_of("[practices.clinic.columns.no_shows]\nper_month = 1\n") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.columns.no_shows: is a column that every ledger has. Give the column another name.)m"});
}

TEST_CASE("kinds of shift that overlap are refused", "[unit][own_numbers]") {
  CHECK(
      said_of("[practices.clinic.shifts.a]\nhours = 4\n") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.shifts.a: has neither weekdays nor share (a day must be known to be of this kind). Write weekdays = ["Sat", "Sun"], or share = 0.25.)m"});
  CHECK(
      said_of("[practices.clinic.shifts.a]\nweekdays = ['Sun']\n") ==
      Lines{
          R"m(s.toml:24:12: practices.clinic.shifts.a.weekdays: Sun is no day of sessions.weekdays (a shift is a day that is worked). Add it there, or leave it out here.)m"});
  CHECK(
      said_of("[practices.clinic.shifts.a]\nweekdays = ['Mon']\n"
              "[practices.clinic.shifts.b]\nweekdays = ['Mon', 'Wed']\n") ==
      Lines{
          R"m(s.toml:26:12: practices.clinic.shifts.b.weekdays: Mon is a day of a too (a day is of one kind). Give each kind a share of the day.)m"});
  CHECK(
      said_of("[practices.clinic.shifts.a]\nweekdays = ['Mon']\n"
              "[practices.clinic.shifts.b]\nweekdays = ['Mon']\nshare = 0.2\n") ==
      Lines{
          R"m(s.toml:26:12: practices.clinic.shifts.b.weekdays: Mon is always a (it has no share, so all its days are of that kind). Leave the day out of one of them.)m"});
  CHECK(
      said_of("[practices.clinic.shifts.a]\nshare = 0.7\n"
              "[practices.clinic.shifts.b]\nweekdays = ['Mon']\nshare = 0.4\n") ==
      Lines{
          R"m(s.toml:23:1: practices.clinic.shifts: the shares of Mon sum to 1.1, above 1 (a day is of one kind). Lower one of them.)m"});
}

TEST_CASE("numbers below names are stressed, correlated and varied by row", "[unit][own_numbers]") {
  const auto tables = std::string(columns) + std::string(shifts) + R"([stresses.more]
months = [2, 3]
columns.intakes.share = { multiply = 2 }
columns.on_time.score.mean = { set = 0.8 }
shifts.night.no_show = { add = 0.1 }
)";
  const auto text = read(with(clinic_with(tables), "late_cancel = { rate = 0.03 }",
                              "late_cancel.rate = { low = 0.02, likely = 0.03, high = 0.06 }\n"
                              "correlation = [['columns.intakes.share', 'late_cancel.rate', 0.3]]"));
  const auto* stress = text.study.find_stress("more");
  REQUIRE(stress != nullptr);
  REQUIRE(stress->parts.front().own_numbers.size() == 3);
  CHECK(stress->parts.front().own_numbers[0].key == "columns.intakes.share");
  CHECK(stress->parts.front().own_numbers[1].change.set == 0.8);
  ScenarioResolver resolver(text);
  Faults faults;
  const std::vector<Override> row{{"practices.clinic.columns.calls.per_month", "7", {"rows.csv", 2, 3}},
                                  {"practices.clinic.shifts.night.hours", "12", {"rows.csv", 2, 4}}};
  const auto resolved = resolver.resolve("clinic", "visit", "more", row, {"rows.csv", 2}, faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(resolved);
  const auto& calls = resolved->practice->columns.front();
  CHECK(std::get<Known>(*calls.numbers[static_cast<std::size_t>(ColumnNumber::per_month)]).value == 7.0);
  CHECK(resolver.unknown_key({"practices.clinic.columns.calls.per_weak", "7", {"rows.csv", 1, 3}}));
  // A stress of what the practice does not give, and one outside the range.
  CHECK(
      said_of("[stresses.x]\ncolumns.intakes.share = { multiply = 2 }\n") ==
      Lines{
          R"m(s.toml:23:1: stresses.x.columns.intakes.share: practice clinic has no such number (a stress changes a number that the practice gives).)m"});
  CHECK(
      said_of(std::string(columns) + "[stresses.x]\ncolumns.intakes.share = { set = 2 }\n"
                                     "columns.intakes.shar = { set = 0.2 }\n") ==
      Lines{
          R"m(s.toml:34:33: stresses.x.columns.intakes.share.set: 2 is above 1 (share of the count `of`, each unit by itself). Write a number from 0 to 1.)m",
          R"m(s.toml:35:17: stresses.x.columns.intakes.shar: unknown key. Did you mean share?)m"});
}

TEST_CASE("a column that could not be read makes no other fault where it is named", "[unit][own_numbers]") {
  CHECK(
      said_of(R"([offers.late.ledger.x]
unit = "count"
each = "dya"
value = "no_shows"
[[offers.late.pay]]
name = "x"
measure = "x"
usd = 1
)") ==
      Lines{
          R"m(s.toml:25:8: offers.late.ledger.x.each: "dya" is no span. Write each = "day", "week" (Monday to Sunday) or a number of days such as "14 days".)m"});
}

TEST_CASE("the solver knows the range of a number below a name", "[unit][own_numbers]") {
  REQUIRE(find_own_number("columns.intakes.share"));
  CHECK(find_own_number("columns.intakes.share")->high == 1);
  REQUIRE(find_own_number("columns.on_time.score.mean"));
  CHECK(find_own_number("shifts.night.hours")->low == 0.25);
  CHECK(find_own_number("shifts.night.score.mean") == nullptr);
  CHECK(find_own_number("columns.intakes") == nullptr);
  CHECK(find_own_number("columns") == nullptr);
  CHECK(find_own_number("no_show.rate") == nullptr);
}

}  // namespace
}  // namespace paystress::read_own_numbers_test
