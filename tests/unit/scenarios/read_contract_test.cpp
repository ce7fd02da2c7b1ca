#include "scenarios/read_contract.h"

#include <catch2/catch.hpp>

#include "scenarios/dotted_key.h"
#include "tests/support/offer_x.h"

namespace paystress::read_contract_test {
namespace {

using Lines = std::vector<std::string>;

Lines faults_of(const std::string& toml) { return read_offer_x(toml).faults; }

Contract whole(const std::string& toml) {
  const auto result = read_offer_x(toml);
  CHECK(result.faults == Lines{});
  REQUIRE(result.contract);
  return *result.contract;
}

// One component, its keys given.
std::string pay(const std::string& keys) { return "[[offers.x.pay]]\nname = \"p\"\n" + keys + "\n"; }
std::string adjust(const std::string& keys) {
  return pay("fixed_usd = 1\nper = \"month\"") + "[[offers.x.adjust]]\nname = \"a\"\n" + keys + "\n";
}
const MeasuredPay& measured(const Contract& c) { return std::get<MeasuredPay>(c.pay.at(0).pays); }

TEST_CASE("every key of a contract is read", "[read_contract]") {
  const auto c = whole(R"toml(
[ledger.lab_fees]
unit = "usd"
period = "sum"
[offers.x]
title = "All of it"
advertised_usd_per_year = 260_000
advertised_practice = "brochure"
year = "calendar"
partial = "prorate"
ends = 24
round = { to = "dollar", how = "half_even", at = "subtotal" }
[offers.x.terms]
rate = "120 / 3"
goal = 900
[offers.x.opening]
draw_balance_usd = 250.5
withheld_usd = 10
completed_visits = 40
visits.99214 = 7
"visits.99215" = 3
[[offers.x.pay]]
name = "base"
fixed_usd = "goal * 100"
per = "year"
paid = "period_end"
counts = false
months = [7, 18]
when = "to_date(completed_visits) > 900 and not (month == 3)"
round = { to = 0.05, how = "truncate", at = "rate" }
[[offers.x.pay]]
name = "ladder"
measure = "credited_wrvu / session_hours"
mode = "lump_sum"
lump = "accumulate"
reset = "quarter"
paid = "interim"
restate = "when_found"
pay_per = "credited_wrvu"
pay_over = "month"
blocks = { free = 1, size = 10, min = 2 }
tiers = [ { at_least = 3, usd = 40, flat_usd = 9, when = "month > 2" }, { above = "rate", usd = "1/3" } ]
[[offers.x.pay]]
name = "codes"
table_usd = { "99213" = 60, "99214" = "rate" }
reset = "month"
[[offers.x.pay]]
name = "curve"
measure = "lab_fees"
each = "code"
reset = "horizon"
corridor = { target = 100, low = 96, from = "edge" }
curve = [[0, 0], [80, 0], ["4 * 20", "120 / 3"], [100, 50.5]]
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 14_000
per = "month"
on = ["base", "ladder"]
months = [1, 12]
when = "month < 9"
paid = "period_end"
round = { to = "none" }
[[offers.x.adjust]]
name = "owed"
per = "month"
draw = { usd = 1500, form = "additive", months = [1, 6], recover_from = 4, recover_share = 0.5, at_end = "forgiven", forgive = "100", forgive_from = 12 }
[[offers.x.adjust]]
name = "held"
withhold = { share = 0.1, release = "quality_score >= 0.8", in = "year", released = 0.5 }
[[offers.x.adjust]]
name = "over"
per = "year"
carry = { amount = "max(0, earned.base - 100)", into = "year", limit = 500 }
[[offers.x.adjust]]
name = "units"
per = "year"
carry = { amount = 3, into = "curve" }
[[offers.x.adjust]]
name = "share"
multiply = 0.9
[[offers.x.adjust]]
name = "gate"
gate = "quality_score > 0.5"
per = "quarter"
[[offers.x.adjust]]
name = "gift"
add_usd = -5
per = "horizon"
[[offers.x.adjust]]
name = "cap"
cap_usd = 1e6
per = "year"
on = ["base"]
)toml");
  CHECK(c.name == "x");
  CHECK(c.title == "All of it");
  CHECK(c.advertised_usd_per_year == 260000.0);
  CHECK(c.advertised_practice == "brochure");
  CHECK(c.year == YearKind::calendar);
  CHECK(c.partial == Partial::prorate);
  CHECK(c.ends == 24);
  CHECK(c.round.unit_usd == 1.0);
  CHECK(c.round.how == Rounding::How::half_even);
  CHECK(c.round.at == Rounding::At::subtotal);
  REQUIRE(c.terms.size() == 2);
  CHECK(c.terms[0].first == "rate");
  CHECK(c.terms[0].second.constant() == 40.0);
  CHECK(c.opening.draw_balance_usd == 250.5);
  CHECK(c.opening.withheld_usd == 10.0);
  CHECK(c.opening.to_date == std::vector<std::pair<std::string, double>>{
                                 {"completed_visits", 40}, {"visits.99214", 7}, {"visits.99215", 3}});
  REQUIRE(c.pay.size() == 4);
  const auto& base = c.pay[0];
  CHECK(!base.counts);
  CHECK(base.months->first == 7);
  CHECK(base.months->last == 18);
  REQUIRE(base.when);
  CHECK(base.when->op == Condition::Op::all_of);
  CHECK(base.round->unit_usd == 0.05);
  CHECK(base.round->how == Rounding::How::truncate);
  CHECK(base.round->at == Rounding::At::rate);
  const auto& fixed = std::get<FixedPay>(base.pays);
  CHECK(fixed.usd.text() == "goal * 100");
  CHECK(fixed.per == Span::year);
  CHECK(fixed.paid == PaidWhen::period_end);
  const auto& tiered = std::get<MeasuredPay>(c.pay[1].pays);
  CHECK(tiered.measure.text() == "credited_wrvu / session_hours");
  CHECK(tiered.reset == Span::quarter);
  CHECK(tiered.paid == PaidWhen::interim);
  CHECK(tiered.restate == Restate::when_found);
  CHECK(tiered.pay_per->text() == "credited_wrvu");
  CHECK(tiered.pay_over == Span::month);
  CHECK(tiered.blocks->free.constant() == 1.0);
  CHECK(tiered.blocks->size.constant() == 10.0);
  CHECK(tiered.blocks->min.constant() == 2.0);
  const auto& ladder = std::get<TierLadder>(tiered.schedule);
  CHECK(ladder.mode == TierMode::lump_sum);
  CHECK(ladder.lump == LumpRule::accumulate);
  REQUIRE(ladder.tiers.size() == 2);
  CHECK(ladder.tiers[0].from.included);
  CHECK(ladder.tiers[0].from.at.constant() == 3.0);
  CHECK(ladder.tiers[0].usd.constant() == 40.0);
  CHECK(ladder.tiers[0].flat_usd.constant() == 9.0);
  CHECK(ladder.tiers[0].when);
  CHECK(!ladder.tiers[1].from.included);
  CHECK(ladder.tiers[1].from.at.text() == "rate");
  const auto& codes = std::get<CodeTable>(std::get<MeasuredPay>(c.pay[2].pays).schedule);
  REQUIRE(codes.usd_by_code.size() == 2);
  CHECK(codes.usd_by_code[0].first == "99213");
  CHECK(codes.usd_by_code[1].second.text() == "rate");
  const auto& curved = std::get<MeasuredPay>(c.pay[3].pays);
  CHECK(curved.each_code);
  CHECK(curved.corridor->target.constant() == 100.0);
  CHECK(curved.corridor->low->constant() == 96.0);
  CHECK(!curved.corridor->high);
  CHECK(curved.corridor->from_edge);
  std::vector<std::pair<double, double>> points;
  for (const auto& [x, y] : std::get<Curve>(curved.schedule).points)
    points.emplace_back(x.constant().value(), y.constant().value());
  CHECK(points == std::vector<std::pair<double, double>>{{0, 0}, {80, 0}, {80, 40}, {100, 50.5}});
  REQUIRE(c.adjust.size() == 9);
  CHECK(c.adjust[0].on == Lines{"base", "ladder"});
  CHECK(c.adjust[0].paid == PaidWhen::period_end);
  CHECK(!c.adjust[0].round->unit_usd);
  CHECK(std::get<Guarantee>(c.adjust[0].does).usd.constant() == 14000.0);
  const auto& draw = std::get<Draw>(c.adjust[1].does);
  CHECK(draw.usd.constant() == 1500.0);
  CHECK(draw.form == Draw::Form::additive);
  CHECK(draw.months->last == 6);
  CHECK(draw.recover_from == 4);
  CHECK(draw.recover_share == 0.5);
  CHECK(draw.at_end == Draw::AtEnd::forgiven);
  CHECK(draw.forgive->constant() == 100.0);
  CHECK(draw.forgive_from == 12);
  const auto& held = std::get<Withhold>(c.adjust[2].does);
  CHECK(held.share.constant() == 0.1);
  CHECK(held.release.text() == "quality_score >= 0.8");
  CHECK(held.in == Span::year);
  CHECK(held.released.constant() == 0.5);
  const auto& over = std::get<Carry>(c.adjust[3].does);
  CHECK(std::get<Span>(over.into) == Span::year);
  CHECK(over.limit->constant() == 500.0);
  CHECK(c.adjust[3].per == Span::year);
  CHECK(std::get<std::string>(std::get<Carry>(c.adjust[4].does).into) == "curve");
  CHECK(std::get<Multiply>(c.adjust[5].does).factor.constant() == 0.9);
  CHECK(std::get<Gate>(c.adjust[6].does).open.text() == "quality_score > 0.5");
  CHECK(c.adjust[6].per == Span::quarter);
  CHECK(std::get<AddMoney>(c.adjust[7].does).usd.constant() == -5.0);
  CHECK(std::get<Cap>(c.adjust[8].does).usd.constant() == 1e6);
}

TEST_CASE("what decides the pay is required, never assumed", "[read_contract]") {
  CHECK(
      faults_of(pay("measure = \"completed_visits\"\ntiers = [ { above = 120, usd = 20 } ]")) ==
      Lines{"c.toml:1:1: offers.x.pay.1.mode: missing (a tier that re-rates every unit pays very differently "
            "from one that does not). Write mode = \"marginal\" or \"retroactive\".",
            "c.toml:1:1: offers.x.pay.1.reset: missing (counting again from zero each month pays differently "
            "from counting on). Write reset = \"month\", \"quarter\", \"year\" or \"horizon\"."});
  CHECK(faults_of(pay("fixed_usd = 150_000")) ==
        Lines{"c.toml:1:1: offers.x.pay.1.per: missing (dollars a month and dollars a year are told apart by "
              "nothing else). Write per = \"month\", \"quarter\", \"year\" or \"horizon\"."});
  CHECK(faults_of(adjust("guarantee_usd = 14_000")) ==
        Lines{"c.toml:5:1: offers.x.adjust.1.per: missing (guarantee_usd of a month and of a year pay very "
              "differently). Write per = \"month\", \"quarter\", \"year\" or \"horizon\"."});
  CHECK(
      faults_of(adjust("cap_usd = 14_000\nper = \"year\"")) ==
      Lines{"c.toml:5:1: offers.x.adjust.1.on: missing (a cap binds what it names, and nothing else). Write "
            "on = [\"...\"]."});
  CHECK(faults_of(adjust("draw = { usd = 1000 }\nper = \"month\"")) ==
        Lines{"c.toml:7:8: offers.x.adjust.1.draw.form: missing (a draw that fills up to an amount pays "
              "differently from one that is paid on top). Write form = \"top_up\", \"additive\" or "
              "\"advance\"."});
  CHECK(
      faults_of("[offers.x]\ntitle = \"nothing\"\n") ==
      Lines{"c.toml:1:1: offers.x.pay: missing (an offer without a component or an adjustment pays nothing). "
            "Write at least one [[offers.x.pay]] table."});
  CHECK(faults_of("[offers.x]\n[[offers.x.adjust]]\nname = \"a\"\nadd_usd = 100\nper = \"month\"\n").empty());
}

TEST_CASE("reset may be left out only where it cannot matter", "[read_contract]") {
  const auto needs_reset = [](const std::string& keys) { return !faults_of(pay(keys)).empty(); };
  CHECK(whole(pay("measure = \"completed_visits\"\nusd = 60")).pay.size() == 1);
  CHECK(measured(whole(pay("measure = \"completed_visits\"\nusd = 60"))).reset == Span::month);
  CHECK(!needs_reset("table_usd = { \"99213\" = 60 }"));
  CHECK(!needs_reset("measure = \"2 * completed_visits - no_shows / 4\"\nusd = \"1/3\""));
  CHECK(!needs_reset("measure = \"earned.base\"\nusd = 0.1"));
  CHECK(needs_reset("measure = \"max(0, completed_visits - 100)\"\nusd = 60"));
  CHECK(needs_reset("measure = \"completed_visits / session_hours\"\nusd = 60"));
  CHECK(needs_reset("measure = \"completed_visits - 100\"\nusd = 60"));
  CHECK(needs_reset("measure = \"completed_visits\"\nusd = \"month\""));
  CHECK(needs_reset("measure = \"completed_visits\"\nusd = 60\nblocks = { size = 10 }"));
  CHECK(needs_reset("measure = \"panel_members\"\nusd = 2"));
  CHECK(needs_reset("measure = \"completed_visits\"\ncurve = [[0, 0], [10, 5]]"));
  const std::string heads = "[ledger.heads]\nunit = \"count\"\nperiod = \"last\"\n";
  CHECK(faults_of(heads + pay("measure = \"heads\"\nusd = 2")).size() == 1);
  const std::string terms = "[offers.x.terms]\nrate = 3\nexcess = \"max(0, slots - 10)\"\n";
  CHECK(faults_of(terms + pay("measure = \"slots\"\nusd = \"rate\"")) == Lines{});
  CHECK(faults_of(terms + pay("measure = \"excess\"\nusd = \"rate\"")).size() == 1);
}

TEST_CASE("a key without an effect, unknown, twice or empty is refused at its place", "[read_contract]") {
  CHECK(faults_of(pay("fixed_usd = 1\nper = \"month\"\nmeasure = \"slots\"\nmode = \"marginal\"")) ==
        Lines{"c.toml:5:11: offers.x.pay.1.measure: is not used with fixed_usd (a key without an effect is a "
              "mistake). Remove it.",
              "c.toml:6:8: offers.x.pay.1.mode: is not used with fixed_usd (a key without an effect is a "
              "mistake). Remove it."});
  CHECK(
      faults_of(pay("measure = \"slots\"\nusd = 1\nmode = \"marginal\"\nper = \"month\"")) ==
      Lines{
          "c.toml:5:8: offers.x.pay.1.mode: is not used with usd (a key without an effect is a mistake). "
          "Remove it.",
          "c.toml:6:7: offers.x.pay.1.per: is not used with a measure: its period is reset (a key without an "
          "effect is a mistake). Remove it."});
  const auto salary = faults_of(pay("salary = 150_000\nper = \"year\""));
  REQUIRE(salary.size() == 2);
  CHECK(
      salary[0].ends_with("offers.x.pay.1.fixed_usd: missing (per is the period of fixed money). Write "
                          "fixed_usd = the dollars of "
                          "each."));
  CHECK(salary[1] ==
        "c.toml:3:1: offers.x.pay.1.salary: unknown key. Write fixed_usd = its dollars, with per.");
  CHECK(faults_of(pay("measure = \"slots\"\nusd = 1\nrest = \"month\"")) ==
        Lines{"c.toml:5:1: offers.x.pay.1.rest: unknown key. Did you mean reset?"});
  CHECK(faults_of(pay("measure = \"slots\"\nusd = 1\ntiers = []\ncurve = [[0, 1]]")).size() == 3);
  CHECK(faults_of(pay("measure = \"\"\nusd = \" \"")) ==
        Lines{"c.toml:3:11: offers.x.pay.1.measure: is empty.", "c.toml:4:7: offers.x.pay.1.usd: is empty."});
  const auto twice = faults_of(pay("measure = \"slots\"\nusd = 1\nusd = 2"));
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].starts_with("c.toml:5:"));
  CHECK(faults_of(adjust("multiply = 2\ncap_usd = 3\non = [\"p\"]\nper = \"year\"")) ==
        Lines{"c.toml:7:12: offers.x.adjust.1.multiply: cannot stand beside cap_usd (an adjustment does one "
              "thing, and their order matters). Write a second [[adjust]] table for it."});
  CHECK(
      faults_of(adjust("per = \"year\"")) ==
      Lines{"c.toml:5:1: offers.x.adjust.1: has nothing that says what it does. Write one of guarantee_usd, "
            "cap_usd, add_usd, multiply, gate, draw, withhold or carry."});
  CHECK(faults_of("[offers.x.terms]\n" + pay("fixed_usd = 1\nper = \"month\"")) ==
        Lines{"c.toml:1:1: offers.x.terms: is empty. Remove it."});
}

