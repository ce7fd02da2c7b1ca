#pragma once

#include <string>

#include "analysis/tables.h"
#include "model/study.h"
#include "sim/exact/exact_pay.h"

namespace paystress::exact {

/// Rows of income_distribution.csv of an exact answer, `method` exact: without errors, intervals and paths,
/// which an exact number does not have.   \test tests/unit/sim/results/exact_result_test.cpp
[[nodiscard]] std::string exact_income_rows(const Scenario& scenario, const ExactPay& pay,
                                            const TableOptions& options);
/// Rows of tier_miss.csv.
[[nodiscard]] std::string exact_tier_rows(const Scenario& scenario, const ExactPay& pay);

}  // namespace paystress::exact
