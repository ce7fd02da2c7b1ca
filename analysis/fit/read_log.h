#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/fit/log.h"
#include "analysis/fit/log_dates.h"
#include "scenarios/fault.h"

namespace paystress::fit {

/// What the reader of a log is told besides the log.
struct LogOptions {
  std::vector<std::pair<std::string, std::string>> columns;   ///< key, heading: `--column date="Appt Date"`
  std::vector<std::pair<std::string, std::string>> statuses;  ///< fate, "NS,DNA": `--status no_show="NS,DNA"`
  std::vector<std::pair<std::string, std::string>> only;      ///< heading, cell: rows of one clinic
  std::optional<DateOrder> dates;
  std::optional<MissingDays> missing;
  std::optional<long> slots;  ///< of every day worked, where no column says
};

/// What was read besides the log itself. Holds headings and counts, never a cell that could name a person.
struct LogReport {
  std::size_t rows = 0, malformed = 0;
  std::vector<std::pair<std::string, std::string>> used;  ///< key, heading
  std::vector<std::string> unused;                        ///< headings
  long left_out = 0;  ///< appointments that were not booked on their day: cancelled early, moved, to come
  long odd_days = 0;  ///< rows on weekdays that are not worked as a rule
};

/// Reads an export of appointments, of days or of months into what can be told of a practice.
///
/// Rows that are not well formed are counted in the report and shown as warnings, by place and shape, the
/// first ten of them; where they are more than a tenth of all they are an error. What the columns or the
/// cells leave open is asked for as an error that names the option. \test
/// tests/unit/analysis/fit/read_log_test.cpp
[[nodiscard]] std::optional<Log> read_log(std::string_view text, const std::string& file,
                                          const LogOptions& options, LogReport& report, Faults& faults);

}  // namespace paystress::fit
