#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "model/ledger.h"
#include "scenarios/csv_text.h"
#include "scenarios/fault.h"

namespace paystress {

/// The periods of a typed ledger: 1, 2, ... (months of the contract), YYYY-MM, or YYYY-MM-DD (several rows
/// may share a month); in order, no month left out. `start` is the month that counts as 1, the first row's
/// where absent.   \test tests/unit/scenarios/typed_ledger_test.cpp
[[nodiscard]] PeriodGrid read_periods(const CsvText& csv, std::size_t column,
                                      std::optional<std::chrono::year_month_day> start, Faults& faults);

/// The month in which the first row lies; nothing where there is none, or its period is a number.
[[nodiscard]] std::optional<std::chrono::year_month_day> first_month_of(const CsvText& csv);

/// The day that a period of a typed ledger is labelled by; nothing where it is a month.
[[nodiscard]] std::optional<std::chrono::sys_days> date_of(const LedgerPeriod& period);

}  // namespace paystress
