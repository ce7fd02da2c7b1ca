#include "tests/support/pages.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/support/program.h"

namespace paystress::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view table_mark = "<!-- table: ", file_mark = "<!-- file: ", end_mark = "<!-- end -->";
constexpr std::size_t most_lines = 150, most_lines_of_first = 200, widest = 160;

std::string name_in(const std::string& line, std::string_view mark) {
  return line.substr(mark.size(), line.find(" -->") - mark.size());
}

// Each reads one block that begins at line i and returns the first line after it.
std::size_t read_console(Page& page, std::size_t i) {
  const auto& lines = page.lines;
  for (++i; i < lines.size() && lines[i] != "```";) {
    if (!lines[i].starts_with("$ "))
      throw std::runtime_error(page.path + ": a console block starts with a command");
    ConsoleCommand c{lines[i].substr(2), 0, 0};
    while (c.command.ends_with('\\')) c.command += "\n" + lines.at(++i);
    c.first_line = ++i;
    while (i < lines.size() && lines[i] != "```" && !lines[i].starts_with("$ ")) ++i;
    c.last_line = i;
    page.commands.push_back(c);
  }
  return i + 1;
}

std::size_t read_table(Page& page, std::size_t i) {
  TableRegion t{name_in(page.lines[i], table_mark), i + 1, 0};
  while (page.lines.at(i) != end_mark) ++i;
  t.last_line = i;
  page.tables.push_back(t);
  return i + 1;
}

std::size_t read_file_block(Page& page, std::size_t i) {
  PageFile file{name_in(page.lines[i], file_mark), ""};
  if (!page.lines.at(++i).starts_with("```"))
    throw std::runtime_error(page.path + ": no code block follows " + page.lines[i - 1]);
  for (++i; page.lines.at(i) != "```"; ++i) file.text += page.lines[i] + "\n";
  page.files.push_back(file);
  return i + 1;
}

// As GitHub makes them: letters in lower case, spaces to hyphens, the rest of the signs left out.
std::set<std::string> anchors(const Page& page) {
  std::set<std::string> found;
  bool code = false;
  for (const auto& line : page.lines) {
    if (line.starts_with("```")) code = !code;
    if (code || !line.starts_with('#')) continue;
    std::string anchor;
    for (const char c : line.substr(line.find(' ') + 1))
      if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      else if (c == ' ')
        anchor += '-';
    found.insert(anchor);
  }
  return found;
}

bool leads_somewhere(const std::string& target, const Page& page, const fs::path& root) {
  const auto hash = target.find('#');
  const auto file = target.substr(0, hash);
  const auto path = file.empty() ? fs::path(page.path) : fs::path(page.path).parent_path() / file;
  if (!fs::exists(root / path)) return false;
  if (hash == std::string::npos) return true;
  return anchors(file.empty() ? page : read_page(root, path.generic_string()))
      .contains(target.substr(hash + 1));
}

}  // namespace

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> page_paths(const fs::path& root) {
  static const std::set<std::string> not_ours{"build", "results", "node_modules"};
  std::vector<std::string> paths;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    const auto name = entry->path().filename().string();
    if (entry->is_directory() && (name.starts_with('.') || not_ours.contains(name)))
      entry.disable_recursion_pending();
    else if (entry->path().extension() == ".md")
      paths.push_back(fs::relative(entry->path(), root).generic_string());
  }
  std::ranges::sort(paths);
  return paths;
}

Page read_page(const fs::path& root, const std::string& path) {
  return parse_page(path, read_text(root / path));
}

Page parse_page(const std::string& path, const std::string& text) {
  Page page{path, split_lines(text), {}, {}, {}};
  for (std::size_t i = 0; i < page.lines.size();) {
    const auto& line = page.lines[i];
    if (line == "```console")
      i = read_console(page, i);
    else if (line.starts_with(table_mark))
      i = read_table(page, i);
    else if (line.starts_with(file_mark))
      i = read_file_block(page, i);
    else
      ++i;
  }
  return page;
}

std::vector<std::size_t> hand_written(const Page& page) {
  std::vector<bool> made(page.lines.size());
  const auto mark = [&](const auto& region) {
    for (auto i = region.first_line; i < region.last_line; ++i) made[i] = true;
  };
  std::ranges::for_each(page.commands, mark);
  std::ranges::for_each(page.tables, mark);
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < made.size(); ++i)
    if (!made[i]) lines.push_back(i);
  return lines;
}

std::vector<std::string> broken_limits(const Page& page) {
  std::vector<std::string> broken;
  const auto by_hand = hand_written(page);
  if (by_hand.size() > most_lines)
    broken.push_back(page.path + ": " + std::to_string(by_hand.size()) + " lines by hand");
  if (page.path == "README.md" && page.lines.size() > most_lines_of_first)
    broken.push_back(page.path + ": " + std::to_string(page.lines.size()) + " lines");
  for (const auto i : by_hand)
    if (page.lines[i].size() > widest)
      broken.push_back(page.path + ":" + std::to_string(i + 1) + ": " + std::to_string(page.lines[i].size()) +
                       " characters");
  return broken;
}

std::vector<std::string> broken_links(const Page& page, const fs::path& root) {
  static const std::regex link(R"(\]\(([^)]*)\))");
  std::vector<std::string> broken;
  bool code = false;
  for (const auto& line : page.lines) {
    if (line.starts_with("```")) code = !code;
    if (code) continue;
    for (std::sregex_iterator found(line.begin(), line.end(), link), end; found != end; ++found) {
      const auto target = (*found)[1].str();
      if (target.find("://") == std::string::npos && !leads_somewhere(target, page, root))
        broken.push_back(page.path + ": " + target);
    }
  }
  return broken;
}

std::vector<std::string> answers_in(const std::vector<std::string>& shown) {
  constexpr std::string_view asked = "]: ";
  std::vector<std::string> answers;
  for (const auto& line : shown)
    if (const auto at = line.find(asked); at != std::string::npos)
      answers.push_back(line.substr(at + asked.size()));
  return answers;
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
