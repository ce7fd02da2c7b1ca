#include "sim/commands/report_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "analysis/column_schema.h"
#include "analysis/report/results_json.h"
#include "scenarios/csv_text.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/output_place.h"
#include "sim/errors.h"
#include "sim/results/output_file.h"
#include "sim/results/packed_file.h"

namespace paystress::commands {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view data_mark = "<!--results-->", title_mark = "<!--title-->";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw InputError(fmt::format("{}: cannot be read", file.string()));
  return text;
}

constexpr std::string_view fit_check = "fit_check.csv";

std::optional<report::SourceTable> read_table(const fs::path& path, std::string_view file, Faults& faults) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  auto csv = results::read_table(path, faults);
  if (!csv) return std::nullopt;
  const auto texts = [](CsvText::Row& row) {
    std::vector<std::string> cells;
    cells.reserve(row.cells.size());
    for (auto& cell : row.cells) cells.push_back(std::move(cell.text));
    return cells;
  };
  report::SourceTable table{std::string(file), texts(csv->header), {}};
  table.rows.reserve(csv->rows.size());
  for (auto& row : csv->rows) table.rows.push_back(texts(row));
  return table;
}

[[noreturn]] void no_summary(const fs::path& directory) {
  throw InputError(fmt::format(
      "{}: there is no summary.csv (every offer of the page comes from it; --sampler exact writes "
      "none). Run the study without --sampler exact",
      directory.string()));
}

void end_on_faults(const Faults& faults) {
  print_faults(faults, stderr);
  if (faults.has_errors()) throw InputError("");
}

std::vector<report::SourceTable> read_tables(const fs::path& directory,
                                             const std::optional<fs::path>& check) {
  Faults faults;
  std::vector<report::SourceTable> tables;
  const auto take_file = [&](const fs::path& path, std::string_view file) {
    auto table = read_table(path, file, faults);
    if (table) tables.push_back(std::move(*table));
  };
  const auto take = [&](std::string_view file) { take_file(results::result_file(directory, file), file); };
  const auto summary = table_schema(Table::summary).file;
  take(summary);
  for (const auto& schema : table_schemas())
    if (schema.file != summary && report::page_reads(schema.file)) take(schema.file);
  take_file(check.value_or(directory / fit_check), fit_check);
  end_on_faults(faults);
  if (tables.empty() || tables.front().file != summary) no_summary(directory);
  return tables;
}

// What every table of results has.
constexpr std::string_view scenario_column = "scenario";

[[noreturn]] void damaged(const fs::path& file, std::string_view problem) {
  throw InputError(fmt::format("{}: {} (it is not as a run wrote it). Run the study again with -o {}",
                               file.string(), problem, file.parent_path().generic_string()));
}

std::string manifest_text(const fs::path& directory) {
  const auto file = directory / "manifest.json";
  auto text = text_of(file);
  if (!report::is_manifest(text)) damaged(file, "is no JSON object");
  return text;
}

report::BatchSummary read_batch(const fs::path& directory) {
  const auto file = results::result_file(directory, table_schema(Table::summary).file);
  std::error_code error;
  if (!fs::is_regular_file(file, error)) no_summary(directory);
  Faults faults;
  std::optional<report::BatchRows> rows;
  const auto texts = [](const CsvText::Row& row) {
    std::vector<std::string> cells;
    for (const auto& cell : row.cells) cells.push_back(cell.text);
    return cells;
  };
  results::read_rows(file, faults, [&](const CsvText& csv, const CsvText::Row& row, std::size_t) {
    if (!rows) {
      if (!csv.find_column(scenario_column)) damaged(file, fmt::format("has no column {}", scenario_column));
      rows.emplace(texts(csv.header));
    }
    rows->add(texts(row));
  });
  end_on_faults(faults);
  if (!rows) throw InputError(fmt::format("{}: has no rows", file.string()));
  return std::move(*rows).take();
}

std::string results_of(const fs::path& directory, const std::string& manifest,
                       const std::optional<fs::path>& check) {
  const auto rows = read_batch(directory);
  return rows.is_batch() ? report::batch_json(manifest, rows)
                         : report::study_json(manifest, read_tables(directory, check));
}

void put(std::string& page, std::string_view mark, std::string_view text) {
  const auto at = page.find(mark);
  if (at == std::string::npos)
    throw InputError(
        fmt::format("report: the page has no {} (it is of another version). Build it anew", mark));
  page.replace(at, mark.size(), text);
}

std::string html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

}  // namespace

// The launcher names the page that it bundled; an installed program has it among its data.
fs::path report_page() {
  if (const char* told = std::getenv("PAYSTRESS_REPORT_PAGE"); told != nullptr && *told != '\0') return told;
  auto installed = find_input("report/page.html");
  if (fs::is_regular_file(installed)) return installed;
  throw InputError(
      "report: the page that results are put into is not built (its drawing library is no part of the "
      "sources). "
      "Run ./paystress report in the source tree, which builds it once, or give PAYSTRESS_REPORT_PAGE=FILE");
}

void report_results(const fs::path& results, const fs::path& output, const std::optional<fs::path>& check) {
  std::error_code error;
  if (check && !fs::is_regular_file(*check, error))
    throw InputError(fmt::format("--fit-check {}: cannot be read", check->string()));
  if (!fs::is_regular_file(results / "manifest.json", error))
    throw InputError(
        fmt::format("{}: holds no results (there is no manifest.json). Give the directory that a run "
                    "wrote",
                    results.string()));
  const auto place = checked_output(
      output, {},
      {.is_own = [](std::string_view text) { return text.empty() || report::holds_results(text); },
       .problem = "is there already, and is no report (another report would be replaced)",
       .fix = "Give another name with -o"});
  Notice notice("drawing the report");
  auto page = text_of(report_page());
  const auto manifest = manifest_text(results);
  put(page, title_mark, html(report::title_of(manifest)));
  put(page, data_mark, results_of(results, manifest, check));
  results::replace_file(place, page);
  notice.done();
  fmt::print("Report: {}\n", output.generic_string());
}

void add_report_command(CLI::App& app, int& exit_code) {
  struct Options {
    fs::path results;
    std::optional<fs::path> output, check;
  };
  auto* command =
      app.add_subcommand("report", "Draw the results of a run: one HTML page that needs no network");
  const auto options = std::make_shared<Options>();
  command->add_option("RESULTS", options->results, "directory that a run wrote")->required();
  command->add_option("-o,--output", options->output, "page to write (RESULTS/report.html)");
  command->add_option("--fit-check", options->check,
                      "what `fit` wrote beside its practice (RESULTS/fit_check.csv, where it is there)");
  command->callback([options, &exit_code] {
    exit_code = guarded([&] {
      const auto output = options->output ? *options->output : options->results / "report.html";
      report_results(options->results, output, options->check);
      return ExitCode::done;
    });
  });
}

}  // namespace paystress::commands
