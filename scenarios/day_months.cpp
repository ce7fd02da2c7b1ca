#include "scenarios/day_months.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/date_text.h"
#include "model/holidays.h"
#include "model/span_columns.h"
#include "scenarios/read_periods.h"

namespace paystress {
namespace {

DayGrid grid_of(const PeriodGrid& days, const TomlValue& calendar) {
  const auto first =
      std::chrono::year_month(std::chrono::year(days.front().calendar_year),
                              std::chrono::month(static_cast<unsigned>(days.front().calendar_month)));
  const auto last =
      std::chrono::year_month(std::chrono::year(days.back().calendar_year),
                              std::chrono::month(static_cast<unsigned>(days.back().calendar_month)));
  const auto holidays = holidays_of(calendar, first.year(), last.year());
  DayGrid grid{{}, first / 1, last / std::chrono::last, days.front().month};
  for (const auto& day : days) {
    const auto date = date_of(day).value();
    const bool is_holiday = std::ranges::find(holidays, std::chrono::year_month_day(date)) != holidays.end();
    grid.days.push_back({date, day.month, is_holiday});
  }
  return grid;
}

// The rows first ... end - 1 of a column as one month.
double joined(const TypedLedger& days, std::size_t column, std::size_t first, std::size_t end) {
  double sum = 0.0;
  double most = days.block.at(first, column)[0];
  for (std::size_t r = first; r < end; ++r) {
    const double value = days.block.at(r, column)[0];
    sum += value;
    most = std::max(most, value);
  }
  switch (days.layout[column].join) {
    case ColumnJoin::sum:
      return sum;
    case ColumnJoin::max:
      return most;
    case ColumnJoin::mean:
      return sum / static_cast<double>(end - first);
    case ColumnJoin::last:
      break;
  }
  return days.block.at(end - 1, column)[0];
}

}  // namespace

std::vector<std::chrono::year_month_day> holidays_of(const TomlValue& calendar, std::chrono::year first,
                                                     std::chrono::year last) {
  std::vector<std::chrono::year_month_day> all;
  const auto* given = calendar.kind == TomlValue::Kind::table ? calendar.find("holidays") : nullptr;
  if (given == nullptr) return all;
  if (given->kind == TomlValue::Kind::array) {
    for (const auto& item : given->items)
      if (item.kind == TomlValue::Kind::date) all.push_back(item.date);
  } else if (given->text == "us_federal") {
    for (const auto& holiday : us_federal_holidays(first, last)) all.push_back(holiday.observed);
  }
  return all;
}

PeriodGrid months_of_days(const PeriodGrid& days) {
  PeriodGrid months;
  for (const auto& day : days) {
    if (!months.empty() && months.back().month == day.month) continue;
    months.push_back({day.month, day.calendar_year, day.calendar_month, true,
                      month_text(std::chrono::year(day.calendar_year) / day.calendar_month)});
  }
  return months;
}

TypedLedger months_of_days(const TypedLedger& days, const Contract& contract, const TomlValue& calendar) {
  const auto typed = days.layout.size();
  auto grid = months_of_days(days.grid);
  auto layout = with_span_columns(days.layout, contract);
  LedgerBlock block(grid.size(), layout.size(), 1);
  std::size_t first = 0;
  for (std::size_t m = 0; m < grid.size(); ++m) {
    std::size_t end = first;
    while (end < days.grid.size() && days.grid[end].month == grid[m].month) ++end;
    for (std::size_t c = 0; c < typed; ++c) block.at(m, c)[0] = joined(days, c, first, end);
    first = end;
  }
  SpanColumns::Workspace work;
  SpanColumns(contract, days.layout, grid_of(days.grid, calendar)).make(days.block, block, typed, work);
  return {std::move(layout), std::move(grid), std::move(block)};
}

}  // namespace paystress
