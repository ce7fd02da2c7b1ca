// Work RVUs before and after 2021, pinned and floating, priced by run and by hand from the months of a path.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/csv_rows.h"
#include "tests/support/program.h"

namespace paystress::schedule_year_test {
namespace {

using testing::column_of;
using testing::csv_rows_of;

constexpr auto study = R"toml([study]
start = 2020-07-01
months = 12
paths = 256
[practices.clinic]
sessions = { hours = 8.0, slots_per_hour = 3.0 }
demand = { visits_per_day = 18.0 }
codes = { schedule = "fees.csv", mix = { "99213" = 0.6, "99214" = 0.4 } }
audit = { reviewed = 0.5, down = 0.2, up = 0.1, lag_months = 2 }
[[offers.floating.pay]]
name = "work"
measure = "credited_wrvu"
usd = 50
restate = "net_units"
[[offers.pinned.pay]]
name = "work"
measure = "credited_wrvu"
usd = 50
restate = "net_units"
[offers.pinned]
schedule_year = 2020
[[offers.vague.pay]]
name = "work"
measure = "generated_wrvu"
usd = 50
[offers.vague]
schedule_year = { readings = [2020, "current"] }
[stresses.revalued]
months = [3, 4]
codes.work_rvu = { 99214 = { set = 1.75 } }
)toml";
constexpr auto fees =
    "code,work_rvu,year\n99213,0.97,2020\n99214,1.50,2020\n99213,1.30,2021\n99214,1.92,2021\n";

// Cents of a month from its visits and corrections at the work RVUs of two codes.
double cents(const testing::CsvRow& header, const testing::CsvRow& row, double low, double high,
             double low_worked, double high_worked) {
  const auto at = [&](const std::string& name) { return std::stod(row.at(column_of(header, name))); };
  const double generated = at("visits.99213") * low + at("visits.99214") * high;
  const double found = at("code_change.99213") * low_worked + at("code_change.99214") * high_worked;
  return std::round((generated + found) * 50 * 100);
}

TEST_CASE("pinned and floating work RVUs are priced by run and by hand", "[cli][schedule_year]") {
  const testing::Desk desk;
  desk.write("c.toml", study);
  desk.write("fees.csv", fees);
  const auto run = [&](const std::string& arguments) {
    const auto r = desk.run(arguments);
    INFO(r.output);
    REQUIRE(r.exit_code == 0);
    return r.output;
  };
  for (const std::string sampler : {"fast", "reference"})
    for (const std::string stress : {"base", "revalued"}) {
      INFO(sampler << " " << stress);
      const auto months = [&](const std::string& offer) {
        return csv_rows_of(run(fmt::format(
            "replay c.toml --paths 256 --path 9 --scenario clinic/{}/{} --sampler {} --format csv", offer,
            stress, sampler)));
      };
      const auto floating = months("floating"), pinned = months("pinned");
      REQUIRE(floating.size() == 13);
      const auto high_in = [&](int m) {
        return m <= 0 ? 0 : stress == "revalued" && (m == 3 || m == 4) ? 1.75 : m <= 6 ? 1.50 : 1.92;
      };
      const auto low_in = [](int m) { return m <= 6 ? 0.97 : 1.30; };
      for (int m = 1; m <= 12; ++m) {
        const auto& row = floating[static_cast<std::size_t>(m)];
        const auto& pinned_row = pinned[static_cast<std::size_t>(m)];
        CHECK(std::round(std::stod(row.back()) * 100) ==
              cents(floating[0], row, low_in(m), high_in(m), low_in(m - 2), high_in(m - 2)));
        CHECK(std::round(std::stod(pinned_row.back()) * 100) ==
              cents(pinned[0], pinned_row, 0.97, 1.50, 0.97, 1.50));
      }
    }
  run("run c.toml -o r");
  const auto median = [&](const std::string& scenario) {
    for (const auto& row : csv_rows_of(testing::read_text(desk.path() / "r" / "summary.csv")))
      if (row.front() == scenario)
        return std::stod(row.at(column_of(
            csv_rows_of(testing::read_text(desk.path() / "r" / "summary.csv"))[0], "income_usd_p50")));
    return 0.0;
  };
  CHECK(median("clinic/pinned/base") > 0);
  CHECK(median("clinic/pinned/base") == median("clinic/pinned/revalued"));
  CHECK(median("clinic/floating/revalued") > median("clinic/floating/base"));
  desk.write("b.csv",
             "scenario,practice,offer,stress,stresses.revalued.codes.work_rvu.99214.set,"
             "offers.pinned.schedule_year,practices.clinic.codes.year\n"
             "a,clinic,pinned,revalued,1.92,2020,\nb,clinic,pinned,revalued,1.92,2021,2020\n");
  run("run c.toml --batch b.csv -o rb");
  CHECK(run("explain c.toml --offer pinned")
            .find("Its work RVUs are those of the 2020 fee schedule, whatever year it is.") !=
        std::string::npos);
}

TEST_CASE("price counts by the work RVUs that a contract lists", "[cli][schedule_year]") {
  const testing::Desk desk;
  desk.write("c.toml",
             "[[offers.x.pay]]\nname = \"work\"\nmeasure = \"generated_wrvu\"\nusd = 52.17\n"
             "[offers.x]\nwork_rvu = { 99213 = 0.97, 99214 = 1.50 }\n");
  desk.write("l.csv", "period,visits.99213,visits.99214\n1,100,50\n2,3,0\n");
  const auto r = desk.run("price c.toml l.csv --format csv");
  CHECK(r.exit_code == 0);
  // 172 and 2.91 wRVU at $52.17: 8,973.24 and 151.8147.
  CHECK(r.output.find("1,work,component,,172,52.17,8973.24,") != std::string::npos);
  CHECK(r.output.find("2,total,total,,,,151.81,") != std::string::npos);
  desk.write("l.csv", "period,completed_visits\n1,150\n");
  const auto none = desk.run("price c.toml l.csv");
  CHECK(none.exit_code == 2);
  CHECK(none.output.find("visits.CODE: missing columns (the contract counts by code)") != std::string::npos);
}

}  // namespace
}  // namespace paystress::schedule_year_test
