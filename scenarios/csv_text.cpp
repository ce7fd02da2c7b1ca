#include "scenarios/csv_text.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wstringop-truncation"  // seen, harmlessly, in the package once inlined
#endif
#define CSV_IO_NO_THREAD  // the text is in memory: nothing to read ahead
#include <libfccp/csv.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>

namespace paystress {
namespace {

using Quotes = io::double_quote_escape<',', '"'>;
using Trim = io::trim_chars<' ', '\t'>;

// A line longer than this stops the package's reader.
constexpr std::size_t longest_line = std::size_t{1} << 24;

std::vector<CsvText::Cell> split(char* line) {
  std::vector<CsvText::Cell> cells;
  char* const start = line;
  while (line != nullptr) {
    char* begin = nullptr;
    char* end = nullptr;
    io::detail::chop_next_column<Quotes>(line, begin, end);
    Trim::trim(begin, end);
    const int column = static_cast<int>(begin - start) + 1;
    Quotes::unescape(begin, end);
    cells.push_back({std::string(begin, end), column});
  }
  return cells;
}

void check_header(const CsvText& csv, Faults& faults) {
  std::set<std::string> seen;
  for (std::size_t c = 0; c < csv.header.cells.size(); ++c) {
    const auto& name = csv.header.cells[c].text;
    if (name.empty())
      faults.error(csv.place(csv.header, c), fmt::format("column {}", c + 1), "has no name", "",
                   "Name every column on the first line.");
    else if (!seen.insert(name).second)
      faults.error(csv.place(csv.header, c), name, "is named twice", "", "Give every column its own name.");
  }
}

}  // namespace

std::optional<std::size_t> CsvText::find_column(std::string_view name) const {
  const auto it = std::ranges::find(header.cells, name, &Cell::text);
  if (it == header.cells.end()) return std::nullopt;
  return static_cast<std::size_t>(it - header.cells.begin());
}

Place CsvText::place(const Row& row, std::size_t column) const {
  return {file, row.line, row.cells.at(column).column};
}

std::optional<CsvText> parse_csv_text(std::string_view text, const std::string& file, Faults& faults,
                                      std::vector<Fault>* bad_lines) {
  CsvText csv;
  csv.file = file;
  Faults found;
  const auto bad_line = [&](int line, std::string problem, std::string fix) {
    Fault fault{{file, line, 0}, "", std::move(problem), "", std::move(fix), Fault::Severity::error};
    if (bad_lines != nullptr && !csv.header.cells.empty())
      bad_lines->push_back(std::move(fault));
    else
      found.add(std::move(fault));
  };
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
    faults.error({file, static_cast<int>(line), 0}, "", "holds a zero byte", "this is not a CSV text file");
    return std::nullopt;
  }
  // The package looks one byte past the last line; a final line end keeps that byte inside the text.
  std::string ended(text);
  if (!ended.empty() && ended.back() != '\n') ended += '\n';
  bool has_header = false;
  try {
    io::LineReader lines(file, ended.data(), ended.data() + ended.size());
    while (char* line = lines.next_line()) {
      const int number = static_cast<int>(lines.get_file_line());
      if (std::string_view(line).find_first_not_of(" \t") == std::string_view::npos) continue;
      try {
        CsvText::Row row{number, split(line)};
        if (!has_header) {
          csv.header = std::move(row);
          has_header = true;
          check_header(csv, found);
        } else if (row.cells.size() != csv.header.cells.size()) {
          bad_line(
              number,
              fmt::format("has {} cells where the header has {}", row.cells.size(), csv.header.cells.size()),
              "Write one cell for every column; a cell may be empty.");
        } else {
          csv.rows.push_back(std::move(row));
        }
      } catch (const io::error::escaped_string_not_closed&) {
        bad_line(number, "a quotation mark is not closed on its line",
                 "Close it; a quotation mark inside a quoted cell is written twice.");
      }
    }
  } catch (const io::error::line_length_limit_exceeded&) {
    found.error({file, 0, 0}, "", fmt::format("a line has more than {} bytes", longest_line));
  }
  if (!has_header) found.error({file, 0, 0}, "", "is empty", "", "Write the names of the columns on line 1.");
  for (const auto& f : found.sorted()) faults.add(f);
  if (found.has_errors()) return std::nullopt;
  return csv;
}

std::optional<CsvText> read_csv_text(const std::filesystem::path& file, Faults& faults) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file)) {
    faults.error({file.string(), 0, 0}, "", "cannot be read", "", "Check the name and the permissions.");
    return std::nullopt;
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return parse_csv_text(text, file.string(), faults);
}

NumberText read_number(std::string_view text) {
  NumberText number;
  if (text.empty()) {
    number.problem = "is empty";
    return number;
  }
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number.value);
  if (code == std::errc::result_out_of_range)
    number.problem = fmt::format("{} is beyond what a number can hold", text);
  else if (code != std::errc() || stop != end || !std::isfinite(number.value))
    number.problem = fmt::format("\"{}\" is not a number", text);
  if (!number.problem.empty()) return number;
  const auto exponent_at = text.find_first_of("eE");
  const auto mantissa = text.substr(0, exponent_at);
  if (const auto point = mantissa.find('.'); point != std::string_view::npos)
    number.decimals = static_cast<int>(mantissa.size() - point - 1);
  if (exponent_at != std::string_view::npos) {
    const auto digits = text.substr(exponent_at + (text[exponent_at + 1] == '+' ? 2U : 1U));
    int exponent = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    number.decimals = std::max(0, number.decimals - exponent);
  }
  return number;
}

}  // namespace paystress
