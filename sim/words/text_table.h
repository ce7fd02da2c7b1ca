#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace paystress::words {

/// Lines of cells in columns: the first column and text to the left, numbers to the right.
/// \test tests/unit/sim/words/text_table_test.cpp
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header);
  /// \pre as many cells as the header has
  void add(std::vector<std::string> row);
  /// Two spaces between columns, a rule below the header, no blanks at the ends of lines.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;  ///< the header first
};

/// "210,345"
[[nodiscard]] std::string dollars(double usd);
/// "4.3 %"; "<0.1 %" and ">99.9 %" where the rounded figure would claim certainty
[[nodiscard]] std::string percent(double share);
/// `value`, or "-" where undefined.
[[nodiscard]] std::string or_dash(const std::optional<double>& value,
                                  const std::function<std::string(double)>& format);

}  // namespace paystress::words
