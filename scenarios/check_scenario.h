#pragma once

#include <chrono>
#include <span>

#include "model/contract.h"
#include "model/ledger.h"
#include "model/practice.h"
#include "scenarios/fault.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// Ledger columns of the months sampled from a practice.
[[nodiscard]] LedgerLayout columns_of(const Practice& practice);

/// Faults that only a practice and a stress have together.
void check_stress_on(const Practice& practice, const Stress& stress, const Place& place, Faults& faults);
/// A practice that follows the years of its schedule needs one for its first month.
void check_schedule_years(const Practice& practice, std::chrono::year_month_day start, const Place& place,
                          Faults& faults);
/// Faults, and where there is none oddities, that only a practice and an offer have together.
/// A column of the user's own that the contract reads and no practice draws is told as that.
void check_offer_on(const Practice& practice, const Contract& contract, const PeriodGrid& grid,
                    std::span<const ColumnInfo> user_columns, const TomlValue& offer, Faults& faults);
/// The same columns and those of the user's own, for what can be said of an offer that nobody prices.
[[nodiscard]] LedgerLayout columns_with(const Practice& practice, std::span<const ColumnInfo> user_columns);
/// Where no holidays are given, `is_holiday` never holds.
void warn_no_holidays(const Contract& contract, const TomlValue& offer, Faults& faults);

}  // namespace paystress
