#pragma once

#include <limits>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress {

/// Values that an amount can take over all ledgers; wider than the truth where that is not known.
struct AmountRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
/// \pre terms are written out (expand_terms)   \test tests/unit/model/amount_facts_test.cpp
[[nodiscard]] AmountRange range_of(const Amount& amount, const LedgerLayout& layout);

}  // namespace paystress
