#pragma once

#include <chrono>
#include <span>
#include <string>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/read_offer.h"

namespace paystress::words {

/// The contract in sentences that a person can hold against the paper: every clause has one, in the order in
/// which money is worked out. Lines end in '\n' and are not wrapped. Month 1 is that of `start`.
/// \test tests/unit/sim/words/explain_contract_test.cpp
[[nodiscard]] std::string explain_contract(const Contract& contract, std::span<const ColumnInfo> user_columns,
                                           std::chrono::year_month_day start);

/// What the paper leaves open and how it is read here; empty where it leaves nothing open.
[[nodiscard]] std::string explain_readings(const OfferText& offer);

}  // namespace paystress::words
