#pragma once

#include <stdexcept>

namespace paystress {

/// Dollars up to which money is kept to the cent: 2^53 cents, rounded down. A contract whose numbers or pay
/// lie beyond is refused.   \test tests/unit/model/money_bound_test.cpp
inline constexpr double most_usd = 9e13;
inline constexpr const char* most_usd_text = "90,000,000,000,000";

/// Pay beyond the bound, or not a number: the user's amounts are at fault (exit code 2).
class MoneyBeyondBound : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace paystress
