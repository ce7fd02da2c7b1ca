#include "analysis/report/results_json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace results_json_test {

using namespace paystress::report;
using nlohmann::json;

namespace {

SourceTable summary() {
  return {"summary.csv",
          {"scenario", "practice", "offer", "stress", "income_usd_p50", "my.key"},
          {{"p/o/base", "p", "o", "base", "251780.12", "0.10"}, {"007", "p", "o", "dip", "5e-07", ""}}};
}

json page_of(const std::vector<SourceTable>& tables,
             const std::string& manifest = R"({"title":"t","run":{"threads":2},"settings":{"months":12}})") {
  return json::parse(study_json(manifest, tables));
}

}  // namespace

TEST_CASE("the page gets the rows that it shows, with their places", "[unit][report]") {
  const auto page =
      page_of({summary(),
               {"months.csv",
                {"scenario", "measure", "month", "p50"},
                {{"p/o/base", "after_hours_per_week", "1", "3"},
                 {"p/o/base", "income_usd", "1", "17780.5"},
                 {"007", "income_usd", "1", ""}}},
               {"tier_miss.csv",
                {"scenario", "component", "period", "miss_prob"},
                {{"p/o/base", "12", "by_month_03", "1"}, {"p/o/base", "12", "month_03", "0.5"}}}});
  CHECK(page["kind"] == "study");
  CHECK(holds_results("<script>" + study_json(R"({})", std::vector{summary()}) + "</script>"));
  CHECK_FALSE(holds_results("<script>{\"kind\":\"bar\"}</script>"));
  CHECK(is_manifest("{}"));
  CHECK_FALSE(is_manifest("{"));
  CHECK(page["scenarios"] == json({"p/o/base", "007"}));
  // Row numbers count from 1 below the header, scenarios by their place, an empty cell is null.
  CHECK(page["tables"]["months"]["columns"] == json({"scenario", "measure", "month", "p50"}));
  CHECK(page["tables"]["months"]["rows"] ==
        json::parse(R"([[2, 0, "income_usd", 1, 17780.5], [3, 1, "income_usd", 1, null]])"));
  // A component that is called 12 is a name, no number.
  CHECK(page["tables"]["tier_miss"]["rows"] == json::parse(R"([[2, 0, "12", "month_03", 0.5]])"));
}

TEST_CASE("a number keeps its digits", "[unit][report]") {
  const std::vector<SourceTable> tables{summary()};
  const auto text = study_json(R"({"title":"t"})", tables);
  CHECK(text.find("251780.12,0.10]") != std::string::npos);
  CHECK(text.find("5e-07,null]") != std::string::npos);
  // What is no JSON number stays text: "1.", "+1", "01", "nan".
  for (const auto* odd : {"1.", "+1", "01", "nan", ".5", "-", "1e"}) {
    auto table = summary();
    table.rows[0][4] = odd;
    CHECK(page_of({table})["tables"]["summary"]["rows"][0][5] == odd);
  }
}

TEST_CASE("no title and no cell ends the script that holds the data", "[unit][report]") {
  auto table = summary();
  table.rows[0][2] = "</script><!-- \xff";
  const std::vector<SourceTable> tables{table};
  const auto text = study_json(R"({"title":"</script>"})", tables);
  CHECK(text.find('<') == std::string::npos);
  CHECK(json::parse(text)["manifest"]["title"] == "</script>");
  CHECK(title_of(R"({"title":"a < b"})") == "a < b");
  CHECK(title_of("{}").empty());
}

TEST_CASE("how a run went does not reach the page", "[unit][report]") {
  const std::string other = R"({"title":"t","run":{"threads":7},"settings":{"months":12}})";
  const std::vector<SourceTable> tables{summary()};
  CHECK(page_of({summary()}).dump() == page_of({summary()}, other).dump());
  CHECK_FALSE(page_of({summary()})["manifest"].contains("run"));
}

TEST_CASE("the page of a batch gets rows with their places, and which they are", "[unit][report]") {
  BatchSummary batch;
  batch.header = {"scenario", "offer", "income_usd_p50", "my.key"};
  batch.own = {"my.key"};
  batch.rows = {{"b", "12", "200.5", "0.10"}, {"a", "12", "", "x"}};
  batch.places = {3, 17};
  batch.at_ends = {17};
  batch.all_rows = 40;
  batch.all_own = 2;
  batch.ends = 25;
  const auto text = batch_json(R"({"title":"<t>","run":{"threads":7}})", batch);
  CHECK(text.find('<') == std::string::npos);
  const auto page = json::parse(text);
  CHECK(page["kind"] == "batch");
  CHECK_FALSE(page["manifest"].contains("run"));
  CHECK(page["scenarios"] == json({"b", "a"}));
  CHECK(page["tables"]["summary"]["rows"] ==
        json::parse(R"([[3, 0, "12", 200.5, 0.10], [17, 1, "12", null, "x"]])"));
  CHECK(page["batch"]["rows"] == 40);
  CHECK(page["batch"]["ends"] == 25);
  CHECK(page["batch"]["at_ends"] == json({17}));
  CHECK(page["batch"]["columns"] == json({"my.key"}));
  CHECK(page["batch"]["all_columns"] == 2);
  CHECK(page["batch"]["figures"].size() == batch_figures.size());
}

TEST_CASE("a manifest that somebody nested without an end fits onto the stack", "[unit][report]") {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "{\"a\":";
  deep += "1" + std::string(200'000, '}');
  const auto page =
      page_of({summary()}, R"({"title":"t","run":{},"settings":{"months":12},"more":)" + deep + "}");
  CHECK(page["manifest"]["title"] == "t");
  CHECK_FALSE(is_manifest(std::string(200'000, '[')));
}

TEST_CASE("the page of a study reads all tables but that of the paths", "[unit][report]") {
  CHECK(page_reads("income_distribution.csv"));
  CHECK_FALSE(page_reads("paths.csv"));
}

TEST_CASE("results without a summary are no results for a page", "[unit][report]") {
  const std::vector<SourceTable> none, other{{"months.csv", {"scenario"}, {}}};
  CHECK_THROWS_AS(study_json("{}", none), std::invalid_argument);
  CHECK_THROWS_AS(study_json("{}", other), std::invalid_argument);
  CHECK_THROWS_AS(batch_json("{}", {}), std::invalid_argument);
  const std::vector<SourceTable> good{summary()};
  CHECK_THROWS_AS(study_json("[1", good), std::invalid_argument);
}

}  // namespace results_json_test
