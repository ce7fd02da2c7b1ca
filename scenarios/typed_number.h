#pragma once

#include <optional>
#include <string>

#include "model/ledger.h"
#include "scenarios/csv_text.h"
#include "scenarios/fault.h"

namespace paystress {

/// 2^53: above it doubles skip whole numbers.
inline constexpr double exact_integers = 9007199254740992.0;

/// The number that somebody typed for a column, in a ledger or on the command line; a fault there, and
/// nothing, where the column cannot hold it.   \test tests/unit/scenarios/typed_ledger_test.cpp
[[nodiscard]] std::optional<NumberText> typed_number(const std::string& text, const ColumnInfo& column,
                                                     const Place& place, Faults& faults);

}  // namespace paystress
