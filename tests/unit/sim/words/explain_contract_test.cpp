#include "sim/words/explain_contract.h"

#include <catch2/catch.hpp>

#include "model/study.h"
#include "scenarios/read_offer.h"
#include "tests/support/messages.h"

namespace paystress::explain_contract_test {
namespace {

std::string explain(const std::string& toml) {
  Faults faults;
  const auto file = parse_toml(toml, "c.toml", faults);
  REQUIRE(file);
  const auto offer = read_offer(*file, {"x", {}}, faults);
  CHECK(messages(faults) == std::vector<std::string>{});
  REQUIRE(offer);
  return words::explain_contract(offer->contract, offer->user_columns, offer->start.value_or(Study().start));
}

std::string pay(const std::string& keys) { return "[[offers.x.pay]]\nname = \"p\"\n" + keys + "\n"; }
std::string adjust(const std::string& keys) {
  return pay("fixed_usd = 1\nper = \"month\"") + "[[offers.x.adjust]]\nname = \"a\"\n" + keys + "\n";
}
bool says(const std::string& toml, const std::string& sentence) {
  const auto text = explain(toml);
  INFO(text << "\nmust say: " << sentence);
  const bool found = text.find(sentence) != std::string::npos;
  CHECK(found);
  return found;
}

TEST_CASE("a contract is explained in the order in which money is worked out", "[explain]") {
  CHECK(explain(R"toml(
[offers.x]
title = "Base and bonus"
[[offers.x.pay]]
name = "base"
fixed_usd = 150_000
per = "year"
[[offers.x.pay]]
name = "bonus"
measure = "completed_visits"
mode = "retroactive"
reset = "quarter"
tiers = [ { above = 0, usd = 20 }, { at_least = 300, usd = 30, flat_usd = 500 } ]
[[offers.x.adjust]]
name = "cap"
cap_usd = 20_000
per = "quarter"
on = ["bonus"]
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 14_000
per = "month"
)toml") == R"(Base and bonus (offer x)
  - Its years and quarters count from the month in which it starts.

What is earned, before any adjustment
1. base: $150,000 a year.
  - It is paid in even parts, month by month.
2. bonus: counts completed_visits, and starts again from zero each quarter.
  - Retroactive: the tier that the total reaches re-rates every unit from the first.
  - At 0 exactly no tier is reached.
  - Tier 1, above 0 (not included), that is from the 1st on, to below 300: $20 for each unit.
  - Tier 2, from 300 on (included), that is from the 300th on: $30 for each unit, and $500 once while it is the tier reached.
  - Each month is paid what the quarter has earned so far, less what was paid for it before; where that is negative, it is taken back.

What happens to it then, in this order
1. cap: at most $20,000 each quarter.
  - It looks at bonus.
  - It binds the running total of the quarter; what goes beyond it is lost.
  - It acts month by month, on the running total.
2. floor: at least $14,000 each month.
  - It looks at base and bonus (everything that is paid), after cap.
  - It compares the money paid within the month, whenever it was earned, and pays what is missing at the end of the month.

How it is paid
  - The payment is rounded to the cent, halves up; the running total is rounded and the difference paid, so that cents never drift.
  - A month without any visits is a month like any other.
)");
}

TEST_CASE("every clause of an offer has a sentence", "[explain]") {
  const auto offer = [](const std::string& keys) {
    return "[offers.x]\n" + keys + "\n" + pay("fixed_usd = 1\nper = \"month\"");
  };
  says(offer("advertised_usd_per_year = 260_000\nadvertised_practice = \"brochure\""),
       "It is advertised as $260,000 a year, for the practice \"brochure\".");
  says(offer("year = \"calendar\""), "Its years and quarters are those of the calendar.");
  says(offer("partial = \"prorate\""),
       "scales bounds, flat sums, lumps, guarantees and caps by its months; rates stay");
  says(offer("partial = \"full\""), "A period that is cut short keeps its full bounds");
  says(offer("partial = \"none\""),
       "A period that is cut short earns nothing under rules of that period, and no guarantee or cap of such "
       "a period "
       "holds in it.");
  says(offer("ends = 24"), "It ends with month 24; nothing is earned after it.");
  says(offer("terms.goal = 900"), "goal means 900.");
  says(offer("opening.slots = 40\nopening.draw_balance_usd = 5\nopening.withheld_usd = 6"),
       "At the start, slots already stands at 40 for the running year.\n  - At the start, $5 is owed under "
       "the "
       "draw.\n  - At the start, $6 is held back.");
  says(offer("round = { to = \"dollar\", how = \"half_even\", at = \"subtotal\" }"),
       "Every subtotal is rounded to the dollar, halves to the even one.");
  says(offer("round = { to = 0.05, how = \"truncate\", at = \"rate\" }"),
       "Every rate is cut off to multiples of $0.05, never rounded up.");
  says(offer("round = { to = \"none\" }"), "The payment is not rounded.");
}

TEST_CASE("every clause of a component has a sentence", "[explain]") {
  const auto visits = [](const std::string& keys) { return pay("measure = \"completed_visits\"\n" + keys); };
  says(pay("fixed_usd = 100\nper = \"horizon\"\npaid = \"period_end\""),
       "1. p: $100 once, over the whole contract.");
  says(pay("fixed_usd = 100\nper = \"year\"\npaid = \"period_end\""), "It is paid at the end of each year.");
  says(visits("usd = 2\ncounts = false"), "It is worked out and shown, but not paid.");
  says(visits("usd = 2\nmonths = [7, 18]"),
       "It runs in months 7 to 18 only; running totals start again at the first of them.");
  says(visits("usd = 2\nwhen = \"month > 3\""), "It earns only while month > 3; otherwise nothing.");
  says(visits("usd = 2\nround = { to = \"cent\", at = \"rate\" }"),
       "Its rate is rounded to the cent, halves up.");
  says(visits("usd = \"1/3\""), "Each unit earns (1 / 3) dollars.");
  says(visits("usd = 5\nblocks = { free = 100, size = 10, min = 2 }\nreset = \"month\""),
       "The first 100 are free.\n  - What counts is blocks of 10; a block begun is a whole block.\n  - At "
       "least 2 "
       "blocks are due, even without any use.\n  - Each block earns $5.");
  says(visits("usd = 5\ncorridor = { target = 100, low = 96 }\nreset = \"year\""),
       "Within the corridor from 96 up, both ends in it, nothing counts.\n  - Outside it the difference "
       "counts from "
       "the full target of 100.");
  says(
      visits("usd = 5\ncorridor = { target = 100, low = 96, high = 104, from = \"edge\" }\nreset = \"year\""),
      "Within the corridor from 96 to 104, both ends in it, nothing counts.\n  - Outside it the difference "
      "counts "
      "from the edge that was passed.");
  says(pay("table_usd = { \"99213\" = 60 }"),
       "counts the visits of each code, and starts again from zero each month.\n  - Each visit coded 99213 "
       "earns "
       "$60.\n  - A visit with another code earns nothing.");
  says(pay("measure = \"visits\"\neach = \"code\"\nusd = 3\nreset = \"month\""),
       "counts visits for each code by itself (visits stands for the visits of that code)");
  says(visits("curve = [[0, 0], [80, 0], [80, 40]]\nreset = \"horizon\""),
       "and runs on over the whole contract.\n  - The money follows straight lines between these points:\n  "
       "-   at "
       "0: $0.\n  -   at 80: $0.\n  -   at 80: $40 (a cliff: this value holds from here).");
  says(visits("mode = \"lump_sum\"\nlump = \"replace\"\nreset = \"year\"\npaid = \"interim\"\ntiers = [ { "
              "above = 5, "
              "usd = 9 } ]"),
       "Lump sums: the highest tier reached pays its sum, in place of those below it.\n  - Up to and "
       "including 5: "
       "nothing.\n  - Tier 1, above 5 (not included), that is from the 6th on: $9.\n  - Each month is paid "
       "as if it "
       "stood alone, on the bounds and flat sums of one month; at the end of the year the difference");
  says(visits("mode = \"lump_sum\"\nlump = \"accumulate\"\nreset = \"year\"\npaid = \"period_end\"\ntiers = "
              "[ { above "
              "= 5, usd = 9 } ]"),
       "every tier reached pays its sum, added to those below it");
  says(visits("mode = \"marginal\"\nreset = \"month\"\ntiers = [ { at_least = 0, usd = 9, flat_usd = 4, when "
              "= \"month "
              "> 2\" } ]"),
       "Zero use already reaches the first tier.\n  - Tier 1, from 0 on (included): "
       "$9 for "
       "each unit, and $4 once on entering it; open only while month > 2.");
  const std::string hourly =
      "measure = \"credited_wrvu / session_hours\"\nreset = \"month\"\nmode = \"marginal\"\n"
      "tiers = [ { above = 3, usd = 40 } ]\n";
  says(pay(hourly),
       "The lines are multiplied by session_hours, and what is paid is each unit of credited_wrvu in its "
       "tier.");
  says(pay(hourly + "pay_per = \"completed_visits\""),
       "The money is paid on completed_visits, at the rate that the ladder comes to on average.");
  says(pay(hourly),
       "A ratio is the ratio of what both sides add up to over the period; where the lower side is 0");
  says(
      visits("mode = \"retroactive\"\nreset = \"year\"\npay_over = \"month\"\ntiers = [ { above = 5, usd = "
             "9 } ]"),
      "Retroactive: the tier that the total of the year reaches re-rates the units of that month only; what "
      "was paid before stays.\n  - Up to and including 5: nothing.\n  - Tier 1, above 5 (not included), that "
      "is from the 6th on: $9 for each unit.\n  - The total of the year sets the rate, but only the units of "
      "the month are paid at it.");
  const std::string pace =
      "measure = \"annualised(credited_wrvu)\"\npay_per = \"credited_wrvu\"\n"
      "mode = \"retroactive\"\nreset = \"year\"\ntiers = [ { at_least = 0, usd = 38 } ]\n";
  says(pay(pace + "pay_over = \"month\""),
       "Retroactive: the tier that is reached sets one rate for all that the month is paid on; what was paid "
       "before stays.");
  says(pay(pace),
       "Retroactive: the tier that is reached sets one rate for all that the year is paid on, from the first "
       "unit.");
  const std::string coded = "table_usd = { \"99213\" = 60 }\nrestate = ";
  says(pay(coded + "\"when_found\""),
       "the month worked is priced again and the difference is booked in the month");
  says(pay(coded + "\"worked_month\""), "the month worked is restated as if it had been coded so at once");
  says(pay(coded + "\"net_units\""),
       "the changed units are added to or taken from the month in which they are found");
  says(pay("measure = \"to_date(slots) + annualised(slots) + this_month(slots) + month\"\nusd = 1\nreset = "
           "\"month\""),
       "this_month(...) is the amount over the month alone.\n  - to_date(...) is the amount over the year so "
       "far.\n  - "
       "annualised(...) is the amount over the year so far x 12 / months of the year that have passed.\n  - "
       "month is");
}

TEST_CASE("pay by the month says when it is paid and what changes nothing is not said", "[explain]") {
  const std::string tiers =
      "measure = \"completed_visits\"\nmode = \"retroactive\"\nreset = \"quarter\"\n"
      "pay_over = \"month\"\ntiers = [{ at_least = 0, usd = 1 }]\n";
  CHECK(says(pay(tiers + "paid = \"period_end\""), "It is paid once, at the end of the quarter."));
  CHECK(says(pay(tiers + "paid = \"interim\""), "Each month is paid as if it stood alone"));
  CHECK(explain(pay(tiers)).find("0th") == std::string::npos);
}

TEST_CASE("each unit in its own tier is paid there whatever pay_over says", "[explain]") {
  const auto text = explain(
      pay("measure = \"completed_visits\"\nmode = \"marginal\"\nreset = \"year\"\npay_over = \"quarter\"\n"
          "paid = \"period_end\"\ntiers = [ { above = 5, usd = 9 } ]\n"));
  CHECK(text.find("sets the rate") == std::string::npos);
  CHECK(text.find("It is paid once, at the end of the year.") != std::string::npos);
}

TEST_CASE("only a floor that no day moves is a top-up", "[explain]") {
  const auto column = [](const std::string& value, const std::string& span = "each = \"day\"") {
    return "[offers.x]\nterms.floor = 400\n[offers.x.ledger.extra]\nunit = \"usd\"\n" + span +
           "\nvalue = \"" + value + "\"\n" + pay("measure = \"extra\"\nusd = 1");
  };
  // A day of 20 visits brings 200 more; it lacks nothing.
  says(column("max(0, 25 * completed_visits - 300)"),
       "extra: each day worked adds max(0, 25 * completed_visits - 300).");
  says(column("max(0, floor - 60 * completed_visits)"),
       "extra: a day worked that brings less than (floor) dollars (60 * completed_visits) is topped up to "
       "it.");
  says(column("max(0, floor - 300)"), "extra: each day worked adds max(0, floor - 300).");
  says(column("max(0, 2_000 - 60 * completed_visits)", "each = \"week\""),
       "extra: a week, Monday to Sunday, that brings less than $2,000 (60 * completed_visits) is topped up");
  const std::string fortnight = "each = \"14 days\"\nfrom = 2026-01-";
  says(column("max(0, 2_000 - 60 * completed_visits)", fortnight + "05"),
       "extra: a period of 14 days, counted from 2026-01-05, that brings less than $2,000 (");
  says(column("completed_visits", fortnight + "12"),
       "extra: each 14 days, counted from 2026-01-12, adds completed_visits.");
}

TEST_CASE("a sign-on is paid once and what is left of it is taken at the end", "[explain]") {
  const std::string sign_on =
      "[[offers.x.adjust]]\nname = \"a\"\nper = \"month\"\ndraw = { usd = 30_000, form = \"additive\", "
      "months "
      "= [1, 1], recover_share = 0, forgive = \"30_000 / 24\" }\n";
  const auto text = explain("[offers.x]\nends = \"leaving\"\npartial = \"full\"\n" +
                            pay("fixed_usd = 20_000\nper = \"month\"") + sign_on);
  INFO(text);
  CHECK(text.find("1. a: a draw of $30,000 in month 1.\n") != std::string::npos);
  CHECK(text.find("Nothing of it is taken out of pay while the contract runs.\n") != std::string::npos);
  CHECK(text.find("When the contract ends, what is still owed is taken out of the last pay, even below zero; "
                  "before that it is reported and not deducted.\n") != std::string::npos);
}

TEST_CASE("money added by the year says what a month is paid", "[explain]") {
  says(adjust("add_usd = 12_000\nper = \"year\""),
       "$12,000 is added each year.\n  - It looks at p (everything that is paid).\n  - It is paid in even "
       "parts, month by month; in a whole year that is $1,000 a month.");
  says(adjust("add_usd = -1_000\nper = \"quarter\""), "in a whole quarter that is about -$333.33 a month.");
  says(adjust("add_usd = 12_000\nper = \"year\"\npaid = \"period_end\""), "It acts at the end of the year.");
  says(adjust("add_usd = 500\nper = \"month\"\nmonths = [3, 3]"), "a: $500 is added in month 3.");
}

TEST_CASE("a phase of days is told by its dates", "[explain]") {
  const auto phase = [](const std::string& months) {
    return "[study]\nstart = 2026-01-01\n[offers.x]\npartial = \"prorate\"\n" +
           pay("fixed_usd = 310\nper = \"month\"\nmonths = " + months);
  };
  says(phase("[1, 2026-02-14]"), "It runs in months 1 to 2 (up to 2026-02-14) only");
  says(phase("[2026-03-16, 18]"), "It runs in months 3 to 18 (from 2026-03-16) only");
  says(phase("[2026-03-10, 2026-03-20]"), "It runs in month 3 (from 2026-03-10 up to 2026-03-20) only");
}

TEST_CASE("every clause of an adjustment has a sentence", "[explain]") {
  says(adjust("add_usd = -5\nper = \"year\"\npaid = \"interim\""),
       "-$5 is added each year.\n  - It looks at p (everything that is paid).\n  - It acts for each month as "
       "if it "
       "stood alone, and settles the difference at the end of the year.");
  says(adjust("multiply = 0.9\nmonths = [1, 6]\nwhen = \"month > 2\"\nround = { to = \"dollar\" }"),
       "the money is multiplied by 0.9.\n  - It looks at p (everything that is paid).\n  - It acts in months "
       "1 to 6 "
       "only.\n  - It acts only while month > 2.\n  - What it changes is rounded to the dollar, halves up.");
  says(adjust("multiply = \"quality_score\"\nper = \"quarter\""), "The factor is that of the quarter.");
  says(adjust("gate = \"quality_score > 0.8\"\nper = \"quarter\""),
       "the money is paid only where quality_score > 0.8; otherwise nothing of it.\n  - It looks at p "
       "(everything that "
       "is paid).\n  - The condition is looked at over the quarter.");
  says(adjust("guarantee_usd = 9\nper = \"year\"\npaid = \"running\""),
       "and pays what is missing month by month, on the running total.");
  says(
      adjust(
          "draw = { usd = 1000, form = \"top_up\", recover_from = 4, recover_share = 0.5 }\nper = \"month\""),
      "a draw of $1,000 each month.\n  - It looks at p (everything that is paid).\n  - Where less is earned, "
      "pay is "
      "filled up to the draw and the difference is owed.\n  - What is owed is taken out of 50 % of what is "
      "earned "
      "beyond the draw, after earlier adjustments, from month 4 on; a later cap never reopens the balance.\n "
      " - When "
      "the contract ends, the balance is due; otherwise it is reported and not deducted.");
  says(adjust("draw = { usd = 1000, form = \"additive\", months = [1, 1], recover_share = 0, forgive = 50, "
              "forgive_from "
              "= 12, at_end = \"forgiven\" }\nper = \"month\""),
       "The draw is paid on top of what is earned, and all of it is owed.\n  - The draw is paid in month 1 "
       "only.\n  - "
       "Nothing of it is taken out of pay while the contract runs.\n  - $50 of what is owed is forgiven each "
       "month, but nothing "
       "before "
       "month 12, in which all that has accrued is forgiven at once.\n  - When the contract ends, the "
       "balance is "
       "forgiven.");
  says(adjust("draw = { usd = 1000, form = \"advance\" }\nper = \"month\""),
       "The draw is paid at the start of the month and set off against what is earned, at its end.");
  says(
      adjust("withhold = { share = 0.1, release = \"quality_score >= 0.8\", in = \"year\", released = 0.5 }"),
      "10 % of the money is held back.\n  - It looks at p (everything that is paid).\n  - At the end of each "
      "year, 50 % "
      "of what was held back is paid out if, over it, quality_score >= 0.8; otherwise it is lost.\n  - The "
      "rest of it "
      "is lost.\n  - Later guarantees, caps and draws count the money as if it had not been held back");
  says(adjust("carry = { amount = 100, into = \"year\", limit = 500 }\nper = \"year\""),
       "$100 moves out of each year and is paid at the start of the next year.\n  - It looks at p "
       "(everything that is "
       "paid).\n  - At most 500 is carried, in either direction.");
  says(pay("measure = \"slots\"\nusd = 1\nreset = \"year\"") +
           "[[offers.x.adjust]]\nname = \"a\"\ncarry = { amount = 3, into = \"p\" }\nper = \"year\"\n",
       "at the end of each year, 3 units are carried into the next total of p.");
}

TEST_CASE("an adjustment sees earlier ones whose components lie within its own", "[explain]") {
  const std::string two = pay("fixed_usd = 1\nper = \"month\"") +
                          "[[offers.x.pay]]\nname = \"q\"\nfixed_usd = 2\nper = \"month\"\n";
  const auto one = [](const std::string& name, const std::string& on) {
    return "[[offers.x.adjust]]\nname = \"" + name + "\"\nmultiply = 0.5\n" +
           (on.empty() ? "" : "on = " + on) + "\n";
  };
  const auto text =
      explain(two + one("a", "[\"p\"]") + one("b", "[\"q\"]") + one("c", "") + one("d", "[\"p\"]"));
  CHECK(text.find("b: the money is multiplied by 0.5.\n  - It looks at q.\n") != std::string::npos);
  CHECK(text.find("It looks at p and q (everything that is paid), after a and b.\n") != std::string::npos);
  CHECK(text.find("d: the money is multiplied by 0.5.\n  - It looks at p, after a.\n") != std::string::npos);
}

TEST_CASE("what a clinician adds to reach a line is told with the offer", "[explain]") {
  says(
      "[offers.x]\npush = { within = 0.07, max_per_month = 12 }\n" +
          pay("measure = \"completed_visits\"\nmode = \"marginal\"\nreset = \"month\"\ntiers = [ { above = "
              "120, usd = 20 } ]"),
      "  - In the last month of a counting period a clinician whose count is at most 7 % below the next tier "
      "line adds the visits that reach it, at most 12 a month; where more would be needed, none.\n");
}

}  // namespace
}  // namespace paystress::explain_contract_test
