#pragma once

#include <string>
#include <string_view>

#include "analysis/fit/fit_practice.h"

namespace paystress::fit {

/// A law in the syntax of a study: `0.08`, `{ mean = 0.081, sd = 0.004 }`, `{ median = 18.2, cv = 0.04 }`.
[[nodiscard]] std::string study_text(const Quantity& law);

/// The block `[practices.NAME]` of a study; behind each number stand its interval, data, method and prior.
/// `heading`: lines of comment above it, without the mark.  \test
/// tests/unit/analysis/fit/fit_practice_test.cpp
[[nodiscard]] std::string practice_toml(const FittedPractice& fitted, std::string_view schedule,
                                        std::string_view heading);

}  // namespace paystress::fit
