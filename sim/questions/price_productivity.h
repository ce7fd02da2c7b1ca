#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/questions/what_if.h"

namespace paystress::questions {

/// Rows of productivity.csv: what every offer as described pays at the pace of slow, middle and fast paths,
/// at the pace that its recruiter's practice has, and at a tenth more than its own, on the paths of
/// what_if_paths.   \throws Interrupted   \test tests/unit/sim/questions/price_productivity_test.cpp
[[nodiscard]] std::string price_productivity(const engine::RunRequest& request,
                                             const std::vector<DescribedOffer>& described,
                                             const engine::Execution& how);
/// How often it samples changed practices for one practice and what its recruiter describes, if anything
/// else.
[[nodiscard]] std::size_t samplings_of_paces(bool has_claim);

}  // namespace paystress::questions
