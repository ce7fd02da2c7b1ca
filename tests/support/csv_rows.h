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
/// The cell of a column in the first row whose line, with a comma behind it, holds every one of `parts`, such
/// as ",draw,base,".
/// \throws std::invalid_argument where there is no such row or column
[[nodiscard]] inline std::string cell_of(const std::string& csv, const std::string& column,
                                         const std::vector<std::string>& parts) {
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const auto at = column_of(csv_rows_of(line).front(), column);
  while (std::getline(lines, line))
    if (std::all_of(parts.begin(), parts.end(),
                    [&](const std::string& part) { return (line + ",").find(part) != std::string::npos; })) {
      const auto cells = csv_rows_of(line).front();
      return at < cells.size() ? cells[at] : std::string();
    }
  throw std::invalid_argument("no row for " + column);
}

}  // namespace paystress::testing
