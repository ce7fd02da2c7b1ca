#pragma once

#include <string>

namespace paystress::words {

/// Dollars with two decimals, further ones up to `decimals` only where they are not zero.
/// \test tests/unit/sim/words/money_text_test.cpp
[[nodiscard]] std::string money_text(double usd, int decimals = 2);
/// The number in shortest form, thousands set apart by commas.
[[nodiscard]] std::string number_text(double x);

}  // namespace paystress::words
