// What contracts count by day, week and fortnight, as a shell sees it. Sums are worked out by hand.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace paystress::span_commands_test {
namespace {

using testing::ProgramResult;

// A directory with a contract and a ledger, and the program run in it.
class Desk : public testing::Desk {
 public:
  Desk(const std::string& contract, const std::string& ledger) {
    write("c.toml", contract);
    write("l.csv", ledger);
  }
  [[nodiscard]] ProgramResult price_days() const { return run("price c.toml l.csv --rows day --format csv"); }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string shift = R"toml([offers.urgent.terms]
per_visit = 60
shift_minimum = 400
[offers.urgent.ledger.shift_top_up]
unit = "usd"
each = "day"
value = "max(0, shift_minimum - per_visit * completed_visits)"
[[offers.urgent.pay]]
name = "visits"
measure = "completed_visits"
usd = "per_visit"
[[offers.urgent.pay]]
name = "top_up"
measure = "shift_top_up"
usd = 1
)toml";

const std::string plain_visits = R"toml([[offers.x.pay]]
name = "visits"
measure = "completed_visits"
usd = 50
)toml";

TEST_CASE("price tops a shift up to its minimum from rows by day", "[cli][spans]") {
  // 8, 5 and 0 visits at $60 against $400: 0, 100 and 400 on top of 13 visits.
  const Desk desk(shift, "period,completed_visits\n2026-01-05,8\n2026-01-06,5\n2026-02-02,0\n");
  const auto r = desk.price_days();
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "2026-01,visits,component,,13,60,780.00,"));
  CHECK(has(r.output, "2026-01,top_up,component,,100,1,100.00,"));
  CHECK(has(r.output, "2026-02,top_up,component,,400,1,400.00,"));
}

TEST_CASE("a row without work is a day off, whether or not the contract names workdays", "[cli][spans]") {
  // 3 visits at $60 are topped up by 220; the day off is not a shift.
  const Desk desk(shift, "period,workdays,completed_visits\n2026-01-05,1,3\n2026-01-06,0,0\n");
  const auto r = desk.price_days();
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "2026-01,top_up,component,,220,1,220.00,"));
  const Desk two(shift, "period,workdays,completed_visits\n2026-01-05,2,3\n");
  CHECK(two.price_days().exit_code == 2);
  CHECK(has(two.price_days().output, "l.csv:2:12: workdays: 2 is neither 0 nor 1"));
}

TEST_CASE("rows that leave more than a week of a month out are warned of", "[cli][spans]") {
  const Desk desk(shift, "period,completed_visits\n2026-01-09,8\n2026-02-10,8\n");
  CHECK(has(desk.price_days().output, "2026-01-09 is the first row, more than a week from the start"));
  CHECK(has(desk.price_days().output, "2026-02-10 is the last row, more than a week from the end"));
  const Desk whole(shift, "period,completed_visits\n2026-01-08,8\n2026-02-21,8\n");
  CHECK_FALSE(has(whole.price_days().output, "more than a week"));
}

TEST_CASE("a holiday clause without holidays is warned of", "[cli][spans]") {
  const std::string clause =
      "[offers.x.ledger.open]\nunit = \"count\"\neach = \"day\"\nwhen = \"is_holiday\"\n"
      "value = \"completed_visits\"\n" +
      plain_visits + "[[offers.x.pay]]\nname = \"open\"\nmeasure = \"open\"\nusd = 10\n";
  const std::string days = "period,completed_visits\n2026-05-25,7\n";
  const std::string warning = "offers.x.ledger: is_holiday is 0 on every day (no holidays are given)";
  CHECK(has(Desk(clause, days).price_days().output, warning));
  CHECK_FALSE(
      has(Desk("[calendar]\nholidays = \"us_federal\"\n" + clause, days).price_days().output, warning));
}

TEST_CASE("price takes what is counted by spans as typed where rows are months", "[cli][spans]") {
  const Desk desk(shift, "period,completed_visits,shift_top_up\n1,13,500\n");
  const auto r = desk.run("price c.toml l.csv --format csv");
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "1,top_up,component,,500,1,500.00,"));
}

TEST_CASE("price refuses a mixture of typed and made, and months without either", "[cli][spans]") {
  const Desk both(shift, "period,completed_visits,shift_top_up\n2026-01-05,8,0\n");
  const auto r = both.price_days();
  CHECK(r.exit_code == 2);
  CHECK(has(r.output, "l.csv:1:25: shift_top_up: is typed, and made from the days too"));
  const Desk neither(shift, "period,completed_visits\n1,13\n");
  const auto none = neither.run("price c.toml l.csv");
  CHECK(none.exit_code == 2);
  CHECK(has(none.output, "write a row for every day worked and price with --rows day"));
  const Desk months(shift, "period,completed_visits\n2026-01,13\n");
  CHECK(has(months.price_days().output, "l.csv:2:1: period: 2026-01 is no date"));
}

