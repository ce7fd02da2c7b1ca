#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "analysis/column_schema.h"
#include "analysis/table_set.h"
#include "sim/engine/outcomes.h"
#include "sim/results/output_file.h"

namespace paystress::results {

/// The rows that an outcome adds to each of the tables that every run writes, in their order.
[[nodiscard]] std::vector<std::string> table_rows(engine::ScenarioOutcome outcome);
/// Gives an outcome its rows back.   \pre one text a table, as table_rows() gives them
void put_table_rows(engine::ScenarioOutcome& outcome, std::span<const std::string> rows);
[[nodiscard]] std::span<const Table> scenario_table_kinds();
/// The place of those that are wanted among them, ascending.
[[nodiscard]] std::vector<std::size_t> wanted_places(TableSet wanted);

/// The tables that a run writes, one file each, rows appended scenario by scenario.
class ResultTables {
 public:
  /// Makes the files of the wanted tables with their header lines.
  /// \throws OutputError
  ResultTables(const std::filesystem::path& directory, TableSet wanted, Packing packing);
  void append(const engine::ScenarioOutcome& outcome);  ///< \throws OutputError
  void close();                                         ///< \throws OutputError

 private:
  std::vector<std::size_t> places_;
  std::vector<OutputFile> files_;
};

/// Writes a table of its header line and rows.   \throws OutputError
void write_table(const std::filesystem::path& directory, Table table, std::string_view rows,
                 Packing packing = Packing::plain);

/// Writes paths.csv into a directory: one row a scenario and path. Outcomes must have kept their paths.
/// \throws OutputError
void write_paths(const std::filesystem::path& directory, Packing packing,
                 std::span<const engine::ScenarioInput> inputs,
                 std::span<const engine::ScenarioOutcome> outcomes);

/// Frictionless data package of the tables that a directory holds.   \test
/// tests/unit/sim/results/result_tables_test.cpp
[[nodiscard]] std::string datapackage_json(const std::filesystem::path& directory, const std::string& title,
                                           std::span<const std::string> batch_columns = {});

}  // namespace paystress::results
