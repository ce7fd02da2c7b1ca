#include "model/calendar.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace paystress {

Calendar::Calendar(std::chrono::year_month_day start, int months,
                   std::vector<std::chrono::year_month_day> holidays)
    : start_(start), months_(months), holidays_(std::move(holidays)) {
  if (!start.ok() || static_cast<unsigned>(start.day()) != 1U)
    throw std::invalid_argument("a calendar starts on the first day of a month");
  if (months < 1) throw std::invalid_argument("a calendar has at least one month");
  std::ranges::sort(holidays_);
}

std::chrono::year_month Calendar::calendar_month(int m) const {
  return start_.year() / start_.month() + std::chrono::months(m - 1);
}

std::vector<int> Calendar::weekdays(int m) const {
  const auto month = calendar_month(m);
  const std::chrono::sys_days first{month / std::chrono::day(1)};
  const std::chrono::sys_days next{(month + std::chrono::months(1)) / std::chrono::day(1)};
  std::vector<int> days;
  for (auto day = first; day < next; day += std::chrono::days(1))
    days.push_back(static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1);
  return days;
}

bool Calendar::is_holiday(int m, unsigned day) const {
  return std::ranges::binary_search(holidays_, calendar_month(m) / std::chrono::day(day));
}

}  // namespace paystress
