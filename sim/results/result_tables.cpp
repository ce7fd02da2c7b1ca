#include "sim/results/result_tables.h"

#include <array>
#include <nlohmann/json.hpp>

#include "analysis/column_schema.h"
#include "analysis/path_table.h"
#include "sim/results/manifest.h"
#include "sim/results/packed_file.h"

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
    ScenarioTable{Table::single_years, [](Outcome& o) -> std::string& { return o.single_years; }},
    ScenarioTable{Table::histogram, [](Outcome& o) -> std::string& { return o.tables.histogram; }},
    ScenarioTable{Table::waterfall, [](Outcome& o) -> std::string& { return o.waterfall; }},
    ScenarioTable{Table::debt, [](Outcome& o) -> std::string& { return o.debt; }},
    ScenarioTable{Table::sensitivity, [](Outcome& o) -> std::string& { return o.sensitivity; }}};
constexpr auto kinds = [] {
  std::array<Table, scenario_tables.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = scenario_tables[i].table;
  return all;
}();

OutputFile open_table(const std::filesystem::path& directory, Table table, Packing packing) {
  return OutputFile(packed_name(directory / table_schema(table).file, packing), packing);
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

void put_table_rows(engine::ScenarioOutcome& outcome, std::span<const std::string> rows) {
  for (std::size_t i = 0; i < scenario_tables.size(); ++i) scenario_tables.at(i).rows(outcome) = rows[i];
}

std::vector<std::size_t> wanted_places(TableSet wanted) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (wanted.contains(kinds.at(i))) places.push_back(i);
  return places;
}

ResultTables::ResultTables(const std::filesystem::path& directory, TableSet wanted, Packing packing)
    : places_(wanted_places(wanted)) {
  files_.reserve(places_.size());
  for (const auto place : places_) {
    const auto table = kinds.at(place);
    files_.push_back(open_table(directory, table, packing));
    files_.back().write(header_line(table));
  }
}

void ResultTables::append(const engine::ScenarioOutcome& outcome) {
  const auto rows = table_rows(outcome);
  for (std::size_t i = 0; i < files_.size(); ++i) files_[i].write(rows[places_[i]]);
}

void ResultTables::close() {
  for (auto& f : files_) f.close();
}

void write_table(const std::filesystem::path& directory, Table table, std::string_view rows,
                 Packing packing) {
  auto file = open_table(directory, table, packing);
  file.write(header_line(table));
  file.write(rows);
  file.close();
}

void write_paths(const std::filesystem::path& directory, Packing packing,
                 std::span<const engine::ScenarioInput> inputs,
                 std::span<const engine::ScenarioOutcome> outcomes) {
  auto out = open_table(directory, Table::paths, packing);
  out.write(header_line(Table::paths));
  const auto named = engine::row_scenarios(inputs, outcomes);
  for (std::size_t s = 0; s < outcomes.size(); ++s)
    for_path_rows(named[s], *outcomes[s].paths, outcomes[s].income_usd,
                  [&](std::string_view rows) { out.write(rows); });
  out.close();
}

std::string datapackage_json(const std::filesystem::path& directory, const std::string& title,
                             std::span<const std::string> batch_columns) {
  ordered_json resources = ordered_json::array();
  for (const auto& schema : table_schemas()) {
    const std::string name(schema.file);
    const auto file = result_file(directory, name);
    if (!std::filesystem::exists(file)) continue;
    ordered_json fields = ordered_json::array();
    for (const auto& c : schema.columns) fields.push_back(field(c.name, c.type, c.unit, c.description));
    for (const auto& c : batch_columns) {
      fields.push_back(field(c, "string", "", "column of the batch, as written"));
      fields.back()["batch"] = true;
    }
    ordered_json resource{
        {"name", name.substr(0, name.find('.'))},
        {"path", file.filename().string()},
        {"profile", "tabular-data-resource"},
        {"format", "csv"},
        {"encoding", "utf-8"},
        {"description", schema.description},
        {"bytes", std::filesystem::file_size(file)},
        {"hash", "sha256:" + sha256_of_file(file)},
        {"schema", {{"fields", fields}, {"missingValues", {""}}, {"primaryKey", schema.key}}}};
    if (packing_of(file) == Packing::gzip) resource["compression"] = "gz";
    resources.push_back(std::move(resource));
  }
  const ordered_json package{{"profile", "tabular-data-package"},
                             {"name", "paystress-results"},
                             {"title", title},
                             {"resources", resources}};
  return json_text(package);
}

}  // namespace paystress::results
