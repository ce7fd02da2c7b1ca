#include "model/holidays.h"

#include <algorithm>

namespace paystress {
namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace): dates are written with its operators

year_month_day observed(year_month_day date) {
  const weekday on{sys_days(date)};
  if (on == Saturday) return sys_days(date) - days(1);
  if (on == Sunday) return sys_days(date) + days(1);
  return date;
}

std::vector<Holiday> of_year(year y) {
  std::vector<Holiday> all;
  const auto fixed = [&](std::string_view name, month m, unsigned d) {
    const year_month_day date = y / m / day(d);
    all.push_back({name, date, observed(date)});
  };
  const auto moving = [&](std::string_view name, sys_days date) { all.push_back({name, date, date}); };
  fixed("New Year's Day", January, 1);
  moving("Birthday of Martin Luther King, Jr.", y / January / Monday[3]);
  moving("Washington's Birthday", y / February / Monday[3]);
  moving("Memorial Day", y / May / Monday[last]);
  if (y >= year(2021)) fixed("Juneteenth National Independence Day", June, 19);
  fixed("Independence Day", July, 4);
  moving("Labor Day", y / September / Monday[1]);
  moving("Columbus Day", y / October / Monday[2]);
  fixed("Veterans Day", November, 11);
  moving("Thanksgiving Day", y / November / Thursday[4]);
  fixed("Christmas Day", December, 25);
  return all;
}

}  // namespace

std::vector<Holiday> us_federal_holidays(year first, year last) {
  std::vector<Holiday> all;
  // New Year's Day on a Saturday is observed in the year before.
  for (auto y = first; y <= last + years(1); ++y)
    for (const auto& holiday : of_year(y))
      if (holiday.observed.year() >= first && holiday.observed.year() <= last) all.push_back(holiday);
  std::ranges::sort(all, {}, &Holiday::observed);
  return all;
}

}  // namespace paystress
