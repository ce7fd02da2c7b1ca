// Every page is held against the program: its console blocks are executed, its generated tables compared, its
// links followed, its length measured. PAYSTRESS_UPDATE=1 writes what the program says now into the pages;
// read the difference before committing.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <regex>
#include <sstream>

#include "analysis/column_schema.h"
#include "model/ledger.h"
#include "model/practice.h"
#include "scenarios/published_ranges.h"
#include "tests/support/pages.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace pages_test {

namespace {

using namespace paystress;
using namespace paystress::testing;

const std::filesystem::path root = test::source_path();
const std::regex progress(R"(^(paths|\d+ rows) .*\d+ %  [\d:]+ elapsed(, [\d:]+ left)?$)");

bool updating() { return std::getenv("PAYSTRESS_UPDATE") != nullptr; }

std::string unit_name(ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::count:
      return "count";
    case ColumnUnit::hours:
      return "hours";
    case ColumnUnit::points:
      return "wRVU";
    case ColumnUnit::ratio:
      return "ratio";
    case ColumnUnit::usd:
      return "usd";
  }
  return "";
}

std::string join_name(ColumnJoin join) {
  switch (join) {
    case ColumnJoin::sum:
      return "sum";
    case ColumnJoin::last:
      return "last";
    case ColumnJoin::max:
      return "max";
    case ColumnJoin::mean:
      return "mean";
  }
  return "";
}

std::vector<std::string> parameter_table() {
  std::vector<std::string> rows{"| key | unit | range | default | source | meaning |",
                                "|---|---|---|---|---|---|"};
  for (const auto& p : parameter_infos())
    rows.push_back(fmt::format("| `{}` | {} | {} to {} | {} | {} | {} |", p.key, p.unit, p.low, p.high,
                               p.default_value, p.source, p.meaning));
  return rows;
}

std::vector<std::string> ledger_table() {
  std::vector<std::string> rows{"| column | unit | finest | months join by | meaning |",
                                "|---|---|---|---|---|"};
  for (std::size_t i = 0; i < ledger_column_count; ++i) {
    const auto& c = ledger_column_info(static_cast<LedgerColumn>(i));
    rows.push_back(fmt::format("| `{}` | {} | {} | {} | {} |", c.name, unit_name(c.unit),
                               c.finest == ColumnFinest::day ? "day" : "month", join_name(c.join),
                               c.meaning));
  }
  return rows;
}

std::vector<std::string> result_table() {
  std::vector<std::string> rows{"| file | column | type | unit | meaning |", "|---|---|---|---|---|"};
  for (const auto& table : table_schemas()) {
    rows.push_back(fmt::format("| **{}** | | | | {} |", table.file, table.description));
    for (const auto& c : table.columns)
      rows.push_back(fmt::format("| | `{}` | {} | {} | {} |", c.name, c.type, c.unit, c.description));
  }
  return rows;
}

std::vector<std::string> range_table() {
  std::vector<std::string> rows{"| number | unit | from | to | sources |", "|---|---|---|---|---|"};
  for (const auto& r : published_ranges()) {
    const auto& p = parameter_info(r.parameter);
    rows.push_back(fmt::format("| `{}` | {} | {} | {} | {} |", p.key, p.unit, r.low, r.high, r.source));
  }
  return rows;
}

std::vector<std::string> table_named(const std::string& name) {
  if (name == "practice parameters") return parameter_table();
  if (name == "ledger columns") return ledger_table();
  if (name == "result columns") return result_table();
  if (name == "published ranges") return range_table();
  throw std::runtime_error("no table is named " + name);
}

std::vector<std::string> slice(const std::vector<std::string>& lines, std::size_t first, std::size_t last) {
  return {lines.begin() + static_cast<std::ptrdiff_t>(first),
          lines.begin() + static_cast<std::ptrdiff_t>(last)};
}

struct Replacement {
  std::size_t first, last;
  std::vector<std::string> lines;
};

void write_page(const Page& page, const std::vector<Replacement>& replacements) {
  if (replacements.empty()) return;
  auto lines = page.lines;
  // From the end, so that earlier line numbers stay true.
  for (auto r = replacements.rbegin(); r != replacements.rend(); ++r) {
    const auto at = lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(r->first),
                                lines.begin() + static_cast<std::ptrdiff_t>(r->last));
    lines.insert(at, r->lines.begin(), r->lines.end());
  }
  std::ostringstream text;
  for (const auto& line : lines) text << line << '\n';
  write_text(root / page.path, text.str());
}

std::vector<Page> pages() {
  std::vector<Page> read;
  for (const auto& path : page_paths(root)) read.push_back(read_page(root, path));
  return read;
}

}  // namespace

