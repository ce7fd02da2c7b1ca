// price, curve and explain as a shell sees them: exit codes, and what goes to which stream.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/support/program.h"

namespace paystress::contract_commands_test {
namespace {

using testing::ProgramResult;

const std::string contract = R"([offers.visit]
[[offers.visit.pay]]
name = "visits"
measure = "completed_visits"
mode = "retroactive"
reset = "month"
tiers = [ { above = 0, usd = 60 }, { above = 160, usd = 66 } ]
)";

// A directory with a contract and a ledger, and the program run in it.
class Desk : public testing::Desk {
 public:
  Desk() {
    write("c.toml", contract);
    write("l.csv", "period,completed_visits\n1,160\n2,161\n");
  }
  [[nodiscard]] std::string errors_alone(const std::string& arguments) const {
    return run(arguments + " 2>&1 >/dev/null").output;
  }
  [[nodiscard]] std::string output_alone(const std::string& arguments) const {
    return run(arguments + " 2>/dev/null").output;
  }
};

TEST_CASE("price prints the statement with exactly the stated columns", "[cli][price]") {
  const Desk desk;
  const auto result = desk.run("price c.toml --offer visit l.csv --format csv");
  CHECK(result.exit_code == 0);
  CHECK(result.output ==
        "period,name,kind,tier,quantity,rate_usd,amount_usd,balance_usd\n"
        "1,visits,component,1,160,60,9600.00,\n"
        "1,visits,tier,1,160,60,9600.00,\n"
        "1,total,total,,,,9600.00,\n"
        "2,visits,component,2,161,66,10626.00,\n"
        "2,visits,tier,2,161,66,10626.00,\n"
        "2,total,total,,,,10626.00,\n"
        "total,visits,component,,,,20226.00,\n"
        "total,total,total,,,,20226.00,\n");
  CHECK(desk.output_alone("price c.toml l.csv --format csv") == result.output);  // the only offer
  const auto table = desk.run("price c.toml --offer visit l.csv");
  CHECK(table.exit_code == 0);
  CHECK(table.output.find("\n2       visits  component     2       161  66.00  10626.00\n") !=
        std::string::npos);
}

TEST_CASE("price reports every fault of both files at once and prints no statement", "[cli][price]") {
  const Desk desk;
  desk.write("bad.toml", contract + "mod = 3\n[[offers.visit.pay]]\nname = \"base\"\nfixed_usd = 1\n");
  desk.write("bad.csv", "period,completed_visits\n1,many\n3,5,6\n");
  const auto result = desk.run("price bad.toml --offer visit bad.csv");
  CHECK(result.exit_code == 2);
  CHECK(
      result.output ==
      "bad.csv:3: has 3 cells where the header has 2. Write one cell for every column; a cell may be empty.\n"
      "bad.toml:8:1: offers.visit.pay.1.mod: unknown key. Did you mean mode?\n"
      "bad.toml:9:1: offers.visit.pay.2.per: missing (dollars a month and dollars a year are told apart by "
      "nothing "
      "else). Write per = \"month\", \"quarter\", \"year\" or \"horizon\".\n");
  CHECK(desk.output_alone("price bad.toml --offer visit bad.csv") == "");

  desk.write("bad.csv", "period,visits\n1,many\n3,5\n");
  const auto ledger = desk.run("price c.toml bad.csv");
  CHECK(ledger.exit_code == 2);
  CHECK(
      ledger.output ==
      "bad.csv:1: completed_visits: missing column (pay.visits.measure reads it). Add the column.\n"
      "bad.csv:3:1: period: month 2 is left out (a month with no visits is a month). Write a row for it.\n");
}

TEST_CASE("price shows the faults of a contract and of its ledger together", "[cli][price]") {
  const Desk desk;
  desk.write(
      "half.toml",
      contract + "[[offers.visit.adjust]]\nname = \"held\"\nwithhold = { share = 1.5, in = \"year\" }\n");
  desk.write("bad.csv", "period,visits\n1,3\n");
  const auto result = desk.run("price half.toml bad.csv");
  CHECK(result.exit_code == 2);
  CHECK(result.output ==
        "bad.csv:1: completed_visits: missing column (pay.visits.measure reads it). Add the column.\n"
        "half.toml:10:12: offers.visit.adjust.1.withhold.release: missing (money that nothing releases is "
        "lost). Write release = the condition under which it is paid out.\n"
        "half.toml:10:22: offers.visit.adjust.held.withhold.share: 1.5 is not a share of pay (more than all "
        "cannot be withheld). Write a number above 0, at most 1.\n");
}

TEST_CASE("price refuses a ledger that begins within a longer period, unless it is opened", "[cli][price]") {
  const Desk desk;
  const auto floored = "[study]\nstart = 2026-01-01\n" + contract +
                       "[[offers.visit.adjust]]\nname = \"floor\"\nguarantee_usd = 9000\nper = \"quarter\"\n";
  desk.write("floor.toml", floored);
  desk.write("late.csv", "period,completed_visits\n2026-02,10\n2026-03,10\n");
  const auto result = desk.run("price floor.toml late.csv");
  CHECK(result.exit_code == 2);
  CHECK(
      result.output ==
      "late.csv:2:1: period: 2026-01 is left out (adjust.floor.per counts over a quarter, in which it would "
      "be a month without work). Write a row for it, or [offers.visit.opening] with what stands before the "
      "first row.\n");
  desk.write("floor.toml", floored + "[offers.visit.opening]\ncompleted_visits = 170\n");
  CHECK(desk.run("price floor.toml late.csv").exit_code == 0);
}

TEST_CASE("a withhold whose year began before the start asks for what was earned", "[cli][price]") {
  const Desk desk;
  const std::string opened =
      "[study]\nstart = 2026-10-01\n[offers.doc]\nyear = \"calendar\"\n"
      "opening = { withheld_usd = 4_000, completed_visits = 300 }\n"
      "[[offers.doc.pay]]\nname = \"visits\"\nmeasure = \"completed_visits\"\nusd = 50\n"
      "[[offers.doc.adjust]]\nname = \"wh\"\n"
      "withhold = { share = 0.1, release = \"completed_visits >= 900\", in = \"year\" }\n";
  desk.write("o.toml", opened);
  desk.write("o.csv", "period,completed_visits\n2026-10,280\n2026-11,350\n2026-12,420\n");
  CHECK(
      desk.run("price o.toml o.csv").output ==
      "o.toml:3:1: offers.doc.partial: missing (adjust.wh runs over a year of which only 3 of 12 months fall "
      "in the contract). Write partial = \"prorate\", \"full\" or \"none\", or opening.earned_usd = { NAME = "
      "dollars }, earned in that year before the start.\n");
  auto said = opened;
  said.replace(said.find("4_000,"), 6, "4_000, earned_usd = { visits = 40_000 },");
  desk.write("o.toml", said);
  CHECK(desk.run("price o.toml o.csv").exit_code == 0);
}

TEST_CASE("without a start the first row says which month a phase of days counts from", "[cli][price]") {
  const Desk desk;
  desk.write("p.toml",
             "[offers.doc]\npartial = \"prorate\"\n[[offers.doc.pay]]\nname = \"base\"\nfixed_usd = 3_100\n"
             "per = \"month\"\nmonths = [2026-01-17, 2]\n");
  desk.write("p.csv", "period,workdays\n2026-01,20\n2026-02,20\n");
  const auto priced = desk.run("price p.toml p.csv --format csv");
  CHECK(priced.exit_code == 0);
  // 15 of the 31 days of January.
  CHECK(priced.output.find("2026-01,base,component,,,,1500.00,") != std::string::npos);
  desk.write("n.csv", "period,workdays\n1,20\n2,20\n");
  CHECK(desk.run("price p.toml n.csv").output ==
        "p.toml:7:10: offers.doc.pay.1.months: names a day, and the first month is not known (months count "
        "from "
        "the start). Write start under [study], or months such as [7, 18]; price also knows it from a ledger "
        "whose periods are dates.\n");
}

TEST_CASE("contracts that contradict themselves are refused at the key", "[cli][price]") {
  const Desk desk;
  desk.write("cap.toml",
             contract +
                 "[[offers.visit.adjust]]\nname = \"floor\"\nguarantee_usd = 9000\nper = \"month\"\n"
                 "[[offers.visit.adjust]]\nname = \"cap\"\ncap_usd = 1\nper = \"month\"\non = [\"visit\"]\n");
  const auto unknown = desk.run("explain cap.toml");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.output.find("cap.toml:16:6: offers.visit.adjust.cap.on") == 0);
}

