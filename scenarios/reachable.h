#pragma once

#include <vector>

#include "model/contract.h"
#include "model/practice.h"
#include "model/settle.h"

namespace paystress {

/// Tiers that this practice can never reach, whatever the luck, when nothing is stressed: their bound is at
/// or above what every open slot of the longest window would give. Measures that are a count of visits,
/// wRVUs, session hours, workdays, or a ratio of two of them are looked at; others are not judged. \test
/// tests/unit/scenarios/reachable_test.cpp
[[nodiscard]] std::vector<ContractFlaw> find_unreachable_tiers(const Contract& contract,
                                                               const Practice& practice, int months);

}  // namespace paystress
