#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/path_sample.h"
#include "analysis/scenario_cells.h"
#include "model/study.h"

namespace paystress {

/// How large a difference of yearly pay counts as a change.
inline constexpr double notable_change_usd = 1000.0;
/// The levels whose spread tells what a clause is worth: the middle, and the bad year.
inline constexpr std::array<double, 2> clause_levels{0.5, 0.05};

/// The yearly pay of one combination of readings, by path.
struct CombinationPay {
  std::vector<std::size_t> reading;  ///< by clause, 0-based
  std::vector<double> yearly_usd;
};

/// What one vague clause is worth: its readings on the same paths, the other clauses at their first reading.
struct ClauseWorth {
  std::size_t clause = 0;                          ///< position in the study
  std::array<std::vector<Estimate>, 2> quantiles;  ///< of yearly pay by reading, at clause_levels
  /// Largest less smallest quantile over the readings, at clause_levels. The interval is made from the two
  /// quantile intervals at half the error each (Bonferroni), so it is conservative; it is exactly 0
  /// where the readings pay alike on every path.
  std::array<Estimate, 2> spreads;
  Estimate changes_pay_prob;  ///< P(dearest less cheapest reading of the path exceeds notable_change_usd)
};

/// The clauses by the spread of the median, dearest first.
/// \pre combinations hold the one of first readings and, for each clause, those that differ from it in that
///      clause alone; all have the same number of paths   \test tests/unit/analysis/clause_worth_test.cpp
[[nodiscard]] std::vector<ClauseWorth> rank_clauses(std::span<const std::size_t> readings_by_clause,
                                                    std::span<const CombinationPay> combinations,
                                                    double ci_level,
                                                    PathDesign design = PathDesign::independent);

/// Rows of readings.csv of one scenario.
[[nodiscard]] std::string reading_rows(const RowScenario& scenario, std::span<const ClauseWorth> ranked,
                                       std::span<const std::string> keys,
                                       std::span<const std::vector<std::string>> reading_texts,
                                       std::span<const CombinationPay> combinations, double ci_level,
                                       PathDesign design = PathDesign::independent);

}  // namespace paystress
