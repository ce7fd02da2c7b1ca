#include "sim/results/table_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "scenarios/fault.h"
#include "sim/errors.h"
#include "sim/results/result_tables.h"

namespace paystress::results {
namespace {

std::vector<Table> written_by(TableWriter writer) {
  std::vector<Table> tables;
  for (std::size_t i = 0; i < table_schemas().size(); ++i) {
    const auto table = static_cast<Table>(i);
    const bool is_written =
        writer == TableWriter::study
            ? table != Table::paths
            : table != Table::single_years && std::ranges::count(scenario_table_kinds(), table) > 0;
    if (is_written) tables.push_back(table);
  }
  return tables;
}

}  // namespace

std::string table_name(Table table) {
  const auto file = table_schema(table).file;
  return std::string(file.substr(0, file.find('.')));
}

std::vector<std::string> table_names(TableWriter writer, TableSet wanted) {
  std::vector<std::string> names;
  for (const auto table : written_by(writer))
    if (wanted.contains(table)) names.push_back(table_name(table));
  return names;
}

TableSet chosen_tables(TableWriter writer, std::span<const std::string> names) {
  const auto tables = written_by(writer);
  TableSet chosen;
  if (names.empty() || std::ranges::find(names, "all") != names.end()) {
    for (const auto table : tables) chosen.insert(table);
    return chosen;
  }
  const auto known = table_names(writer);
  std::string problems;
  for (const auto& name : names) {
    const auto at = std::ranges::find(known, name);
    if (at != known.end()) {
      chosen.insert(tables[static_cast<std::size_t>(at - known.begin())]);
      continue;
    }
    const auto near = nearest_name(name, known);
    problems += fmt::format(
        "{}--tables: {} is no table of {}. {}", problems.empty() ? "" : "\n", name,
        writer == TableWriter::batch ? "a batch" : "a run",
        near.empty() ? fmt::format("They are {}", fmt::join(known, ", ")) : "Did you mean " + near + "?");
  }
  if (!problems.empty()) throw InputError(problems);
  return chosen;
}

std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  std::istringstream in{std::string(list)};
  for (std::string name; std::getline(in, name, ',');) names.push_back(name);
  return names;
}

bool has_more_tables(std::string_view now, std::string_view before) {
  const auto sorted = [](std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
  };
  const auto is = sorted(split_names(now)), was = sorted(split_names(before));
  return is.size() > was.size() && std::ranges::includes(is, was);
}

}  // namespace paystress::results