TEST_CASE("an offer that is not there, or not chosen, is bad input", "[cli][price]") {
  const Desk desk;
  CHECK(desk.run("price c.toml --offer visits l.csv").output ==
        "c.toml: offers.visits: there is no such offer. Did you mean visit?\n");
  CHECK(desk.run("price c.toml --offer visits l.csv").exit_code == 2);
  desk.write("two.toml", contract + "[offers.other]\n");
  CHECK(desk.run("explain two.toml").output ==
        "two.toml: holds 2 offers. Say which with --offer: visit, other.\n");
  desk.write("none.toml", "[study]\nmonths = 3\n");
  CHECK(desk.run("explain none.toml").output ==
        "none.toml: offers: missing (there is no contract to read). Write an [offers.NAME] table.\n");
  CHECK(desk.run("explain none.toml").exit_code == 2);
  CHECK(desk.run("price c.toml nowhere.csv").exit_code == 2);
  CHECK(desk.run("price nowhere.toml l.csv").exit_code == 2);
  CHECK(desk.run("price c.toml").exit_code == 2);
  CHECK(desk.run("price c.toml l.csv --format html").exit_code == 2);
}

TEST_CASE("a contract in a study is priced without reading the rest of it", "[cli][price]") {
  const Desk desk;
  desk.write("study.toml", "[study]\nstart = 2026-03-01\n[practices.p]\nnonsense = 1\n" + contract);
  desk.write("dated.csv", "period,completed_visits\n2026-03,10\n");
  CHECK(desk.run("price study.toml dated.csv").exit_code == 0);
  desk.write("dated.csv", "period,completed_visits\n2026-02,10\n");
  CHECK(desk.run("price study.toml dated.csv").exit_code == 2);
}

