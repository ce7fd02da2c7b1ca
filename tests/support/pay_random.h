#pragma once

#include <cstdint>

#include "model/contract.h"
#include "tests/support/pay_support.h"

namespace paystress::testing {

/// A contract and a ledger drawn at random: every kind of component and adjustment, quantities at zero, on a
/// bound, one unit either side, huge and fractional. The same number gives the same pair.
struct RandomCase {
  Contract contract;
  TypedLedger ledger{1};
};
[[nodiscard]] RandomCase random_case(std::uint64_t number);

/// The contract in words short enough for a failure message.
[[nodiscard]] std::string summary(const Contract& contract);

}  // namespace paystress::testing
