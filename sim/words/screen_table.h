#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paystress::words {

/// What is written to: how many columns it shows, and whether ANSI codes for bold and dim mean something
/// there.
struct Screen {
  std::size_t columns = 80;
  bool styled = false;
};

/// The text, each of its lines broken between words so that none is longer than the screen; what goes on is
/// indented below the words of its line. A word that is longer than a line stays whole.
[[nodiscard]] std::string wrapped(std::string_view text, const Screen& screen);
/// The same of text that is said beside: dim where the screen shows styles.
[[nodiscard]] std::string aside(std::string_view text, const Screen& screen);

/// Figures behind labels, in blocks with a title each. Columns that do not fit the screen are left out, the
/// least wanted first; labels and titles are broken between words.
/// \test tests/unit/sim/words/screen_table_test.cpp
class ScreenTable {
 public:
  /// Its heading has two lines. Of two columns the one with the smaller `wanted` stays longer.
  struct Column {
    std::string above, below;
    int wanted = 0;
  };
  explicit ScreenTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void title(std::string text);
  void remark(std::string text);  ///< under the title
  /// \pre a cell a column
  void row(std::string label, std::vector<std::string> cells);
  /// By column: does it fit?
  [[nodiscard]] std::vector<bool> shown(const Screen& screen) const;
  [[nodiscard]] std::string text(const Screen& screen) const;

 private:
  struct Line {
    enum class Kind { title, remark, row };
    Kind kind;
    std::string text;
    std::vector<std::string> cells;
  };
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::size_t label_width() const;

  std::vector<Column> columns_;
  std::vector<Line> lines_;
};

}  // namespace paystress::words