TEST_CASE("a value that cannot be read says where and why", "[read_contract]") {
  CHECK(
      faults_of(pay("measure = \"completed_visits +\"\nusd = true")) ==
      Lines{
          "c.toml:3:30: offers.x.pay.1.measure: \"completed_visits +\" cannot be read: expected a number, a "
          "name or '(', found the end.",
          "c.toml:4:7: offers.x.pay.1.usd: true is true or false, not a number or an expression."});
  CHECK(faults_of(pay("measure = \"slots\"\nusd = nan\nwhen = 3")) ==
        Lines{"c.toml:4:7: offers.x.pay.1.usd: nan is not a number that can be used. Write a finite number.",
              "c.toml:5:8: offers.x.pay.1.when: 3 is a whole number, not a condition. Write a comparison in "
              "quotation marks, such as \"to_date(completed_visits) > 900\"."});
  CHECK(faults_of(pay("fixed_usd = 1\nper = \"monthly\"\nmonths = [7, 3]\ncounts = 1")) ==
        Lines{"c.toml:4:7: offers.x.pay.1.per: \"monthly\" is not one of the choices. Did you mean month?",
              "c.toml:5:10: offers.x.pay.1.months: ends in month 3, before it starts in month 7.",
              "c.toml:6:10: offers.x.pay.1.counts: 1 is a whole number, not true or false."});
  CHECK(
      faults_of(pay("fixed_usd = 1\nper = \"month\"\nmonths = [0, 3]")) ==
      Lines{"c.toml:5:10: offers.x.pay.1.months: [0, 3] is not a first and a last month (months count from 1 "
            "at the start, both included). Write for example [7, 18]."});
}

