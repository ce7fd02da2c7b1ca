#pragma once

#include <string>

#include "analysis/csv_rows.h"
#include "model/study.h"

namespace paystress {

/// The four cells that name a scenario.
void scenario_cells(CsvRows& row, const Scenario& scenario);
/// The cells of a batch row that end each of its result rows, each with a comma before it.
[[nodiscard]] std::string batch_cells(const Scenario& scenario);

}  // namespace paystress
