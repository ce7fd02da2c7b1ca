// Weekly ladders and overtime, priced by run, by the days of its paths, and by hand from those days.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <map>

#include "tests/support/csv_rows.h"
#include "tests/support/program.h"

namespace paystress::span_resets_test {
namespace {

constexpr auto contract = R"toml([study]
months = 6
paths = 256
[practices.clinic]
sessions = { weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], hours = 8.0, slots_per_hour = 3.0, days_off_per_year = 40 }
demand = { visits_per_day = 18.0 }
codes = { schedule = "builtin:cms", mix = { "99213" = 0.6, "99214" = 0.4 } }
[offers.clinic.terms]
rate = 60
[[offers.clinic.pay]]
name = "visits"
measure = "completed_visits"
mode = "marginal"
reset = "week"
tiers = [ { above = 0, usd = 50 }, { above = 90, usd = "rate" } ]
[[offers.clinic.pay]]
name = "overtime"
measure = "max(0, session_hours - 40)"
usd = 45
reset = "week"
[[offers.clinic.pay]]
name = "busy"
measure = "completed_visits"
mode = "lump_sum"
lump = "replace"
reset = "14 days"
from = 2026-01-05
tiers = [ { at_least = 180, usd = 100 }, { at_least = 190, usd = 250 } ]
[stresses.raise]
months = [3, 4]
offers.clinic.terms.rate = { set = 70 }
)toml";

using Row = testing::CsvRow;
using testing::column_of;
using testing::csv_rows_of;

std::chrono::sys_days date_of(const std::string& text) {
  using namespace std::chrono;
  return year(std::stoi(text.substr(0, 4))) / std::stoi(text.substr(5, 2)) / std::stoi(text.substr(8, 2));
}
// The month in which a span of `length` days ends that holds a day, or the last one of the half year.
std::pair<int, int> span_of(std::chrono::sys_days day, int length) {
  using namespace std::chrono;
  const auto offset = (day - sys_days(2026y / 1 / 5)).count() + 70 * length;
  const auto last = day + days(length - 1 - offset % length);
  const year_month_day end(std::min(last, sys_days(2026y / 6 / 30)));
  return {static_cast<int>(unsigned{end.month()}), static_cast<int>(offset / length)};
}

// Dollars by month, from the days.
std::map<int, double> by_hand(const std::vector<Row>& days, bool raised) {
  const auto visits_at = column_of(days.at(0), "completed_visits"),
             hours_at = column_of(days.at(0), "session_hours");
  std::map<std::pair<int, int>, std::pair<double, double>> weeks, fortnights;
  for (std::size_t r = 1; r < days.size(); ++r) {
    const auto day = date_of(days[r].at(0));
    for (auto* spans : {&weeks, &fortnights}) {
      auto& [visits, hours] = (*spans)[span_of(day, spans == &weeks ? 7 : 14)];
      visits += std::stod(days[r].at(visits_at));
      hours += std::stod(days[r].at(hours_at));
    }
  }
  std::map<int, double> paid;
  for (const auto& [span, sums] : weeks) {
    const double rate = raised && (span.first == 3 || span.first == 4) ? 70 : 60;
    paid[span.first] += 50 * std::min(sums.first, 90.0) + rate * std::max(0.0, sums.first - 90);
    paid[span.first] += 45 * std::max(0.0, sums.second - 40);
  }
  for (const auto& [span, sums] : fortnights) {
    if (sums.first >= 190)
      paid[span.first] += 250;
    else if (sums.first >= 180)
      paid[span.first] += 100;
  }
  return paid;
}

TEST_CASE("a weekly ladder, overtime and a fortnight's bonus are priced by run and by hand", "[cli][spans]") {
  const testing::Desk desk;
  desk.write("c.toml", contract);
  const auto run = [&](const std::string& arguments) {
    const auto r = desk.run(arguments);
    INFO(r.output);
    REQUIRE(r.exit_code == 0);
    return r.output;
  };
  bool overtime = false;
  for (const std::string sampler : {"fast", "reference"})
    for (const std::string stress : {"base", "raise"})
      for (const int path : {3, 77}) {
        const auto replay = fmt::format(
            "replay c.toml --paths 256 --path {} --scenario clinic/clinic/{} --sampler {} --format csv", path,
            stress, sampler);
        const auto months = csv_rows_of(run(replay));
        const auto days = csv_rows_of(run(replay + " --days"));
        const auto expected = by_hand(days, stress == "raise");
        REQUIRE(months.size() == 7);
        INFO(sampler << " " << stress << " " << path);
        for (int m = 1; m <= 6; ++m) {
          const double paid = std::stod(months[static_cast<std::size_t>(m)].back());
          CHECK(std::lround(paid * 100) == std::lround(expected.at(m) * 100));
        }
        overtime = overtime || expected.at(2) > 0;
      }
  CHECK(overtime);
  const auto told = run("explain c.toml");
  CHECK(
      told.find("visits_usd: each week, Monday to Sunday, adds 50 * max(0, completed_visits) + (rate - 50) * "
                "max(0, completed_visits - 90).") != std::string::npos);
  CHECK(told.find("visits: (visits_usd) dollars a month.") != std::string::npos);
}

}  // namespace
}  // namespace paystress::span_resets_test