TEST_CASE("a long expression that cannot be read is shown around its fault", "[read_contract]") {
  const std::string sum = "slots + ";
  std::string text;
  for (int i = 0; i < 100; ++i) text += sum;
  const auto faults = faults_of(pay("measure = \"" + text + ") + slots\"\nusd = 1\nreset = \"month\""));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].size() < 400);
  CHECK(faults[0].find(":812: ") != std::string::npos);  // 11 letters before the text, 800 of it
  CHECK(faults[0].find("slots + ) + slots\" cannot be read") != std::string::npos);
}

TEST_CASE("a point of a curve is a number, or text of numbers and terms", "[read_contract]") {
  CHECK(
      faults_of(pay("measure = \"slots\"\nreset = \"month\"\ncurve = [[0, \"8 *\"], [true, 5]]")) ==
      Lines{"c.toml:5:18: offers.x.pay.1.curve.1.2: \"8 *\" cannot be read: expected a number, a name or "
            "'(', found the end.",
            "c.toml:5:23: offers.x.pay.1.curve.2.1: true is true or false, not a number or an expression."});
}

TEST_CASE("a tier has one bound", "[read_contract]") {
  const auto tiers = [](const std::string& list) {
    return faults_of(pay("measure = \"slots\"\nmode = \"marginal\"\nreset = \"month\"\ntiers = " + list));
  };
  CHECK(tiers("[ { above = 0, usd = 1 }, { at_least = 9, usd = 2 } ]") == Lines{});
  CHECK(
      tiers("[ { above = 0, at_least = 1, usd = 1 } ]") ==
      Lines{
          "c.toml:6:35: offers.x.pay.1.tiers.1.at_least: a tier has one bound, and above stands there too (a "
          "tier ends where the next one begins). Keep one of the two."});
  // A table of from-to ranges, with the gaps and overlaps that it allows, cannot be written.
  CHECK(tiers("[ { above = 0, up_to = 10, usd = 1 } ]") ==
        Lines{"c.toml:6:24: offers.x.pay.1.tiers.1.up_to: unknown key. Known here: above, at_least, usd, "
              "flat_usd, "
              "when."});
  CHECK(
      tiers("[ { usd = 1 } ]") ==
      Lines{
          "c.toml:6:11: offers.x.pay.1.tiers.1: has no bound. Write above = the last unit that is not in the "
          "tier, or at_least = the first that is."});
  CHECK(tiers("[ { above = 3 } ]") == Lines{"c.toml:6:11: offers.x.pay.1.tiers.1.usd: missing (a tier "
                                            "without money needs usd = 0). Write usd = "
                                            "the dollars per unit, or flat_usd = dollars once."});
  CHECK(tiers("[]") ==
        Lines{"c.toml:6:9: offers.x.pay.1.tiers: is empty. Write one { above = ..., usd = ... } for "
              "every tier."});
}

