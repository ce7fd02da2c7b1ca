#include "sim/questions/paid_work.h"

#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "model/ledger.h"

namespace paid_work_test {

using namespace paystress;
using questions::paid_as_offered;
using questions::Work;

namespace {

PayLine measured(const std::string& column) {
  MeasuredPay pays;
  pays.measure = Amount::name(Amount::Op::column, column);
  pays.schedule = SingleRate{60.0};
  return {"rate", true, {}, {}, std::move(pays), {}};
}

Contract offer_of(PayLine line) {
  Contract offer;
  offer.pay.push_back(std::move(line));
  return offer;
}

std::string as_offered(Work work, const Contract& offer, const Practice& practice = {}) {
  return std::string(paid_as_offered(work, offer, practice).value_or("no question"));
}

}  // namespace

TEST_CASE("the columns of work are columns of the ledger", "[unit][ask]") {
  for (const auto work : {Work::no_shows, Work::messages, Work::late_charting})
    CHECK(find_ledger_column(questions::column_of(work)) != nullptr);
}

TEST_CASE("work that a paid column contains is no question", "[unit][ask]") {
  for (const std::string column : {"no_shows", "booked_visits", "demand", "slots"})
    CHECK(as_offered(Work::no_shows, offer_of(measured(column))) == "no question");
  for (const std::string column : {"messages", "inbox_hours", "after_hours"})
    CHECK(as_offered(Work::messages, offer_of(measured(column))) == "no question");
  for (const std::string column : {"late_charting_hours", "after_hours"})
    CHECK(as_offered(Work::late_charting, offer_of(measured(column))) == "no question");
  for (const auto work : {Work::no_shows, Work::messages, Work::late_charting})
    CHECK(as_offered(work, offer_of(measured("completed_visits"))) == "unpaid");
  // Through a column drawn with the practice.
  Practice practice;
  DrawnColumn billed;
  billed.name = "billed_anyway";
  billed.of = "no_shows";
  practice.columns.push_back(billed);
  CHECK(as_offered(Work::no_shows, offer_of(measured("billed_anyway")), practice) == "no question");
}

TEST_CASE("hours and salaries pay for work already", "[unit][ask]") {
  const auto hourly = offer_of(measured("session_hours"));
  CHECK(as_offered(Work::no_shows, hourly) == "paid already by the hour");
  CHECK(as_offered(Work::messages, hourly) == "unpaid");  // outside of sessions
  CHECK(as_offered(Work::late_charting, hourly) == "unpaid");
  CHECK(as_offered(Work::no_shows, offer_of(measured("workdays"))) == "paid already by the day");
  auto salary = offer_of({"salary", true, {}, {}, FixedPay{200'000.0, Span::year}, {}});
  for (const auto work : {Work::no_shows, Work::messages, Work::late_charting})
    CHECK(as_offered(work, salary) == "paid already by the salary");
  salary.pay[0].months = MonthRange{1, 1};
  CHECK(as_offered(Work::messages, salary) == "unpaid");  // a sign-on bonus
  // A line that follows the hours pays for none of them.
  auto tiers = offer_of(measured("completed_visits"));
  TierLadder ladder;
  ladder.tiers.resize(1);
  ladder.tiers[0].from.at = Amount::name(Amount::Op::column, "session_hours");
  ladder.tiers[0].usd = Amount(10.0);
  std::get<MeasuredPay>(tiers.pay[0].pays).schedule = ladder;
  CHECK(as_offered(Work::no_shows, tiers) == "unpaid");
}

TEST_CASE("a slot is worth its part of the hours of the shifts worked", "[unit][ask]") {
  Practice practice;
  practice[Parameter::session_hours] = Known{8.0};
  practice[Parameter::slots_per_hour] = Known{3.0};
  CHECK(questions::slots_per_hour_worked(practice) == 3.0);
  const auto kind = [&](const std::string& name, std::optional<std::array<bool, 7>> weekdays) -> ShiftKind& {
    practice.shifts.push_back({name, weekdays, {}});
    return practice.shifts.back();
  };
  const auto set = [](ShiftKind& shift, ShiftNumber n, double value) {
    shift.numbers.at(static_cast<std::size_t>(n)) = Known{value};
  };
  // Of five days Thursday is a night of 10 hours; its slots are the practice's until it has its own.
  auto& night = kind("night", std::array<bool, 7>{false, false, false, true, false, false, false});
  set(night, ShiftNumber::hours, 10.0);
  CHECK(questions::slots_per_hour_worked(practice) == 3.0);
  set(practice.shifts.back(), ShiftNumber::slots_per_hour, 1.5);
  // 32 hours of 3 slots and 10 of 1.5.
  CHECK(questions::slots_per_hour_worked(practice) == Approx((32 * 3.0 + 10 * 1.5) / 42));
  // A quarter of the other days is busy: 24 hours of 3, 8 of 6, 10 of 1.5.
  auto& busy = kind("busy", std::nullopt);
  set(busy, ShiftNumber::share, 0.25);
  set(busy, ShiftNumber::slots_per_hour, 6.0);
  CHECK(questions::slots_per_hour_worked(practice) == Approx((24 * 3.0 + 8 * 6.0 + 10 * 1.5) / 42));
  // Half of Fridays, and no day beside them.
  practice.shifts.pop_back();
  auto& half = kind("half", std::array<bool, 7>{false, false, false, false, true, false, false});
  set(half, ShiftNumber::share, 0.5);
  set(half, ShiftNumber::hours, 4.0);
  set(half, ShiftNumber::slots_per_hour, 2.0);
  CHECK(questions::slots_per_hour_worked(practice) == Approx((28 * 3.0 + 2 * 2.0 + 10 * 1.5) / 40));
}

}  // namespace paid_work_test
