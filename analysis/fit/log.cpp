#include "analysis/fit/log.h"

#include <fmt/format.h>

#include <algorithm>

namespace paystress::fit {
namespace {

constexpr std::array<std::string_view, count_kinds> names{
    "booked", "completed", "no_shows", "late_cancels", "lost_calls", "moved_calls",
    "slots",  "workdays",  "messages", "results",      "other_items"};

}  // namespace

std::string_view name_of(Count count) { return names.at(static_cast<std::size_t>(count)); }

std::string contradiction_of(const Record& record) {
  struct Parts {
    std::vector<Count> of;  // cannot be more than
    Count whole;
  };
  using enum Count;
  for (const auto& [of, whole] : {Parts{{completed, no_shows, late_cancels, lost_calls}, booked},
                                  Parts{{moved_calls}, completed}, Parts{{completed}, slots}}) {
    if (!record[whole]) continue;
    long sum = 0;
    std::string text;
    for (const auto part : of) {
      if (record[part].value_or(0) == 0) continue;
      sum += *record[part];
      text += fmt::format("{}{} {}", text.empty() ? "" : " + ", *record[part], name_of(part));
    }
    if (sum > *record[whole])
      return fmt::format("{} are more than {} {}", text, *record[whole], name_of(whole));
  }
  return {};
}

bool Log::tells(Count c) const {
  return std::ranges::any_of(records, [&](const Record& r) { return r[c].has_value(); });
}

long Log::total(Count c) const {
  long sum = 0;
  for (const auto& r : records) sum += r[c].value_or(0);
  return sum;
}

int Log::months() const {
  if (records.empty()) return 0;
  return month_number(records.back().date) - month_number(records.front().date) + 1;
}

std::size_t weekday_of(std::chrono::sys_days date) { return std::chrono::weekday(date).iso_encoding() - 1; }

int month_number(std::chrono::sys_days date) {
  const std::chrono::year_month_day d(date);
  return static_cast<int>(d.year()) * 12 + static_cast<int>(static_cast<unsigned>(d.month())) - 1;
}

long scheduled_days(std::chrono::sys_days first, const std::array<bool, 7>& works) {
  const std::chrono::year_month_day d(first);
  const std::chrono::sys_days end(d.year() / d.month() / std::chrono::last);
  long days = 0;
  for (auto day = std::chrono::sys_days(d.year() / d.month() / 1); day <= end; day += std::chrono::days(1))
    if (works[weekday_of(day)]) ++days;
  return days;
}

}  // namespace paystress::fit
