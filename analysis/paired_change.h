#pragma once

#include <cstddef>
#include <span>

#include "analysis/path_sample.h"

namespace paystress {

/// Replicates below which a paired change has no interval: fewer than other estimates
/// need, since its replicates have hardly any skewness left.
inline constexpr std::size_t least_paired_replicates = 8;

/// What a change does to a number of each path, seen on the same paths before and after it.
struct PairedChange {
  Estimate mean;       ///< of after less before
  Estimate median;     ///< median after less median before
  Estimate unchanged;  ///< P(the same number)
};

/// Paths on which either number is undefined (NaN) are left out.
/// \pre before and after have the same paths in the same order
/// \test tests/unit/analysis/paired_change_test.cpp, tests/statistical/paired_change_test.cpp
[[nodiscard]] PairedChange paired_change(std::span<const double> before, std::span<const double> after,
                                         double ci_level, PathDesign design);

/// Median after less median before. Its error is the spread of the same difference over sections of the
/// paths: 32 consecutive ones of an odd number of paths, or the replicates. Empty below
/// 15 paths a section, and below least_paired_replicates.   \source Asmussen & Glynn 2007, Stochastic
/// Simulation, III.5 (sectioning)
[[nodiscard]] Estimate median_change(std::span<const double> before, std::span<const double> after,
                                     double ci_level, PathDesign design);

/// The mean of a paired difference; no interval where hardly a path differs from the others.
[[nodiscard]] Estimate paired_mean(std::span<const double> difference, double ci_level, PathDesign design);

}  // namespace paystress
