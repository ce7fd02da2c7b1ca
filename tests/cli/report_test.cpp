// The command around the page: what it reads, where it writes, what it says. How the page looks is told in
// tests/browser.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "scenarios/csv_text.h"
#include "tests/support/program.h"
#include "tests/support/study_text.h"

namespace report_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

/// A place with results in `out` and a page without a script.
struct Desktop {
  TemporaryDirectory directory;
  Desktop() {
    link_program(path());
    write_text(path() / "page.html", "<title><!--title--></title><script type=x><!--results--></script>");
    const auto study = with(small_study, "fee_schedules/cms_2026.csv", "builtin:cms");
    write_text(path() / "study.toml", study);
    REQUIRE(run_shell("./paystress run study.toml --paths 200 -o out", path()).exit_code == 0);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return directory.path(); }
  [[nodiscard]] ProgramResult report(const std::string& options) const {
    return run_shell("PAYSTRESS_REPORT_PAGE=page.html ./paystress report " + options, path());
  }
};

}  // namespace

TEST_CASE("a report is written beside the results, twice the same, and the next run replaces it",
          "[cli][report]") {
  const Desktop place;
  const auto made = place.report("out");
  INFO(made.output);
  REQUIRE(made.exit_code == 0);
  CHECK(made.output == "Report: out/report.html\n");
  const auto page = read_text(place.path() / "out/report.html");
  CHECK(page.find("\"kind\":\"study\"") != std::string::npos);
  CHECK(page.find("<!--") == std::string::npos);
  CHECK(place.report("out -o again.html").exit_code == 0);
  CHECK(read_text(place.path() / "again.html") == page);
  REQUIRE(run_shell("./paystress run study.toml --paths 200 -o out --threads 1", place.path()).exit_code ==
          0);
  CHECK_FALSE(std::filesystem::exists(place.path() / "out/report.html"));
  CHECK(place.report("out").exit_code == 0);
  CHECK(read_text(place.path() / "out/report.html") == page);
}

TEST_CASE("a run with --report ends with its page", "[cli][report]") {
  const Desktop place;
  const auto made =
      run_shell("PAYSTRESS_REPORT_PAGE=page.html ./paystress run study.toml --paths 200 -o out2 --report",
                place.path());
  INFO(made.output);
  CHECK(made.exit_code == 0);
  CHECK(made.output.find("Report: out2/report.html\n") != std::string::npos);
  CHECK(std::filesystem::exists(place.path() / "out2/report.html"));
}

TEST_CASE("a report takes what fit wrote, from beside the tables or from where it is told", "[cli][report]") {
  const Desktop place;
  REQUIRE(place.report("out").exit_code == 0);
  CHECK(read_text(place.path() / "out/report.html").find("fit_check") == std::string::npos);
  const std::string check =
      "column,group,statistic,seen,fitted_mean,fitted_p05,fitted_p95,tail_prob,warning\n"
      "booked,2025-03,mean,16.5,16.1,14,18.2,0.7,\n";
  write_text(place.path() / "check.csv", check);
  CHECK(place.report("out --fit-check check.csv").exit_code == 0);
  const auto page = read_text(place.path() / "out/report.html");
  CHECK(page.find("[1,\"booked\",\"2025-03\",\"mean\",16.5,16.1,14,18.2,0.7,null]") != std::string::npos);
  write_text(place.path() / "out/fit_check.csv", check);
  CHECK(place.report("out").exit_code == 0);
  CHECK(read_text(place.path() / "out/report.html") == page);
  CHECK(place.report("out --fit-check nowhere.csv").exit_code == 2);
}

TEST_CASE("a study that wrote few tables is reported as a study", "[cli][report]") {
  const Desktop place;
  REQUIRE(run_shell("./paystress run study.toml --paths 200 --tables summary,months -o few", place.path())
              .exit_code == 0);
  REQUIRE(place.report("few").exit_code == 0);
  const auto page = read_text(place.path() / "few/report.html");
  CHECK(page.find("\"kind\":\"study\"") != std::string::npos);
  CHECK(page.find("\"months\":{") != std::string::npos);
}

TEST_CASE("a batch of more rows than a table may have is reported, in the room of a page", "[cli][report]") {
  const Desktop place;
  write_text(
      place.path() / "rows.csv",
      "practice,offer,stress,practices.clinic.no_show.rate\nclinic,visit,base,0.05\nclinic,visit,base,0.1\n");
  const auto ran = run_shell(
      "./paystress run study.toml --paths 200 --batch rows.csv -o many --tables summary", place.path());
  INFO(ran.output);
  REQUIRE(ran.exit_code == 0);
  const auto summary = read_text(place.path() / "many/summary.csv");
  const auto end = summary.find('\n') + 1, second = summary.find('\n', end) + 1;
  std::string text = summary.substr(0, end);
  const auto row = summary.substr(end, second - end), after_id = row.substr(row.find(','));
  constexpr std::size_t rows = 95'000;
  for (std::size_t i = 0; i < rows; ++i) text += "row_" + std::to_string(i) + after_id;
  CHECK(static_cast<std::size_t>(std::ranges::count(row, ',') + 1) * rows > most_csv_cells);
  write_text(place.path() / "many/summary.csv", text);
  const auto made = place.report("many");
  INFO(made.output);
  REQUIRE(made.exit_code == 0);
  const auto page = read_text(place.path() / "many/report.html");
  CHECK(page.size() < 500'000);
  CHECK(page.find("\"rows\":95000") != std::string::npos);
  CHECK(place.report("many -o again.html").exit_code == 0);
  CHECK(read_text(place.path() / "again.html") == page);
}

TEST_CASE("what cannot be reported is told, and nothing written", "[cli][report]") {
  const Desktop place;
  const auto is_refused = [&](const ProgramResult& result, const std::string& why) {
    INFO(result.output);
    CHECK(result.exit_code == 2);
    CHECK(result.output.find(why) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(place.path() / "out/report.html"));
  };
  is_refused(place.report("nowhere"), "nowhere: holds no results");
  is_refused(run_shell("PAYSTRESS_REPORT_PAGE= ./paystress report out", place.path()),
             "Run ./paystress report in the source tree");
  for (const std::string file : {"manifest.json", "summary.csv"}) {
    const auto damaged = place.path() / "out" / file;
    const auto text = read_text(damaged);
    for (const std::string damage : {"{", "[]", "", "nothing,of,it\n1,2,3\n"}) {
      write_text(damaged, damage);
      is_refused(place.report("out"), "out/" + file + ":");
    }
    write_text(damaged, text);
  }
  write_text(place.path() / "page.html", "<title><!--title--></title>");
  is_refused(place.report("out"), "the page has no <!--results-->");
  write_text(place.path() / "page.html", "<!--title--><!--results-->");
  std::filesystem::remove(place.path() / "out/summary.csv");
  is_refused(place.report("out"), "there is no summary.csv");
}

}  // namespace report_test
