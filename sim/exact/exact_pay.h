#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "analysis/scenario_columns.h"
#include "model/contract.h"
#include "model/ledger.h"
#include "model/study.h"
#include "sim/exact/lattice_law.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::exact {

/// Why the pay of this offer on this practice has no exact law here: the practice's months are tied together
/// (why_not_exact of the practice), a month's pay depends on other months, on two random columns or on one
/// without an exact law. Empty where it has one.
[[nodiscard]] std::vector<std::string> why_not_exact(const samplers::PracticePlan& plan,
                                                     const Contract& contract, const PeriodGrid& grid);

/// Chances of one tier with a monthly reset in one window, in any, or as shares of the windows.
struct ExactChances {
  double miss = 0.0, near_share = 0.0, near_units = 0.0;
  /// Given a miss: distance to the bound; pay just above the bound less pay.
  std::optional<double> shortfall_units, lost_usd;
};
struct ExactTier {
  std::string component;
  std::size_t tier = 0;         ///< 1-based
  std::optional<double> bound;  ///< where it starts; nothing where it is derived from the ledger
  bool included = false;        ///< is the bound itself in the tier
  /// One of the months in which the component is in force.
  struct Window {
    std::string label;  ///< "month_03"
    ExactChances chances;
  };
  std::vector<Window> windows;
  ExactChances any;    ///< in at least one month; lost_usd over all of them
  ExactChances share;  ///< mean shares of the months, means by missed month
};

/// Exact distributions of income. Laws are of cents.
struct ExactPay {
  std::string column;  ///< the random ledger column that pay depends on; empty: none
  LatticeLaw horizon{0, 1, {1.0}};
  std::vector<LatticeLaw> years;  ///< study years
  std::vector<LatticeLaw> months;
  std::vector<ExactTier> tiers;
  NearMiss near;  ///< what counts as near
  /// No outcome of the horizon is further than this from its point of the lattice; means are kept.
  double largest_rounding_usd = 0.0;
  std::optional<int> ends{};  ///< last month of the contract
  /// Of a line of these months, the part of those in which the contract is in force; 0 behind its end.
  [[nodiscard]] double share_in_force(int first, int last) const {
    return static_cast<double>(std::max(0, last_in_force(ends, last) - first + 1)) / (last - first + 1);
  }
};

/// Distribution of income over the horizon, its years and months, and of tier misses, by convolution.
///
/// Each month's pay is that of PayPlan::settle at every value of the month's ledger; sums over months run
/// over the days off that the months of a year share. Payment is not rounded (the running total would tie
/// months by less than a cent); amounts lie on their common lattice of cents, or on the finest of 2^16 points
/// with each outcome split between its neighbours.
/// \throws std::invalid_argument with the first reason of why_not_exact
/// \test tests/unit/sim/exact/exact_pay_test.cpp, tests/statistical/exact_pay_test.cpp
[[nodiscard]] ExactPay settle_exactly(const samplers::PracticePlan& plan, const Contract& contract,
                                      const PeriodGrid& grid, const NearMiss& near = {});

}  // namespace paystress::exact