TEST_CASE("a Sunday differential counts a holiday that is worked", "[cli][spans]") {
  // Sunday 6 visits, Memorial Day 7, Tuesday 9: 22 at $50 and 13 at $10.
  const Desk desk(
      "[calendar]\nholidays = \"us_federal\"\n[ledger.premium_visits]\nunit = \"count\"\neach = \"day\"\n"
      "when = \"weekday == 7 or is_holiday\"\nvalue = \"completed_visits\"\n" +
          plain_visits + "[[offers.x.pay]]\nname = \"sunday\"\nmeasure = \"premium_visits\"\nusd = 10\n",
      "period,completed_visits\n2026-05-24,6\n2026-05-25,7\n2026-05-26,9\n");
  const auto r = desk.price_days();
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "2026-05,visits,component,,22,50,1100.00,"));
  CHECK(has(r.output, "2026-05,sunday,component,,13,10,130.00,"));
}

TEST_CASE("overtime beyond 40 hours a week belongs to the month of the week's last day", "[cli][spans]") {
  // Six days of 8 hours from Monday 30 March: 8 hours of overtime, all in April. The next week has 40 hours.
  const Desk desk(
      R"toml([offers.x.ledger.overtime_hours]
unit = "hours"
each = "week"
value = "max(0, session_hours - 40)"
[[offers.x.pay]]
name = "hours"
measure = "session_hours"
usd = 30
[[offers.x.pay]]
name = "overtime"
measure = "overtime_hours"
usd = 15
)toml",
      "period,session_hours\n2026-03-30,8\n2026-03-31,8\n2026-04-01,8\n2026-04-02,8\n2026-04-03,8\n"
      "2026-04-04,8\n2026-04-06,8\n2026-04-07,8\n2026-04-08,8\n2026-04-09,8\n2026-04-10,8\n");
  const auto r = desk.price_days();
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "2026-03,hours,component,,16,30,480.00,"));
  CHECK(has(r.output, "2026-03,overtime,component,,0,15,0.00,"));
  CHECK(has(r.output, "2026-04,hours,component,,72,30,2160.00,"));
  CHECK(has(r.output, "2026-04,overtime,component,,8,15,120.00,"));
}

TEST_CASE("a fortnight crosses the year's end, and the last is cut by the ledger", "[cli][spans]") {
  // 22 December to 4 January: 90 hours, 10 beyond 80, in January. 19 January to 1 February: 85 hours so far.
  const Desk desk(R"toml([offers.x.ledger.overtime_hours]
unit = "hours"
each = "14 days"
from = 2026-01-05
value = "max(0, session_hours - 80)"
[[offers.x.pay]]
name = "overtime"
measure = "overtime_hours"
usd = 15
)toml",
                  "period,session_hours\n2025-12-22,50\n2026-01-02,40\n2026-01-19,85\n");
  const auto r = desk.price_days();
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "2025-12,overtime,component,,0,15,0.00,"));
  CHECK(has(r.output, "2026-01,overtime,component,,15,15,225.00,"));
}

TEST_CASE("a span that names what it has no value for is refused at its key", "[cli][spans]") {
  const auto problem = [](const std::string& column) {
    const Desk desk("[offers.x.ledger.c]\nunit = \"usd\"\n" + column + plain_visits +
                        "[[offers.x.pay]]\nname = \"c\"\nmeasure = \"c\"\nusd = 1\n",
                    "period,completed_visits\n2026-01-05,8\n");
    const auto r = desk.run("explain c.toml");
    CHECK(r.exit_code == 2);
    return r.output;
  };
  CHECK(
      has(problem("each = \"day\"\nvalue = \"panel_members\"\n"),
          "c.toml:4:9: offers.x.ledger.c.value: panel_members has no value for a day (it is a column of the "
          "whole month). Name columns of the days, or read it in pay and adjust."));
  CHECK(has(
      problem("each = \"week\"\nwhen = \"weekday >= 6\"\nvalue = \"completed_visits\"\n"),
      "offers.x.ledger.c.when: weekday has no value for a week (it is said of one day). Name a column with "
      "each = \"day\", whose sum over the span it is."));
  CHECK(has(problem("each = \"week\"\nwhen = \"is_holiday\"\nvalue = \"completed_visits\"\n"),
            "is_holiday has no value for a week"));
  CHECK(has(problem("each = \"day\"\nvalue = \"to_date(completed_visits)\"\n"),
            "reads pay, or another time than its own"));
  CHECK(
      has(problem("each = \"day\"\nvalue = \"earned.visits\"\n"), "reads pay, or another time than its own"));
  CHECK(has(problem("each = \"fortnight\"\nvalue = \"completed_visits\"\n"), "\"fortnight\" is no span"));
  CHECK(has(problem("each = \"14 days\"\nvalue = \"completed_visits\"\n"),
            "from is missing (which 14 days belong together)"));
  CHECK(has(problem("each = \"day\"\nperiod = \"sum\"\nvalue = \"completed_visits\"\n"),
            "what is counted by spans adds up"));
  CHECK(has(problem("value = \"completed_visits\"\n"), "offers.x.ledger.c.each: missing"));
}

