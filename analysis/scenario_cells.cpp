#include "analysis/scenario_cells.h"

namespace paystress {

void scenario_cells(CsvRows& row, const Scenario& scenario) {
  row.text(scenario.id).text(scenario.practice).text(scenario.offer).text(scenario.stress);
}

std::string batch_cells(const Scenario& scenario) {
  std::string cells;
  for (const auto& [key, value] : scenario.columns) cells += ',' + csv_cell(value);
  return cells;
}

}  // namespace paystress
