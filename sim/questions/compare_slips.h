#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/pay_slips.h"

namespace paystress::questions {

/// A sum on a pay slip that is not what the contract pays, by half a cent or more.
struct SlipDifference {
  std::size_t period = 0;
  std::string name;  ///< component or adjustment; "total": the payment
  double slip_usd = 0.0, contract_usd = 0.0;
  std::vector<std::string> explanations;  ///< changes that each give every sum of the slip
};
struct SlipComparison {
  std::size_t slips = 0, agreeing = 0;
  std::vector<SlipDifference> differences;
};

/// Compares pay slips with what a contract pays on one typed ledger. A slip that differs is explained by the
/// one change that gives all of its sums: another amount (a rate of last year, in round figures), another
/// reading of tiers, resets or pay dates, a part left out, work of a month left out, pay of a neighbouring
/// period. Of several, those that explain most slips, five at most.
/// \pre the contract is legal on this layout and grid; the ledger has one path
/// \test tests/unit/sim/questions/compare_slips_test.cpp
[[nodiscard]] SlipComparison compare_slips(const Contract& contract, const LedgerLayout& layout,
                                           const PeriodGrid& grid, const LedgerBlock& ledger,
                                           const PaySlips& slips);

}  // namespace paystress::questions
