#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace paystress {

/// Builds CSV text cell by cell; text is quoted where it must be, undefined numbers leave an empty cell.
class CsvRows {
 public:
  CsvRows& text(std::string_view cell);
  CsvRows& count(std::optional<std::size_t> cell);
  /// Shortest form that reads back to the same number: for observed values, bounds, levels.
  CsvRows& exact(std::optional<double> cell);
  /// Rounded to 10 significant digits: for computed values, whose last digits say nothing.
  CsvRows& computed(std::optional<double> cell);
  /// Rounded to 4 significant digits: for errors.
  CsvRows& error(std::optional<double> cell);
  CsvRows& empty() { return text({}); }
  /// Ends the row; `tail` (cells already separated, with a leading comma, or empty) is appended.
  CsvRows& end(std::string_view tail = {});

  [[nodiscard]] const std::string& str() const { return out_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool at_start_ = true;
};

/// `value` rounded to so many significant decimal digits.
[[nodiscard]] double round_to_digits(double value, int digits);
/// The cell as it stands in a CSV file, quoted where it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace paystress