TEST_CASE("a level has a value for a day, not for a week", "[cli][spans]") {
  const auto priced = [](const std::string& each) {
    const Desk desk(
        "[ledger.lab]\nunit = \"points\"\nperiod = \"mean\"\n[offers.x.ledger.c]\nunit = \"usd\"\neach = \"" +
            each + "\"\nvalue = \"lab\"\n[[offers.x.pay]]\nname = \"c\"\nmeasure = \"c\"\nusd = 1\n",
        "period,lab\n2026-01-05,3\n2026-01-06,2\n");
    return desk.price_days();
  };
  CHECK(has(priced("day").output, "2026-01,c,component,,5,1,5.00,"));
  CHECK(priced("week").exit_code == 2);
  CHECK(has(priced("week").output,
            "lab has no value for a week (it is a level, which does not add up over days)"));
}

TEST_CASE("a number that repeats a rate in a shared column is warned of", "[cli][spans]") {
  const Desk desk(
      "[ledger.top_up]\nunit = \"usd\"\neach = \"day\"\nvalue = \"max(0, 400 - 50 * completed_visits)\"\n" +
          plain_visits + "[[offers.x.pay]]\nname = \"top_up\"\nmeasure = \"top_up\"\nusd = 1\n",
      "period,completed_visits\n2026-01-05,5\n");
  const auto r = desk.price_days();
  CHECK(r.exit_code == 0);
  CHECK(has(r.output, "holds 50, which is also a rate of the offer"));
  CHECK(has(r.output, "2026-01,top_up,component,,150,1,150.00,"));
}

TEST_CASE("explain says what is counted by spans", "[cli][spans]") {
  const Desk desk(shift, "");
  const auto r = desk.run("explain c.toml");
  CHECK(r.exit_code == 0);
  CHECK(has(r.output,
            "shift_top_up: a day worked that brings less than (shift_minimum) dollars (per_visit * "
            "completed_visits) is topped up to it."));
}

const std::string study = R"toml([study]
months = 12
paths = 512
[practices.clinic]
sessions = { weekdays = ["Mon", "Wed"], hours = 8.0, slots_per_hour = 1.0 }
demand = { visits_per_day = 7.0 }
no_show = { rate = 0.08 }
late_cancel = { rate = 0.03 }
codes = { schedule = "builtin:cms", mix = { "99213" = 0.6, "99214" = 0.4 } }
[stresses.dip]
months = [4, 6]
booked_visits = { multiply = 0.8 }
[stresses.floor]
offers.urgent.terms.shift_minimum = { add = 60 }
)toml";

std::string replaced(std::string text, const std::string& old, const std::string& by) {
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), by);
}

TEST_CASE("a span that names no column of the practice is refused at its key", "[cli][spans]") {
  const Desk desk(replaced(study + shift, "* completed_visits)", "* completed_visit)"), "");
  const auto r = desk.run("check c.toml");
  CHECK(r.exit_code == 2);
  CHECK(has(r.output, "offers.urgent.ledger.shift_top_up.value: unknown name completed_visit"));
}

TEST_CASE("run prices spans under stresses, and a stress of a term reaches them", "[cli][spans]") {
  const Desk desk(study + shift, "");
  for (const auto* sampler : {"fast", "reference"}) {
    INFO(sampler);
    const auto r = desk.run(std::string("run c.toml -o r --force --sampler ") + sampler);
    INFO(r.output);
    CHECK(r.exit_code == 0);
    const auto income = [&](const std::string& stress) {
      const auto line =
          desk.run("replay c.toml --paths 512 --path 3 --format csv --scenario clinic/urgent/" + stress +
                   " --sampler " + sampler + " | awk -F, '{ s += $NF } END { print s }'");
      return std::stod(line.output);
    };
    CHECK(income("floor") > income("base"));
  }
}

TEST_CASE("writing a span column moves no other number by a bit", "[cli][spans]") {
  const std::string more = R"toml([offers.urgent.ledger.unused]
unit = "points"
each = "day"
when = "weekday == 3"
value = "generated_wrvu + late_cancels + visits.99214"
)toml";
  const std::string column = "[offers.urgent.ledger.shift_top_up]";
  for (const std::string sampler : {"fast", "reference"}) {
    const auto tables = [&](const std::string& contract) {
      const Desk desk(contract, "");
      CHECK(desk.run("run c.toml -o r --paths 300 --sampler " + sampler).exit_code == 0);
      return desk.run("--help > /dev/null; cat r/*.csv").output;
    };
    INFO(sampler);
    const auto before = tables(study + shift);
    CHECK(before.size() > 10'000);
    CHECK(before == tables(replaced(study + shift, column, more + column)));
  }
}

