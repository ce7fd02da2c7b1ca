#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/path_orbits.h"
#include "analysis/path_sample.h"
#include "analysis/scenario_cells.h"
#include "analysis/tables.h"
#include "model/study.h"

namespace paystress {

/// One scenario's pay by path over the horizon; path i of every scenario has the same luck.
struct ComparedScenario {
  RowScenario scenario;
  std::span<const double> income_usd;
  std::span<const double> completed_visits;  ///< for break-even volumes; may be empty
};
/// The practices of the scenarios of a run in the order in which they appear: which PathOrbits takes.
[[nodiscard]] std::vector<std::string> practices_of(std::span<const Scenario* const> scenarios);

/// a minus b, path by path or turn by turn.
struct Comparison {
  Estimate a_pays_more, equal;          ///< P(a > b), P(a = b)
  Estimate mean;                        ///< paired difference
  std::vector<double> quantile_levels;  ///< 5, 25, 50, 75, 95 %
  std::vector<Estimate> quantiles;      ///< of the difference
  Estimate regret_of_a, regret_of_b;    ///< mean of max(0, b - a), of max(0, a - b)
  Estimate break_even_visits;           ///< volume at which the offers pay the same; see break_even()
};
/// \pre a and b have the same number of paths   \test tests/unit/analysis/comparisons_test.cpp
[[nodiscard]] Comparison compare(const ComparedScenario& a, const ComparedScenario& b, double ci_level,
                                 PathDesign design = PathDesign::independent);
/// The same where each practice has months of its own: over all turns of the orbits, without a break-even.
/// \pre a and b have the paths that the orbits are made of
[[nodiscard]] Comparison compare_other_months(const ComparedScenario& a, const ComparedScenario& b,
                                              double ci_level, const PathOrbits& orbits);

/// Volume at which the mean difference changes its sign: mean differences of forty groups of paths of like
/// volume. The interval reaches from the last group that clearly favours one offer to the first that clearly
/// favours the other. Empty when no such pair exists, or more than one.
[[nodiscard]] Estimate break_even(std::span<const double> difference, std::span<const double> volume,
                                  double ci_level);

enum class Pairing {
  same_months,  ///< both offers on one ledger
  shared_luck,  ///< same draws, other practice or stress
  other_months  ///< other practices, each with luck of its own
};
struct ComparedPair {
  std::size_t a = 0, b = 0;  ///< into the scenarios
  Pairing pairing = Pairing::same_months;
  bool of_stresses = false;  ///< a stress against base of one offer, not two offers under one stress
};
/// Which scenarios are compared: every two offers under each stress, on the practices that both have or, when
/// they have none in common, across theirs (shared luck, then other months); and every stress with base of
/// the same practice and offer. In the order of the scenarios; for stresses a is the stressed one.
[[nodiscard]] std::vector<ComparedPair> compared_pairs(std::span<const Scenario* const> scenarios);

/// Rows of comparisons.csv of one pair, without header line.
[[nodiscard]] std::string comparison_rows(const ComparedScenario& a, const ComparedScenario& b,
                                          const ComparedPair& pair, double ci_level,
                                          const PathOrbits& orbits);

/// One offer among all that are run under a stress.
struct RankedOffer {
  std::size_t scenario = 0;  ///< into the scenarios given
  Estimate median_usd;
  /// P(pays most), and the mean of the best pay on the path less its own.
  struct Standing {
    Estimate best_prob, regret_usd;
  };
  Standing shared_luck, other_months;  ///< the same where all that it is compared with are on its practice
};
/// Offers under one stress by median pay, dearest first, each against those that it is paired with in
/// compared_pairs().   \pre all have the paths that the orbits are made of
[[nodiscard]] std::vector<RankedOffer> rank_offers(std::span<const ComparedScenario> offers, double ci_level,
                                                   const PathOrbits& orbits);
/// Rows of ranking.csv of the offers under one stress.
[[nodiscard]] std::string ranking_rows(std::span<const ComparedScenario> offers,
                                       std::span<const RankedOffer> ranks, double ci_level);

}  // namespace paystress
