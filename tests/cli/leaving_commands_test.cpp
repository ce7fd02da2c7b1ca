// Offers that end by leaving as a shell sees them.
#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/column_schema.h"
#include "tests/support/csv_rows.h"
#include "tests/support/program.h"
#include "tests/support/small_study.h"

namespace paystress::leaving_commands_test {
namespace {

using testing::ProgramResult;

const std::string contract = R"([offers.salary]
ends = "leaving"
partial = "prorate"
[[offers.salary.pay]]
name = "salary"
fixed_usd = 240_000
per = "year"
[[offers.salary.pay]]
name = "bonus"
measure = "completed_visits"
mode = "marginal"
reset = "year"
tiers = [ { above = 1_200, usd = 50 } ]
[[offers.salary.adjust]]
name = "repaid"
add_usd = "-left * 30_000 * max(0, 24 - months_employed) / 24"
per = "horizon"
[[offers.salary.adjust]]
name = "notice"
add_usd = "left_by_employer * 240_000 * 73 / 365"
per = "month"
)";

class Desk : public testing::Desk {
 public:
  Desk() {
    write("c.toml", contract);
    std::string ledger = "period,completed_visits\n";
    for (int m = 1; m <= 12; ++m) ledger += std::to_string(m) + ",150\n";
    write("l.csv", ledger);
  }
};

bool holds(const ProgramResult& result, const std::string& text) {
  return result.output.find(text) != std::string::npos;
}

// 150 visits a month against a line of 1,200 a year: of four months the line is 400, and 200 visits lie above
// it. The salary is 20,000 a month, of the sign-on bonus 20 of 24 parts are repaid: 25,000; notice: 48,000.
TEST_CASE("price --leaves pays the month of leaving by hand", "[cli][leaving]") {
  const Desk desk;
  const auto stays = desk.run("price c.toml l.csv --format csv");
  CHECK(stays.exit_code == 0);
  CHECK(holds(stays, "total,total,total,,,,270000.00,"));
  const auto leaves = desk.run("price c.toml l.csv --leaves 4 --format csv");
  CHECK(leaves.exit_code == 0);
  INFO(leaves.output);
  CHECK(holds(leaves, "\n3,total,total,,,,20000.00,"));
  CHECK(holds(leaves, "\n4,bonus,component,1,"));
  CHECK(holds(leaves, "\n4,repaid,adjustment,,,,-25000.00,"));
  CHECK(holds(leaves, "\n4,total,total,,,,5000.00,"));
  CHECK(holds(leaves, "\n5,total,total,,,,0.00,"));
  CHECK(holds(leaves, "total,total,total,,,,65000.00,"));
  const auto sent = desk.run("price c.toml l.csv --leaves 4 --by-employer --format csv");
  CHECK(holds(sent, "total,total,total,,,,113000.00,"));
  // The same where the ledger says it.
  std::string typed = "period,completed_visits,left,left_by_employer\n";
  for (int m = 1; m <= 12; ++m) typed += std::to_string(m) + ",150," + (m == 4 ? "1,1\n" : "0,0\n");
  desk.write("t.csv", typed);
  CHECK(desk.run("price c.toml t.csv --format csv").output == sent.output);
}

TEST_CASE("an offer that ends by leaving ends where the ledger says so, though it names no such column",
          "[cli][leaving]") {
  const Desk desk;
  const std::string salary = "[[offers.a.pay]]\nname = \"salary\"\nfixed_usd = 120_000\nper = \"year\"\n";
  desk.write("a.toml", "[offers.a]\nends = \"leaving\"\npartial = \"prorate\"\n" + salary);
  desk.write("stays.csv", "period\n1\n2\n3\n");
  desk.write("left.csv", "period,left,notes\n1,0,x\n2,1,x\n3,0,x\n");
  const auto typed = desk.run("price a.toml left.csv --format csv");
  CHECK(typed.exit_code == 0);
  CHECK(holds(typed, "total,total,total,,,,20000.00,"));
  CHECK(typed.output == desk.run("price a.toml stays.csv --leaves 2 --format csv").output);
  CHECK(holds(
      desk.run("price a.toml left.csv --leaves 2"),
      "--leaves: the ledger says it already (its column left is 1 in month 2). Leave one of them out."));
  desk.write("twice.csv", "period,left\n1,1\n2,0\n3,1\n");
  CHECK(desk.run("price a.toml twice.csv").output ==
        "twice.csv:4:3: left: is 1 in line 2 too (who leaves does so once). Write 1 in the month at whose "
        "end the "
        "clinician leaves, else 0.\n");
  desk.write("much.csv", "period,left\n1,0\n2,2\n");
  CHECK(holds(desk.run("price a.toml much.csv"), "much.csv:3:3: left: 2 is neither 0 nor 1"));
  // Where nothing reads it, it is said.
  desk.write("lasting.toml", "[offers.a]\n" + salary);
  const auto lasting = desk.run("price lasting.toml left.csv --format csv");
  CHECK(lasting.exit_code == 0);
  CHECK(holds(lasting, "total,total,total,,,,30000.00,"));
  CHECK(holds(
      lasting,
      "left.csv:1:8: warning: left: is left aside (the offer does not end when the clinician leaves). Write "
      "ends = \"leaving\" under [offers.a], or leave the column out.\n"));
}

TEST_CASE("curve --leaves moves what a leaver is paid", "[cli][leaving]") {
  const Desk desk;
  const auto leaves = desk.run(
      "curve c.toml --measure completed_visits --from 1800 --to 1800 --step 1 --leaves 4 --format csv");
  INFO(leaves.output);
  CHECK(leaves.exit_code == 0);
  CHECK(holds(leaves, "point,1800,65000.00,"));
  const auto stays =
      desk.run("curve c.toml --measure completed_visits --from 1800 --to 1800 --step 1 --format csv");
  CHECK(holds(stays, "point,1800,270000.00,"));
}

TEST_CASE("the option --leaves is refused where it has no meaning", "[cli][leaving]") {
  const Desk desk;
  CHECK(desk.run("price c.toml l.csv --leaves 13").exit_code == 2);
  CHECK(holds(desk.run("price c.toml l.csv --leaves 13 2>&1"),
              "--leaves: 13 is none of the months priced (they are 1 to 12)"));
  auto lasting = contract;
  lasting.erase(lasting.find("ends = \"leaving\"\n"), 17);
  lasting.erase(lasting.find("[[offers.salary.adjust]]"));
  desk.write("lasting.toml", lasting);
  CHECK(holds(desk.run("price lasting.toml l.csv --leaves 3 2>&1"), "the offer does not end by leaving"));
  CHECK(desk.run("explain c.toml").output.find("It ends when the clinician leaves") != std::string::npos);
}

// 10 % of 10,000 is withheld in each of two months and released when the clinician leaves; a yearly floor of
// 36,000 is settled then too. In a ledger that stops without a leaver both are open, and that is said.
TEST_CASE("what is settled on leaving brings no warning that it is not", "[cli][leaving]") {
  const Desk desk;
  desk.write(
      "w.toml",
      "[offers.a]\nends = \"leaving\"\npartial = \"full\"\n[[offers.a.pay]]\nname = \"s\"\nfixed_usd = "
      "10_000\nper = \"month\"\n[[offers.a.adjust]]\nname = \"w\"\nwithhold = { share = 0.1, release = "
      "\"quality_score >= 0.5\", in = \"year\" }\n[[offers.a.adjust]]\nname = \"floor\"\nguarantee_usd = "
      "36_000\nper = \"year\"\n[[offers.a.pay]]\nname = \"late\"\nmeasure = \"quality_score\"\nusd = 1\n"
      "reset = \"year\"\npaid = \"period_end\"\nmonths = [1, 24]\n");
  desk.write("w.csv", "period,quality_score\n1,0.8\n2,0.8\n");
  const auto left = desk.run("price w.toml w.csv --leaves 2 --format csv");
  INFO(left.output);
  CHECK(left.exit_code == 0);
  CHECK(holds(left, "\n2,w,adjustment,,,,1000.00,0.00"));
  CHECK_FALSE(holds(left, "warning"));
  const auto stays = desk.run("price w.toml w.csv");
  CHECK(holds(stays, "nothing withheld is ever released in the results"));
  CHECK(holds(stays, "offers.a.adjust.floor.per: no period ends in the months priced"));
  CHECK(holds(stays, "offers.a.pay.late.paid: no period ends in the months priced"));
  const auto curve = "curve w.toml --measure quality_score --from 0.8 --to 0.8 --step 1 --months 2";
  CHECK(holds(desk.run(curve), "warning"));
  CHECK_FALSE(holds(desk.run(curve + std::string(" --leaves 2")), "warning"));
}

// 1,000 paths of a hazard of 0.3 a year: 0.3 within 1.4 %. A path that leaves earns a part of the year, so
// that the median of all lies below that of paths that stay.
TEST_CASE("run tells who leaves beside what staying would have paid", "[cli][leaving]") {
  const Desk desk;
  auto study = testing::small_study_text();
  study += "\n[practices.clinic.leaving]\nper_year = 0.3\nby_employer = 0.5\n" + contract +
           "[[scenarios]]\npractice = \"clinic\"\noffer = \"salary\"\n";
  testing::write_small_study(desk.path(), study);
  const auto run = desk.run("run small.toml --paths 2048 -o out");
  INFO(run.output);
  REQUIRE(run.exit_code == 0);
  CHECK(holds(run, "leaving:"));
  const auto files = testing::csv_files(desk.path() / "out");
  const auto& distribution = files.at("income_distribution.csv");
  CHECK(distribution.find(",left,horizon,left_prob,") != std::string::npos);
  CHECK(distribution.find(",income_usd_if_stayed,horizon,quantile,0.5,") != std::string::npos);
  CHECK(files.at("waterfall.csv").find(",leaving,change,") != std::string::npos);
  const auto exact = desk.run("run small.toml --sampler exact -o exact 2>&1");
  CHECK(exact.exit_code == 2);
  CHECK(holds(exact, "the offer ends when the clinician leaves"));
}

// Collections that come two months late are lost to who leaves: an hour is worth less than to who stays.
TEST_CASE("the hourly waterfall of an offer that ends by leaving ends where its distribution does",
          "[cli][leaving]") {
  const Desk desk;
  desk.write("study.toml", R"([study]
months = 12
paths = 512
[practices.c]
codes = { schedule = "builtin:cms", mix = { "99213" = 0.57, "99214" = 0.43 } }
leaving.per_year = 0.6
collections.lag_months = 2
[offers.v]
ends = "leaving"
partial = "prorate"
tail = "lost"
[[offers.v.pay]]
name = "share"
measure = "collected_usd"
usd = 0.5
reset = "month"
[[scenarios]]
practice = "c"
offer = "v"
)");
  const auto run = desk.run("run study.toml -o out --tables waterfall,income_distribution");
  INFO(run.output);
  REQUIRE(run.exit_code == 0);
  const auto value = [&](const std::string& table, const std::string& column,
                         const std::vector<std::string>& parts) {
    return std::stod(testing::cell_of(testing::read_text(desk.path() / "out" / table), column, parts));
  };
  const double mean = value("income_distribution.csv", "value", {",effective_hourly_usd,horizon,mean,"});
  CHECK(value("waterfall.csv", "usd_mean", {",hourly,", ",realistic,"}) == Approx(mean));
  CHECK(value("waterfall.csv", "usd_mean", {",hourly,", ",leaving,"}) < -5.0);
}

// What a row says is the summary's cell of its scenario; of offers that do not end by leaving nothing.
void check_left_prob(const std::map<std::string, std::string>& files) {
  std::map<std::string, std::string> left;
  const auto summary = testing::csv_rows_of(files.at("summary.csv"));
  const auto at = testing::column_of(summary.front(), "left_prob");
  for (std::size_t r = 1; r < summary.size(); ++r)
    left[summary[r][0]] = at < summary[r].size() ? summary[r][at] : "";
  for (const auto& [name, text] : files) {
    if (name == "summary.csv") continue;
    INFO(name);
    const bool of_pairs = name == "comparisons.csv";
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);
    CHECK(line.ends_with(of_pairs ? ",left_prob_a,left_prob_b" : ",left_prob"));
    std::size_t rows = 0, wrong = 0;
    for (; std::getline(lines, line); ++rows) {
      const auto cells = testing::csv_rows_of(line).front();
      const auto end = of_pairs ? "," + left.at(cells[1]) + "," + left.at(cells[2]) : "," + left.at(cells[0]);
      wrong += line.ends_with(end) ? 0U : 1U;
    }
    CHECK(rows > 0);
    CHECK(wrong == 0);
  }
}

