#pragma once

#include <vector>

#include "model/practice.h"

namespace paystress::fit {

/// Two numbers that a log tells together, and the correlation of what is Gaussian of them (the logarithm, the
/// logit).
struct Joined {
  Parameter a, b;
  double gaussian;
};

/// The rank correlations that a practice is written with: of pairs of distributions, small ones left out, all
/// a little smaller than they are, so that a joint law has them. \test
/// tests/unit/analysis/fit/correlations_test.cpp
[[nodiscard]] std::vector<RankCorrelation> correlations_of(const std::vector<Joined>& pairs,
                                                           const Practice& practice);

}  // namespace paystress::fit
