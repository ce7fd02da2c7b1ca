#include "analysis/report/results_json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>

#include "analysis/column_schema.h"
#include "analysis/read_json.h"

namespace paystress::report {
namespace {

using nlohmann::ordered_json;
using Names = std::set<std::string_view>;

/// What the page shows of a table. Tables that are not told here are shown whole.
struct Selection {
  std::string_view file;
  std::map<std::string_view, Names> rows;  ///< column -> the values shown; a column that is not told: all
  Names columns;                           ///< empty: all
};

const std::vector<Selection>& selections() {
  static const std::vector<Selection> all{
      {"income_distribution.csv",
       {{"statistic", {"quantile"}},
        {"measure", {"income_usd", "paid_hourly_usd", "effective_hourly_usd"}},
        {"level", {"0.05", "0.5", "0.95"}},
        {"period", {"year_1", "year_2", "year_3", "year_4", "year_5", "horizon"}}},
       {"scenario", "measure", "period", "level", "value", "ci_low", "ci_high"}},
      {"tier_miss.csv",
       {},
       {"scenario", "component", "tier", "bound", "bound_kind", "reset", "period", "miss_prob",
        "near_miss_prob", "shortfall_units_mean", "lost_usd_mean", "miss_while_employed_prob"}},
      {"months.csv",
       {{"measure", {"income_usd"}}},
       {"scenario", "measure", "month", "calendar_month", "p05", "p25", "p50", "p75", "p95"}},
      {"single_years.csv", {}, {"scenario", "level", "path", "month", "paid_usd"}},
      {"histogram.csv",
       {{"measure", {"income_usd"}}},
       {"scenario", "bin", "bin_low", "bin_high", "share", "density"}},
      {"comparisons.csv",
       {{"comparison", {"offers"}},
        {"measure", {"income_usd"}},
        {"statistic", {"a_pays_more_prob", "equal_prob", "difference_mean"}}},
       {"a", "b", "stress", "statistic", "value", "ci_low", "ci_high", "pairing"}},
      {"waterfall.csv",
       {{"view", {"usd"}}},
       {"scenario", "step", "cause", "kind", "usd_mean", "ci_low", "ci_high", "share_of_advertised"}},
      {"levers.csv",
       {},
       {"scenario", "measure", "lever", "kind", "mean_change", "mean_change_ci_low", "mean_change_ci_high",
        "median_change", "median_change_ci_low", "median_change_ci_high", "unchanged_prob"}},
      {"productivity.csv",
       {},
       {"scenario", "pace", "group", "low", "high", "pace_mean", "statistic", "component", "tier", "value",
        "ci_low", "ci_high"}},
      {"ask_before_signing.csv",
       {},
       {"scenario", "rank", "kind", "key", "answer_a", "answer_b", "worth_usd", "worth_usd_ci_low",
        "worth_usd_ci_high", "remedy_key", "remedy_from", "remedy_to", "remedy_to_ci_low",
        "remedy_to_ci_high"}},
      {"debt.csv",
       {{"statistic", {"owing_prob", "mean_given_owing", "quantile"}}},
       {"scenario", "adjustment", "month", "statistic", "level", "value"}},
  };
  return all;
}

const Selection& selection_of(std::string_view file) {
  static const Selection whole;
  const auto found = std::ranges::find(selections(), file, &Selection::file);
  return found == selections().end() ? whole : *found;
}

// Judged before a window, by month and "in K or more": a page has no room for them.
bool is_left_out(std::string_view file, std::string_view column, std::string_view cell) {
  return file == "tier_miss.csv" && column == "period" &&
         (cell.starts_with("by_month_") || cell.starts_with("at_least_"));
}

bool is_json_number(std::string_view text) {
  const auto digits = [&text] {
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.starts_with('0');
  if (const auto whole = digits(); whole == 0 || (leading_zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

std::string json_text(std::string_view text) {
  return ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ",") + json_text(text);
  return "[" + list + "]";
}

bool is_text_column(std::string_view file, std::string_view column) {
  for (const auto& schema : table_schemas()) {
    if (schema.file != file) continue;
    const auto found = std::ranges::find(schema.columns, column, &TableColumn::name);
    return found != schema.columns.end() && found->type == "string";
  }
  return false;
}

// How the data of a page begin; nothing else that people keep begins so.
constexpr std::string_view study_begins = R"({"kind":"study","manifest":)",
                           batch_begins = R"({"kind":"batch","manifest":)";

// How a column is written into the page.
enum class Form { id, text, number };

struct ShownColumn {
  std::size_t at = 0;
  Form form = Form::number;
  std::string_view name;
};

class Writer {
 public:
  explicit Writer(std::span<const std::string> ids) {
    for (const auto& id : ids)
      if (places_.emplace(id, places_.size()).second) ids_.push_back(id);
  }

  [[nodiscard]] std::string scenarios() const { return json_list(ids_); }

  /// `places` of the rows in their file; empty: the rows are all of it.
  [[nodiscard]] std::string table(const SourceTable& table, std::span<const std::size_t> places = {}) const {
    const auto& shown = selection_of(table.file);
    std::vector<ShownColumn> columns;
    std::vector<std::string> names;
    for (std::size_t c = 0; c < table.header.size(); ++c) {
      const std::string_view name = table.header[c];
      if (!shown.columns.empty() && !shown.columns.contains(name)) continue;
      const bool is_id = name == "scenario" || name == "a" || name == "b";
      columns.push_back({c,
                         is_id                              ? Form::id
                         : is_text_column(table.file, name) ? Form::text
                                                            : Form::number,
                         name});
      names.emplace_back(name);
    }
    std::string rows;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      if (!is_shown(table, shown, table.rows[r])) continue;
      rows += (rows.empty() ? "[" : ",\n[") + std::to_string(places.empty() ? r + 1 : places[r]);
      for (const auto& column : columns) rows += "," + cell(table.rows[r].at(column.at), column.form);
      rows += "]";
    }
    return "{\"columns\":" + json_list(names) + ",\"rows\":[\n" + rows + "]}";
  }

 private:
  static bool is_shown(const SourceTable& table, const Selection& shown,
                       const std::vector<std::string>& row) {
    for (std::size_t c = 0; c < table.header.size(); ++c) {
      if (is_left_out(table.file, table.header[c], row.at(c))) return false;
      const auto values = shown.rows.find(table.header[c]);
      // An empty level belongs to a statistic that has none.
      if (values != shown.rows.end() && !row[c].empty() && !values->second.contains(row[c])) return false;
    }
    return true;
  }

  [[nodiscard]] std::string cell(const std::string& text, Form form) const {
    if (text.empty()) return "null";
    if (form == Form::id) {
      const auto place = places_.find(text);
      return place == places_.end() ? json_text(text) : std::to_string(place->second);
    }
    return form == Form::number && is_json_number(text) ? text : json_text(text);
  }

  std::map<std::string, std::size_t> places_;
  std::vector<std::string> ids_;
};

ordered_json parsed(std::string_view manifest_json) {
  auto manifest = read_json<ordered_json>(manifest_json);
  if (!manifest.is_object()) throw std::invalid_argument("the manifest is no JSON object");
  return manifest;
}

// What a run was but for how it went: the same results give the same page.
std::string facts_of(std::string_view manifest_json) {
  auto manifest = parsed(manifest_json);
  for (const auto* key : {"run", "inputs", "convergence"}) manifest.erase(key);
  return manifest.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<std::string> ids_of(const std::vector<std::string>& header,
                                const std::vector<std::vector<std::string>>& rows) {
  const auto at = static_cast<std::size_t>(std::ranges::find(header, "scenario") - header.begin());
  if (at == header.size()) throw std::invalid_argument("results: summary.csv has no column scenario");
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.push_back(row.at(at));
  return ids;
}

std::string json_numbers(std::span<const std::size_t> numbers) {
  std::string list;
  for (const auto n : numbers) list += (list.empty() ? "" : ",") + std::to_string(n);
  return "[" + list + "]";
}

// "</script>" and "<!--" must not appear within the element that holds the data.
std::string without_angles(std::string text) {
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 6))
    text.replace(at, 1, "\\u003c");
  return text;
}

}  // namespace

bool page_reads(std::string_view file) { return file != "paths.csv" && file.ends_with(".csv"); }

bool holds_results(std::string_view page) {
  return page.find(study_begins) != std::string_view::npos ||
         page.find(batch_begins) != std::string_view::npos;
}

bool is_manifest(std::string_view manifest_json) {
  return read_json<ordered_json>(manifest_json).is_object();
}

std::string title_of(std::string_view manifest_json) {
  const auto manifest = parsed(manifest_json);
  return manifest.contains("title") && manifest["title"].is_string() ? manifest["title"].get<std::string>()
                                                                     : "";
}

std::string study_json(std::string_view manifest_json, std::span<const SourceTable> tables) {
  if (tables.empty() || tables.front().file != table_schema(Table::summary).file)
    throw std::invalid_argument("study_json: the first table is not summary.csv");
  const Writer writer(ids_of(tables.front().header, tables.front().rows));
  std::string text = std::string(study_begins) + facts_of(manifest_json) +
                     ",\n\"scenarios\":" + writer.scenarios() + ",\n\"tables\":{";
  for (std::size_t t = 0; t < tables.size(); ++t) {
    const auto& file = tables[t].file;
    text +=
        (t == 0 ? "\n" : ",\n") + json_text(file.substr(0, file.rfind('.'))) + ":" + writer.table(tables[t]);
  }
  return without_angles(text + "}}");
}

std::string batch_json(std::string_view manifest_json, const BatchSummary& summary) {
  const Writer writer(ids_of(summary.header, summary.rows));
  const std::vector<std::string> figures(batch_figures.begin(), batch_figures.end());
  const SourceTable table{std::string(table_schema(Table::summary).file), summary.header, summary.rows};
  return without_angles(std::string(batch_begins) + facts_of(manifest_json) + ",\n\"batch\":{\"rows\":" +
                        std::to_string(summary.all_rows) + ",\"ends\":" + std::to_string(summary.ends) +
                        ",\"at_ends\":" + json_numbers(summary.at_ends) + ",\"columns\":" +
                        json_list(summary.own) + ",\"all_columns\":" + std::to_string(summary.all_own) +
                        ",\"figures\":" + json_list(figures) + "},\n\"scenarios\":" + writer.scenarios() +
                        ",\n\"tables\":{\n\"summary\":" + writer.table(table, summary.places) + "}}");
}

}  // namespace paystress::report
