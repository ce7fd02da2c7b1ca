#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/estimate.h"

namespace paystress {

/// What a vague clause is worth: its readings priced on the same paths, the other clauses held at one reading.
struct ClauseWorth {
  std::string key;
  std::vector<std::string> readings;
  std::vector<Estimate> median_usd, low_usd;  ///< by reading: median and 5th percentile of yearly pay
  double median_spread_usd = 0.0;             ///< largest less smallest median
  double low_spread_usd = 0.0;                ///< the same of the 5th percentile
  /// Interval of the spread of medians from the distribution-free interval of the paired median difference
  /// between the dearest and the cheapest reading.
  Estimate median_difference_usd;
  Estimate changes_pay_prob;  ///< P(the readings' yearly pay differs by more than 1,000 dollars)
};
inline constexpr double notable_change_usd = 1000.0;

/// `pay[r]` is the yearly pay by path under reading r; all of one length.
[[nodiscard]] ClauseWorth clause_worth(std::string key, std::vector<std::string> readings,
                                       std::span<const std::vector<double>> pay);

/// What the clauses are worth together: every combination.
struct CombinationPay {
  std::vector<std::size_t> reading;  ///< by clause
  Estimate median_usd, low_usd;
};

}  // namespace paystress