TEST_CASE("a column of the user's own states its unit and how months join", "[read_contract]") {
  Faults faults;
  const auto file = parse_toml(
      "[ledger.fees]\nunit = \"usd\"\nperiod = \"sum\"\n[ledger.score]\nunit = \"ratio\"\nperiod = \"last\"\n"
      "[ledger.miles]\nunit = \"count\"\nperiod = \"max\"\ndecimals = 1\n[ledger.slots]\nunit = \"count\"\n",
      "c.toml", faults);
  REQUIRE(file);
  TableReader root(*file, "", faults);
  const auto columns = read_user_columns(*root.sub("ledger"));
  REQUIRE(columns.size() == 4);
  CHECK(columns[0].name == "fees");
  CHECK(columns[0].unit == ColumnUnit::usd);
  CHECK(columns[0].join == ColumnJoin::sum);
  CHECK(columns[0].scale == 100.0);
  CHECK(columns[1].join == ColumnJoin::last);
  CHECK(columns[1].scale == 0.0);
  CHECK(columns[2].join == ColumnJoin::max);
  CHECK(columns[2].scale == 10.0);
  Lines lines;
  for (const auto& f : faults.sorted()) lines.push_back(to_string(f));
  CHECK(lines ==
        Lines{"c.toml:11:1: ledger.slots.period: missing (the months of dollars add up, those of a headcount "
              "do not). Write period = \"sum\", \"last\", \"max\" or \"mean\".",
              "c.toml:11:1: ledger.slots: is a column that every ledger has. Give the column another "
              "name."});
}

