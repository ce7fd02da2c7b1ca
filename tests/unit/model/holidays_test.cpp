#include "model/holidays.h"

#include <catch2/catch.hpp>

#include "model/calendar.h"

namespace paystress::holidays_test {
namespace {

using namespace std::chrono;

std::vector<year_month_day> observed(int first, int last) {
  std::vector<year_month_day> days;
  for (const auto& holiday : us_federal_holidays(year(first), year(last))) days.push_back(holiday.observed);
  return days;
}

// Expected days: U.S. Office of Personnel Management, Federal holidays, tables of 2026 and 2027.
TEST_CASE("federal holidays are observed on the days that the office publishes", "[unit][calendar]") {
  const std::vector<year_month_day> of_2026{2026y / 1 / 1,   2026y / 1 / 19,  2026y / 2 / 16, 2026y / 5 / 25,
                                            2026y / 6 / 19,  2026y / 7 / 3,   2026y / 9 / 7,  2026y / 10 / 12,
                                            2026y / 11 / 11, 2026y / 11 / 26, 2026y / 12 / 25};
  const std::vector<year_month_day> of_2027{
      2027y / 1 / 1, 2027y / 1 / 18,  2027y / 2 / 15,  2027y / 5 / 31,  2027y / 6 / 18,  2027y / 7 / 5,
      2027y / 9 / 6, 2027y / 10 / 11, 2027y / 11 / 11, 2027y / 11 / 25, 2027y / 12 / 24, 2027y / 12 / 31};
  CHECK(observed(2026, 2026) == of_2026);
  CHECK(observed(2027, 2027) == of_2027);
  auto both = of_2026;
  both.insert(both.end(), of_2027.begin(), of_2027.end());
  CHECK(observed(2026, 2027) == both);
}

TEST_CASE("Juneteenth is a holiday since 2021", "[unit][calendar]") {
  CHECK(observed(2020, 2020).size() == 10);
  CHECK(observed(2021, 2021).size() == 12);  // and New Year's Day of 2022, on the Friday before
}

TEST_CASE("a calendar knows its holidays", "[unit][calendar]") {
  const Calendar calendar(2026y / 1 / 1, 12, {2026y / 7 / 3, 2026y / 1 / 1, 2030y / 1 / 1});
  CHECK(calendar.is_holiday(1, 1));
  CHECK_FALSE(calendar.is_holiday(1, 2));
  CHECK(calendar.is_holiday(7, 3));
  CHECK_FALSE(calendar.is_holiday(6, 3));
  CHECK_FALSE(Calendar(2026y / 1 / 1, 12).is_holiday(1, 1));
}

}  // namespace
}  // namespace paystress::holidays_test
