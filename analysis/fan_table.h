#pragma once

#include <array>
#include <string_view>

#include "analysis/csv_rows.h"
#include "analysis/estimate.h"
#include "analysis/scenario_cells.h"

namespace paystress {

inline constexpr std::array<double, 5> fan_levels{0.05, 0.25, 0.50, 0.75, 0.95};

/// A row of months.csv: the fan of a measure in one month.
struct FanRow {
  RowScenario scenario;
  std::string_view measure;
  std::size_t month = 1;  ///< of the study
  std::string_view calendar_month;
  Estimate mean;
  std::array<Estimate, fan_levels.size()> fan;
  double ci_level = usual_ci_level;
};
void add_fan_row(CsvRows& out, const FanRow& row, std::string_view tail);

}  // namespace paystress
