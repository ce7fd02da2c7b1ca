#pragma once

#include <string>

#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// Rows of productivity.csv: what every offer as described pays at the pace of slow, middle and fast paths,
/// at the pace that its recruiter's practice has, and at a tenth more than its own, on the paths of
/// what_if_paths.   \throws Interrupted   \test tests/unit/sim/questions/price_productivity_test.cpp
[[nodiscard]] std::string price_productivity(const engine::RunRequest& request, const engine::Execution& how);

}  // namespace paystress::questions
