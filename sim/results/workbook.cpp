#include "sim/results/workbook.h"

#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/column_schema.h"
#include "scenarios/csv_text.h"
#include "sim/errors.h"
#include "sim/results/output_file.h"
#include "sim/results/packed_file.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::array sheet_tables{Table::summary,      Table::ranking,           Table::comparisons,
                                  Table::tier_miss,    Table::waterfall,         Table::levers,
                                  Table::productivity, Table::ask_before_signing};
constexpr std::size_t most_rows = LXW_ROW_MAX - 1;  // below the header
constexpr std::size_t most_charted = 60;            // more bars cannot be told apart

// A column of probabilities may hold dollars in other rows: no format is right for both.
std::string number_format(std::string_view unit) {
  if (unit == "usd") return "#,##0";
  if (unit == "usd/hour") return "#,##0.00";
  if (unit == "1") return "0.0%";
  if (unit == "paths" || unit == "visits" || unit == "months") return "#,##0";
  return "General";
}

/// A file that is gone with its owner; the library writes only into one of its own.
class ScratchFile {
 public:
  ScratchFile() {
    path_ = (fs::temp_directory_path() / "paystress-XXXXXX").string();
    const int made = ::mkstemp(path_.data());
    if (made < 0) throw OutputError(path_ + ": cannot be made");
    ::close(made);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_;
};

class Workbook {
 public:
  explicit Workbook(const std::string& path) : book_(::workbook_new(path.c_str())) {
    lxw_doc_properties about{};
    about.created = 315'532'800;  // 1980: the clock is not part of a result
    ::workbook_set_properties(book_, &about);
    head_ = ::workbook_add_format(book_);
    ::format_set_bold(head_);
    ::format_set_bottom(head_, LXW_BORDER_THIN);
  }
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;
  ~Workbook() {
    if (book_ != nullptr) static_cast<void>(close());
  }

  lxw_worksheet* add_sheet(const std::string& name) { return ::workbook_add_worksheet(book_, name.c_str()); }
  lxw_chart* add_chart(lxw_chart_type type) {
    return ::workbook_add_chart(book_, static_cast<std::uint8_t>(type));
  }
  lxw_format* head() { return head_; }
  lxw_format* number(std::string_view unit) {
    auto& format = numbers_[number_format(unit)];
    if (format == nullptr) {
      format = ::workbook_add_format(book_);
      ::format_set_num_format(format, number_format(unit).c_str());
    }
    return format;
  }
  [[nodiscard]] lxw_error close() { return ::workbook_close(std::exchange(book_, nullptr)); }

