#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace paystress {

/// Unit of a column that holds whatever a row measures.
inline constexpr std::string_view unit_of_measured = "of the measure";

/// One column of a results table, for header lines, datapackage.json and analysis/README.md: one place for
/// all three.
struct TableColumn {
  std::string name;
  std::string_view type;  ///< Frictionless: "string", "integer", "number"
  std::string_view unit;  ///< "usd", "hours", "1" ..., empty for text
  std::string description;
};
/// The columns of one table file.
struct TableSchema {
  std::string_view file;  ///< "tier_miss.csv"
  std::string_view description;
  std::span<const TableColumn> columns;
  std::vector<std::string_view> key;  ///< columns that tell its rows apart
};

enum class Table {
  income_distribution,
  tier_miss,
  summary,
  months,
  single_years,
  histogram,
  comparisons,
  waterfall,
  sensitivity,
  debt,
  ranking,
  readings,
  levers,
  productivity,
  ask_before_signing,
  paths
};
[[nodiscard]] const TableSchema& table_schema(Table table);
[[nodiscard]] std::span<const TableSchema> table_schemas();

/// Header line with its line feed; the columns of a batch follow the table's own.
[[nodiscard]] std::string header_line(Table table, std::span<const std::string> batch_columns = {});

}  // namespace paystress
