#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paystress::fit {

enum class Grain { appointment, day, month };
/// What a scheduled weekday without a row was: a day off, a day on which the clinic was closed for a reason
/// of its own (not counted as a workday at all), or a day worked with nobody booked.
enum class MissingDays { off, closed, empty };

/// What a log may tell of a day or a month; the order is that of `count_names()`.
enum class Count : std::size_t {
  booked,
  completed,
  no_shows,
  late_cancels,
  lost_calls,
  moved_calls,  ///< calls that failed and were completed by telephone: among the completed
  slots,
  workdays,  ///< of a month
  messages,
  results,
  other_items,
  count_
};
inline constexpr std::size_t count_kinds = static_cast<std::size_t>(Count::count_);
[[nodiscard]] std::string_view name_of(Count count);

/// What stands in a log about one day, or one month (its first day). A count that is not told is empty.
struct Record {
  std::chrono::sys_days date;
  std::array<std::optional<long>, count_kinds> counts;
  std::optional<double> session_hours;

  [[nodiscard]] const std::optional<long>& operator[](Count c) const {
    return counts[static_cast<std::size_t>(c)];
  }
  std::optional<long>& operator[](Count c) { return counts[static_cast<std::size_t>(c)]; }
};

/// What counts of one record cannot all be: "8 completed + 3 no_shows are more than 10 booked"; empty where
/// they can. Overbooked slots are none.
[[nodiscard]] std::string contradiction_of(const Record& record);

/// Minutes of visits that were timed together (1: each by itself), summed over the times.
struct TimedVisits {
  long times = 0;          ///< how many sums
  double minutes = 0;      ///< their sum
  double log_minutes = 0;  ///< the sum of their logarithms
};

/// Observed days of one practice, without anything that could identify a person.
struct Log {
  Grain grain = Grain::day;
  std::vector<Record> records;                ///< in order of date, one a date; days worked only, or months
  std::array<bool, 7> works{};                ///< scheduled weekdays, Monday first
  std::chrono::sys_days first, last;          ///< days that a log of days covers
  std::map<std::string, long> codes;          ///< completed visits by code
  std::map<long, TimedVisits> timed;          ///< by number of visits timed together
  std::optional<MissingDays> missing;         ///< as told; empty where no scheduled weekday lacks a row
  std::vector<std::chrono::sys_days> absent;  ///< scheduled weekdays without a row, of the days covered

  [[nodiscard]] bool tells(Count c) const;
  [[nodiscard]] long total(Count c) const;
  /// Months from the first record to the last, both included.
  [[nodiscard]] int months() const;
};

/// Monday 0 ... Sunday 6.
[[nodiscard]] std::size_t weekday_of(std::chrono::sys_days date);
/// Months since year 0: differs by 1 from a month to the next.
[[nodiscard]] int month_number(std::chrono::sys_days date);
/// Scheduled weekdays of the calendar month that begins at `first`.
[[nodiscard]] long scheduled_days(std::chrono::sys_days first, const std::array<bool, 7>& works);

}  // namespace paystress::fit
