#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/scenario_cells.h"
#include "analysis/scenario_columns.h"

namespace paystress {

inline constexpr std::array<double, 5> single_year_levels{0.05, 0.25, 0.50, 0.75, 0.95};

/// The path (from 0) that stands at each of single_year_levels: the ceil(n x level)-th in the order of what
/// paths are paid over the horizon, of paths that are paid the same in that of their numbers.
/// \pre income_usd holds at least one path
[[nodiscard]] std::array<std::size_t, single_year_levels.size()> single_year_paths(
    std::span<const double> income_usd);

/// Rows of single_years.csv: those paths month by month. `income_usd`: over the horizon, by path.
/// \test tests/unit/analysis/single_years_test.cpp
[[nodiscard]] std::string single_year_rows(const RowScenario& scenario, std::span<const double> income_usd,
                                           const IncomeColumns& income,
                                           const std::vector<std::string>& calendar_months);

}  // namespace paystress