 private:
  lxw_workbook* book_;
  lxw_format* head_ = nullptr;
  std::map<std::string, lxw_format*> numbers_;
};

lxw_col_t col(std::size_t c) { return static_cast<lxw_col_t>(c); }
lxw_row_t line(std::size_t r) { return static_cast<lxw_row_t>(r); }

void add_table(Workbook& book, const std::string& name, const TableSchema& schema, const CsvText& csv) {
  if (csv.rows.size() > most_rows)
    throw InputError(fmt::format("{}: has {} rows (a sheet holds {}). Leave out --xlsx", csv.file,
                                 csv.rows.size(), most_rows));
  auto* sheet = book.add_sheet(name);
  for (std::size_t c = 0; c < csv.header.cells.size(); ++c) {
    const auto& heading = csv.header.cells[c].text;
    const auto column = std::ranges::find(schema.columns, heading, &TableColumn::name);
    const bool known = column != schema.columns.end();
    // What a batch varies is a number where it reads as one.
    const bool text = known && column->type == "string";
    auto* format = book.number(known ? column->unit : "");
    std::size_t width = heading.size();
    ::worksheet_write_string(sheet, 0, col(c), heading.c_str(), book.head());
    for (std::size_t r = 0; r < csv.rows.size(); ++r) {
      const auto& cell = csv.rows[r].cells[c].text;
      if (cell.empty()) continue;
      const auto number = text ? NumberText{0, "text", {}} : read_number(cell);
      if (number.problem.empty()) {
        ::worksheet_write_number(sheet, line(r + 1), col(c), number.value, format);
      } else {
        ::worksheet_write_string(sheet, line(r + 1), col(c), cell.c_str(), nullptr);
        width = std::max(width, cell.size());
      }
    }
    ::worksheet_set_column(sheet, col(c), col(c),
                           static_cast<double>(std::clamp<std::size_t>(width, 8, 40)) + 2, nullptr);
  }
  ::worksheet_freeze_panes(sheet, 1, 1);
  if (!csv.rows.empty())
    ::worksheet_autofilter(sheet, 0, 0, line(csv.rows.size()), col(csv.header.cells.size() - 1));
}

/// Rows `first` to `last` of a sheet, counted without its header.
struct Rows {
  std::size_t first = 0, last = 0;
};

void add_series(lxw_chart* chart, const std::string& sheet, const CsvText& csv, Rows rows,
                std::string_view category, std::string_view value, const char* title) {
  auto* series = ::chart_add_series(chart, nullptr, nullptr);
  const auto c = csv.find_column(category).value(), v = csv.find_column(value).value();
  ::chart_series_set_categories(series, sheet.c_str(), line(rows.first + 1), col(c), line(rows.last + 1),
                                col(c));
  ::chart_series_set_values(series, sheet.c_str(), line(rows.first + 1), col(v), line(rows.last + 1), col(v));
  ::chart_series_set_name(series, title);
}

void chart_pay(Workbook& book, const CsvText& csv) {
  if (csv.rows.empty()) return;
  const Rows rows{0, std::min(csv.rows.size(), most_charted) - 1};
  auto* chart = book.add_chart(LXW_CHART_BAR);
  add_series(chart, "summary", csv, rows, "scenario", "income_usd_p05", "bad year: 5th percentile");
  add_series(chart, "summary", csv, rows, "scenario", "income_usd_p50", "median");
  add_series(chart, "summary", csv, rows, "scenario", "income_usd_p95", "good year: 95th percentile");
  ::chart_title_set_name(chart, "Pay over the horizon, $");
  ::chart_axis_set_reverse(chart->y_axis);
  auto* sheet = book.add_sheet("chart of pay");
  lxw_chart_options size{};
  size.x_scale = 2;
  size.y_scale = 1 + static_cast<double>(rows.last) / 10;
  ::worksheet_insert_chart_opt(sheet, 0, 0, chart, &size);
}

// The first scenario's, in dollars.
void chart_waterfall(Workbook& book, const CsvText& csv) {
  const auto scenario = csv.find_column("scenario").value(), view = csv.find_column("view").value();
  const auto in_dollars = [&](const CsvText::Row& row) { return row.cells[view].text == "usd"; };
  const auto first = std::ranges::find_if(csv.rows, in_dollars);
  if (first == csv.rows.end()) return;
  const auto& id = first->cells[scenario].text;
  const auto end = std::find_if_not(first, csv.rows.end(), [&](const CsvText::Row& row) {
    return in_dollars(row) && row.cells[scenario].text == id;
  });
  auto* chart = book.add_chart(LXW_CHART_COLUMN);
  add_series(chart, "waterfall", csv,
             {static_cast<std::size_t>(first - csv.rows.begin()),
              static_cast<std::size_t>(end - csv.rows.begin()) - 1},
             "cause", "usd_mean", "mean, $");
  ::chart_title_set_name(chart, ("From advertised to realistic pay: " + id).c_str());
  ::chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
  auto* sheet = book.add_sheet("chart of losses");
  lxw_chart_options size{};
  size.x_scale = 2;
  size.y_scale = 1.5;
  ::worksheet_insert_chart_opt(sheet, 0, 0, chart, &size);
}

void add_meanings(Workbook& book, const std::vector<const TableSchema*>& shown) {
  auto* sheet = book.add_sheet("columns");
  std::size_t row = 0;
  const auto add = [&](std::initializer_list<std::string_view> cells) {
    std::size_t c = 0;
    for (const auto cell : cells)
      ::worksheet_write_string(sheet, line(row), col(c++), std::string(cell).c_str(),
                               row == 0 ? book.head() : nullptr);
    ++row;
  };
  add({"table", "column", "unit", "meaning"});
  for (const auto* schema : shown)
    for (const auto& column : schema->columns)
      add({schema->file, column.name, column.unit, column.description});
  ::worksheet_set_column(sheet, 0, 2, 24, nullptr);
  ::worksheet_set_column(sheet, 3, 3, 90, nullptr);
}

}  // namespace

void write_workbook(const fs::path& results, const fs::path& file) {
  const ScratchFile scratch;
  Workbook book(scratch.path());
  std::vector<const TableSchema*> shown;
  std::map<Table, CsvText> read;
  for (const auto table : sheet_tables) {
    const auto& schema = table_schema(table);
    std::error_code error;
    const auto table_file = result_file(results, schema.file);
    if (!fs::is_regular_file(table_file, error)) continue;
    Faults faults;
    auto csv = read_table(table_file, faults);
    if (!csv)
      throw InputError(fmt::format("{}: cannot be read for the workbook", (results / schema.file).string()));
    add_table(book, std::string(schema.file.substr(0, schema.file.find('.'))), schema, *csv);
    shown.push_back(&schema);
    read.emplace(table, std::move(*csv));
  }
  if (const auto summary = read.find(Table::summary); summary != read.end()) chart_pay(book, summary->second);
  if (const auto waterfall = read.find(Table::waterfall); waterfall != read.end())
    chart_waterfall(book, waterfall->second);
  add_meanings(book, shown);
  if (const auto error = book.close(); error != LXW_NO_ERROR)
    throw OutputError(fmt::format("{}: {}", file.string(), ::lxw_strerror(error)));
  replace_file(file, scratch.bytes());
}

}  // namespace paystress::results
