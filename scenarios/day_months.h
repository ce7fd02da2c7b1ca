#pragma once

#include <chrono>
#include <vector>

#include "model/contract.h"
#include "scenarios/toml_value.h"
#include "scenarios/typed_ledger.h"

namespace paystress {

/// The holidays of [calendar] over these years; none where the table names none that can be read.
[[nodiscard]] std::vector<std::chrono::year_month_day> holidays_of(const TomlValue& calendar,
                                                                   std::chrono::year first,
                                                                   std::chrono::year last);

/// The months of days that somebody typed: what the contract counts by spans is made, the rest joins as its
/// column says.   \pre the contract has no flaw on the layout of `days`, whose periods are dates
/// \test tests/cli/span_commands_test.cpp
[[nodiscard]] TypedLedger months_of_days(const TypedLedger& days, const Contract& contract,
                                         const TomlValue& calendar);

/// The months in which the days lie.
[[nodiscard]] PeriodGrid months_of_days(const PeriodGrid& days);

}  // namespace paystress
