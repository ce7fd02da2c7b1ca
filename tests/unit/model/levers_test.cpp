#include "model/levers.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/simple_practice.h"

namespace levers_test {

namespace {

using namespace paystress;
using Names = std::vector<std::string>;

Names names_of(const Practice& practice, bool has_holidays = false) {
  Names names;
  for (const auto& lever : levers_of(practice, has_holidays)) names.push_back(lever.name);
  return names;
}

}  // namespace

TEST_CASE("a lever is what is not at its neutral value and has something to act on", "[unit][levers]") {
  auto practice = test::simple_practice();
  CHECK(names_of(practice) == Names{"unfilled_slots", "late_cancels", "no_shows", "failed_calls",
                                    "review_downgrades", "quality", "days_off", "charting", "inbox.messages",
                                    "inbox.results", "meetings"});
  CHECK(names_of(practice, true).size() == names_of(practice).size() + 1);
  practice[Parameter::no_show_rate] = Known{0.0};
  practice[Parameter::tech_failure_lost] = Known{0.0};
  practice[Parameter::audit_reviewed] = Known{0.0};
  practice[Parameter::messages_per_visit] = Known{0.0};
  practice[Parameter::ramp_start] = Known{0.3};
  practice.events = {{"illness", Known{0.5}, Known{5.0}, 0.0, 1.0},
                     {"none", Known{0.0}, Known{5.0}, 0.0, 1.0}};
  CHECK(names_of(practice) == Names{"unfilled_slots", "late_cancels", "quality", "ramp", "days_off",
                                    "charting", "inbox.results", "meetings", "events.illness"});
}

TEST_CASE("a lever that is pulled leaves no lever", "[unit][levers]") {
  auto practice = test::simple_practice();
  practice.events = {{"illness", Known{0.5}, Known{5.0}, 0.0, 1.0}};
  for (const auto& lever : levers_of(practice, true)) {
    INFO(lever.name);
    CHECK(std::ranges::count(names_of(without(practice, lever), true), lever.name) == 0);
    practice = without(practice, lever);
  }
  CHECK(names_of(practice, true).empty());
}

// What kinds of shift have of their own stands in the place of the practice's number on their days.
TEST_CASE("a lever reaches every kind of shift", "[unit][levers]") {
  auto practice = test::simple_practice();
  const auto at = [](ShiftNumber n) { return static_cast<std::size_t>(n); };
  practice.shifts = {{"day", {}, {}}, {"night", {}, {}}};
  practice.shifts[1].numbers[at(ShiftNumber::no_show)] = Known{0.3};
  practice.shifts[1].numbers[at(ShiftNumber::demand)] = Known{9.0};
  practice[Parameter::no_show_rate] = Known{0.0};  // by day nobody stays away
  practice.correlation = {{"shifts.night.no_show", "demand.visits_per_day", 0.3}};
  const auto levers = levers_of(practice, false);
  for (const std::string name : {"no_shows", "unfilled_slots"}) {
    const auto lever = std::ranges::find(levers, name, &Lever::name);
    REQUIRE(lever != levers.end());
    practice = without(practice, *lever);
  }
  CHECK(std::get<Known>(*practice.shifts[1].numbers[at(ShiftNumber::no_show)]).value == 0.0);
  CHECK(std::get<Known>(*practice.shifts[1].numbers[at(ShiftNumber::demand)]).value == 5000.0);
  CHECK_FALSE(practice.shifts[0].has(ShiftNumber::no_show));
  CHECK(practice.correlation.empty());
  CHECK(std::ranges::count(names_of(practice), "no_shows") == 0);
}

TEST_CASE("a number that is known takes its correlations with it", "[unit][levers]") {
  auto practice = test::simple_practice();
  practice[Parameter::no_show_rate] = Pert{0.03, 0.08, 0.18};
  practice.correlation = {{"no_show.rate", "demand.visits_per_day", 0.3}, {"demand", "no_show", 0.2}};
  const auto levers = levers_of(practice, false);
  const auto lever = std::ranges::find(levers, "no_shows", &Lever::name);
  REQUIRE(lever != levers.end());
  CHECK(lever->text() == "no_show.rate = 0");
  const auto bare = without(practice, *lever);
  REQUIRE(bare.correlation.size() == 1);
  CHECK(bare.correlation.front().a == "demand");
}

}  // namespace levers_test
