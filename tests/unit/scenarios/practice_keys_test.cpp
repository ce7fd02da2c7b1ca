// Keys of a practice that are off where nothing is written: how they are read, refused and printed.

#include "scenarios/read_practice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>

#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::practice_keys_test {
namespace {

using Lines = std::vector<std::string>;
using enum Parameter;

constexpr std::string_view before_offer = "[offers.visit]";

// The small study with further keys of its practice, and tables after it.
std::string clinic_with(std::string_view keys) {
  return with(small_study, before_offer, std::string(keys) + "\n" + std::string(before_offer));
}

StudyText read(const std::string& text) {
  Faults faults;
  auto study = parse_study(text, "s.toml", test::source_path("scenarios"), faults);
  INFO(fmt::format("{}", fmt::join(messages(faults), "\n")));
  REQUIRE(study);
  return std::move(*study);
}

Lines said_of(const std::string& text) {
  Faults faults;
  CHECK_FALSE(parse_study(text, "s.toml", test::source_path("scenarios"), faults));
  return messages(faults);
}

std::string printed(const StudyText& text, std::string_view key) {
  for (const auto& number : text.resolved)
    if (number.key == key) return number.value;
  return "nothing";
}

double known(const Practice& practice, Parameter p) { return std::get<Known>(practice[p]).value; }

TEST_CASE("keys that are off are neither set nor printed", "[unit][practice]") {
  const auto text = read(std::string(small_study));
  const auto& practice = text.study.practices.at(0);
  CHECK(known(practice, days_off_spell) == 1);
  CHECK(known(practice, holidays_open) == 0);
  CHECK(known(practice, overbooked) == 0);
  CHECK(known(practice, demand_returning) == 0);
  CHECK(practice.no_show_weekday == std::array<double, 7>{1, 1, 1, 1, 1, 1, 1});
  CHECK(practice.inbox_follows == InboxFollows::expected);
  CHECK(text.study.holidays.empty());
  for (const auto* key : {"sessions.days_off_spell", "sessions.holidays_open", "sessions.overbooked",
                          "demand.returning", "no_show.weekday", "no_show.season", "inbox.follows"})
    CHECK(printed(text, std::string("practices.clinic.") + key) == "nothing");
}

TEST_CASE("keys that are written are set and printed", "[unit][practice]") {
  auto source = with(small_study, "days_off_per_year = 10 }",
                     "days_off_per_year = 10, days_off_spell = 5, holidays_open = 0.5, overbooked = 2 }");
  source = with(source, "demand = { ", "demand = { returning = { low = 0.2, likely = 0.5, high = 0.8 }, ");
  source = with(source, "no_show = { ",
                "inbox.follows = \"completed\"\nno_show = { weekday = [1.2, 0.8], "
                "season = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.8, 1.2], ");
  const auto text = read(source);
  const auto& practice = text.study.practices.at(0);
  CHECK(known(practice, days_off_spell) == 5);
  CHECK(known(practice, holidays_open) == 0.5);
  CHECK(known(practice, overbooked) == 2);
  CHECK(std::get<Pert>(practice[demand_returning]).likely == 0.5);
  CHECK(practice.no_show_weekday == std::array<double, 7>{1.2, 1, 0.8, 1, 1, 1, 1});
  CHECK(practice.no_show_season[11] == 1.2);
  CHECK(practice.inbox_follows == InboxFollows::completed);
  CHECK(printed(text, "practices.clinic.sessions.days_off_spell") == "5");
  CHECK(printed(text, "practices.clinic.no_show.weekday") == "1.2 0.8");
  CHECK(printed(text, "practices.clinic.inbox.follows") == "completed");
  CHECK(LedgerLayout::sampled(practice).find("waiting"));
}

TEST_CASE("holidays are a list of dates or the federal ones, with the days observed said",
          "[unit][practice]") {
  const auto listed = read(std::string(small_study) + "[calendar]\nholidays = [2026-07-03, 2026-01-01]\n");
  CHECK(listed.study.holidays.size() == 2);
  CHECK(listed.study.calendar().is_holiday(7, 3));
  const auto federal = read(std::string(small_study) + "[calendar]\nholidays = \"us_federal\"\n");
  CHECK(federal.study.holidays.size() == 11);
  const auto said = printed(federal, "calendar.holidays");
  CHECK(said.find("2026-07-03 (for 2026-07-04)") != std::string::npos);
}

TEST_CASE("faults of the keys name their place and what to write", "[unit][practice]") {
  CHECK(
      said_of(std::string(small_study) + "[calendar]\nholidays = \"federal\"\n") ==
      Lines{
          "s.toml:24:12: calendar.holidays: \"federal\" is neither a list of dates nor \"us_federal\". Write "
          "holidays = \"us_federal\" or holidays = [2026-07-03, 2026-12-25]."});
  CHECK(
      said_of(std::string(small_study) + "[calendar]\nholidays = [2026-07-03, 5, 2026-07-03]\nopen = 1\n") ==
      Lines{"s.toml:24:25: calendar.holidays.2: 5 is no date. Write a date without quotes: 2026-07-03.",
            "s.toml:24:28: calendar.holidays.3: 2026-07-03 is listed twice.",
            "s.toml:25:1: calendar.open: unknown key. Known here: holidays."});
  CHECK(said_of(with(small_study, "visits_per_day = 20.0", "visits_per_day = 20.0, returning = 0.96"))
            .at(0)
            .find("practices.clinic.demand.returning: 0.96 is above 0.95") != std::string::npos);
  CHECK(said_of(with(small_study, "no_show = { ", "no_show = { weekday = [1], "))
            .at(0)
            .find("practices.clinic.no_show.weekday: has 1 factors for 2 weekdays") != std::string::npos);
  CHECK(said_of(clinic_with("inbox.follows = \"completd\"")).at(0).find("completed") != std::string::npos);
}

TEST_CASE("a contract may read the waiting list of a practice that keeps one", "[unit][practice]") {
  const auto paid = with(small_study, "measure = \"completed_visits\"", "measure = \"lost_patients\"");
  CHECK(said_of(paid).at(0).find("lost_patients") != std::string::npos);
  read(with(paid, "visits_per_day = 20.0", "visits_per_day = 20.0, returning = 0.5"));
}

TEST_CASE("collections are a lag or shares by month, and denials one number or by code", "[unit][practice]") {
  CHECK_FALSE(read(std::string(small_study)).study.practices.at(0).collections);
  const auto whole = read(clinic_with("collections = { lag_months = 2, denied = 0.08 }"));
  const auto& practice = whole.study.practices.at(0);
  CHECK(practice.collections->lag_shares == std::vector<double>{0, 0, 1});
  CHECK(known(practice, collections_denied) == 0.08);
  CHECK(printed(whole, "practices.clinic.collections.denied") == "0.08");
  CHECK_FALSE(has_denied_by_code(practice));
  const auto uncertain = read(clinic_with("collections.denied = { mean = 0.1, sd = 0.02 }"));
  CHECK(uncertain.study.practices.at(0).collections->lag_shares == std::vector<double>{1});
  CHECK(std::get<BetaMeanSd>(uncertain.study.practices.at(0)[collections_denied]).mean == 0.1);
  const auto by_code =
      read(clinic_with("[practices.clinic.collections]\nlag_months = [0.2, 0.5, 0.3]\n"
                       "denied = { 99214 = { low = 0.05, likely = 0.1, high = 0.2 } }"));
  const auto& coded = by_code.study.practices.at(0);
  CHECK(coded.collections->lag_shares == std::vector<double>{0.2, 0.5, 0.3});
  CHECK(printed(by_code, "practices.clinic.collections.lag_months") == "0.2 0.5 0.3");
  CHECK_FALSE(coded.codes[0].denied);
  CHECK(std::get<Pert>(*coded.codes[1].denied).likely == 0.1);
  CHECK(own_numbers(coded).back().key == "collections.denied.99214");
}

TEST_CASE("faults of collections name their place and what to write", "[unit][practice]") {
  const auto first = [](std::string_view keys) { return said_of(clinic_with(keys)).at(0); };
  const auto has = [](const std::string& text, std::string_view part) {
    INFO(text);
    return text.find(part) != std::string::npos;
  };
  CHECK(has(first("collections.lag_months = [0.2, 0.5]"), "lag_months: the shares sum to 0.7, not 1"));
  CHECK(has(first("collections.lag_months = 25"), "lag_months: 25 is above 24"));
  CHECK(has(first("collections.denied = { 99215 = 0.1 }"), "denied.99215: is no code of codes.mix"));
  CHECK(has(first("collections.denied = 1.5"), "denied: 1.5 is above 1"));
  CHECK(has(first("collections.lag = 1"), "collections.lag: unknown key"));
}

TEST_CASE("a contract that reads what is collected needs collections, and at its end a word on the tail",
          "[unit][practice]") {
  const auto paid =
      with(small_study, "measure = \"completed_visits\"\nusd = 40", "measure = \"collected_usd\"\nusd = 0.4");
  CHECK(said_of(paid).at(0).find("[practices.NAME.collections]") != std::string::npos);
  const auto lagged = with(paid, before_offer, "collections.lag_months = 1\n[offers.visit]");
  read(lagged);
  const auto ending = with(lagged, before_offer, "[offers.visit]\nends = 6");
  CHECK(said_of(ending).at(0).find("offers.visit.tail: missing") != std::string::npos);
  const auto kept = read(with(ending, "ends = 6", "ends = 6\ntail = \"paid\""));
  CHECK(kept.study.offers.at(0).tail == Tail::paid);
}

}  // namespace
}  // namespace paystress::practice_keys_test
