#include "tests/support/readme.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace paystress::testing {
namespace {

constexpr std::string_view table_mark = "<!-- table: ";

}  // namespace

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Readme read_readme(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::stringstream text;
  text << in.rdbuf();
  Readme readme;
  readme.lines = split_lines(text.str());
  const auto& lines = readme.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == "```console") {
      for (++i; i < lines.size() && lines[i] != "```";) {
        if (!lines[i].starts_with("$ "))
          throw std::runtime_error("README: a console block starts with a command");
        ConsoleCommand c{lines[i].substr(2), 0, 0};
        while (c.command.ends_with('\\')) c.command += "\n" + lines.at(++i);
        c.first_line = ++i;
        while (i < lines.size() && lines[i] != "```" && !lines[i].starts_with("$ ")) ++i;
        c.last_line = i;
        readme.commands.push_back(c);
      }
    } else if (lines[i].starts_with(table_mark)) {
      TableRegion t{lines[i].substr(table_mark.size(), lines[i].find(" -->") - table_mark.size()), i + 1, 0};
      while (i < lines.size() && lines[i] != "<!-- end -->") ++i;
      t.last_line = i;
      readme.tables.push_back(t);
    }
  }
  return readme;
}

bool matches(const std::vector<std::string>& shown, const std::vector<std::string>& real) {
  const auto gap = std::ranges::find(shown, "...");
  if (gap == shown.end()) return shown == real;
  const auto head = gap - shown.begin();
  const auto tail = shown.end() - gap - 1;
  return std::ssize(real) >= head + tail && std::equal(shown.begin(), gap, real.begin()) &&
         std::equal(gap + 1, shown.end(), real.end() - tail);
}

std::vector<std::string> cut_like(const std::vector<std::string>& shown,
                                  const std::vector<std::string>& real) {
  const auto gap = std::ranges::find(shown, "...");
  const auto head = gap - shown.begin();
  const auto tail = shown.end() - gap - 1;
  if (gap == shown.end() || std::ssize(real) <= head + tail) return real;
  std::vector<std::string> cut(real.begin(), real.begin() + head);
  cut.emplace_back("...");
  cut.insert(cut.end(), real.end() - tail, real.end());
  return cut;
}

}  // namespace paystress::testing
