#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress::questions {

/// Pay of a contract over a range of one ledger column, everything else held still.
struct PayCurve {
  struct Point {
    double quantity = 0.0;      ///< of the column, in all months together
    double pay_usd = 0.0;       ///< of all months together
    double average_usd = 0.0;   ///< pay per unit; NaN at 0
    double marginal_usd = 0.0;  ///< what one more unit adds
  };
  /// Between `below` and `from`, neighbours in the column's smallest unit, pay jumps by more than the rates
  /// on either side explain.
  struct Cliff {
    double below = 0.0, from = 0.0;
    double jump_usd = 0.0;
  };
  std::vector<Point> points;
  std::vector<Cliff> cliffs;
  bool all_cliffs = true;  ///< false where there are too many to follow
};

/// What is held still and what moves. A quantity of a column that adds up is spread evenly over the months,
/// one of another column is the same in each.
struct CurveInput {
  const Contract* contract = nullptr;
  LedgerLayout layout;
  PeriodGrid grid;
  std::string measure;                                 ///< column that moves
  std::vector<std::pair<std::string, double>> others;  ///< every other column of the layout, but of leaving
  double from = 0.0, to = 0.0, step = 1.0;  ///< multiples of the column's unit; from <= to, step > 0
  std::optional<Leaving> leaves{};          ///< absent: the clinician stays
};

/// \pre find_flaws of the contract is empty, every column of the layout has a scale above 0
/// \throws std::invalid_argument when a column has no value   \test
/// tests/unit/sim/questions/pay_curve_test.cpp
[[nodiscard]] PayCurve pay_curve(const CurveInput& input);

/// Months after which every period of the contract has begun anew: 1, 3 or 12, or those of its phases.
[[nodiscard]] int natural_months(const Contract& contract);

}  // namespace paystress::questions
