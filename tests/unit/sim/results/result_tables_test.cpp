#include "sim/results/result_tables.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/column_schema.h"
#include "sim/results/manifest.h"
#include "sim/results/packed_file.h"
#include "tests/support/program.h"

namespace result_tables_test {

using namespace paystress;
using testing::read_text;
using testing::TemporaryDirectory;

namespace {

engine::ScenarioOutcome outcome_of(const std::string& id) {
  engine::ScenarioOutcome outcome;
  outcome.tables.income_distribution = id + ",income\n";
  outcome.tables.tier_miss = id + ",tier\n";
  outcome.tables.summary = id + ",summary\n";
  outcome.tables.months = id + ",months\n";
  outcome.single_years = id + ",years\n";
  outcome.tables.histogram = id + ",histogram\n";
  outcome.waterfall = id + ",waterfall\n";
  outcome.debt = id + ",debt\n";
  outcome.sensitivity = id + ",sensitivity\n";
  return outcome;
}

}  // namespace

TEST_CASE("each table gets its own rows, below its header, in the order of the scenarios",
          "[unit][result_tables]") {
  const TemporaryDirectory dir;
  results::ResultTables tables(dir.path(), TableSet::all(), results::Packing::plain);
  tables.append(outcome_of("one"));
  tables.append(outcome_of("two"));
  tables.close();
  const std::vector<std::pair<Table, std::string>> expected{{Table::income_distribution, "income"},
                                                            {Table::tier_miss, "tier"},
                                                            {Table::summary, "summary"},
                                                            {Table::months, "months"},
                                                            {Table::single_years, "years"},
                                                            {Table::histogram, "histogram"},
                                                            {Table::waterfall, "waterfall"},
                                                            {Table::debt, "debt"},
                                                            {Table::sensitivity, "sensitivity"}};
  for (const auto& [table, word] : expected) {
    const auto text = read_text(dir.path() / std::string(table_schema(table).file));
    INFO(text);
    CHECK(text == header_line(table) + "one," + word + "\ntwo," + word + "\n");
  }
  CHECK(results::scenario_table_kinds().size() == expected.size());
}

TEST_CASE("a table that is not wanted is not made", "[unit][result_tables]") {
  const TemporaryDirectory dir;
  results::ResultTables tables(dir.path(), {Table::summary, Table::debt}, results::Packing::gzip);
  tables.append(outcome_of("one"));
  tables.close();
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 2);
  CHECK(results::unpacked_text(dir.path() / "debt.csv.gz", 10'000) ==
        header_line(Table::debt) + "one,debt\n");
  const auto package = nlohmann::json::parse(results::datapackage_json(dir.path(), "Title"));
  CHECK(package["resources"][0]["path"] == "summary.csv.gz");
  CHECK(package["resources"][0]["name"] == "summary");
  CHECK(package["resources"][0]["compression"] == "gz");
}

TEST_CASE("the data package describes the tables that are there, and their own columns",
          "[unit][result_tables]") {
  const TemporaryDirectory dir;
  results::write_table(dir.path(), Table::summary, "x\n");
  results::write_table(dir.path(), Table::ranking, "");
  const auto package = nlohmann::json::parse(
      results::datapackage_json(dir.path(), "Title", std::vector<std::string>{"offers.a.usd"}));
  CHECK(package.at("title") == "Title");
  std::set<std::string> paths;
  for (const auto& resource : package.at("resources")) {
    paths.insert(resource.at("path"));
    CHECK(resource.at("schema").at("fields").back().at("name") == "offers.a.usd");
  }
  CHECK(paths == std::set<std::string>{"summary.csv", "ranking.csv"});
  CHECK(package.at("resources")[0].at("bytes") == std::filesystem::file_size(dir.path() / "summary.csv"));
  CHECK(package.at("resources")[0].at("hash") ==
        "sha256:" + results::sha256(read_text(dir.path() / "summary.csv")));
  CHECK(package.at("resources")[0].at("schema").at("primaryKey") == std::vector<std::string>{"scenario"});
  const auto& fields = package.at("resources")[0].at("schema").at("fields");
  CHECK(fields.back().at("batch") == true);
  CHECK(fields.size() == table_schema(Table::summary).columns.size() + 1);
}

TEST_CASE("the key of every table is some of its columns", "[unit][result_tables]") {
  for (const auto& schema : table_schemas()) {
    CHECK_FALSE(schema.key.empty());
    for (const auto& name : schema.key) {
      INFO(schema.file << ": " << name);
      CHECK(std::ranges::count(schema.columns, name, &TableColumn::name) == 1);
    }
  }
}

TEST_CASE("paths.csv has fixed decimals and no negative zero", "[unit][result_tables]") {
  const TemporaryDirectory dir;
  const Scenario scenario{"p/o, \"x\"", "p", "o", "base", {}};
  const std::vector<engine::ScenarioInput> inputs{{&scenario, nullptr, nullptr, nullptr}};
  std::vector<engine::ScenarioOutcome> outcomes(1);
  outcomes[0].left_prob = 1.0 / 3;
  outcomes[0].income_usd = {-0.001, -12.5, 1234567.895};
  outcomes[0].paths = std::make_shared<const PathColumns>(
      PathColumns{{8, 0.00005, 1}, {0, 0, 0}, {0, 0, 0}, {3, 4, 5}, {1.5, 2, 3}});
  results::write_paths(dir.path(), results::Packing::plain, inputs, outcomes);
  const std::string id = "\"p/o, \"\"x\"\"\",p,o,base,", left = ",0.3333333333\n";
  CHECK(read_text(dir.path() / "paths.csv") == header_line(Table::paths) + id +
                                                   "0,0.00,8.0000,0.0000,0.0000,3,1.50" + left + id +
                                                   "1,-12.50,0.0001,0.0000,0.0000,4,2.00" + left + id +
                                                   "2,1234567.90,1.0000,0.0000,0.0000,5,3.00" + left);
}

}  // namespace result_tables_test