TEST_CASE("every table says how likely an offer ends by leaving", "[cli][leaving]") {
  const Desk desk;
  auto vague = testing::replaced(contract, "mode = \"marginal\"",
                                 "mode = { readings = [\"marginal\", \"retroactive\"] }");
  vague +=
      "[[offers.salary.adjust]]\nname = \"advance\"\ndraw = { usd = 1_000, form = \"additive\", months = "
      "[1, 1], recover_share = 0 }\nper = \"month\"\n";
  const auto study =
      testing::small_study_text() +
      "\n[practices.clinic.leaving]\nper_year = 0.3\n[stresses.unhappy]\n"
      "leaving.per_year = { set = 0.6 }\n" +
      vague +
      "[[scenarios]]\npractice = \"clinic\"\noffer = [\"salary\", \"hybrid\"]\nstresses = [\"base\", "
      "\"unhappy\"]\n";
  testing::write_small_study(desk.path(), study);
  const auto whole = desk.run("run small.toml --paths 512 --paths-csv -o out");
  INFO(whole.output);
  REQUIRE(whole.exit_code == 0);
  const auto files = testing::csv_files(desk.path() / "out");
  CHECK(files.size() == table_schemas().size());
  check_left_prob(files);
  const auto& summary = files.at("summary.csv");
  const auto base = std::stod(testing::cell_of(summary, "left_prob", {"clinic/salary/base,"}));
  const auto unhappy = std::stod(testing::cell_of(summary, "left_prob", {"clinic/salary/unhappy,"}));
  CHECK(base == Approx(0.3).margin(0.09));  // 512 paths: 4.4 errors of 0.02
  CHECK(unhappy == Approx(0.6).margin(0.1));
  // Tables that are made later know it, too.
  REQUIRE(desk.run("run small.toml --paths 512 -o later --tables summary,tier_miss").exit_code == 0);
  const auto resumed = desk.run("run small.toml --paths 512 -o later --resume");
  INFO(resumed.output);
  CHECK(resumed.exit_code == 0);
  auto same = files;
  same.erase("paths.csv");
  CHECK(testing::csv_files(desk.path() / "later") == same);
}