TEST_CASE("curve prints points and cliffs", "[cli][curve]") {
  const Desk desk;
  const std::string command =
      "curve c.toml --offer visit --measure completed_visits --from 0 --to 200 --step 100";
  CHECK(desk.output_alone(command + " --format csv") ==
        "kind,quantity,pay_usd,average_usd,marginal_usd,jump_usd\n"
        "point,0,0.00,,60,\n"
        "point,100,6000.00,60,60,\n"
        "point,200,13200.00,66,66,\n"
        "cliff,161,,,,960.00\n");
  const auto table = desk.run(command);
  CHECK(table.exit_code == 0);
  CHECK(table.output.find("Cliff: from 160 to 161 pay jumps up by 960.00.\n") != std::string::npos);
}

TEST_CASE("curve names every value that is missing or wrong", "[cli][curve]") {
  const Desk desk;
  desk.write(
      "h.toml",
      "[offers.h]\n[[offers.h.pay]]\nname = \"p\"\nmeasure = \"credited_wrvu / session_hours\"\nusd = 10\n"
      "reset = \"month\"\n");
  const auto missing = desk.run("curve h.toml --measure credited_wrvu --from 0 --to 9 --step 0");
  CHECK(missing.exit_code == 2);
  CHECK(missing.output ==
        "--step: 0 is not above 0.\n"
        "--with: session_hours: missing (the contract reads this column too). Add --with session_hours=... "
        "(its "
        "total over 1 month).\n");
  const auto wrong = desk.run(
      "curve h.toml --measure wrvu --from x --to 1 --step 1 --with session_hours=many --with slots=3 --with "
      "credited_wrvu");
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.output ==
        "--measure: wrvu: the contract does not read this column. Known here: credited_wrvu, session_hours.\n"
        "--with: session_hours: \"many\" is not a number.\n"
        "--with: slots: the contract does not read this column.\n"
        "--with: credited_wrvu: has no value. Write --with credited_wrvu=NUMBER.\n"
        "--with: credited_wrvu: missing (the contract reads this column too). Add --with credited_wrvu=... "
        "(its total "
        "over 1 month).\n");
}

