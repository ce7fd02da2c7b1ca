#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "model/contract.h"
#include "model/span_columns.h"
#include "tests/support/pay_brute_force.h"
#include "tests/support/pay_support.h"

namespace paystress::testing {

/// A day of a typed ledger of days.
struct TypedDay {
  std::chrono::sys_days date;
  bool is_worked = true, is_holiday = false;
  double visits = 0.0, hours = 0.0, charges = 0.0;  ///< whole, quarters, cents
};

/// A random contract (tests/support/pay_random.h) whose columns `points` and `huge` are counted by day, week
/// or some days, with terms that change, conditions on dates, weekdays and holidays, columns of days that
/// longer spans read, and now and then a guarantee of a period of days. `months` holds what days add up to
/// and what random contracts read besides, but no column of the spans.
struct RandomSpans {
  Contract contract;
  std::vector<TypedDay> days;
  std::chrono::sys_days first, last;
  TypedLedger months{1};
};
[[nodiscard]] RandomSpans random_spans(std::uint64_t number);

/// The days as the engine takes them.
struct SpanDays {
  explicit SpanDays(const RandomSpans& c);
  DayGrid grid;
  LedgerLayout layout;
  LedgerBlock block;
};

/// Every month of each span column in exact fractions of its unit, from the words of the rules: dates are
/// walked one by one, and each span is put together from its days.
struct ExactSpans {
  explicit ExactSpans(const RandomSpans& c);
  std::vector<std::vector<Exact>> by_month;  ///< [column of the contract][month]
  double from_tie = 1.0;                     ///< how near a rounding came to a tie, in units
};

}  // namespace paystress::testing
