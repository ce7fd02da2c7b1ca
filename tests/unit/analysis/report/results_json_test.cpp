#include "analysis/report/results_json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

using namespace paystress::report;
using nlohmann::json;

namespace {

SourceTable summary() {
  return {"summary.csv",
          {"scenario", "practice", "offer", "stress", "income_usd_p50", "my.key"},
          {{"p/o/base", "p", "o", "base", "251780.12", "0.10"}, {"007", "p", "o", "dip", "5e-07", ""}}};
}

json page_of(const std::vector<SourceTable>& tables, Kind kind = Kind::study,
             const std::string& manifest = R"({"title":"t","run":{"threads":2},"settings":{"months":12}})") {
  return json::parse(results_json(manifest, kind, tables));
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
  CHECK(page["scenarios"] == json({"p/o/base", "007"}));
  CHECK(page["batch_columns"] == json({"my.key"}));
  // Row numbers count from 1 below the header, scenarios by their place, an empty cell is null.
  CHECK(page["tables"]["months"]["columns"] == json({"scenario", "measure", "month", "p50"}));
  CHECK(page["tables"]["months"]["rows"] ==
        json::parse(R"([[2, 0, "income_usd", 1, 17780.5], [3, 1, "income_usd", 1, null]])"));
  // A component that is called 12 is a name, no number.
  CHECK(page["tables"]["tier_miss"]["rows"] == json::parse(R"([[2, 0, "12", "month_03", 0.5]])"));
}

TEST_CASE("a number keeps its digits", "[unit][report]") {
  const std::vector<SourceTable> tables{summary()};
  const auto text = results_json(R"({"title":"t"})", Kind::batch, tables);
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
  const auto text = results_json(R"({"title":"</script>"})", Kind::study, tables);
  CHECK(text.find('<') == std::string::npos);
  CHECK(json::parse(text)["manifest"]["title"] == "</script>");
  CHECK(title_of(R"({"title":"a < b"})") == "a < b");
  CHECK(title_of("{}").empty());
}

TEST_CASE("how a run went does not reach the page", "[unit][report]") {
  const std::string other = R"({"title":"t","run":{"threads":7},"settings":{"months":12}})";
  const std::vector<SourceTable> tables{summary()};
  CHECK(page_of({summary()}).dump() == page_of({summary()}, Kind::study, other).dump());
  CHECK_FALSE(page_of({summary()})["manifest"].contains("run"));
}

TEST_CASE("the page of a batch reads its summary alone", "[unit][report]") {
  CHECK(page_reads("summary.csv", Kind::batch));
  CHECK_FALSE(page_reads("income_distribution.csv", Kind::batch));
  CHECK(page_reads("income_distribution.csv", Kind::study));
  CHECK_FALSE(page_reads("paths.csv", Kind::study));
}

TEST_CASE("results without a summary are no results for a page", "[unit][report]") {
  const std::vector<SourceTable> none, other{{"months.csv", {"scenario"}, {}}};
  CHECK_THROWS_AS(results_json("{}", Kind::study, none), std::invalid_argument);
  CHECK_THROWS_AS(results_json("{}", Kind::study, other), std::invalid_argument);
  const std::vector<SourceTable> good{summary()};
  CHECK_THROWS_AS(results_json("[1", Kind::study, good), std::invalid_argument);
}
