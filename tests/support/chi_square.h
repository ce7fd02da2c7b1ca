#pragma once

#include <span>

#include "sim/exact/lattice_law.h"

namespace paystress::test {

/// Pearson's chi-square of a sample against an exact law: neighbouring points joined until each cell
/// expects 25.
struct ChiSquare {
  double statistic = 0.0;
  int degrees = 0;
  double p_value = 1.0;  ///< chance of a larger statistic under the law
};
/// A value outside the law's lattice gives p_value 0.
[[nodiscard]] ChiSquare chi_square(std::span<const double> sample, const exact::LatticeLaw& law);

}  // namespace paystress::test
