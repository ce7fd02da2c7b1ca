#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/estimate.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// An uncertain practice number: the standard normal score of each path's draw.
struct TraitScores {
  std::string key;  ///< "no_show.rate"
  std::vector<double> z;
};
/// Normal scores of drawn values, by rank; equal values share the mean rank.
[[nodiscard]] std::vector<double> normal_scores(std::span<const double> values);

/// Where the variance of a measure comes from, by least squares on normal scores z of the uncertain numbers.
///
/// variance_share: adjusted R2 of z and z^2 of one number alone (its first-order share, numbers
/// uncorrelated). last_share: adjusted R2 that the regression on all z, z^2 and products loses without the
/// terms of this number (its total share as far as second order reaches). luck: 1 - R2 of that regression:
/// what stays when every number is known, third and higher orders included. Errors by jackknife over 20
/// groups of paths. \source Saltelli et al. 2008, Global Sensitivity Analysis, 1.2 and 4.2   \test
/// tests/unit/analysis/sensitivity_test.cpp
struct Sensitivity {
  struct Parameter {
    std::string key;
    Estimate variance_share;
    std::optional<double> last_share;
    Estimate at_p10, at_p90;  ///< median of the measure with the number in its 5-15 % and 85-95 % ranges
    Estimate swing;           ///< at_p90 less at_p10; MOVER interval, no standard error
  };
  std::vector<Parameter> parameters;  ///< in the order given
  Estimate all, luck;                 ///< shares of variance: all numbers together, and the rest
  bool products = false;              ///< did the regression hold products of two numbers?
};
/// \pre every trait has a score for every value; NaN values are left out
[[nodiscard]] Sensitivity sensitivity(std::span<const double> values, std::span<const TraitScores> traits,
                                      double ci_level);

/// Rows of sensitivity.csv: each number, then all, then luck. Empty when nothing is uncertain.
[[nodiscard]] std::string sensitivity_rows(const RowScenario& scenario, std::string_view measure,
                                           const Sensitivity& sensitivity, double ci_level);

}  // namespace paystress
