#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/questions/what_if.h"

namespace paystress::questions {

/// Rows of levers.csv: for every offer as described, the practice sampled again without each of its losses,
/// events and unpaid tasks alone, and without all of them, on the paths of what_if_paths.
/// \throws Interrupted   \test tests/unit/sim/questions/price_levers_test.cpp
[[nodiscard]] std::string price_levers(const engine::RunRequest& request,
                                       const std::vector<DescribedOffer>& described,
                                       const engine::Execution& how);
/// How often it samples a practice as described: once without each lever, once without all.
[[nodiscard]] std::size_t samplings_of_levers(const engine::RunRequest& request, const Practice& practice);

}  // namespace paystress::questions
