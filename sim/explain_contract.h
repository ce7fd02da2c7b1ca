#pragma once

#include <span>
#include <string>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress {

/// The contract in sentences that a person can hold against the paper: every clause has one, in the order in
/// which money is worked out. Lines end in '\n' and are not wrapped.
/// \test tests/unit/explain_contract_test.cpp
[[nodiscard]] std::string explain_contract(const Contract& contract,
                                           std::span<const ColumnInfo> user_columns);

}  // namespace paystress
