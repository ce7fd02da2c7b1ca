#pragma once

#include <string>

#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// Rows of levers.csv: for every offer as described, the practice sampled again without each of its losses,
/// events and unpaid tasks alone, and without all of them, on the paths of what_if_paths.
/// \throws Interrupted   \test tests/unit/sim/questions/price_levers_test.cpp
[[nodiscard]] std::string price_levers(const engine::RunRequest& request, const engine::Execution& how);

}  // namespace paystress::questions
