#pragma once

#include <string_view>

#include "analysis/csv_rows.h"
#include "analysis/path_sample.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// Adds the rows of histogram.csv of one measure: round bins, what lies beyond the outermost permille apart.
void add_histogram_rows(CsvRows& out, const RowScenario& scenario, std::string_view measure,
                        const PathSample& sample, double ci_level, std::string_view tail);

}  // namespace paystress
