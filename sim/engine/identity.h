#pragma once

#include <string>

#include "model/contract.h"
#include "model/practice.h"

namespace paystress::engine {

/// Text that is equal for two practices exactly when they are sampled alike. Names are left out: draws do not
/// depend on them, so rows of a batch that write the same practice under different names share its months.
/// \test tests/unit/sim/engine/run_plan_test.cpp
[[nodiscard]] std::string sampling_identity(const Practice& practice);
/// The same for what a stress does to a practice; empty for one that leaves practices alone.
[[nodiscard]] std::string sampling_identity(const Stress& stress);
/// Text that is equal for two practices exactly when they differ in numbers only.
[[nodiscard]] std::string identity_but_numbers(const Practice& practice);
/// Text that is equal for two contracts exactly when they pay alike; the title is left out.
[[nodiscard]] std::string pay_identity(const Contract& contract);

}  // namespace paystress::engine
