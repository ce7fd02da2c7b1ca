#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <map>
#include <string>
#include <vector>

#include "model/contract.h"
#include "tests/support/pay_support.h"

namespace paystress::testing {

// Without expression templates, which would refer to values that are gone when a lambda returns them.
using Exact =
    boost::multiprecision::number<boost::multiprecision::cpp_rational_backend, boost::multiprecision::et_off>;

/// Prices a contract in exact fractions, from the words of the rules and without any code of the engine:
/// every month is computed afresh from the ledger, ladders are walked unit by unit, nothing is carried
/// forward but the balances that the rules themselves carry. Numbers of contract and ledger have at most four
/// decimals. One ledger period a month. \source DESIGN section 5
struct BruteForce {
  BruteForce(const Contract& contract, const TypedLedger& ledger);
  /// Of a contract that ends by leaving: priced as if the path stayed and as ended with the month in which it
  /// leaves (columns `left`, ...); that month brings what was paid up to it to the total of the second.
  static BruteForce of_leaver(const Contract& contract, const TypedLedger& ledger);
  std::vector<Exact> paid_cents;             ///< by month
  std::vector<double> from_tie;              ///< by month: how near a rounding came to a tie, in units
  std::vector<std::vector<Exact>> earned;    ///< [line][month], before rounding
  std::vector<std::vector<Exact>> adjusted;  ///< [adjustment][month]
  std::vector<Exact> not_due;                ///< by line: earned when the ledger stops, and not paid yet
};

}  // namespace paystress::testing
