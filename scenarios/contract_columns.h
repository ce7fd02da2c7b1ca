#pragma once

#include <string>
#include <vector>

#include "model/contract.h"

namespace paystress {

/// A ledger column that a contract reads, and the dotted key below the offer that reads it first
/// ("pay.base.measure").
struct ColumnUse {
  std::string column, key;
};

/// Every ledger column that a contract reads, in the order of the contract: those that it names, and
/// tail_usd where `tail = "paid"` adds it to collected_usd. Columns of codes are named in full
/// ("visits.99213"); a component with `each = "code"` names no code and adds none.
/// \test tests/unit/scenarios/contract_columns_test.cpp
[[nodiscard]] std::vector<ColumnUse> columns_used(const Contract& contract);

/// Every ledger column that the contract's span columns read, other span columns and what a day is included.
[[nodiscard]] std::vector<ColumnUse> columns_of_spans(const Contract& contract);

/// Does a component apply its schedule to each code (so that the ledger needs a column visits.CODE)?
[[nodiscard]] bool counts_by_code(const Contract& contract);

}  // namespace paystress
