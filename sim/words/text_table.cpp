#include "sim/words/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace paystress::words {

TextTable::TextTable(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

void TextTable::add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

std::string TextTable::text() const {
  const auto columns = rows_.front().size();
  std::vector<std::size_t> width(columns, 0);
  std::vector<bool> right(columns, true);
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const auto& cell = rows_[r][c];
      width[c] = std::max(width[c], cell.size());
      // A column of numbers starts with a digit, a sign or a bound in every row below the header.
      if (r > 0 && !cell.empty() &&
          std::string_view("0123456789-+<>").find(cell[0]) == std::string_view::npos)
        right[c] = false;
    }
  }
  right[0] = false;
  std::string out;
  const auto line = [&](const std::vector<std::string>& row) {
    std::string text;
    for (std::size_t c = 0; c < columns; ++c) {
      if (c > 0) text += "  ";
      text += right[c] ? fmt::format("{:>{}}", row[c], width[c]) : fmt::format("{:<{}}", row[c], width[c]);
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  line(rows_.front());
  std::vector<std::string> rule;
  for (const auto w : width) rule.emplace_back(w, '-');
  line(rule);
  for (std::size_t r = 1; r < rows_.size(); ++r) line(rows_[r]);
  return out;
}

std::string dollars(double usd) {
  const auto whole = std::llround(usd);
  auto digits = std::to_string(std::abs(whole));
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return (whole < 0 ? "-" : "") + digits;
}

std::string percent(double share) {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  if (share < 1 && share > 0.9995) return ">99.9 %";
  return fmt::format("{:.1f} %", 100.0 * share);
}

std::string or_dash(const std::optional<double>& value, const std::function<std::string(double)>& format) {
  return value ? format(*value) : "-";
}

}  // namespace paystress::words
