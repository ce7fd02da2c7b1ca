#include "sim/words/screen_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "scenarios/text_encoding.h"

namespace paystress::words {
namespace {

constexpr std::string_view bold = "1", dim = "2";
// Figures are left out rather than a label given less than `most_label` that it needs.
constexpr std::size_t least_label = 16, most_label = 26, indent = 2;

// Characters of UTF-8; those of two columns are not told apart.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues_letter(c); }));
}

// Where the first word ends; a figure and its unit behind it are one word: "20,456 $", "4.3 %,".
std::size_t end_of_word(std::string_view text) {
  auto end = std::min(text.find(' '), text.size());
  while (end + 1 < text.size() && (text[end + 1] == '$' || text[end + 1] == '%')) {
    const auto next = std::min(text.find(' ', end + 1), text.size());
    if (text.substr(end + 2, next - end - 2).find_first_not_of(".,;:?)") != std::string_view::npos) break;
    end = next;
  }
  return end;
}

std::vector<std::string> broken(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const auto end = end_of_word(text);
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    auto& last = lines.back();
    if (last.empty())
      last = word;
    else if (width_of(last) + 1 + width_of(word) <= columns)
      last.append(" ").append(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

// Where the words of a line begin: behind its blanks and its number, as in "  1. ", "     2) " and "  - ".
std::size_t hang_of(std::string_view line) {
  const auto start = std::min(line.find_first_not_of(' '), line.size());
  const auto mark = line.find_first_not_of("0123456789", start);
  if (mark == std::string_view::npos || mark + 1 >= line.size() || line[mark + 1] != ' ') return start;
  const bool numbered = mark > start && (line[mark] == '.' || line[mark] == ')');
  return numbered || (mark == start && line[mark] == '-') ? mark + 2 : start;
}

std::string styled(std::string_view lines, std::string_view code, const Screen& screen) {
  if (!screen.styled) return std::string(lines);
  std::string out;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    const auto line = lines.substr(at, end - at);
    out += line.empty() ? "\n" : fmt::format("\033[{}m{}\033[0m\n", code, line);
    at = end + 1;
  }
  return out;
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string wrapped(std::string_view text, const Screen& screen) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    at = end + 1;
    const auto hang = hang_of(line);
    const auto lines = broken(line.substr(hang), screen.columns - std::min(hang, screen.columns / 2));
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += without_trailing_blanks((i == 0 ? std::string(line.substr(0, hang)) : std::string(hang, ' ')) +
                                     lines[i]);
  }
  return out;
}

std::string aside(std::string_view text, const Screen& screen) {
  return styled(wrapped(text, screen), dim, screen);
}

void ScreenTable::title(std::string text) { lines_.push_back({Line::Kind::title, std::move(text), {}}); }
void ScreenTable::remark(std::string text) { lines_.push_back({Line::Kind::remark, std::move(text), {}}); }
void ScreenTable::row(std::string label, std::vector<std::string> cells) {
  lines_.push_back({Line::Kind::row, std::move(label), std::move(cells)});
}

std::vector<std::size_t> ScreenTable::widths() const {
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) widths.push_back(std::max(column.above.size(), column.below.size()));
  for (const auto& line : lines_)
    for (std::size_t c = 0; c < line.cells.size(); ++c) widths[c] = std::max(widths[c], line.cells[c].size());
  return widths;
}

std::size_t ScreenTable::label_width() const {
  std::size_t width = least_label;
  for (const auto& line : lines_)
    if (line.kind == Line::Kind::row) width = std::max(width, indent + width_of(line.text));
  return width;
}

std::vector<bool> ScreenTable::shown(const Screen& screen) const {
  std::vector<std::size_t> by_want(columns_.size());
  std::iota(by_want.begin(), by_want.end(), std::size_t{0});
  std::ranges::stable_sort(by_want, {}, [&](std::size_t c) { return columns_[c].wanted; });
  const auto width = widths();
  std::vector<bool> shown(columns_.size(), false);
  std::size_t used = std::min(label_width(), most_label);
  for (const auto c : by_want) {
    used += 2 + width[c];
    if (used > screen.columns) break;
    shown[c] = true;
  }
  return shown;
}

std::string ScreenTable::text(const Screen& screen) const {
  const auto width = widths();
  const auto fits = shown(screen);
  // Labels take what the figures leave.
  std::size_t used = 0;
  for (std::size_t c = 0; c < columns_.size(); ++c) used += fits[c] ? 2 + width[c] : 0;
  const auto label =
      std::min(label_width(), std::max(most_label, screen.columns - std::min(used, screen.columns)));
  const auto figures = [&](auto cell) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (fits[c]) line += fmt::format("  {:>{}}", cell(c), width[c]);
    return line;
  };
  const auto heading = [&](std::string Column::*of) {
    return styled(without_trailing_blanks(std::string(label, ' ') +
                                          figures([&](std::size_t c) { return columns_[c].*of; })),
                  dim, screen);
  };
  std::string out = heading(&Column::above) + heading(&Column::below);
  for (const auto& line : lines_) {
    if (line.kind == Line::Kind::title) {
      out += styled(wrapped(line.text, screen), bold, screen);
    } else if (line.kind == Line::Kind::remark) {
      out += aside(std::string(indent, ' ') + line.text, screen);
    } else {
      // Behind the first of its lines; behind none that a long word has made too wide.
      auto lines = broken(line.text, label - indent);
      if (width_of(lines.front()) > label - indent) lines.insert(lines.begin(), "");
      for (std::size_t i = 0; i < lines.size(); ++i)
        out += without_trailing_blanks(
            std::string(indent, ' ') +
            (i > 0 ? lines[i] : fmt::format("{:<{}}{}", lines[0], label - indent, figures([&](std::size_t c) {
                                              return line.cells[c];
                                            }))));
    }
  }
  return out;
}

}  // namespace paystress::words