TEST_CASE("curve takes what a typed ledger takes", "[cli][curve]") {
  const Desk desk;
  desk.write(
      "q.toml",
      "[ledger.fees]\nunit = \"usd\"\nperiod = \"sum\"\ndecimals = 1\n[offers.q]\n[[offers.q.pay]]\nname = "
      "\"p\"\nmeasure = \"completed_visits * quality_score + no_shows + fees\"\nusd = 10\nreset = "
      "\"month\"\n");
  const std::string curve =
      "curve q.toml --measure completed_visits --from 0 --to 10 --step 5 --with quality_score=";
  const auto refused = desk.run(curve + "1.5 --with no_shows=2.5 --with fees=1.25");
  CHECK(refused.exit_code == 2);
  CHECK(
      refused.output ==
      "--with: quality_score: 1.5 is no share (the score runs from 0 to 1). Write 0.8 for 80 %, or declare a "
      "column of your own for another scale.\n"
      "--with: no_shows: 2.5 is not a whole number (this column counts). For parts of a unit declare a "
      "column "
      "with unit = \"points\".\n"
      "--with: fees: 1.25 has 2 digits after the point ([ledger.fees] says decimals = 1). Correct the cell, "
      "or "
      "the decimals.\n");
  CHECK(desk.run(curve + "x --with no_shows=1e17 --with fees=0").output ==
        "--with: quality_score: \"x\" is not a number.\n"
        "--with: no_shows: 1e17 is too large (quantities are exact up to 9007199254740992).\n");
  CHECK(desk.run(curve + "0.5 --with no_shows=2 --with fees=1.2").exit_code == 0);
}

TEST_CASE("explain takes an opening that names codes or columns that the contract only counts",
          "[cli][explain]") {
  const Desk desk;
  desk.write("o.toml", R"toml(
[offers.x]
opening = { visits.99214 = 40, visits.99213 = 5 }
[[offers.x.pay]]
name = "visits"
measure = "visits"
each = "code"
reset = "year"
mode = "marginal"
tiers = [{ above = 0, usd = 10 }, { above = 100, usd = 12 }]
)toml");
  const auto result = desk.run("explain o.toml");
  INFO(result.output);
  CHECK(result.exit_code == 0);
}

TEST_CASE("explain prints to standard output and warns on standard error", "[cli][explain]") {
  const Desk desk;
  CHECK(desk.run("explain c.toml").exit_code == 0);
  CHECK(desk.errors_alone("explain c.toml") == "");
  CHECK(desk.output_alone("explain c.toml").starts_with("visit (offer visit)\n"));
  // No ledger is at hand: codes are not asked for, and the length of a study is not its business.
  desk.write("codes.toml",
             "[offers.x]\n[[offers.x.pay]]\nname = \"v\"\neach = \"code\"\nmeasure = \"visits\"\nreset = "
             "\"month\"\nusd = 9\n"
             "[[offers.x.adjust]]\nname = \"d\"\nper = \"month\"\n"
             "draw = { usd = 500, form = \"top_up\", recover_from = 4 }\n");
  CHECK(desk.run("explain codes.toml").exit_code == 0);
  CHECK(desk.errors_alone("explain codes.toml") == "");
}

