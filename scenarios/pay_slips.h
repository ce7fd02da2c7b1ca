#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/csv_text.h"
#include "scenarios/fault.h"

namespace paystress {

/// What somebody was paid, in dollars: in whole, by component or adjustment, or both.
struct PaySlips {
  struct Slip {
    std::size_t period = 0;                  ///< of the ledger
    std::optional<double> paid_usd;          ///< nothing: not stated
    std::vector<std::optional<double>> usd;  ///< by name
  };
  std::vector<std::string> names;  ///< components and adjustments that have a column
  std::vector<Slip> slips;         ///< in the order of the file
};

/// Reads a CSV with the column `period`, spelled as in the ledger, and `paid_usd` (before taxes) or columns
/// named as components or adjustments of the contract; other columns are left alone. An empty cell says
/// nothing.   \test tests/unit/scenarios/pay_slips_test.cpp
[[nodiscard]] std::optional<PaySlips> read_pay_slips(const CsvText& csv, const Contract& contract,
                                                     const PeriodGrid& grid, Faults& faults);

}  // namespace paystress
