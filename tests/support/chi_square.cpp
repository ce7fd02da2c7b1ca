#include "tests/support/chi_square.h"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <vector>

namespace paystress::test {

ChiSquare chi_square(std::span<const double> sample, const exact::LatticeLaw& law) {
  std::vector<double> observed(law.size(), 0.0);
  for (const double x : sample) {
    const double place = (x - static_cast<double>(law.value(0))) / static_cast<double>(law.step());
    if (place < 0 || place != std::floor(place) || place >= static_cast<double>(law.size())) return {0, 0, 0};
    observed[static_cast<std::size_t>(place)] += 1;
  }
  const auto n = static_cast<double>(sample.size());
  struct Cell {
    double expected = 0, observed = 0;
  };
  std::vector<Cell> cells{{}};
  for (std::size_t i = 0; i < law.size(); ++i) {
    if (cells.back().expected >= 25) cells.emplace_back();
    cells.back().expected += n * law.probability(i);
    cells.back().observed += observed[i];
  }
  if (cells.size() > 1 && cells.back().expected < 25) {  // what is left of the upper tail joins its neighbour
    const Cell rest = cells.back();
    cells.pop_back();
    cells.back().expected += rest.expected;
    cells.back().observed += rest.observed;
  }
  ChiSquare result;
  for (const auto& cell : cells)
    result.statistic += (cell.observed - cell.expected) * (cell.observed - cell.expected) / cell.expected;
  result.degrees = static_cast<int>(cells.size()) - 1;
  if (result.degrees > 0) result.p_value = boost::math::gamma_q(result.degrees / 2.0, result.statistic / 2);
  return result;
}

}  // namespace paystress::test
