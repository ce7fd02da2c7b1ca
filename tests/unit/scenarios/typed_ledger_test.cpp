#include "scenarios/typed_ledger.h"

#include <catch2/catch.hpp>

#include "scenarios/contract_columns.h"
#include "tests/support/contracts.h"
#include "tests/support/messages.h"

namespace paystress::typed_ledger_test {
namespace {

using Lines = std::vector<std::string>;

Amount amount(const char* text) { return std::get<Amount>(parse_amount(text)); }

PayLine plain_rate(const char* name, const char* measure) {
  MeasuredPay pays;
  pays.measure = amount(measure);
  pays.schedule = SingleRate{Amount(10)};
  PayLine line;
  line.name = name;
  line.pays = pays;
  return line;
}

Contract counting(const char* measure) {
  Contract contract;
  contract.name = "x";
  contract.pay.push_back(plain_rate("p", measure));
  return contract;
}

struct Read {
  std::optional<TypedLedger> ledger;
  Lines faults;
};

Read read(std::string_view text, const Contract& contract, std::vector<ColumnInfo> columns = {},
          std::optional<std::chrono::year_month_day> start = {}) {
  Faults faults;
  Read result;
  const auto csv = parse_csv_text(text, "l.csv", faults);
  REQUIRE(csv);
  result.ledger = read_typed_ledger(*csv, contract, columns, start, 2, faults);
  for (const auto& f : faults.sorted()) result.faults.push_back(to_string(f));
  return result;
}

std::vector<int> months_of(const PeriodGrid& grid) {
  std::vector<int> months;
  for (const auto& p : grid) months.push_back(p.month);
  return months;
}

TEST_CASE("a cell with more decimals than its column is told of is refused", "[typed_ledger]") {
  ColumnInfo fees{"lab_fees", ColumnUnit::usd, ColumnJoin::sum, 10.0, ""};
  const std::string text = "period,lab_fees\n1,10.1\n2,10.125\n";
  CHECK(read(text, counting("lab_fees"), {fees}).faults.empty());
  fees.decimals = 1;
  CHECK(
      read(text, counting("lab_fees"), {fees}).faults ==
      Lines{"l.csv:3:3: lab_fees: 10.125 has 3 digits after the point ([ledger.lab_fees] says decimals = 1). "
            "Correct the cell, or the decimals."});
}

TEST_CASE("a typed ledger stores each column in units of its last typed decimal", "[typed_ledger]") {
  const auto contract = counting("completed_visits + lab_fees + session_hours + quality_score");
  const auto r = read(
      "period,completed_visits,lab_fees,session_hours,quality_score,notes\n"
      "1,100,10.125,160.5,0.8,a good month\n2,0,-3,152,0.75,\n",
      contract, {{"lab_fees", ColumnUnit::usd, ColumnJoin::sum, 100.0, ""}});
  CHECK(r.faults == Lines{});
  REQUIRE(r.ledger);
  const auto& layout = r.ledger->layout;
  REQUIRE(layout.size() == 4);  // notes are not read
  CHECK(layout[*layout.find("completed_visits")].scale == 1.0);
  CHECK(layout[*layout.find("lab_fees")].scale == 1000.0);
  CHECK(layout[*layout.find("lab_fees")].unit == ColumnUnit::usd);
  CHECK(layout[*layout.find("session_hours")].scale == 10.0);
  CHECK(layout[*layout.find("quality_score")].scale == 100.0);
  CHECK(layout[*layout.find("quality_score")].join == ColumnJoin::mean);
  CHECK(layout.audit_lag_months() == 2);
  CHECK(r.ledger->block.at(0, *layout.find("lab_fees"))[0] == 10125.0);
  CHECK(r.ledger->block.at(1, *layout.find("lab_fees"))[0] == -3000.0);
  CHECK(r.ledger->block.at(0, *layout.find("quality_score"))[0] == 80.0);
  CHECK(r.ledger->block.paths() == 1);
}

TEST_CASE("numbers too long for exact sums stay real numbers", "[typed_ledger]") {
  const auto r = read("period,session_hours\n1,0.1234567890123\n2,1e15\n", counting("session_hours"));
  REQUIRE(r.ledger);
  CHECK(r.ledger->layout[0].scale == 0.0);
  CHECK(r.ledger->block.at(0, 0)[0] == 0.1234567890123);
}

TEST_CASE("periods are months or parts of months, in order and without a gap", "[typed_ledger]") {
  const auto contract = counting("slots");
  const auto numbered = read("period,slots\n1,5\n1,5\n2,5\n", contract);
  REQUIRE(numbered.ledger);
  CHECK(months_of(numbered.ledger->grid) == std::vector<int>{1, 1, 2});
  CHECK(!numbered.ledger->grid[0].ends_month);
  CHECK(numbered.ledger->grid[1].ends_month);
  CHECK(numbered.ledger->grid[2].ends_month);
  CHECK(numbered.ledger->grid[2].label == "2");
  CHECK(numbered.ledger->grid[2].calendar_month == 2);

  const auto dated = read("period,slots\n2025-12,5\n2026-01,5\n", contract);
  REQUIRE(dated.ledger);
  CHECK(months_of(dated.ledger->grid) == std::vector<int>{1, 2});
  CHECK(dated.ledger->grid[1].calendar_year == 2026);
  CHECK(dated.ledger->grid[1].calendar_month == 1);

  const auto slips = read("period,slots\n2026-03-15,5\n2026-03-31,5\n2026-04-15,5\n", contract);
  REQUIRE(slips.ledger);
  CHECK(months_of(slips.ledger->grid) == std::vector<int>{1, 1, 2});
  CHECK(slips.ledger->grid[1].ends_month);

  using std::chrono::January, std::chrono::day, std::chrono::year;
  const auto started = read("period,slots\n2026-03,5\n", contract, {}, year(2026) / January / day(1));
  REQUIRE(started.ledger);
  CHECK(months_of(started.ledger->grid) == std::vector<int>{3});
  CHECK(
      read("period,slots\n2025-12,5\n", contract, {}, year(2026) / January / day(1)).faults ==
      Lines{"l.csv:2:1: period: 2025-12 lies before the start of the contract (study.start says when month 1 "
            "is). Leave the row out, or change the start."});
}

TEST_CASE("every fault of a ledger is reported at its cell", "[typed_ledger]") {
  const auto contract = counting("completed_visits");
  CHECK(
      read("period,completed_visits\n1,5\n3,5\n2,5\n2026-04,5\nMay,5\n,5\n", contract).faults ==
      Lines{
          "l.csv:3:1: period: month 2 is left out (a month with no visits is a month). Write a row for it.",
          "l.csv:4:1: period: 2 comes after 3. Order the rows by time; only 1, 2, ... and 2026-01 may stand "
          "in several rows.",
          "l.csv:5:1: period: 2026-04 is not written as 3 is. Write all periods the same way.",
          "l.csv:6:1: period: \"May\" is not a period. Write 1, 2, ... or 2026-01 or, for pay periods within "
          "a month, 2026-01-15.",
          "l.csv:7:1: period: is empty. Write 1, 2, ... or 2026-01 or, for pay periods within a month, "
          "2026-01-15."});
  CHECK(read("period,completed_visits\n2026-02-30,5\n", contract).faults.size() == 1);
  CHECK(
      read("period,completed_visits\n2026-02-15,5\n2026-02-15,5\n", contract).faults ==
      Lines{
          "l.csv:3:1: period: 2026-02-15 comes after 2026-02-15. Order the rows by time; only 1, 2, ... and "
          "2026-01 may stand in several rows."});
  CHECK(
      read("period,completed_visits\n1,\n2,nan\n3,12.5\n4,1e400\n", contract).faults ==
      Lines{
          "l.csv:2:3: completed_visits: is empty. Write 0 for nothing.",
          "l.csv:3:3: completed_visits: \"nan\" is not a number.",
          "l.csv:4:3: completed_visits: 12.5 is not a whole number (this column counts). For parts of a unit "
          "declare a column with unit = \"points\".",
          "l.csv:5:3: completed_visits: 1e400 is beyond what a number can hold."});
  CHECK(read("period,completed_visit\n1,5\n", contract).faults ==
        Lines{"l.csv:1: completed_visits: missing column (pay.p.measure reads it). Did you mean "
              "completed_visit to "
              "be it?"});
  CHECK(read("month,completed_visits\n1,5\n", contract).faults ==
        Lines{"l.csv:1: period: missing column (it holds the month or pay period of each row). Did you mean "
              "month? Name it period."});
  CHECK(read("period,completed_visits\n1,5\nTotal,5\n", contract).faults ==
        Lines{"l.csv:3:1: period: \"Total\" is not a period. Leave rows of totals out: every row is a month "
              "or pay "
              "period."});
  CHECK(read("period,completed_visits\n", contract).faults ==
        Lines{"l.csv:1: has no rows. Write a row for every month or pay period."});
}

TEST_CASE("a column that nobody declared is taken with a warning", "[typed_ledger]") {
  const auto r = read("period,production\n1,5.5\n", counting("production"));
  REQUIRE(r.ledger);
  CHECK(r.ledger->layout[0].unit == ColumnUnit::points);
  CHECK(r.ledger->layout[0].join == ColumnJoin::sum);
  CHECK(r.faults == Lines{"l.csv:1:8: warning: production: is not declared, so its months add up. Write "
                          "[ledger.production] with unit and period to say so."});
}

TEST_CASE("a component for each code needs columns of codes", "[typed_ledger]") {
  auto contract = counting("visits");
  std::get<MeasuredPay>(contract.pay[0].pays).each_code = true;
  CHECK(read("period,slots\n1,5\n", contract).faults ==
        Lines{"l.csv:1: visits.CODE: missing columns (the contract counts by code). Write a column "
              "visits.CODE for every code."});
  const auto r = read("period,visits.a,visits.b\n1,5,6\n", contract);
  REQUIRE(r.ledger);
  CHECK(r.ledger->layout.codes().size() == 2);
}

TEST_CASE("every column that a contract reads is found, with the key that reads it", "[contract_columns]") {
  Contract contract;
  contract.terms = {{"goal", amount("slots * 2")}, {"loop", amount("loop + a")}};
  auto& base = contract.pay.emplace_back();
  base.name = "base";
  base.when = std::get<Condition>(parse_condition("b > 1 and not (c < goal)"));
  base.pays = FixedPay{amount("d"), Span::month, PaidWhen::running};
  auto& tiered = contract.pay.emplace_back();
  tiered.name = "t";
  MeasuredPay pays;
  pays.measure = amount("max(e, earned.base) / this_month(f)");
  pays.blocks = Blocks{amount("g"), amount("h"), amount("i")};
  pays.corridor = Corridor{amount("j"), amount("k"), amount("l"), false};
  pays.pay_per = amount("m");
  TierLadder ladder;
  ladder.tiers.push_back(
      {{amount("n"), true}, amount("o"), amount("p"), std::get<Condition>(parse_condition("q > 1"))});
  pays.schedule = ladder;
  tiered.pays = pays;
  auto& coded = contract.pay.emplace_back();
  coded.name = "c";
  MeasuredPay by_code;
  by_code.schedule = CodeTable{{{"99213", amount("r")}}};
  coded.pays = by_code;
  const auto adjust = [&](const char* name, auto does) {
    Adjustment a;
    a.name = name;
    a.does = does;
    contract.adjust.push_back(a);
  };
  adjust("g", Guarantee{amount("aa")});
  adjust("c", Cap{amount("ab")});
  adjust("m", Multiply{amount("ac")});
  adjust("x", AddMoney{amount("ad")});
  adjust("o", Gate{std::get<Condition>(parse_condition("ae > 0"))});
  Draw draw;
  draw.usd = amount("af");
  draw.forgive = amount("ag");
  adjust("d", draw);
  adjust("w",
         Withhold{amount("ah"), std::get<Condition>(parse_condition("ai > 0")), Span::year, amount("aj")});
  adjust("y", Carry{amount("ak"), Span::year, amount("al")});
  Lines found;
  for (const auto& use : columns_used(contract)) found.push_back(use.column + " " + use.key);
  CHECK(found == Lines{"b pay.base.when",
                       "c pay.base.when",
                       "slots terms.goal",
                       "d pay.base.fixed_usd",
                       "e pay.t.measure",
                       "f pay.t.measure",
                       "g pay.t.blocks.free",
                       "h pay.t.blocks.size",
                       "i pay.t.blocks.min",
                       "j pay.t.corridor.target",
                       "k pay.t.corridor.low",
                       "l pay.t.corridor.high",
                       "m pay.t.pay_per",
                       "n pay.t.tiers.1.at_least",
                       "o pay.t.tiers.1.usd",
                       "p pay.t.tiers.1.flat_usd",
                       "q pay.t.tiers.1.when",
                       "visits.99213 pay.c.table_usd.99213",
                       "r pay.c.table_usd.99213",
                       "aa adjust.g.guarantee_usd",
                       "ab adjust.c.cap_usd",
                       "ac adjust.m.multiply",
                       "ad adjust.x.add_usd",
                       "ae adjust.o.gate",
                       "af adjust.d.draw.usd",
                       "ag adjust.d.draw.forgive",
                       "ah adjust.w.withhold.share",
                       "ai adjust.w.withhold.release",
                       "aj adjust.w.withhold.released",
                       "ak adjust.y.carry.amount",
                       "al adjust.y.carry.limit"});
}

TEST_CASE("a gap is said once, and the rows behind it are read", "[typed_ledger]") {
  CHECK(
      read("period,slots\n1,5\n4,5\n5,5\n7,5\n8,x\n", counting("slots")).faults ==
      Lines{"l.csv:3:1: period: month 2 to month 3 are left out (a month with no visits is a month). Write a "
            "row for each.",
            "l.csv:5:1: period: month 6 is left out (a month with no visits is a month). Write a row for it.",
            "l.csv:6:3: slots: \"x\" is not a number."});
}

TEST_CASE("a misspelt column of a contract is told from one that the ledger lacks", "[typed_ledger]") {
  CHECK(read("period,visits_done\n1,5\n", counting("completed_visit")).faults ==
        Lines{"l.csv:1: completed_visit: missing column (pay.p.measure reads it). Did you mean "
              "completed_visits?"});
}

using testing::contract_of, testing::fixed_pay, testing::pay_line;

// What is said of the months before the first row.
Lines said_of_start(std::string_view text, const Contract& contract,
                    std::optional<std::chrono::year_month_day> start = {}) {
  Faults faults;
  const auto csv = parse_csv_text(text, "l.csv", faults);
  REQUIRE(csv);
  const auto ledger = read_typed_ledger(*csv, contract, {}, start, 0, faults);
  REQUIRE(ledger);
  check_first_months(*csv, *ledger, contract, faults);
  return messages(faults);
}

TEST_CASE("months before the first row are missed only by longer periods", "[typed_ledger]") {
  using std::chrono::January, std::chrono::day, std::chrono::year;
  const auto start = year(2026) / January / day(1);
  auto contract = counting("slots");
  CHECK(said_of_start("period,slots\n2026-03,5\n", contract, start) == Lines{});
  Adjustment floor;
  floor.name = "floor";
  floor.does = Guarantee{100.0};
  floor.per = Span::quarter;
  contract.adjust = {floor};
  CHECK(said_of_start("period,slots\n2026-03,5\n", contract, start) ==
        Lines{"l.csv:2:1: period: 2026-01 to 2026-02 are left out (adjust.floor.per counts over a quarter, "
              "in which they would be months without work). Write rows for them, or [offers.x.opening] with "
              "what stands before the first row."});
  CHECK(said_of_start("period,slots\n5,5\n", contract) ==
        Lines{"l.csv:2:1: period: month 4 is left out (adjust.floor.per counts over a quarter, in which it "
              "would be a month without work). Write a row for it, or [offers.x.opening] with what stands "
              "before the first row."});
  CHECK(said_of_start("period,slots\n4,5\n", contract) == Lines{});
  // Even parts of a year are the same whatever the other months hold, money at the end of it is not.
  auto salary = contract_of("x", {pay_line("base", fixed_pay(1200, Span::year))});
  CHECK(said_of_start("period,slots\n5,5\n", salary) == Lines{});
  std::get<FixedPay>(salary.pay[0].pays).paid = PaidWhen::period_end;
  CHECK(said_of_start("period,slots\n5,5\n", salary).size() == 1);
  auto counted = counting("slots");
  std::get<MeasuredPay>(counted.pay[0].pays).reset = Span::year;
  CHECK(said_of_start("period,slots\n5,5\n", counted) == Lines{});
  std::get<MeasuredPay>(counted.pay[0].pays).measure = amount("max(slots, 3)");
  CHECK(said_of_start("period,slots\n5,5\n", counted).size() == 1);
  counted = counting("slots");
  counted.pay[0].when = std::get<Condition>(parse_condition("to_date(slots) > 3"));
  CHECK(said_of_start("period,slots\n5,5\n", counted).size() == 1);
  // A condition judges the year, and the balance of a draw runs on from its first month.
  auto judged = contract_of("x", {pay_line("base", fixed_pay(1200, Span::year))});
  judged.pay[0].when = std::get<Condition>(parse_condition("slots >= 3"));
  CHECK(said_of_start("period,slots\n5,5\n", judged).size() == 1);
  auto drawn = counting("slots");
  Draw sign_on;
  sign_on.usd = 100.0;
  drawn.adjust = {testing::adjustment("sign_on", sign_on)};
  CHECK(said_of_start("period,slots\n5,5\n", drawn).size() == 1);
  CHECK(said_of_start("period,slots\n1,5\n", drawn) == Lines{});
  std::get<Draw>(drawn.adjust[0].does).months = MonthRange{5, 12};
  CHECK(said_of_start("period,slots\n5,5\n", drawn) == Lines{});
  // A phase begins anew; a quarter of the calendar begins in April whatever the start.
  contract.adjust[0].months = MonthRange{5, 12};
  CHECK(said_of_start("period,slots\n5,5\n", contract) == Lines{});
  contract.adjust[0].months = {};
  contract.year = YearKind::calendar;
  const auto february = year(2026) / std::chrono::February / day(1);
  CHECK(said_of_start("period,slots\n2026-04,5\n", contract, february) == Lines{});
  CHECK(said_of_start("period,slots\n2026-03,5\n", contract, february).size() == 1);
}

TEST_CASE("a term may not hide a column of the ledger", "[typed_ledger]") {
  auto contract = counting("completed_visits");
  contract.terms.emplace_back("completed_visits", Amount(5));
  CHECK(
      read("period,completed_visits\n1,100\n", contract).faults ==
      Lines{
          "l.csv:1:8: completed_visits: is also the name of a term of the contract (a reader could not tell "
          "which is meant). Rename the term or the column."});
}

TEST_CASE("a score is a share", "[typed_ledger]") {
  CHECK(
      read("period,quality_score\n1,80\n2,-0.1\n3,1\n", counting("quality_score")).faults ==
      Lines{"l.csv:2:3: quality_score: 80 is no share (the score runs from 0 to 1). Write 0.8 for 80 %, or "
            "declare a column of your own for another scale.",
            "l.csv:3:3: quality_score: -0.1 is no share (the score runs from 0 to 1). Write 0.8 for 80 %, or "
            "declare a column of your own for another scale."});
}

TEST_CASE("calendar years need to know the month", "[typed_ledger]") {
  auto contract = counting("completed_visits");
  contract.year = YearKind::calendar;
  CHECK(read("period,completed_visits\n1,100\n", contract).faults.size() == 1);
  CHECK(read("period,completed_visits\n2026-07,100\n", contract).faults.empty());
  CHECK(
      read("period,completed_visits\n1,100\n", contract, {}, std::chrono::year(2026) / 7 / 1).faults.empty());
}

TEST_CASE("a last month with rows missing is pointed out", "[typed_ledger]") {
  const auto faults = [](std::string_view rows) {
    return read("period,completed_visits\n" + std::string(rows), counting("completed_visits")).faults;
  };
  CHECK(
      faults("2026-01-15,1\n2026-01-31,1\n2026-02-15,1\n") ==
      Lines{
          "l.csv:4:1: warning: period: 2026-02-15 is the last row of its month, and months before have more "
          "(what is settled by the month is settled in this row). Write the rest of the month too."});
  CHECK(faults("2026-01-15,1\n2026-01-31,1\n2026-02-15,1\n2026-02-28,1\n").empty());
  CHECK(faults("2026-01-15,1\n2026-02-15,1\n").empty());
}

TEST_CASE("code changes of work before the ledger are pointed out", "[typed_ledger]") {
  auto contract = counting("visits.99213");
  auto& pay = std::get<MeasuredPay>(contract.pay[0].pays);
  pay.restate = Restate::when_found;
  const auto said = [&] {
    Faults faults;
    const auto csv =
        parse_csv_text("period,visits.99213,code_change.99213\n1,5,0\n2,5,-1\n3,5,-1\n", "l.csv", faults);
    const auto ledger = read_typed_ledger(*csv, contract, {}, {}, 2, faults);
    REQUIRE(ledger);
    warn_early_changes(*csv, *ledger, contract, faults);
    return messages(faults);
  };
  CHECK(said() ==
        Lines{"l.csv:3:5: warning: code_change.99213: is left out: it concerns work 1 month before the first "
              "row (restate = \"when_found\" prices the month worked again, and that month is not here). "
              "Write rows from the month worked on, or a smaller --audit-lag."});
  pay.restate = Restate::net_units;
  CHECK(said() == Lines{});
}

}  // namespace
}  // namespace paystress::typed_ledger_test
