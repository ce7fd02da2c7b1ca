#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/paired_change.h"
#include "analysis/scenario_cells.h"
#include "model/levers.h"
#include "model/study.h"

namespace paystress {

/// What the levers of a practice do to one measure of one offer, by path.
struct LeverColumns {
  std::string_view measure;  ///< "income_usd"
  std::vector<double> base;
  std::vector<std::vector<double>> alone;  ///< by lever
  std::vector<double> together;            ///< all of them at once
};

/// Rows of levers.csv of one scenario and measure: each lever alone, all together, and what is left of that
/// when the single changes are taken away.   \test tests/unit/sim/questions/price_levers_test.cpp
[[nodiscard]] std::string lever_rows(const RowScenario& scenario, const std::vector<Lever>& levers,
                                     const LeverColumns& columns, double ci_level, PathDesign design);

}  // namespace paystress
