#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paystress::fit {

/// The order in which a date of three numbers is written.
enum class DateOrder { iso, us, european };
[[nodiscard]] std::string_view name_of(DateOrder order);

/// One cell of a date column: a date that says its own order, or two numbers and a year that do not.
struct DateText {
  enum class Kind { unreadable, date, month, either };
  Kind kind = Kind::unreadable;
  int year = 0;
  unsigned first = 0, second = 0;  ///< month and day, in this order unless kind is `either`
};
/// Reads 2025-03-04, 20250304, 3/4/2025, 4.3.2025, 4 March 2025, Mar 4 2025, 2025-03; a time after it is left
/// out.
[[nodiscard]] DateText read_date_text(std::string_view cell);

/// What the cells of one column say together of their order: one of `us` and `european`, or why none.
struct OrderFound {
  std::optional<DateOrder> order;
  std::string problem, why;  ///< where the order cannot be told; names the two readings
};
[[nodiscard]] OrderFound order_of(const std::vector<DateText>& cells);

/// The day (the first of the month where only a month stands); empty where the calendar has no such day.
[[nodiscard]] std::optional<std::chrono::sys_days> date_of(const DateText& text, DateOrder order);

/// A cell that must not be shown, by its shape: letters become a, digits 9.
[[nodiscard]] std::string shape_of(std::string_view cell);

}  // namespace paystress::fit