TEST_CASE("a flaw of the whole contract is reported where its key stands", "[read_contract]") {
  Faults faults;
  const auto file = parse_toml(
      "[[pay]]\nname = \"a\"\n[[pay]]\nname = \"b\"\ntiers = [ { above = 1 }, { above = 2 } ]\n"
      "table_usd = { \"99213\" = 4 }\n[opening]\n\"visits.9\" = 3\n",
      "c.toml", faults);
  REQUIRE(file);
  const auto line_column = [&](std::string_view key) {
    const auto place = deepest_value(*file, key).place();
    return std::pair(place.line, place.column);
  };
  CHECK(line_column("pay.b.tiers.2.above") == std::pair(5, 36));
  CHECK(line_column("pay.2.tiers.1.above") == std::pair(5, 21));
  CHECK(line_column("pay.b.mode") == std::pair(3, 1));
  CHECK(line_column("pay.b.table_usd.99213") == std::pair(6, 25));
  CHECK(line_column("opening.visits.9") == std::pair(8, 14));
  CHECK(line_column("") == std::pair(1, 1));
  report_flaws(
      std::vector<ContractFlaw>{{FlawKind::own, "pay.b.tiers.2.above", "is odd", "because", "Mend it."}},
      Fault::Severity::warning, *file, "offers.x", faults);
  CHECK(to_string(faults.sorted().at(0)) ==
        "c.toml:5:36: warning: offers.x.pay.b.tiers.2.above: is odd (because). Mend it.");
}

