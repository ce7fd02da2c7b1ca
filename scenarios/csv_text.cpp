#include "scenarios/csv_text.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wstringop-truncation"  // seen, harmlessly, in the package once inlined
#endif
#define CSV_IO_NO_THREAD  // the text is in memory: nothing to read ahead
#include <libfccp/csv.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "scenarios/text_encoding.h"
#include "scenarios/toml_value.h"

namespace paystress {
namespace {

using Trim = io::trim_chars<' ', '\t'>;
using Cells = std::vector<CsvText::Cell>;

constexpr std::array separators{',', ';', '\t'};
// Official files put notes before their header.
constexpr int longest_preamble = 100;

template <char separator>
Cells split_at(char* line) {
  using Quotes = io::double_quote_escape<separator, '"'>;
  // A tab may be the separator, so only blanks are trimmed then.
  using TrimCell = std::conditional_t<separator == '\t', io::trim_chars<' '>, Trim>;
  Cells cells;
  char* const start = line;
  while (line != nullptr) {
    char* begin = nullptr;
    char* end = nullptr;
    io::detail::chop_next_column<Quotes>(line, begin, end);
    TrimCell::trim(begin, end);
    const int column = static_cast<int>(begin - start) + 1;
    Quotes::unescape(begin, end);
    cells.push_back({std::string(begin, end), column});
  }
  return cells;
}

Cells split(char* line, char separator) {
  if (separator == ';') return split_at<';'>(line);
  if (separator == '\t') return split_at<'\t'>(line);
  return split_at<','>(line);
}

// The separator that stands most often in a line outside quotation marks; a comma where none does.
char separator_of(std::string_view line) {
  std::array<std::ptrdiff_t, separators.size()> count{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    for (std::size_t s = 0; s < separators.size(); ++s)
      if (!quoted && c == separators[s]) ++count[s];
  }
  return separators[static_cast<std::size_t>(std::ranges::max_element(count) - count.begin())];
}

bool is_blank(const CsvText::Row& row) {
  return std::ranges::all_of(row.cells, [](const CsvText::Cell& cell) { return cell.text.empty(); });
}

/// Takes a text apart, line by line.
class CsvParser {
 public:
  CsvParser(std::string text, const std::string& file, const CsvForm& form, std::vector<Fault>* bad_lines)
      : text_(std::move(text)), form_(form), bad_lines_(bad_lines) {
    csv_.file = file;
    // The package looks one byte past the last line; a final line end keeps that byte inside the text.
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }

  std::optional<CsvText> parse(Faults& faults) {
    find_header();
    try {
      io::LineReader lines(csv_.file, text_.data(), text_.data() + text_.size());
      while (char* line = lines.next_line()) {
        const int number = static_cast<int>(lines.get_file_line());
        if (number < header_line_ ||
            std::string_view(line).find_first_not_of(" \t") == std::string_view::npos)
          continue;
        if (!take(number, line)) break;
      }
    } catch (const io::error::line_length_limit_exceeded&) {
      too_long();
    }
    if (csv_.header.cells.empty())
      found_.error({csv_.file, 0, 0}, "", "is empty", "", "Write the names of the columns on line 1.");
    if (csv_.header.cells.size() <= most_csv_columns) {
      drop_empty_columns();
      check_header();
      if (form_.keeps) compact_header();
    }
    for (const auto& f : found_.sorted()) faults.add(f);
    if (found_.has_errors()) return std::nullopt;
    return std::move(csv_);
  }

 private:
  // Which line is the header, and what separates its cells.
  void find_header() {
    std::string_view rest = text_;
    bool told = false;  // a first line "sep=;", as spreadsheets write it
    for (int number = 1; !rest.empty() && number <= longest_preamble; ++number) {
      auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find_first_not_of(" \t") == std::string_view::npos || line.size() > most_csv_line_bytes)
        continue;
      if (number == 1 && line.size() == 5 && line.starts_with("sep=")) {
        csv_.separator = line.back();
        told = true;
        continue;
      }
      if (!told) csv_.separator = separator_of(line);
      if (header_line_ == 0) {
        header_line_ = number;
        first_separator_ = csv_.separator;
      }
      if (!form_.is_header || is_header(number, line)) {
        header_line_ = number;
        return;
      }
    }
    csv_.separator = first_separator_;
  }

