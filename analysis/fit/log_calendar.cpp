#include "analysis/fit/log_calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/date_text.h"

namespace paystress::fit {
namespace {

constexpr double scheduled_share = 0.25;  // of the busiest weekday's rows: less is an odd day
constexpr long edge_days =
    3;  // scheduled days from the edge of a month that an export of whole months may lack

long find_weekdays(Log& log) {
  std::array<long, 7> rows{};
  for (const auto& r : log.records) ++rows[weekday_of(r.date)];
  const auto most = *std::ranges::max_element(rows);
  for (std::size_t day = 0; day < 7; ++day)
    log.works[day] = static_cast<double>(rows[day]) > scheduled_share * static_cast<double>(most);
  return static_cast<long>(
      std::erase_if(log.records, [&](const Record& r) { return !log.works[weekday_of(r.date)]; }));
}

/// Where days without a row are off, an export is of whole months as a rule: what lies between a row and the
/// edge of its month, where it is little, is covered too. A first of January without a row is a day off.
void find_cover(Log& log, bool off) {
  const std::chrono::year_month_day first(log.records.front().date), last(log.records.back().date);
  const std::chrono::sys_days month_start(first.year() / first.month() / 1);
  const std::chrono::sys_days month_end(last.year() / last.month() / std::chrono::last);
  const auto days = [&](std::chrono::sys_days from, std::chrono::sys_days to) {
    long scheduled = 0;
    for (auto day = from; day < to; day += std::chrono::days(1))
      scheduled += log.works[weekday_of(day)] ? 1 : 0;
    return scheduled;
  };
  log.first = log.records.front().date;
  log.last = log.records.back().date;
  if (!off) return;
  if (days(month_start, log.first) <= edge_days) log.first = month_start;
  if (days(log.last, month_end + std::chrono::days(1)) <= edge_days + 1) log.last = month_end;
}

void find_absent(Log& log) {
  std::set<std::chrono::sys_days> rows;
  for (const auto& r : log.records) rows.insert(r.date);
  for (auto day = log.first; day <= log.last; day += std::chrono::days(1))
    if (log.works[weekday_of(day)] && !rows.contains(day)) log.absent.push_back(day);
}

void fill_empty_days(Log& log) {
  const auto with_slots =
      std::ranges::find_if(log.records, [](const Record& r) { return r[Count::slots].has_value(); });
  const auto slots = with_slots != log.records.end() ? (*with_slots)[Count::slots] : std::optional<long>();
  for (const auto day : log.absent) {
    Record r;
    r.date = day;
    r[Count::booked] = 0;
    r[Count::completed] = 0;
    r[Count::slots] = slots;
    log.records.push_back(r);
  }
  log.absent.clear();
  std::ranges::sort(log.records, {}, &Record::date);
}

}  // namespace

void find_calendar(Log& log, std::optional<MissingDays> missing, const Place& place, long& odd_days,
                   Faults& faults) {
  odd_days = find_weekdays(log);
  find_cover(log, missing == MissingDays::off);
  find_absent(log);
  if (log.absent.empty()) return;
  if (!missing) {
    faults.error(place, "date",
                 fmt::format("{} scheduled weekdays have no row, the first {}", log.absent.size(),
                             date_text(log.absent.front())),
                 "days off, days on which the clinic was closed, and days worked with nobody booked differ",
                 "Write --missing off, --missing closed or --missing empty.");
    return;
  }
  log.missing = missing;
  if (*missing == MissingDays::empty) fill_empty_days(log);
}

}  // namespace paystress::fit
