#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/scenario_cells.h"
#include "analysis/scenario_columns.h"

namespace paystress {

/// What is kept of each path of a practice over the horizon, for paths.csv.
struct PathColumns {
  std::vector<double> session_hours, after_hours, meeting_hours, completed_visits, generated_wrvu;
};
[[nodiscard]] PathColumns path_columns_of(const PracticeColumns& practice);

/// Rows of paths.csv of one scenario, a piece at a time: ten million paths have no room for all of them.
void for_path_rows(const RowScenario& scenario, const PathColumns& columns,
                   std::span<const double> income_usd,
                   const std::function<void(std::string_view rows)>& take);

}  // namespace paystress