  bool is_header(int number, std::string_view line) const {
    std::string copy(line);
    copy += '\0';
    try {
      return form_.is_header({number, split(copy.data(), csv_.separator)});
    } catch (const io::error::escaped_string_not_closed&) {
      return false;
    }
  }

  // False where nothing more is to be read.
  bool take(int number, char* line) {
    if (std::string_view(line).size() > most_csv_line_bytes) return too_long();
    CsvText::Row row{number, {}};
    try {
      row.cells = split(line, csv_.separator);
    } catch (const io::error::escaped_string_not_closed&) {
      bad_line(number, "a quotation mark is not closed on its line",
               "Close it; a quotation mark inside a quoted cell is written twice.");
      return true;
    }
    if (csv_.header.cells.empty()) return take_header(std::move(row));
    if (is_blank(row)) return true;
    cells_ += form_.keeps ? kept_.size() : row.cells.size();
    if (cells_ > most_csv_cells) {
      found_.error({csv_.file, number, 0}, "", fmt::format("has more than {} cells", most_csv_cells), "",
                   "Split the file.");
      return false;
    }
    if (csv_.rows.size() == form_.most_rows) {
      found_.error({csv_.file, number, 0}, "", fmt::format("has more than {} rows", form_.most_rows), "",
                   "Split the file.");
      return false;
    }
    fit(row);
    for (auto c = row.cells.size(); c-- > used_;)
      if (!row.cells[c].text.empty()) used_ = c + 1;
    if (row.cells.size() == csv_.header.cells.size())
      csv_.rows.push_back(form_.keeps ? kept_of(std::move(row)) : std::move(row));
    else
      bad_line(
          number,
          fmt::format("has {} cells where the header has {}", row.cells.size(), csv_.header.cells.size()),
          "Write one cell for every column; a cell may be empty.");
    return true;
  }

  bool take_header(CsvText::Row row) {
    csv_.header = std::move(row);
    named_ = csv_.header.cells.size();
    while (named_ > 1 && csv_.header.cells[named_ - 1].text.empty()) --named_;
    used_ = named_;
    for (std::size_t c = 0; c < csv_.header.cells.size(); ++c)
      if (form_.keeps && form_.keeps(csv_.header.cells[c].text)) kept_.push_back(c);
    if (csv_.header.cells.size() <= most_csv_columns) return true;
    found_.error({csv_.file, csv_.header.line, 0}, "",
                 fmt::format("has more than {} columns", most_csv_columns));
    return false;
  }

  // Cells beyond the header, and cells that only columns without a name lack, are nothing where they are
  // empty.
  void fit(CsvText::Row& row) const {
    const auto columns = csv_.header.cells.size();
    while (row.cells.size() > columns && row.cells.back().text.empty()) row.cells.pop_back();
    if (row.cells.size() >= named_ && row.cells.size() < columns) row.cells.resize(columns);
  }

  void drop_empty_columns() {
    auto& header = csv_.header.cells;
    if (used_ >= header.size()) return;
    header.resize(used_);
    if (form_.keeps) return;  // a column without a name is not kept
    for (auto& row : csv_.rows) row.cells.resize(used_);
  }

  [[nodiscard]] CsvText::Row kept_of(CsvText::Row row) const {
    CsvText::Row kept{row.line, {}};
    kept.cells.reserve(kept_.size());
    for (const auto c : kept_) kept.cells.push_back(std::move(row.cells[c]));
    return kept;
  }
  void compact_header() {
    for (const auto& cell : csv_.header.cells)
      if (!form_.keeps(cell.text)) csv_.left_out.push_back(cell.text);
    csv_.header = kept_of(std::move(csv_.header));
  }

  void check_header() {
    std::set<std::string> seen;
    for (std::size_t c = 0; c < csv_.header.cells.size(); ++c) {
      const auto& name = csv_.header.cells[c].text;
      if (name.empty())
        found_.error(csv_.place(csv_.header, c), fmt::format("column {}", c + 1), "has no name", "",
                     "Name every column on the first line.");
      else if (!seen.insert(name).second)
        found_.error(csv_.place(csv_.header, c), name, "is named twice", "",
                     "Give every column its own name.");
    }
  }

