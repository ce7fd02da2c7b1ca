#pragma once

#include <vector>

#include "analysis/column_schema.h"

/// The columns of each table, told where its rows are made; table_schema() joins them.
namespace paystress {

[[nodiscard]] const std::vector<TableColumn>& distribution_columns();
[[nodiscard]] const std::vector<TableColumn>& tier_miss_columns();
[[nodiscard]] const std::vector<TableColumn>& summary_columns();
[[nodiscard]] const std::vector<TableColumn>& month_columns();
[[nodiscard]] const std::vector<TableColumn>& single_year_columns();
[[nodiscard]] const std::vector<TableColumn>& histogram_columns();
[[nodiscard]] const std::vector<TableColumn>& comparison_columns();
[[nodiscard]] const std::vector<TableColumn>& waterfall_columns();
[[nodiscard]] const std::vector<TableColumn>& sensitivity_columns();
[[nodiscard]] const std::vector<TableColumn>& debt_columns();
[[nodiscard]] const std::vector<TableColumn>& ranking_columns();
[[nodiscard]] const std::vector<TableColumn>& reading_columns();
[[nodiscard]] const std::vector<TableColumn>& lever_columns();
[[nodiscard]] const std::vector<TableColumn>& productivity_columns();
[[nodiscard]] const std::vector<TableColumn>& ask_columns();
[[nodiscard]] const std::vector<TableColumn>& path_columns();

}  // namespace paystress
