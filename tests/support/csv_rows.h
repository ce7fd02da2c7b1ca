#pragma once

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace paystress::testing {

using CsvRow = std::vector<std::string>;

/// The cells of a CSV without quotes, row by row, the header first.
[[nodiscard]] inline std::vector<CsvRow> csv_rows_of(const std::string& csv) {
  std::vector<CsvRow> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  return rows;
}
/// \throws std::invalid_argument where the header has no such column
[[nodiscard]] inline std::size_t column_of(const CsvRow& header, const std::string& name) {
  const auto it = std::find(header.begin(), header.end(), name);
  if (it == header.end()) throw std::invalid_argument("no column " + name);
  return static_cast<std::size_t>(it - header.begin());
}

}  // namespace paystress::testing
