// Windows of pay: where they start, what cuts them, and how much of them has gone by.
#include "model/pay_windows.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/pay_support.h"

namespace paystress::pay_windows_test {
namespace {

std::vector<int> months_of(const PayWindows& windows) {
  std::vector<int> months;
  for (const auto& w : windows.all()) months.push_back(w.months);
  return months;
}
PeriodGrid grid(int months, int first_calendar_month = 1, int rows_a_month = 1) {
  return testing::TypedLedger(months, first_calendar_month, rows_a_month).grid;
}

TEST_CASE("anniversary quarters count from the start, calendar quarters from January",
          "[unit][pay_windows]") {
  CHECK(months_of({grid(8, 2), Span::quarter, {}}) == std::vector<int>{3, 3, 3});
  // From February: the first calendar quarter has two months left.
  const PayWindows calendar(grid(8, 2), Span::quarter, {YearKind::calendar, {}, {}, false});
  CHECK(months_of(calendar) == std::vector<int>{2, 3, 3});
  CHECK(calendar.all()[0].is_cut());
  CHECK_FALSE(calendar.all()[1].is_cut());
}

TEST_CASE("the end of the contract cuts a window, the end of the ledger does not", "[unit][pay_windows]") {
  const PayWindows ended(grid(12), Span::quarter, {YearKind::anniversary, {}, 4, false});
  CHECK(months_of(ended) == std::vector<int>{3, 1});
  CHECK(ended.ends(3));
  CHECK_FALSE(ended.active(4));
  const PayWindows open(grid(4), Span::quarter, {});
  CHECK(months_of(open) == std::vector<int>{3, 3});
  CHECK_FALSE(open.all()[1].over);
}

TEST_CASE("a phase starts its own windows and ends them", "[unit][pay_windows]") {
  const PayWindows phase(grid(12), Span::year, {YearKind::anniversary, MonthRange{4, 9}, {}, false});
  CHECK(months_of(phase) == std::vector<int>{6});
  CHECK_FALSE(phase.active(2));
  CHECK(phase.starts(3));
  CHECK(phase.ends(8));
}

TEST_CASE("months gone by count parts of a month where it has several pay periods", "[unit][pay_windows]") {
  const PayWindows windows(grid(3, 1, 2), Span::quarter, {});
  CHECK(windows.elapsed(0) == 0.5);
  CHECK(windows.elapsed(1) == 1.0);
  CHECK(windows.elapsed(4) == 2.5);
  CHECK_FALSE(windows.single());
}

TEST_CASE("an opened year counts the months before the start", "[unit][pay_windows]") {
  const PayWindows opened(grid(3, 10), Span::year, {YearKind::calendar, {}, {}, true});
  CHECK(opened.all()[0].first_month == -8);
  CHECK(opened.elapsed(0) == 10.0);
  CHECK_FALSE(opened.all()[0].is_cut());
}

}  // namespace
}  // namespace paystress::pay_windows_test
