#pragma once

#include <string>

#include "analysis/tables.h"
#include "model/study.h"
#include "sim/exact/exact_pay.h"

namespace paystress::exact {

/// Rows of income_distribution.csv of an exact answer, `method` exact: no error and no paths; the ends hold
/// the number for certain (ci_level 1), as wide as the lattice of cents is. \test
/// tests/unit/sim/exact/exact_tables_test.cpp
[[nodiscard]] std::string exact_income_rows(const Scenario& scenario, const ExactPay& pay,
                                            const TableOptions& options);
/// Rows of tier_miss.csv.
[[nodiscard]] std::string exact_tier_rows(const Scenario& scenario, const ExactPay& pay);

}  // namespace paystress::exact
