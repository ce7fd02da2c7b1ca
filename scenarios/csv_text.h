#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fault.h"

namespace paystress {

/// The cells of a CSV file as text: nothing is converted, so that an empty cell stays an empty cell.
///
/// A header on the first line, then rows of as many cells; blank lines are skipped, blanks around a cell are
/// not part of it, "quoted" cells may hold commas and doubled quotes, not line ends.
/// \test tests/unit/scenarios/csv_text_test.cpp
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
  Row header;  ///< names, none empty, none twice
  std::vector<Row> rows;

  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;
  [[nodiscard]] Place place(const Row& row, std::size_t column) const;
};

/// Reads a file. All faults of its form are collected; nothing is returned when there is one.
[[nodiscard]] std::optional<CsvText> read_csv_text(const std::filesystem::path& file, Faults& faults);
/// The same of text in memory; `file` is its name in faults. Where `bad_lines` is given, rows that are not
/// well formed are described there and left out, and the others are returned.
[[nodiscard]] std::optional<CsvText> parse_csv_text(std::string_view text, const std::string& file,
                                                    Faults& faults, std::vector<Fault>* bad_lines = nullptr);

/// The number that the whole text is, by std::from_chars, or what is wrong with it: "is empty",
/// "is not a number". Refuses nan, inf, hexadecimal, a leading +, anything after the number, and what a
/// double cannot hold (1e400).
struct NumberText {
  double value = 0.0;
  std::string problem;  ///< empty: value is the number
  int decimals = 0;     ///< digits after the point as written; 0 with an exponent that leaves none
};
[[nodiscard]] NumberText read_number(std::string_view text);

}  // namespace paystress
