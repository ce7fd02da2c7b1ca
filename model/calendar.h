#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace paystress {

/// Months that a study, a contract or a typed ledger may have.
inline constexpr int most_months = 1200;
/// As people write them; Monday is 0.
inline constexpr std::array<std::string_view, 7> weekday_names{"Mon", "Tue", "Wed", "Thu",
                                                               "Fri", "Sat", "Sun"};

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
