#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "scenarios/csv_text.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

// published/: pay that somebody else published for a stated contract, each with its source at the top of its
// file: contracts of clinicians and of other trades, billing engines, tax scales, insurance terms. clauses/:
// clauses of public contracts and policies, priced by hand on a ledger made up for them. The contract was
// written from the rule; the program prices the typed ledger and the statement is compared, to the cent or to
// the rounding of the source (column rounded_to).
namespace paystress::published_cases_test {
namespace {

CsvText table_of(const std::string& text, const std::string& name) {
  Faults faults;
  const auto csv = parse_csv_text(text, name, faults);
  CAPTURE(text);
  REQUIRE(messages(faults) == std::vector<std::string>{});
  REQUIRE(csv);
  return *csv;
}

const std::string& cell(const CsvText& csv, const CsvText::Row& row, std::string_view column) {
  return row.cells.at(csv.find_column(column).value()).text;
}

double number(const std::string& text) {
  const auto read = read_number(text);
  REQUIRE(read.problem == "");
  return read.value;
}

// Months are numbers, pay dates are not.
bool lies_between(const std::string& period, const std::string& first, const std::string& last) {
  const auto p = read_number(period), a = read_number(first), b = read_number(last);
  if (!p.problem.empty()) return period == first;
  return p.value >= a.value && p.value <= b.value;
}

double sum_of(const CsvText& statement, const CsvText& expected, const CsvText::Row& wanted) {
  const auto want = [&](std::string_view column) { return cell(expected, wanted, column); };
  double sum = 0.0;
  int found = 0;
  for (const auto& row : statement.rows) {
    const auto& kind = cell(statement, row, "kind");
    if (cell(statement, row, "name") != want("name")) continue;
    if (want("kind").empty() ? kind == "tier" : kind != want("kind")) continue;
    if (!want("tier").empty() && cell(statement, row, "tier") != want("tier")) continue;
    if (!lies_between(cell(statement, row, "period"), want("first_period"), want("last_period"))) continue;
    const auto& value = cell(statement, row, want("column"));
    if (value.empty()) continue;
    sum += number(value);
    ++found;
  }
  if (want("kind") != "tier") CHECK(found > 0);  // a tier without units has no row
  return sum;
}

// Prices every row of the folder's expected.csv; gives how many contracts there are.
std::size_t price_all(const std::string& name) {
  const auto folder = std::filesystem::path(test::source_path("tests/regression")) / name;
  const auto expected = table_of(testing::read_text(folder / "expected.csv"), "expected.csv");
  std::map<std::tuple<std::string, std::string, std::string>, CsvText> statements;
  std::set<std::string> cases;
  for (const auto& row : expected.rows) {
    const auto id = cell(expected, row, "case"), offer = cell(expected, row, "offer"),
               ledger = cell(expected, row, "ledger");
    CAPTURE(row.line, id, offer, ledger);
    cases.insert(id);
    const std::tuple key(id, offer, ledger);
    if (!statements.contains(key)) {
      const auto command = "'" + test::program_path() + "' price " + id + ".toml --offer " + offer + " " +
                           ledger + " --rows " + cell(expected, row, "rows") + " --format csv";
      const auto run = testing::run_shell(command + " 2>/dev/null", folder);  // warnings are no part of it
      if (run.exit_code != 0) FAIL(testing::run_shell(command, folder).output);
      statements.emplace(key, table_of(run.output, ledger));
    }
    const double got = sum_of(statements.at(key), expected, row) / number(cell(expected, row, "divide_by"));
    const double published = number(cell(expected, row, "value"));
    // Half of the unit that the source rounds to, and what summing two dozen cents as doubles may add.
    const double slack = number(cell(expected, row, "rounded_to")) / 2 + 1e-9;
    INFO("priced " << got << ", published " << published);
    CHECK(std::abs(got - published) <= slack);
  }
  std::set<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (file.path().extension() == ".toml") files.insert(file.path().stem().string());
  CHECK(files == cases);
  return cases.size();
}

TEST_CASE("every published case is priced as its source prices it", "[published]") {
  CHECK(price_all("published") == 38);
}

TEST_CASE("clauses of public contracts are worth what they are by hand", "[published]") {
  CHECK(price_all("clauses") == 20);
}

}  // namespace
}  // namespace paystress::published_cases_test
