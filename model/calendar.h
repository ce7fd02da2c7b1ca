#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace paystress {

/// Months of a study, counted 1, 2, ... from its start; the start is the first day of a calendar month.
class Calendar {
 public:
  /// `holidays`: dates that are holidays, in any order; those outside the months do no harm.
  /// \pre start.day() == 1, months >= 1   \throws std::invalid_argument otherwise
  Calendar(std::chrono::year_month_day start, int months,
           std::vector<std::chrono::year_month_day> holidays = {});

  [[nodiscard]] int months() const { return months_; }
  [[nodiscard]] std::chrono::year_month_day start() const { return start_; }
  /// Calendar month of study month m (1-based).   \pre 1 <= m <= months()
  [[nodiscard]] std::chrono::year_month calendar_month(int m) const;
  /// Study year of month m: months 1-12 are year 1.
  [[nodiscard]] static int year_of(int m) { return (m - 1) / 12 + 1; }
  /// Weekdays (0 = Monday ... 6 = Sunday) of the days of study month m, in order.
  [[nodiscard]] std::vector<int> weekdays(int m) const;
  /// Is this day of study month m (1 = its first) a holiday?
  [[nodiscard]] bool is_holiday(int m, unsigned day) const;

 private:
  std::chrono::year_month_day start_;
  int months_;
  std::vector<std::chrono::year_month_day> holidays_;  // rising
};

}  // namespace paystress
