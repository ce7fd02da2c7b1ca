#pragma once

#include <chrono>
#include <string_view>
#include <vector>

namespace paystress {

/// A holiday and the day on which it is observed: the Friday before a Saturday, the Monday after a Sunday.
struct Holiday {
  std::string_view name;
  std::chrono::year_month_day date, observed;
};

/// The federal holidays of the United States whose observed day lies in these years, in order of that day.
/// \source 5 U.S.C. 6103(a) and (b), with Juneteenth as of 2021   \test tests/unit/model/holidays_test.cpp
[[nodiscard]] std::vector<Holiday> us_federal_holidays(std::chrono::year first, std::chrono::year last);

}  // namespace paystress
