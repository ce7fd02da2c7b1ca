#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fault.h"

namespace paystress {

/// The cells of a CSV file as text: nothing is converted, so that an empty cell stays an empty cell.
///
/// A header, then rows of as many cells, separated by commas, semicolons or tabs as the header is; a first
/// line `sep=;` is obeyed. Blank lines and rows of empty cells are skipped, and so are empty columns at the
/// right. Blanks around a cell are not part of it; "quoted" cells may hold separators and doubled quotes, not
/// line ends. \test tests/unit/scenarios/csv_text_test.cpp
struct CsvText {
  struct Cell {
    std::string text;
    int column = 0;  ///< byte of the line at which it starts, from 1
  };
  struct Row {
    int line = 0;
    std::vector<Cell> cells;  ///< as many as the header has
  };
  std::string file;
  char separator = ',';
  Row header;  ///< names, none empty, none twice
  std::vector<Row> rows;
  std::vector<std::string> left_out;  ///< names of columns that CsvForm::keeps does not keep

  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;
  [[nodiscard]] Place place(const Row& row, std::size_t column) const;
  /// The column that somebody may have meant by `name` or one of its other names, whatever its capitals,
  /// blanks and points; else the nearest by spelling. Empty when there is none.
  [[nodiscard]] std::string near_column(std::string_view name,
                                        std::span<const std::string> other_names = {}) const;
};

/// Limits of a CSV text; what is beyond is refused before it is taken apart.
inline constexpr std::size_t most_csv_columns = 2'000, most_csv_cells = 5'000'000;
inline constexpr std::size_t most_csv_line_bytes = std::size_t{1} << 20U;

/// What a kind of file asks of its text. Where `is_header` is given, lines before the first that fits are a
/// preamble; the first line is the header where none fits.
struct CsvForm {
  std::function<bool(const CsvText::Row&)> is_header;
  /// Where given: columns that it does not keep are left out of header and rows, and do not count as cells.
  std::function<bool(const std::string&)> keeps = {};
  std::size_t most_rows = most_csv_cells;
};

/// Reads a file. All faults of its form are collected; nothing is returned when there is one.
[[nodiscard]] std::optional<CsvText> read_csv_text(const std::filesystem::path& file, Faults& faults,
                                                   const CsvForm& form = {});
/// The same of text in memory; `file` is its name in faults. Where `bad_lines` is given, rows that are not
/// well formed are described there and left out, and the others are returned.
[[nodiscard]] std::optional<CsvText> parse_csv_text(std::string_view text, const std::string& file,
                                                    Faults& faults, std::vector<Fault>* bad_lines = nullptr,
                                                    const CsvForm& form = {});

/// The number that the whole text is, by std::from_chars, or what is wrong with it: "is empty",
/// "is not a number". Refuses nan, inf, hexadecimal, a leading +, anything after the number, and what a
/// double cannot hold (1e400).
struct NumberText {
  double value = 0.0;
  std::string problem;  ///< empty: value is the number
  std::string fix;      ///< what to write instead of 31% and $45; may be empty
  int decimals = 0;     ///< digits after the point as written; 0 with an exponent that leaves none
};
[[nodiscard]] NumberText read_number(std::string_view text);

/// Reports, once for the file, that columns of numbers have commas in them (45,5 or 1,234.50), which could be
/// points or nothing. True when they have.
bool report_number_commas(const CsvText& csv, std::span<const std::size_t> columns, Faults& faults);

/// A name without its capitals, blanks and signs: "WORK RVU" and "work_rvu" are workrvu.
[[nodiscard]] std::string plain_name(std::string_view name);

}  // namespace paystress
