#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/batch_rows.h"

namespace paystress::report {

/// A table of a result directory as text: rows of as many cells as the header has names.
struct SourceTable {
  std::string file;  ///< "summary.csv"
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// Whether the page of a study shows anything of this table: others need not be read.
[[nodiscard]] bool page_reads(std::string_view file);

/// The rows and columns that the page of a study shows, each row with its place in its table, as one JSON
/// object: {"kind", "manifest", "scenarios", "tables": {NAME: {"columns", "rows": [[ROW, CELL, ...], ...]}}}.
///
/// Cells stand as the table has them: a number keeps its digits, an empty cell is null, the id of a scenario
/// is its place in "scenarios". Nothing in it ends an HTML script element.
/// \pre the first table is summary.csv      \throws std::invalid_argument otherwise, or without its columns
/// \test tests/unit/analysis/report/results_json_test.cpp
[[nodiscard]] std::string study_json(std::string_view manifest_json, std::span<const SourceTable> tables);
/// The same of a batch, whose rows stand for themselves; "batch" tells which of its rows and columns are
/// shown: {"rows", "ends", "at_ends", "columns", "all_columns", "figures"}.   \throws std::invalid_argument
[[nodiscard]] std::string batch_json(std::string_view manifest_json, const BatchSummary& summary);

/// Is this a page, or the beginning of one, into which such an object was put?
[[nodiscard]] bool holds_results(std::string_view page);

/// Can the functions here read this manifest?
[[nodiscard]] bool is_manifest(std::string_view manifest_json);
/// The title that a manifest names; "" where it names none.   \throws std::invalid_argument: no JSON object
[[nodiscard]] std::string title_of(std::string_view manifest_json);

}  // namespace paystress::report
