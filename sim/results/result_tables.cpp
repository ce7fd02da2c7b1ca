#include "sim/results/result_tables.h"

#include <array>
#include <nlohmann/json.hpp>

#include "analysis/column_schema.h"
#include "analysis/path_table.h"
#include "sim/results/manifest.h"

namespace paystress::results {
namespace {

using nlohmann::ordered_json;

/// A table that every run writes, and the rows that an outcome adds to it.
struct ScenarioTable {
  Table table;
  std::string& (*rows)(engine::ScenarioOutcome&);
};
using Outcome = engine::ScenarioOutcome;
constexpr std::array scenario_tables{
    ScenarioTable{Table::income_distribution,
                  [](Outcome& o) -> std::string& { return o.tables.income_distribution; }},
    ScenarioTable{Table::tier_miss, [](Outcome& o) -> std::string& { return o.tables.tier_miss; }},
    ScenarioTable{Table::summary, [](Outcome& o) -> std::string& { return o.tables.summary; }},
    ScenarioTable{Table::months, [](Outcome& o) -> std::string& { return o.tables.months; }},
    ScenarioTable{Table::histogram, [](Outcome& o) -> std::string& { return o.tables.histogram; }},
    ScenarioTable{Table::waterfall, [](Outcome& o) -> std::string& { return o.waterfall; }},
    ScenarioTable{Table::debt, [](Outcome& o) -> std::string& { return o.debt; }},
    ScenarioTable{Table::sensitivity, [](Outcome& o) -> std::string& { return o.sensitivity; }}};
constexpr auto kinds = [] {
  std::array<Table, scenario_tables.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = scenario_tables[i].table;
  return all;
}();

std::filesystem::path file_of(const std::filesystem::path& directory, Table table) {
  return directory / std::string(table_schema(table).file);
}

ordered_json field(std::string_view name, std::string_view type, std::string_view unit,
                   std::string_view text) {
  ordered_json f{{"name", name}, {"type", type}, {"description", text}};
  if (!unit.empty()) f["unit"] = unit;
  return f;
}

}  // namespace

std::span<const Table> scenario_table_kinds() { return kinds; }

std::vector<std::string> table_rows(engine::ScenarioOutcome outcome) {
  std::vector<std::string> rows;
  for (const auto& t : scenario_tables) rows.push_back(std::move(t.rows(outcome)));
  return rows;
}

ResultTables::ResultTables(const std::filesystem::path& directory,
                           std::span<const std::string> batch_columns) {
  files_.reserve(scenario_tables.size());
  for (const auto table : kinds)
    files_.emplace_back(file_of(directory, table)).write(header_line(table, batch_columns));
}

void ResultTables::append(const engine::ScenarioOutcome& outcome) {
  const auto rows = table_rows(outcome);
  for (std::size_t i = 0; i < files_.size(); ++i) files_[i].write(rows[i]);
}

void ResultTables::close() {
  for (auto& f : files_) f.close();
}

void write_table(const std::filesystem::path& directory, Table table, std::string_view rows) {
  OutputFile file(file_of(directory, table));
  file.write(header_line(table));
  file.write(rows);
  file.close();
}

void write_paths(const std::filesystem::path& file, std::span<const engine::ScenarioInput> inputs,
                 std::span<const engine::ScenarioOutcome> outcomes) {
  OutputFile out(file);
  out.write(header_line(Table::paths));
  for (std::size_t s = 0; s < outcomes.size(); ++s)
    for_path_rows(*inputs[s].scenario, *outcomes[s].paths, outcomes[s].income_usd,
                  [&](std::string_view rows) { out.write(rows); });
  out.close();
}

std::string datapackage_json(const std::filesystem::path& directory, const std::string& title,
                             std::span<const std::string> batch_columns) {
  ordered_json resources = ordered_json::array();
  for (const auto& schema : table_schemas()) {
    const std::string name(schema.file);
    if (!std::filesystem::exists(directory / name)) continue;
    ordered_json fields = ordered_json::array();
    for (const auto& c : schema.columns) fields.push_back(field(c.name, c.type, c.unit, c.description));
    for (const auto& c : batch_columns) {
      fields.push_back(field(c, "string", "", "column of the batch, as written"));
      fields.back()["batch"] = true;
    }
    resources.push_back(
        {{"name", name.substr(0, name.find('.'))},
         {"path", name},
         {"profile", "tabular-data-resource"},
         {"format", "csv"},
         {"encoding", "utf-8"},
         {"description", schema.description},
         {"bytes", std::filesystem::file_size(directory / name)},
         {"hash", "sha256:" + sha256_of_file(directory / name)},
         {"schema", {{"fields", fields}, {"missingValues", {""}}, {"primaryKey", schema.key}}}});
  }
  const ordered_json package{{"profile", "tabular-data-package"},
                             {"name", "paystress-results"},
                             {"title", title},
                             {"resources", resources}};
  return json_text(package);
}

}  // namespace paystress::results
