// Components that start again each day, week or fortnight.
#include <algorithm>
#include <catch2/catch.hpp>

#include "model/span_columns.h"
#include "tests/support/offer_x.h"

namespace paystress::read_span_reset_test {
namespace {

using namespace std::chrono;
using Lines = std::vector<std::string>;

ReadOffer read(const std::string& toml) {
  auto offer = read_offer_x(toml);
  REQUIRE(offer.is_toml);
  return offer;
}

// Dollars that the columns of the contract bring in January 2026: `visits` and `hours` on days from Monday
// the 5th on.
double earned(const Contract& contract, const std::vector<double>& visits, const std::vector<double>& hours) {
  DayGrid grid{{}, sys_days(2026y / 1 / 1), sys_days(2026y / 1 / 31)};
  for (std::size_t d = 0; d < visits.size(); ++d)
    grid.days.push_back({sys_days(2026y / 1 / 5) + days(d), 1, false});
  auto hours_info = ledger_column_info(LedgerColumn::session_hours);
  hours_info.scale = 0.0;
  const auto layout =
      LedgerLayout::typed({ledger_column_info(LedgerColumn::completed_visits), hours_info}, 0);
  LedgerBlock by_day(visits.size(), 2, 1);
  for (std::size_t d = 0; d < visits.size(); ++d) {
    by_day.at(d, std::size_t{0})[0] = visits[d];
    by_day.at(d, std::size_t{1})[0] = hours[d];
  }
  const SpanColumns columns(contract, layout, grid);
  LedgerBlock month(1, contract.ledger.size(), 1);
  SpanColumns::Workspace work;
  columns.make(by_day, month, 0, work);
  double cents = 0.0;
  for (std::size_t c = 0; c < contract.ledger.size(); ++c) cents += month.at(0, c)[0];
  return cents / 100.0;
}

std::string component(const std::string& keys) {
  return "[[offers.x.pay]]\nname = \"visits\"\nmeasure = \"completed_visits\"\n" + keys;
}
double weeks_of(const std::string& keys, std::vector<double> visits) {
  const auto r = read(component(keys));
  INFO(keys);
  CHECK(r.faults == Lines{});
  REQUIRE(r.contract);
  std::vector<double> hours(visits.size(), 8.0);
  return earned(*r.contract, visits, hours);
}

// 121 visits in the week from the 5th, 100 in the week from the 12th, 40 in the week from the 19th.
const std::vector<double> three_weeks{30, 30, 30, 31, 0, 0, 0, 50, 50, 0, 0, 0, 0, 0, 40};

TEST_CASE("a ladder starts again each week", "[unit][span_reset]") {
  const std::string tiers =
      "reset = \"week\"\ntiers = [ { above = 0, usd = 50 }, { above = 100, usd = 60 } ]\n";
  // 100 at $50 and 21 at $60; 100 at $50; 40 at $50.
  CHECK(weeks_of("mode = \"marginal\"\n" + tiers, three_weeks) == 6'260.0 + 5'000.0 + 2'000.0);
  // All 121 at $60.
  CHECK(weeks_of("mode = \"retroactive\"\n" + tiers, three_weeks) == 7'260.0 + 5'000.0 + 2'000.0);
  const auto r = read(component("mode = \"marginal\"\n" + tiers));
  REQUIRE(r.contract);
  REQUIRE(r.contract->ledger.size() == 1);
  CHECK(r.contract->ledger[0].info.name == "visits_usd");
  CHECK(r.contract->ledger[0].value.text() ==
        "50 * max(0, completed_visits) + (60 - 50) * max(0, completed_visits - 100)");
  CHECK(std::get<FixedPay>(r.contract->pay[0].pays).usd.text() == "visits_usd");
}

TEST_CASE("edges, flats and lumps of a week are those of a month", "[unit][span_reset]") {
  const std::string week = "reset = \"week\"\n";
  // From the 121st visit on is above 120; a hundred visits do not lie above 100, but are at least 100.
  CHECK(weeks_of(week + "mode = \"marginal\"\ntiers = [ { at_least = 121, usd = 7 } ]\n", three_weeks) ==
        7.0);
  CHECK(weeks_of(week + "mode = \"retroactive\"\ntiers = [ { at_least = 121, usd = 7 } ]\n", three_weeks) ==
        847.0);
  const std::string lumps = week +
                            "mode = \"lump_sum\"\nlump = \"replace\"\n"
                            "tiers = [ { above = 39, usd = 100 }, { at_least = 100, usd = 300 } ]\n";
  CHECK(weeks_of(lumps, three_weeks) == 300.0 + 300.0 + 100.0);
  auto all_reached = lumps;
  all_reached.replace(all_reached.find("replace"), 7, "accumulate");
  CHECK(weeks_of(all_reached, three_weeks) == 400.0 + 400.0 + 100.0);
  // On entering each tier once: 5 and 9 dollars beside 2 and 3 a unit.
  CHECK(weeks_of(week + "mode = \"marginal\"\ntiers = [ { above = 0, usd = 2, flat_usd = 5 }, "
                        "{ above = 100, usd = 3, flat_usd = 9 } ]\n",
                 three_weeks) == (5 + 200 + 9 + 63) + (5 + 200) + (5 + 80));
}

TEST_CASE("days and fortnights start again, too", "[unit][span_reset]") {
  // Beyond 30 visits a day: 1, then 20 and 20, then 10.
  CHECK(weeks_of("reset = \"day\"\nmode = \"marginal\"\ntiers = [ { above = 30, usd = 4 } ]\n",
                 three_weeks) == 4 * (1 + 20 + 20 + 10));
  // 221 visits from the 5th to the 18th, 40 after.
  CHECK(weeks_of("reset = \"14 days\"\nfrom = 2026-01-05\nmode = \"marginal\"\n"
                 "tiers = [ { above = 200, usd = 4 } ]\n",
                 three_weeks) == 84.0);
}

TEST_CASE("overtime beyond 40 hours a week is a component of its own", "[unit][span_reset]") {
  const auto r = read(
      "[offers.x.terms]\nrate = 30\n[[offers.x.pay]]\nname = \"overtime\"\n"
      "measure = \"max(0, session_hours - 40)\"\nusd = \"1.5 * rate\"\nreset = \"week\"\n"
      "when = \"completed_visits >= 10\"\n");
  CHECK(r.faults == Lines{});
  REQUIRE(r.contract);
  CHECK_FALSE(r.contract->pay[0].when);
  // Six days of 8 hours, and 9 hours more; 41 hours in a week with 9 visits only.
  CHECK(earned(*r.contract, {2, 2, 2, 2, 2, 2, 0, 9, 0}, {8, 8, 8, 8, 8, 8, 1.5, 30, 11}) == 9.5 * 45);
}

TEST_CASE("a fortnight's guarantee sees what starts again each day", "[unit][span_reset]") {
  const auto r = read(
      component("reset = \"day\"\nmode = \"marginal\"\ntiers = [ { above = 10, usd = 10 } ]\n") +
      "[[offers.x.adjust]]\nname = \"floor\"\nguarantee_usd = 400\nper = \"14 days\"\nfrom = 2026-01-05\n"
      "on = [\"visits\"]\n");
  CHECK(r.faults == Lines{});
  REQUIRE(r.contract);
  REQUIRE(r.contract->ledger.size() == 2);
  CHECK(r.contract->ledger[1].value.text() == "max(0, 400 - visits_usd)");
}

TEST_CASE("what a reset of days cannot mean is told at its key", "[unit][span_reset]") {
  const auto faults = [](const std::string& toml) { return read(toml).faults; };
  CHECK(faults(
            "[[offers.x.pay]]\nname = \"work\"\nmeasure = \"credited_wrvu\"\nusd = 50\nreset = \"week\"\n") ==
        Lines{"c.toml:3:11: offers.x.pay.1.measure: credited_wrvu has no value for a week (it is a column of "
              "the whole month). Write reset = \"month\", or count what days have."});
  CHECK(
      faults(component("usd = 50\nreset = \"week\"\nwhen = \"quality_score > 0.8\"\npaid = \"interim\"\n"
                       "restate = \"net_units\"\n")) ==
      Lines{"c.toml:6:8: offers.x.pay.1.when: quality_score has no value for a week (it is a column of the "
            "whole month). Write reset = \"month\", or count what days have.",
            "c.toml:7:8: offers.x.pay.1.paid: is not used with a reset of days: a span is paid in the month "
            "of its last day (a key without an effect is a mistake). Remove it.",
            "c.toml:8:11: offers.x.pay.1.restate: is not used with a reset of days (a key without an effect "
            "is a mistake). Remove it."});
  CHECK(faults(component("usd = 50\nreset = \"10 days\"\n")) ==
        Lines{"c.toml:1:1: offers.x.pay.1: from is missing (which 10 days belong together). Write the first "
              "day of one of the periods, such as from = 2026-01-05."});
  CHECK(
      faults(component("reset = \"week\"\ncurve = [[0, 0], [10, 5]]\n")) ==
      Lines{
          "c.toml:5:9: offers.x.pay.1.curve: cannot be counted by week (a span of days is priced at a rate, "
          "by a table of codes or on tiers). Write a longer reset, such as \"month\", or price the span "
          "without it."});
  for (const std::string key : {"blocks = { size = 10 }", "corridor = { target = 8, low = 7 }"}) {
    const auto told = faults(component("usd = 10\nreset = \"14 days\"\nfrom = 2026-01-05\n" + key + "\n"));
    REQUIRE(told.size() == 1);
    CHECK(told[0].find(key.substr(0, key.find(' ')) + ": cannot be counted by 14 days (") !=
          std::string::npos);
  }
  CHECK(faults(component("reset = \"week\"\nmode = \"marginal\"\n"
                         "tiers = [ { above = 1, usd = 1, when = \"completed_visits > 5\" } ]\n")) ==
        Lines{"c.toml:6:9: offers.x.pay.1.tiers: tiers.1 has a when (a span looks at its own days only). "
              "Write the condition at the component, or a second component."});
  CHECK(
      faults("[offers.x.ledger.visits_usd]\nunit = \"usd\"\neach = \"day\"\nvalue = \"completed_visits\"\n" +
             component("usd = 50\nreset = \"week\"\n")) ==
      Lines{"c.toml:6:8: offers.x.pay.1.name: needs the column visits_usd, which is written too (what its "
            "spans earn is kept there). Rename the component or the column."});
  const auto spaced = faults(
      "[[offers.x.pay]]\nname = \"all visits\"\nmeasure = \"completed_visits\"\nusd = 5\nreset = \"day\"\n");
  REQUIRE(spaced.size() == 1);
  CHECK(spaced[0].find("is no name for a column") != std::string::npos);
}

}  // namespace
}  // namespace paystress::read_span_reset_test