  void bad_line(int line, std::string problem, std::string fix) {
    const auto fault = [&]() -> Fault {
      return {{csv_.file, line, 0}, "", std::move(problem), "", std::move(fix), Fault::Severity::error};
    };
    if (bad_lines_ != nullptr && !csv_.header.cells.empty())
      bad_lines_->push_back(fault());
    else
      found_.add(fault());
  }

  bool too_long() {
    found_.error({csv_.file, 0, 0}, "", fmt::format("a line has more than {} bytes", most_csv_line_bytes));
    return false;
  }

  std::string text_;
  const CsvForm& form_;
  std::vector<Fault>* bad_lines_;
  CsvText csv_;
  Faults found_;
  int header_line_ = 0;
  char first_separator_ = ',';
  std::size_t named_ = 0, used_ = 0, cells_ = 0;  ///< used: columns up to the last that holds anything
  std::vector<std::size_t> kept_;
};

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// 45,5 or 1,234.50: figures with one comma or more between them.
bool has_number_comma(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  bool has = false;
  for (;;) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) break;
    if (!is_digits(text.substr(0, comma))) return false;
    has = true;
    text.remove_prefix(comma + 1);
  }
  const auto point = text.find('.');
  return has && is_digits(text.substr(0, point)) &&
         (point == std::string_view::npos || point + 1 == text.size() || is_digits(text.substr(point + 1)));
}

// What to write for 31% and $45, whose sign says what the number is.
std::string without_sign(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool dollars = !percent && text.starts_with('$');
  if (dollars) text.remove_prefix(1);
  if (!percent && !dollars) return {};
  const auto number = read_number(text);
  if (!number.problem.empty()) return {};
  constexpr double hundred = 100.0;
  return percent ? fmt::format("Write {:.12g}.", number.value / hundred) : fmt::format("Write {}.", text);
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

std::string CsvText::near_column(std::string_view name, std::span<const std::string> other_names) const {
  std::vector<std::string> present;
  for (const auto& cell : header.cells) present.push_back(cell.text);
  const auto is_called = [&](std::string_view wanted) {
    return std::ranges::find_if(
        present, [plain = plain_name(wanted)](const std::string& p) { return plain_name(p) == plain; });
  };
  if (const auto same = is_called(name); same != present.end()) return *same;
  for (const auto& other : other_names)
    if (const auto same = is_called(other); same != present.end()) return *same;
  return nearest_name(name, present);
}

std::optional<CsvText> parse_csv_text(std::string_view text, const std::string& file, Faults& faults,
                                      std::vector<Fault>* bad_lines, const CsvForm& form) {
  auto decoded = decoded_text(text, file, faults);
  if (!decoded) return std::nullopt;
  return CsvParser(std::move(*decoded), file, form, bad_lines).parse(faults);
}

std::optional<CsvText> read_csv_text(const std::filesystem::path& file, Faults& faults, const CsvForm& form) {
  const auto text = read_text_file(file, faults);
  if (!text) return std::nullopt;
  return parse_csv_text(*text, file.string(), faults, nullptr, form);
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
  if (!number.problem.empty()) {
    number.fix = without_sign(text);
    return number;
  }
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

bool report_number_commas(const CsvText& csv, std::span<const std::size_t> columns, Faults& faults) {
  std::size_t count = 0;
  Place first;
  std::string text;
  for (const auto& row : csv.rows)
    for (const auto c : columns)
      if (has_number_comma(row.cells[c].text) && count++ == 0) {
        first = csv.place(row, c);
        text = row.cells[c].text;
      }
  if (count == 0) return false;
  faults.error(first, "",
               count == 1
                   ? fmt::format("\"{}\" has a comma in a number", text)
                   : fmt::format("\"{}\" has a comma in a number, as have {} more cells", text, count - 1),
               "it may stand for a point or for nothing",
               "Write numbers with a point and without marks between thousands: 45.5, 1234.5.");
  return true;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U)
      plain += c;
  }
  return plain;
}

}  // namespace paystress