TEST_CASE("what rates that change do, and rounding each period, are read", "[read_contract]") {
  const auto retroactive =
      whole(pay("measure = 'n'\nmode = 'retroactive'\nrate_change = 'latest'\nreset = 'year'\n"
                "tiers = [ { above = 0, usd = 1 } ]"));
  CHECK(std::get<TierLadder>(measured(retroactive).schedule).rate_change == RateChange::latest);
  CHECK(faults_of(pay("measure = 'n'\nmode = 'marginal'\nrate_change = 'latest'\nreset = 'year'\n"
                      "tiers = [ { above = 0, usd = 1 } ]")) ==
        Lines{"c.toml:5:15: offers.x.pay.1.rate_change: is not used with mode = \"marginal\" (a key without "
              "an effect "
              "is a mistake). Remove it."});
  const auto c = whole("[offers.x]\nround = { each = 'period' }\n[offers.x.opening.earned_usd]\np = 5000\n" +
                       pay("fixed_usd = 1\nper = 'month'"));
  CHECK(c.round.each == Rounding::Each::period);
  CHECK(c.opening.earned_usd == std::vector<std::pair<std::string, double>>{{"p", 5000.0}});
}

TEST_CASE("an adjustment rounds what it changes and nothing else", "[read_contract]") {
  CHECK(
      faults_of(adjust("multiply = 0.81\nround = { to = 'dollar', at = 'payment' }")) ==
      Lines{
          "c.toml:8:31: offers.x.adjust.1.round.at: an adjustment rounds what it changes and nothing else "
          "(rates, "
          "subtotals and payments are rounded by the components and the offer). Remove it, or move it to the "
          "round of the offer."});
  CHECK(faults_of(adjust("multiply = 0.81\nround = { to = 'dollar', at = 'component' }")).empty());
}

TEST_CASE("a column of one's own cannot be called month", "[read_contract]") {
  CHECK(
      faults_of("[ledger.month]\nunit = 'count'\nperiod = 'sum'\n" + pay("fixed_usd = 1\nper = 'month'")) ==
      Lines{
          "c.toml:1:1: ledger.month: is a word of the grammar (`month` in an expression is the month of the "
          "contract). Give the column another name."});
}

}  // namespace
}  // namespace paystress::read_contract_test