TEST_CASE("every command in a page prints what the page shows", "[cli][pages]") {
  for (const auto& page : pages()) {
    const TemporaryDirectory directory;
    link_program(directory.path());
    for (const auto& file : page.files) write_text(directory.path() / file.name, file.text);
    // The page that the launcher builds, without its library.
    const auto report = (directory.path() / ".page.html").string();
    write_text(report, "<!--title--><!--results-->");
    const auto prepared = "unset COLUMNS NO_COLOR\nexport PAYSTRESS_REPORT_PAGE='" + report + "'\n";
    std::vector<Replacement> replacements;
    for (const auto& c : page.commands) {
      const auto shown = slice(page.lines, c.first_line, c.last_line);
      const auto answers = answers_in(shown);
      const auto result = answers.empty() ? run_shell(prepared + c.command, directory.path())
                                          : run_terminal(c.command, directory.path(), answers);
      auto real = split_lines(result.output);
      // On a slow machine a run says every ten seconds how far it is.
      std::erase_if(real, [](const std::string& line) { return std::regex_search(line, progress); });
      if (updating()) {
        replacements.push_back({c.first_line, c.last_line, cut_like(shown, real)});
      } else {
        INFO(page.path << ":" << c.first_line << ": $ " << c.command << "\nprints now:\n" << result.output);
        CHECK(matches(shown, real));
      }
    }
    if (updating()) write_page(page, replacements);
  }
}

TEST_CASE("the tables of keys and columns in the pages are those of the program", "[cli][pages]") {
  std::map<std::string, std::string> seen;
  for (const auto& page : pages()) {
    std::vector<Replacement> replacements;
    for (const auto& t : page.tables) {
      INFO(page.path << ", table " << t.name);
      CHECK(seen.emplace(t.name, page.path).second);
      if (updating())
        replacements.push_back({t.first_line, t.last_line, table_named(t.name)});
      else
        CHECK(slice(page.lines, t.first_line, t.last_line) == table_named(t.name));
    }
    if (updating()) write_page(page, replacements);
  }
  CHECK(seen == std::map<std::string, std::string>{{"practice parameters", "scenarios/PRACTICE.md"},
                                                   {"ledger columns", "model/README.md"},
                                                   {"published ranges", "scenarios/SOURCES.md"},
                                                   {"result columns", "analysis/README.md"}});
}

TEST_CASE("every source that a default names is in the list of sources", "[cli][pages]") {
  const std::string sources = read_text(root / "scenarios/SOURCES.md");
  for (const auto& p : parameter_infos()) {
    if (p.source == "assumption") continue;
    std::istringstream ids{std::string(p.source)};
    for (std::string id; std::getline(ids >> std::ws, id, ',');) {
      INFO(p.key << " names " << id);
      CHECK(sources.find("| " + id + " |") != std::string::npos);
    }
  }
}

TEST_CASE("pages keep their limits, and their links lead somewhere", "[cli][pages]") {
  std::vector<std::string> broken;
  for (const auto& page : pages()) {
    for (auto& b : broken_limits(page)) broken.push_back(std::move(b));
    for (auto& b : broken_links(page, root)) broken.push_back(std::move(b));
  }
  CHECK(broken == std::vector<std::string>{});
}

TEST_CASE("every room has its page", "[cli][pages]") {
  std::vector<std::string> rooms{"model", "scenarios", "analysis", "analysis/report",
                                 "sim",   "tests",     "bench"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "sim"))
    if (entry.is_directory()) rooms.push_back("sim/" + entry.path().filename().string());
  CHECK(rooms.size() > 14);
  for (const auto& room : rooms) {
    INFO(room);
    CHECK(std::filesystem::exists(root / room / "README.md"));
  }
}

TEST_CASE("a page over its limits or with a dead link is seen", "[cli][pages]") {
  std::string text = "# A page\n";
  for (int i = 0; i < 149; ++i) text += std::string(160, 'x') + "\n";
  CHECK(broken_limits(parse_page("model/README.md", text)).empty());
  CHECK(broken_limits(parse_page("model/README.md", text + "\n")) ==
        std::vector<std::string>{"model/README.md: 151 lines by hand"});
  // What the program prints or makes does not count.
  const auto wide = std::string(161, 'x') + "\n";
  const auto made =
      "```console\n$ paystress\n" + wide + wide + "```\n<!-- table: t -->\n" + wide + "<!-- end -->\n";
  CHECK(hand_written(parse_page("a.md", made)) == std::vector<std::size_t>{0, 1, 4, 5, 7});
  CHECK(broken_limits(parse_page("a.md", made)).empty());
  CHECK(broken_limits(parse_page("a.md", wide)) == std::vector<std::string>{"a.md:1: 161 characters"});
  std::string long_output = "```console\n$ paystress\n";
  for (int i = 0; i < 198; ++i) long_output += "out\n";
  CHECK(broken_limits(parse_page("README.md", long_output + "```\n")) ==
        std::vector<std::string>{"README.md: 201 lines"});
  const auto links = parse_page(
      "model/README.md", "# A b\n[a](#a-b) [b](#c) [c](CLAUSES.md) [d](../none.md) [e](https://x.y/z)\n");
  CHECK(broken_links(links, root) ==
        std::vector<std::string>{"model/README.md: #c", "model/README.md: ../none.md"});
}

TEST_CASE("the code block after a file mark is a file", "[cli][pages]") {
  const auto page = parse_page("a.md", "<!-- file: s.toml -->\n```toml\n[study]\n```\n");
  REQUIRE(page.files.size() == 1);
  CHECK(page.files[0].name == "s.toml");
  CHECK(page.files[0].text == "[study]\n");
  CHECK_THROWS(parse_page("a.md", "<!-- file: s.toml -->\nno block\n"));
}

}  // namespace pages_test
