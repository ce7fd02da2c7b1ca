#pragma once

#include <string>
#include <vector>

#include "model/contract.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::exact {

/// Random ledger columns that the contract reads: those that do not follow from the days worked.
[[nodiscard]] std::vector<std::string> random_columns(const Contract& contract,
                                                      const samplers::PracticePlan& plan);

}  // namespace paystress::exact
