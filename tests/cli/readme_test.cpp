// The README is held against the program: every console block is executed, every generated table compared.
// PAYSTRESS_UPDATE=1 writes what the program says now into the README; read the difference before committing.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>
#include <sstream>

#include "analysis/column_schema.h"
#include "model/ledger.h"
#include "model/practice.h"
#include "tests/support/program.h"
#include "tests/support/readme.h"

namespace {

using namespace paystress;
using namespace paystress::testing;

const std::filesystem::path readme_file = std::filesystem::path(PAYSTRESS_SOURCE_DIR) / "README.md";

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
  std::vector<std::string> rows{"| column | unit | months join by | meaning |", "|---|---|---|---|"};
  for (std::size_t i = 0; i < ledger_column_count; ++i) {
    const auto& c = ledger_column_info(static_cast<LedgerColumn>(i));
    rows.push_back(
        fmt::format("| `{}` | {} | {} | {} |", c.name, unit_name(c.unit), join_name(c.join), c.meaning));
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

std::vector<std::string> table_named(const std::string& name) {
  if (name == "practice parameters") return parameter_table();
  if (name == "ledger columns") return ledger_table();
  if (name == "result columns") return result_table();
  throw std::runtime_error("README: no table is named " + name);
}

std::vector<std::string> slice(const std::vector<std::string>& lines, std::size_t first, std::size_t last) {
  return {lines.begin() + static_cast<std::ptrdiff_t>(first),
          lines.begin() + static_cast<std::ptrdiff_t>(last)};
}

struct Replacement {
  std::size_t first, last;
  std::vector<std::string> lines;
};

void write_readme(std::vector<std::string> lines, const std::vector<Replacement>& replacements) {
  // From the end, so that earlier line numbers stay true.
  for (auto r = replacements.rbegin(); r != replacements.rend(); ++r) {
    const auto at = lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(r->first),
                                lines.begin() + static_cast<std::ptrdiff_t>(r->last));
    lines.insert(at, r->lines.begin(), r->lines.end());
  }
  std::ostringstream text;
  for (const auto& line : lines) text << line << '\n';
  write_text(readme_file, text.str());
}

}  // namespace

TEST_CASE("every command in the README prints what the README shows", "[cli][readme]") {
  const auto readme = read_readme(readme_file);
  const TemporaryDirectory directory;
  link_program(directory.path());
  std::vector<Replacement> replacements;
  for (const auto& c : readme.commands) {
    const auto result = run_shell(c.command, directory.path());
    const auto real = split_lines(result.output);
    const auto shown = slice(readme.lines, c.first_line, c.last_line);
    if (updating()) {
      replacements.push_back({c.first_line, c.last_line, cut_like(shown, real)});
    } else {
      INFO("README line " << c.first_line << ": $ " << c.command << "\nprints now:\n" << result.output);
      CHECK(matches(shown, real));
    }
  }
  if (updating()) write_readme(readme.lines, replacements);
}

TEST_CASE("the README's tables of keys and columns are those of the program", "[cli][readme]") {
  const auto readme = read_readme(readme_file);
  std::vector<Replacement> replacements;
  std::set<std::string> seen;
  for (const auto& t : readme.tables) {
    seen.insert(t.name);
    if (updating()) {
      replacements.push_back({t.first_line, t.last_line, table_named(t.name)});
    } else {
      INFO("table " << t.name);
      CHECK(slice(readme.lines, t.first_line, t.last_line) == table_named(t.name));
    }
  }
  if (updating()) write_readme(readme.lines, replacements);
  CHECK(seen.contains("practice parameters"));
  CHECK(seen.contains("ledger columns"));
  CHECK(seen.contains("result columns"));
}

TEST_CASE("every source that a default names is in the README's list of sources", "[cli][readme]") {
  const std::string text = read_text(readme_file);
  const auto sources = text.substr(std::min(text.size(), text.find("\n## Sources")));
  for (const auto& p : parameter_infos()) {
    if (p.source == "assumption") continue;
    std::istringstream ids{std::string(p.source)};
    for (std::string id; std::getline(ids >> std::ws, id, ',');) {
      INFO(p.key << " names " << id);
      CHECK(sources.find("| " + id + " |") != std::string::npos);
    }
  }
}
