#include "model/span_columns.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

namespace span_columns_test {

using namespace paystress;
using std::chrono::sys_days;

namespace {

constexpr sys_days date(int y, unsigned m, unsigned d) {
  return sys_days{std::chrono::year(y) / std::chrono::month(m) / std::chrono::day(d)};
}
Amount amount(const char* text) { return std::get<Amount>(parse_amount(text)); }
Condition condition(const char* text) { return std::get<Condition>(parse_condition(text)); }

ColumnInfo info(const char* name, ColumnUnit unit, double scale) {
  return {name, unit, ColumnJoin::sum, scale, ""};
}
// The columns that these days have; workdays: 1 on the paths that work the day.
LedgerLayout day_columns() {
  return LedgerLayout::typed(
      {info("workdays", ColumnUnit::count, 1), info("completed_visits", ColumnUnit::count, 1),
       info("session_hours", ColumnUnit::hours, 0), info("collections_usd", ColumnUnit::usd, 100)},
      0);
}
struct Day {
  sys_days date;
  std::vector<double> worked, visits, hours;  // by path
  bool is_holiday = false;
};

// Days as a ledger: one period a row.
struct Days {
  DayGrid grid;
  LedgerBlock block;
  Days(const std::vector<Day>& all, sys_days first, sys_days last)
      : grid{{}, first, last, 1}, block(all.size(), 4, all.empty() ? 1 : all[0].worked.size()) {
    block.fill(0.0);
    for (std::size_t d = 0; d < all.size(); ++d) {
      grid.days.push_back({all[d].date, 0, all[d].is_holiday});
      grid.days.back().month = month_of(grid, all[d].date);
      for (std::size_t i = 0; i < all[d].worked.size(); ++i) {
        block.at(d, std::size_t{0})[i] = all[d].worked[i];
        block.at(d, std::size_t{1})[i] = all[d].visits[i];
        block.at(d, std::size_t{2})[i] = all[d].hours[i];
        block.at(d, std::size_t{3})[i] = 100.0 * 12.34 * all[d].visits[i];
      }
    }
  }
};

SpanColumn column(const char* name, ColumnUnit unit, SpanColumn::Each each, const char* value,
                  const char* when = nullptr) {
  SpanColumn c;
  c.info = info(name, unit, unit == ColumnUnit::count ? 1 : 100);
  c.each = each;
  c.value = amount(value);
  if (when) c.when = condition(when);
  return c;
}

// By column, month and path, in the column's unit.
std::vector<std::vector<std::vector<double>>> made(const Contract& contract, const Days& days,
                                                   std::size_t months) {
  const SpanColumns spans(contract, day_columns(), days.grid);
  LedgerBlock ledger(months, spans.columns().size(), days.block.paths());
  SpanColumns::Workspace work;
  spans.make(days.block, ledger, 0, work);
  std::vector<std::vector<std::vector<double>>> all;
  for (std::size_t c = 0; c < spans.columns().size(); ++c) {
    all.emplace_back();
    for (std::size_t m = 0; m < months; ++m) {
      const double* run = ledger.at(m, c);
      std::vector<double> row(run, run + ledger.paths());
      for (auto& x : row) x /= spans.columns()[c].scale;
      all.back().push_back(std::move(row));
    }
  }
  return all;
}
using Row = std::vector<double>;

}  // namespace

TEST_CASE("a shift that brings less than its minimum is topped up on the paths that work it",
          "[unit][spans]") {
  Contract contract;
  contract.terms = {{"per_visit", 60.0}, {"shift_minimum", 400.0}};
  contract.ledger = {column("top_up", ColumnUnit::usd, SpanColumn::Each::day,
                            "max(0, shift_minimum - per_visit * completed_visits)")};
  // Path 0: 8 and 5 visits; path 1: none on a day worked, and a day off.
  const Days days({{date(2026, 1, 5), {1, 1}, {8, 0}, {8, 8}}, {date(2026, 1, 6), {1, 0}, {5, 0}, {8, 0}}},
                  date(2026, 1, 1), date(2026, 1, 31));
  CHECK(made(contract, days, 1)[0][0] == Row{100.0, 400.0});
}

TEST_CASE("a term changed in some months holds in the month to which the span belongs", "[unit][spans]") {
  Contract contract;
  contract.terms = {
      {"rate", amount("10 + 5 * max(0, min(1, month - 1))")}};  // 10 in month 1, 15 from month 2
  contract.ledger = {column("by_day", ColumnUnit::usd, SpanColumn::Each::day, "rate * completed_visits"),
                     column("by_week", ColumnUnit::usd, SpanColumn::Each::week, "rate * completed_visits")};
  // The week of Monday January 26 ends on Sunday February 1.
  const Days days({{date(2026, 1, 30), {1}, {2}, {8}}, {date(2026, 2, 2), {1}, {3}, {8}}}, date(2026, 1, 1),
                  date(2026, 2, 28));
  const auto all = made(contract, days, 2);
  CHECK(all[0] == std::vector<Row>{{20}, {45}});
  CHECK(all[1] == std::vector<Row>{{0}, {75}});
}

TEST_CASE("a rate changes on a day inside a month", "[unit][spans]") {
  Contract contract;
  contract.ledger = {column("old_usd", ColumnUnit::usd, SpanColumn::Each::day, "50 * completed_visits",
                            "date < \"2026-01-16\""),
                     column("new_usd", ColumnUnit::usd, SpanColumn::Each::day, "55 * completed_visits",
                            "date >= \"2026-01-16\"")};
  const Days days({{date(2026, 1, 15), {1}, {4}, {8}}, {date(2026, 1, 16), {1}, {6}, {8}}}, date(2026, 1, 1),
                  date(2026, 1, 31));
  const auto all = made(contract, days, 1);
  CHECK(all[0][0] == Row{200.0});
  CHECK(all[1][0] == Row{330.0});
  CHECK(contract.ledger[1].when->text() == "date >= \"2026-01-16\"");
  for (const char* wrong : {"date >= 20260116", "date >= 2026-01-16", "date > \"2026-02-30\"", "date"})
    CHECK(std::holds_alternative<ExpressionFault>(parse_condition(wrong)));
}

TEST_CASE("a Sunday differential is paid on a holiday too", "[unit][spans]") {
  Contract contract;
  contract.ledger = {column("sunday_usd", ColumnUnit::usd, SpanColumn::Each::day, "9.5 * completed_visits",
                            "weekday == 7 or is_holiday"),
                     column("weekday_usd", ColumnUnit::usd, SpanColumn::Each::day, "9.5 * completed_visits",
                            "not (weekday == 7 or is_holiday)")};
  const Days days({{date(2026, 1, 1), {1}, {7}, {8}, true},  // a Thursday
                   {date(2026, 1, 2), {1}, {20}, {8}},
                   {date(2026, 1, 4), {1}, {3}, {8}}},
                  date(2026, 1, 1), date(2026, 1, 31));
  const auto all = made(contract, days, 1);
  CHECK(all[0][0] == Row{95.0});
  CHECK(all[1][0] == Row{190.0});
}

TEST_CASE("overtime beyond 40 hours a week counts over a month's end", "[unit][spans]") {
  Contract contract;
  contract.ledger = {
      column("overtime_hours", ColumnUnit::hours, SpanColumn::Each::week, "max(0, session_hours - 40)")};
  contract.ledger[0].info.scale = 100.0;
  // Six days of 8 hours from Monday January 26 to Saturday 31; path 1 is off on two of them. The week before
  // has 40 hours.
  std::vector<Day> all;
  for (unsigned d = 19; d <= 23; ++d) all.push_back({date(2026, 1, d), {1, 1}, {0, 0}, {8, 8}});
  for (unsigned d = 26; d <= 31; ++d)
    all.push_back({date(2026, 1, d), {1, d < 30 ? 1.0 : 0.0}, {0, 0}, {8, d < 30 ? 8.0 : 0.0}});
  all.push_back({date(2026, 2, 1), {1, 1}, {0, 0}, {2.5, 0}});  // Sunday: the week is February's
  const Days days(all, date(2026, 1, 1), date(2026, 2, 28));
  CHECK(made(contract, days, 2)[0] == std::vector<Row>{{0, 0}, {10.5, 0}});
}

TEST_CASE("fortnights run from their date over a year's end, and the last is cut by the horizon",
          "[unit][spans]") {
  Contract contract;
  contract.ledger = {column("guarantee_usd", ColumnUnit::usd, SpanColumn::Each::days,
                            "max(0, 1000 - 50 * completed_visits)")};
  contract.ledger[0].days = 14;
  contract.ledger[0].from = date(2026, 1, 5);
  // Fortnights: ... Dec 22 - Jan 4, Jan 5 - 18, Jan 19 - Feb 1 (cut at January 31).
  const Days days({{date(2025, 12, 30), {1}, {4}, {8}},
                   {date(2026, 1, 2), {1}, {6}, {8}},
                   {date(2026, 1, 20), {1}, {15}, {8}}},
                  date(2025, 12, 1), date(2026, 1, 31));
  // December 1 - 7 is the end of a fortnight, December 8 - 21 a whole one: 1,000 each, in December.
  // January: 1,000 - 500, then 1,000 for a fortnight without work, then 1,000 - 750 for the cut one.
  CHECK(made(contract, days, 2)[0] == std::vector<Row>{{2000}, {500 + 1000 + 250}});
}

TEST_CASE("a span that is open when the contract ends is valued on its days so far", "[unit][spans]") {
  Contract contract;
  contract.ends = 1;
  contract.ledger = {
      column("visits_over_5", ColumnUnit::count, SpanColumn::Each::week, "max(0, completed_visits - 5)")};
  const Days days({{date(2026, 1, 30), {1}, {9}, {8}}, {date(2026, 2, 1), {1}, {9}, {8}}}, date(2026, 1, 1),
                  date(2026, 2, 28));
  CHECK(made(contract, days, 2)[0] == std::vector<Row>{{4}, {0}});
}

TEST_CASE("a week may name a day column, whose sum over the week it is", "[unit][spans]") {
  Contract contract;
  contract.ledger = {
      column("weekend_visits", ColumnUnit::count, SpanColumn::Each::day, "completed_visits", "weekday >= 6"),
      column("weekend_usd", ColumnUnit::usd, SpanColumn::Each::week, "20 * max(0, weekend_visits - 10)")};
  const Days days({{date(2026, 1, 9), {1}, {30}, {8}},
                   {date(2026, 1, 10), {1}, {8}, {8}},
                   {date(2026, 1, 11), {1}, {5}, {8}}},
                  date(2026, 1, 1), date(2026, 1, 31));
  const auto all = made(contract, days, 1);
  CHECK(all[0][0] == Row{13});
  CHECK(all[1][0] == Row{60});
}

TEST_CASE("a value is rounded once a span, ties away from zero, and an undefined one counts as nothing",
          "[unit][spans]") {
  Contract contract;
  contract.ledger = {
      column("thirds", ColumnUnit::usd, SpanColumn::Each::day, "completed_visits / 3"),
      column("ties", ColumnUnit::usd, SpanColumn::Each::day, "1.005 * completed_visits"),
      column("per_hour", ColumnUnit::usd, SpanColumn::Each::day, "completed_visits / session_hours"),
      column("half", ColumnUnit::usd, SpanColumn::Each::day, "collections_usd / 2")};
  const Days days({{date(2026, 1, 5), {1}, {1}, {0}}, {date(2026, 1, 6), {1}, {1}, {4}}}, date(2026, 1, 1),
                  date(2026, 1, 31));
  const auto all = made(contract, days, 1);
  CHECK(all[0][0] == Row{0.66});
  CHECK(all[1][0] == Row{2.02});
  CHECK(all[2][0] == Row{0.25});
  CHECK(all[3][0] == Row{12.34});
}

TEST_CASE("spans of random days are those of a walk through the calendar", "[unit][spans]") {
  // Second method: every calendar day from the first to the last, its week or fortnight closed at its last
  // day.
  boost::random::mt19937 bits(7);
  const auto pick = [&](int a, int b) { return boost::random::uniform_int_distribution<int>(a, b)(bits); };
  for (int trial = 0; trial < 300; ++trial) {
    const auto first = date(2025 + pick(0, 2), static_cast<unsigned>(pick(1, 12)), 1);
    const int months = pick(1, 15);
    const std::chrono::year_month_day start{first};
    const auto last =
        sys_days((start.year() / start.month() + std::chrono::months(months)) / std::chrono::day(1)) -
        std::chrono::days(1);
    std::vector<Day> all;
    for (auto d = first; d <= last; d += std::chrono::days(1))
      if (pick(0, 9) < 6) {
        const double worked = pick(0, 1);
        all.push_back({d, {worked}, {worked * pick(0, 20)}, {worked * pick(1, 10)}});
      }
    if (all.empty()) continue;
    const int length = pick(0, 1) ? 7 : pick(2, 30);
    Contract contract;
    if (pick(0, 2) == 0) contract.ends = pick(1, months);
    contract.ledger = {column("x", ColumnUnit::count, SpanColumn::Each::days,
                              "max(0, 3 * completed_visits - 2 * session_hours)", "completed_visits > 4")};
    contract.ledger[0].days = length;
    contract.ledger[0].from = first + std::chrono::days(pick(-40, 40));
    if (length == 7 && pick(0, 1)) {
      contract.ledger[0].each = SpanColumn::Each::week;
      contract.ledger[0].from.reset();
    }
    std::vector<double> expected(static_cast<std::size_t>(months), 0.0);
    double visits = 0, hours = 0;
    for (auto d = first; d <= last; d += std::chrono::days(1)) {
      const std::chrono::year_month_day ymd{d};
      const int month =
          static_cast<int>(((ymd.year() / ymd.month()) - (start.year() / start.month())).count()) + 1;
      if (contract.ends && month > *contract.ends) break;
      for (const auto& day : all)
        if (day.date == d) visits += day.visits[0], hours += day.hours[0];
      const std::chrono::year_month_day next{d + std::chrono::days(1)};
      const int next_month =
          static_cast<int>(((next.year() / next.month()) - (start.year() / start.month())).count()) + 1;
      const bool over = d == last || (contract.ends && next_month > *contract.ends);
      const bool ends_span =
          contract.ledger[0].from
              ? (((d + std::chrono::days(1) - *contract.ledger[0].from).count() % length) + length) %
                        length ==
                    0
              : std::chrono::weekday(d) == std::chrono::Sunday;
      if (!ends_span && !over) continue;
      if (visits > 4) expected[static_cast<std::size_t>(month - 1)] += std::max(0.0, 3 * visits - 2 * hours);
      visits = hours = 0;
    }
    const auto got = made(contract, Days(all, first, last), static_cast<std::size_t>(months))[0];
    for (std::size_t m = 0; m < expected.size(); ++m) CHECK(got[m][0] == expected[m]);
  }
}

TEST_CASE("kinds of shift and holidays in conditions read back as they are written", "[unit][spans]") {
  CHECK(condition("shift == \"night\"").text() == condition("shift.night == 1").text());
  CHECK(condition("shift != \"night\" and weekday >= 6").text() ==
        condition("shift.night == 0 and weekday >= 6").text());
  CHECK(condition("is_holiday").text() == condition("is_holiday != 0").text());
  CHECK(condition("weekday >= 6 or is_holiday").text() ==
        condition("weekday >= 6 or is_holiday != 0").text());
  CHECK(std::get<ExpressionFault>(parse_condition("shift == night")).why.find("quotes") != std::string::npos);
  CHECK(std::holds_alternative<ExpressionFault>(parse_condition("shift > \"night\"")));
}

TEST_CASE("days that are read are kept until their last reader is made", "[unit][spans]") {
  Contract contract;
  const auto add = [&](const char* name, const char* value) {
    SpanColumn column;
    column.info.name = name;
    column.value = amount(value);
    contract.ledger.push_back(std::move(column));
  };
  add("a", "completed_visits");
  add("b", "a + session_hours");
  add("c", "b + b");
  add("d", "a + c");
  add("e", "d");
  const auto kept = kept_days_of(contract);
  using Places = std::vector<std::optional<std::size_t>>;
  // The place of b is free once c is made, and d takes it. Nobody reads e.
  CHECK(kept.places == 3);
  CHECK(kept.place == Places{0, 1, 2, 1, std::nullopt});
  CHECK(columns_fed(contract) == 2);
}

}  // namespace span_columns_test
