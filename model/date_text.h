#pragma once

#include <chrono>
#include <string>

namespace paystress {

/// "2026-01-05"
[[nodiscard]] std::string date_text(std::chrono::year_month_day date);
/// "2026-01"
[[nodiscard]] std::string month_text(std::chrono::year_month month);

}  // namespace paystress