TEST_CASE("the days of a replayed path are a ledger for price", "[cli][spans]") {
  const Desk desk(study + shift, "");
  for (const auto* sampler : {"fast", "reference"}) {
    INFO(sampler);
    const std::string replay =
        std::string("replay c.toml --paths 512 --path 5 --scenario clinic/urgent/base --sampler ") + sampler +
        " --format csv";
    // The days, worked or off, pay month by month what the path was paid.
    const auto paid = desk.run(replay + " | awk -F, 'NR > 1 { printf \"%.2f\\n\", $NF }'").output;
    const auto priced =
        desk.run(replay + " --days > d.csv && '" + test::program_path() +
                 "' price c.toml d.csv --offer urgent --rows day --format csv | awk -F, '$3 == \"total\" && "
                 "$1 != \"total\" { "
                 "print $7 }'")
            .output;
    CHECK(paid == priced);
    CHECK(std::ranges::count(paid, '\n') == 12);
    CHECK(paid.find_first_not_of("0123456789.\n") == std::string::npos);
  }
}

TEST_CASE("intakes, shifts, paid leave and a Sunday with holidays worked are priced by run and by day",
          "[cli][spans]") {
  const std::string offer = R"toml([calendar]
holidays = "us_federal"
[practices.clinic.shifts.night]
weekdays = ["Wed"]
hours = 10
[practices.clinic.shifts.swing]
share = 0.3
no_show = 0.2
[practices.clinic.columns.intakes]
of = "completed_visits"
share = { low = 0.1, likely = 0.2, high = 0.4 }
[practices.clinic.columns.forms]
per_visit = 0.05
per_workday = 0.2
monthly_cv = 0.3
[offers.urgent]
[offers.urgent.ledger.sunday_visits]
unit = "count"
each = "day"
when = "weekday == 7 or is_holiday"
value = "completed_visits"
[offers.urgent.ledger.night_intakes]
unit = "count"
each = "day"
when = 'shift == "night"'
value = "intakes + forms"
[offers.urgent.ledger.idle_week]
unit = "usd"
each = "week"
value = "max(0, 20 * idle_hours - 100 * (days_off + sick_days))"
[[offers.urgent.pay]]
name = "intakes"
measure = "intakes"
usd = 1
[[offers.urgent.pay]]
name = "leave"
measure = "8 * days_off"
usd = 50
[[offers.urgent.pay]]
name = "sundays"
measure = "sunday_visits"
usd = 10
[[offers.urgent.pay]]
name = "nights"
measure = "night_intakes"
usd = 3
[[offers.urgent.pay]]
name = "idle"
measure = "idle_week"
usd = 1
)toml";
  const auto practice =
      replaced(study.substr(0, study.find("[stresses.dip]")), R"(weekdays = ["Mon", "Wed"],)",
               R"(weekdays = ["Wed", "Thu", "Fri", "Sun"], holidays_open = 1.0,)");
  const Desk desk(practice + offer, "");
  for (const auto* sampler : {"fast", "reference"}) {
    INFO(sampler);
    const std::string replay =
        std::string("replay c.toml --paths 512 --path 5 --scenario clinic/urgent/base --sampler ") + sampler +
        " --format csv";
    const auto months = desk.run(replay);
    INFO(months.output);
    REQUIRE(months.exit_code == 0);
    const auto paid = desk.run(replay + " | awk -F, 'NR > 1 { printf \"%.2f\\n\", $NF }'").output;
    // A dollar an intake: by hand, from the column of the ledger.
    const std::string column = "awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) if ($i == \"intakes\") c = i } ";
    CHECK(std::stod(desk.run(replay + " | " + column + "NR > 1 { s += $c } END { print s }'").output) > 100);
    const auto days = desk.run(replay + " --days > d.csv && '" + test::program_path() +
                               "' price c.toml d.csv --offer urgent --rows day --format csv");
    INFO(days.output);
    // A ledger that is typed knows no practice, so price warns of columns drawn with one.
    const auto priced = desk.run(
        "price c.toml d.csv --offer urgent --rows day --format csv 2>/dev/null | awk -F, '$3 == "
        "\"total\" && $1 != \"total\" { print $7 }'");
    CHECK(paid == priced.output);
    CHECK(std::ranges::count(paid, '\n') == 12);
  }
}

}  // namespace
}  // namespace paystress::span_commands_test