TEST_CASE("an expression of 10,000 terms is read, checked, priced and explained in seconds", "[cli][price]") {
  const Desk desk;
  // 0.01 to 0.16 s of one processor each when this was written; the bound allows for a busy machine.
  constexpr auto most = std::chrono::seconds(5);
  const auto sum_of = [](auto term) {
    std::string text = term(0);
    for (int i = 1; i < 10'000; ++i) text += (i % 3 == 0 ? " - " : " + ") + term(i);
    return text;
  };
  const auto plain = sum_of([](int i) { return fmt::format("{}.5*completed_visits", i % 97); });
  const auto nested = sum_of([](int i) { return fmt::format("max({},v)", i % 100); });
  for (const auto& measure : {plain, nested}) {
    desk.write(
        "long.toml",
        "[offers.n]\nterms = { v = \"completed_visits / 2\" }\n[[offers.n.pay]]\nname = \"p\"\nmeasure = \"" +
            measure + "\"\nusd = 0.001\nreset = \"month\"\n");
    for (const auto* command : {"check long.toml", "price long.toml l.csv", "explain long.toml"}) {
      const auto began = std::chrono::steady_clock::now();
      const auto result = desk.run(command);
      INFO(command << "\n" << result.output.substr(0, 500));
      CHECK(result.exit_code == 0);
      CHECK(std::chrono::steady_clock::now() - began < most);
    }
  }
}

// 40 % of 2,000 collected in two months, and of the 600 that come in after the second.
TEST_CASE("price, curve and explain pay what is collected after the end", "[cli][price][curve][explain]") {
  const Desk desk;
  const std::string doc =
      "[offers.doc]\nends = 2\ntail = \"paid\"\n[[offers.doc.pay]]\nname = \"share\"\n"
      "measure = \"collected_usd\"\nusd = 0.40\nreset = \"month\"\n";
  desk.write("t.toml", doc);
  desk.write("t.csv", "period,collected_usd,tail_usd\n1,1000,500\n2,1000,600\n3,0,0\n");
  const auto priced = desk.run("price t.toml t.csv --format csv");
  INFO(priced.output);
  CHECK(priced.exit_code == 0);
  CHECK(priced.output.find("\n1,total,total,,,,400.00,") != std::string::npos);
  CHECK(priced.output.find("\n2,total,total,,,,640.00,") != std::string::npos);
  CHECK(priced.output.find("total,total,total,,,,1040.00,") != std::string::npos);
  const auto explained = desk.run("explain t.toml");
  CHECK(explained.exit_code == 0);
  CHECK(explained.output.find("warning") == std::string::npos);
  const std::string curve =
      "curve t.toml --measure collected_usd --from 2000 --to 2000 --step 1 --months 2 --format csv";
  const auto drawn = desk.run(curve + " --with tail_usd=600");
  INFO(drawn.output);
  CHECK(drawn.output.find("point,2000,1040.00,") != std::string::npos);
  CHECK(desk.run(curve).output.find("tail_usd: missing") != std::string::npos);
  // A ledger that lacks it is told so at its header, and the offer that ends by leaving pays the same.
  desk.write("less.csv", "period,collected_usd\n1,1000\n2,1000\n");
  const auto less = desk.run("price t.toml less.csv");
  CHECK(less.exit_code == 2);
  CHECK(less.output.find("less.csv:1: tail_usd: missing column") != std::string::npos);
  auto leaving = doc;
  leaving.replace(leaving.find("ends = 2"), 8, "ends = \"leaving\"\npartial = \"full\"");
  desk.write("l.toml", leaving);
  const auto left = desk.run("price l.toml t.csv --leaves 2 --format csv");
  INFO(left.output);
  CHECK(left.output.find("total,total,total,,,,1040.00,") != std::string::npos);
}

TEST_CASE("pay beyond what keeps its cents is bad input in one sentence", "[cli][price]") {
  const Desk desk;
  desk.write("power.toml",
             "[offers.n]\n[[offers.n.pay]]\nname = \"p\"\nmeasure = \"completed_visits * completed_visits\"\n"
             "usd = 1_000_000_000\nreset = \"month\"\n");
  desk.write("many.csv", "period,completed_visits\n1,1000\n");
  const auto result = desk.run("price power.toml many.csv");
  CHECK(result.exit_code == 2);
  CHECK(result.output ==
        "paystress: offers.n: p in 1 is beyond 90,000,000,000,000 dollars (money is kept to the cent up to "
        "there). "
        "Correct the amounts of the contract or the quantities.\n");
}

}  // namespace
}  // namespace paystress::contract_commands_test
