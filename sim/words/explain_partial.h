#pragma once

#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress::words {

/// What becomes of a period that is cut short, in sentences that name what this contract has of it; none
/// where the contract does not say.
/// \source model/README.md, rule 4
/// \test tests/unit/sim/words/explain_partial_test.cpp
[[nodiscard]] std::vector<std::string> explain_partial(const Contract& contract, const LedgerLayout& layout);

}  // namespace paystress::words
