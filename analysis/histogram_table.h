#pragma once

#include <string_view>

#include "analysis/csv_rows.h"
#include "analysis/path_sample.h"
#include "model/study.h"

namespace paystress {

/// Adds the rows of histogram.csv of one measure: round bins, what lies beyond the outermost permille apart.
void add_histogram_rows(CsvRows& out, const Scenario& scenario, std::string_view measure,
                        const PathSample& sample, double ci_level, std::string_view tail);

}  // namespace paystress