TEST_CASE("rows of a batch say how likely an offer ends by leaving", "[cli][leaving]") {
  const Desk desk;
  const auto study = testing::small_study_text() + "\n[practices.clinic.leaving]\nper_year = 0.3\n" +
                     contract + "[[scenarios]]\npractice = \"clinic\"\noffer = \"salary\"\n";
  testing::write_small_study(desk.path(), study);
  desk.write("rows.csv",
             "scenario,practice,offer,stress,practices.clinic.leaving.per_year\n"
             "few,clinic,salary,base,0.1\nmany,clinic,salary,base,0.8\nstays,clinic,hybrid,base,0.8\n");
  const auto run = desk.run("run small.toml --batch rows.csv --paths 512 -o out");
  INFO(run.output);
  REQUIRE(run.exit_code == 0);
  const auto files = testing::csv_files(desk.path() / "out");
  const auto left = [&](const std::string& table, const std::string& row) {
    return testing::cell_of(files.at(table), "left_prob", {row + ","});
  };
  for (const auto* table : {"waterfall.csv", "tier_miss.csv", "months.csv", "income_distribution.csv"}) {
    INFO(table);
    CHECK(left(table, "few") == left("summary.csv", "few"));
    CHECK(left(table, "many") == left("summary.csv", "many"));
    CHECK(left(table, "stays").empty());
  }
  CHECK(std::stod(left("summary.csv", "many")) > 0.6);
  CHECK(testing::cell_of(files.at("tier_miss.csv"), "practices.clinic.leaving.per_year", {"many,"}) == "0.8");
  const auto employed = std::stod(
      testing::cell_of(files.at("tier_miss.csv"), "miss_while_employed_prob", {"many,", ",share,"}));
  CHECK(employed >= 0.0);
  CHECK(employed <= 1.0);
  CHECK(
      testing::cell_of(files.at("tier_miss.csv"), "miss_while_employed_prob", {"stays,", ",share,"}).empty());
}

}  // namespace
}  // namespace paystress::leaving_commands_test
