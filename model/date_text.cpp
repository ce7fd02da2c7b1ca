#include "model/date_text.h"

#include <fmt/format.h>

namespace paystress {

std::string date_text(std::chrono::year_month_day date) {
  return fmt::format("{}-{:02}", month_text(date.year() / date.month()), static_cast<unsigned>(date.day()));
}

std::string month_text(std::chrono::year_month month) {
  return fmt::format("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

}  // namespace paystress
