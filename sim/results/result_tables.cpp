#include "sim/results/result_tables.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/column_schema.h"
#include "analysis/csv_rows.h"

namespace paystress::results {
namespace {

using nlohmann::ordered_json;

constexpr std::array<Table, 8> scenario_tables{
    Table::income_distribution, Table::tier_miss, Table::summary, Table::months,
    Table::histogram,           Table::waterfall, Table::debt,    Table::sensitivity};

std::filesystem::path file_of(const std::filesystem::path& directory, Table table) {
  return directory / std::string(table_schema(table).file);
}

// A decimal with a fixed number of digits, from a whole number: several times as fast as a general double.
void put_fixed(std::string& out, double value, int digits, double scale) {
  const auto whole = std::llround(std::abs(value) * scale);
  const auto unit = static_cast<long long>(scale);
  if (value < 0 && whole != 0) out += '-';
  out += fmt::format_int(whole / unit).str();
  if (digits == 0) return;
  std::array<char, 24> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), whole % unit);
  static_cast<void>(error);  // 24 characters hold any number
  const auto written = static_cast<std::size_t>(end - buffer.data());
  out += '.';
  out.append(static_cast<std::size_t>(digits) - written, '0');
  out.append(buffer.data(), written);
}

ordered_json field(std::string_view name, std::string_view type, std::string_view unit,
                   std::string_view text) {
  ordered_json f{{"name", name}, {"type", type}, {"description", text}};
  if (!unit.empty()) f["unit"] = unit;
  return f;
}

}  // namespace

std::span<const Table> scenario_table_kinds() { return scenario_tables; }

std::vector<std::string> table_rows(engine::ScenarioOutcome outcome) {
  auto& t = outcome.tables;
  return {std::move(t.income_distribution),
          std::move(t.tier_miss),
          std::move(t.summary),
          std::move(t.months),
          std::move(t.histogram),
          std::move(outcome.waterfall),
          std::move(outcome.debt),
          std::move(outcome.sensitivity)};
}

ResultTables::ResultTables(const std::filesystem::path& directory,
                           std::span<const std::string> batch_columns) {
  files_.reserve(scenario_tables.size());
  for (const auto table : scenario_tables)
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
  constexpr std::size_t flush_at = std::size_t{1} << 18;
  OutputFile out(file);
  out.write(header_line(Table::paths));
  std::string buffer;
  for (std::size_t s = 0; s < outcomes.size(); ++s) {
    const auto& id = *inputs[s].scenario;
    const auto& columns = *outcomes[s].paths;
    const auto key = fmt::format("{},{},{},{},", csv_cell(id.id), csv_cell(id.practice), csv_cell(id.offer),
                                 csv_cell(id.stress));
    for (std::size_t p = 0; p < outcomes[s].income_usd.size(); ++p) {
      buffer += key;
      buffer += fmt::format_int(p).str();
      const auto put = [&](double value, int digits, double scale) {
        buffer += ',';
        put_fixed(buffer, value, digits, scale);
      };
      put(outcomes[s].income_usd[p], 2, 100.0);
      put(columns.session_hours[p], 4, 1e4);
      put(columns.after_hours[p], 4, 1e4);
      put(columns.meeting_hours[p], 4, 1e4);
      put(columns.completed_visits[p], 0, 1.0);
      put(columns.generated_wrvu[p], 2, 100.0);
      buffer += '\n';
      if (buffer.size() >= flush_at) {
        out.write(buffer);
        buffer.clear();
      }
    }
  }
  out.write(buffer);
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
    for (const auto& c : batch_columns)
      fields.push_back(field(c, "string", "", "column of the batch, as written"));
    resources.push_back({{"name", name.substr(0, name.find('.'))},
                         {"path", name},
                         {"profile", "tabular-data-resource"},
                         {"format", "csv"},
                         {"encoding", "utf-8"},
                         {"description", schema.description},
                         {"schema", {{"fields", fields}, {"missingValues", {""}}}}});
  }
  const ordered_json package{{"profile", "tabular-data-package"},
                             {"name", "paystress-results"},
                             {"title", title},
                             {"resources", resources}};
  return package.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace paystress::results
