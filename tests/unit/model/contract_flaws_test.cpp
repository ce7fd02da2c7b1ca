#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::contract_flaws_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

TypedLedger year_of_visits() {
  TypedLedger ledger(12);
  ledger.add("done", {}).add("hours", {}, ColumnUnit::hours, 0.0);
  return ledger;
}
std::string one_line(const ContractFlaw& f) {
  return fmt::format("{}: {} ({}). {}", f.key, f.problem, f.why, f.fix);
}
// All flaws of a contract, a line each.
std::string flaws(const Contract& c, const TypedLedger& ledger = year_of_visits()) {
  std::string out;
  for (const auto& f : find_flaws(c, ledger.layout(), ledger.grid))
    out += (out.empty() ? "" : "\n") + one_line(f);
  return out;
}
std::string oddities(const Contract& c, const TypedLedger& ledger = year_of_visits()) {
  std::string out;
  for (const auto& f : find_oddities(c, ledger.layout(), ledger.grid))
    out += (out.empty() ? "" : "\n") + one_line(f);
  return out;
}
Contract work() { return contract_of({measured("work", "done", SingleRate{10.0})}); }
Contract ladder(TierMode mode, std::vector<Tier> rows, std::string_view measure = "done") {
  return contract_of({measured("bonus", measure, tiers(mode, std::move(rows)))});
}

TEST_CASE("a sound contract has no flaw and no oddity", "[contract_flaws]") {
  auto c = work();
  adjust(c, "floor", Guarantee{100.0});
  CHECK(flaws(c).empty());
  CHECK(oddities(c).empty());
}

TEST_CASE("what an opening leaves out and what annualised() doubles is pointed out", "[contract_flaws]") {
  TypedLedger ledger(12);
  ledger.add("done", {}).add("score", {}, ColumnUnit::ratio, 100.0, ColumnJoin::mean);
  auto c = contract_of({measured("work", "done", SingleRate{10.0}, Span::year)});
  c.opening.to_date = {{"done", 600.0}};
  adjust(c, "floor", Guarantee{8400.0}, Span::year);
  CHECK(oddities(c, ledger) ==
        "adjust.floor.per: counts the pay of the year from the first month here on (opening brings "
        "quantities of "
        "the months before, not what they paid). Write opening.earned_usd = { NAME = dollars } where their "
        "pay is "
        "to count");
  c.opening.to_date = {{"done", 3.5}};
  CHECK(flaws(c, ledger) == "opening.done: 3.5 is not a whole number (this column counts). Correct it");
  auto judged = contract_of({measured("work", "done", SingleRate{10.0})});
  judged.pay[0].when = condition("annualised(score) >= 0.8 and annualised(done) > 1");
  CHECK(oddities(judged, ledger) ==
        "pay.work: annualised(score) is of something that does not add up over months (it is multiplied by "
        "12 / "
        "months like a sum). Write to_date(...) for the year so far");
  auto lump =
      contract_of({measured("bonus", "done", tiers(TierMode::lump_sum, {above(10, 100)}), Span::year)});
  pay_of(lump.pay[0]).pay_over = Span::month;
  CHECK(oddities(lump, ledger) ==
        "pay.bonus.pay_over: changes nothing (a lump sum is worth the same over its whole reset). Leave it "
        "out, or "
        "write the reset that is meant");
}

TEST_CASE("a share of collections is refused where a code has no dollars", "[contract_flaws]") {
  const auto found = [](const std::vector<VisitCode>& codes) {
    const auto layout = LedgerLayout::sampled(codes, 0);
    std::string out;
    for (const auto& f : find_flaws(contract_of({measured("share", "collections_usd", SingleRate{0.4})}),
                                    layout, year_of_visits().grid))
      out += one_line(f);
    return out;
  };
  CHECK(found({{"99213", 0.6, 130, 9000}, {"99214", 0.4, 192, 13000}}).empty());
  CHECK(
      found({{"99213", 0.6, 130, 9000}, {"99214", 0.4, 192, std::nullopt}}) ==
      "pay.share.measure: collections_usd needs the dollars of every code, 99214 has none (collections are "
      "completed visits at the dollars of the fee schedule). Fill the usd column of the practice's schedule");
}

TEST_CASE("names that nothing feeds are refused", "[contract_flaws]") {
  CHECK(flaws(contract_of({})) ==
        "pay: missing (a contract without a component or an adjustment pays nothing). Write a [[pay]] table "
        "with a name");
  CHECK(flaws(contract_of({measured("work", "done_visits", SingleRate{1.0})})) ==
        "pay.work.measure: unknown name done_visits (it is neither a ledger column nor a term). Did you mean "
        "done?");
  CHECK(flaws(contract_of({measured("work", "visits", SingleRate{1.0})})) ==
        "pay.work.measure: unknown name visits (it is neither a ledger column nor a term). Write "
        "completed_visits, "
        "visits.CODE, or each = \"code\"");
  CHECK(flaws(contract_of({measured("work", "earned.base", SingleRate{1.0})})) ==
        "pay.work.measure: unknown component earned.base (no pay line has this name). Name a pay line");
  auto c = work();
  adjust(c, "floor", Guarantee{1.0}, Span::month, {"bonus"});
  CHECK(flaws(c) == "adjust.floor.on: unknown component bonus (no pay line has this name). Name pay lines");
  c.adjust[0].on = {"floor"};
  CHECK(flaws(c) ==
        "adjust.floor.on: unknown component floor (it is an adjustment; one sees earlier adjustments through "
        "their "
        "components). Name pay lines");
  c.adjust[0].on = {};
  c.adjust[0].name = "work";
  CHECK(flaws(c) ==
        "adjust.work.name: 'work' is used twice (names are unique over pay and adjust, so that `on` and "
        "earned. are "
        "clear). Rename one of them");
}

TEST_CASE("circles of amounts are refused", "[contract_flaws]") {
  auto c = contract_of(
      {measured("a", "earned.b", SingleRate{1.0}), measured("b", "earned.a + done", SingleRate{1.0})});
  CHECK(flaws(c) ==
        "pay.a: a circle of amounts: a, b (each needs what another has earned first). Write one of them from "
        "ledger "
        "columns");
  auto terms = work();
  terms.terms = {{"x", amount("y + 1")}, {"y", amount("2 * x")}};
  CHECK(flaws(terms) ==
        "terms.x: goes round in a circle (the term needs its own value). Write one of its terms as a number\n"
        "terms.y: goes round in a circle (the term needs its own value). Write one of its terms as a number");
}

TEST_CASE("a division that can only be by zero is refused", "[contract_flaws]") {
  CHECK(flaws(contract_of({measured("work", "done / (hours - hours)", SingleRate{1.0})})) ==
        "pay.work.measure: divides by hours - hours, which can only be 0 (the amount is never defined). "
        "Correct the "
        "divisor");
  CHECK(flaws(contract_of({measured("work", "done", SingleRate{amount("1 / 0")})})) ==
        "pay.work.usd: is undefined (it divides by 0 whatever the ledger holds). Correct the divisor");
  CHECK(flaws(contract_of({measured("work", "done / (0 * hours)", SingleRate{1.0})})) ==
        "pay.work.measure: divides by 0 * hours, which can only be 0 (the amount is never defined). Correct "
        "the "
        "divisor");
  CHECK(flaws(contract_of({measured("work", "done / hours", SingleRate{1.0})})).empty());
}

TEST_CASE("tiers that overlap, repeat or run backwards cannot be written", "[contract_flaws]") {
  CHECK(flaws(ladder(TierMode::marginal, {})) ==
        "pay.bonus.tiers: empty (a ladder has at least one tier). Write tiers = [ { above = ..., usd = ... } "
        "]");
  const std::string backwards =
      "pay.bonus.tiers.2.above: 120 is not above 160, the bound of the tier before (a tier ends where the "
      "next "
      "begins). Write the tiers in ascending order, one bound each";
  CHECK(flaws(ladder(TierMode::marginal, {above(160, 1), above(120, 2)})) == backwards);
  CHECK(flaws(ladder(TierMode::lump_sum, {above(160, 1), above(120, 2)})) == backwards);
  CHECK(!flaws(ladder(TierMode::marginal, {above(120, 1), above(120, 2)})).empty());
  CHECK(!flaws(ladder(TierMode::marginal, {above(120, 1), at_least(120, 2)})).empty());
  CHECK(flaws(ladder(TierMode::lump_sum, {at_least(120, 1), above(120, 2)})).empty());
  // On a count "from the 121st on" and "above 120" are one bound; on hours they are not.
  CHECK(
      flaws(ladder(TierMode::retroactive, {above(120, 1), at_least(121, 2)})) ==
      "pay.bonus.tiers.2.at_least: 121 is the bound of the tier before, above = 120 (on a count the two are "
      "one, and the tier before holds nothing). Leave one of the two");
  CHECK(flaws(ladder(TierMode::retroactive, {above(120, 1), at_least(121, 2)}, "hours")).empty());
  CHECK(flaws(ladder(TierMode::retroactive, {above(120, 1), at_least(122, 2)})).empty());
}

TEST_CASE("a retroactive tier of a ratio must say what it is paid on", "[contract_flaws]") {
  auto c = ladder(TierMode::retroactive, {above(3, 40)}, "done / hours");
  CHECK(flaws(c) ==
        "pay.bonus.pay_per: missing (a tier of a ratio does not say which quantity its rate is paid on). "
        "Write pay_per "
        "= \"done\", or the quantity that is paid");
  pay_of(c.pay[0]).pay_per = amount("done");
  CHECK(flaws(c).empty());
  pay_of(c.pay[0]).schedule = tiers(TierMode::lump_sum, {above(3, 40)});
  CHECK(flaws(c) == "pay.bonus.pay_per: has no meaning here (a lump sum is not paid per unit). Leave it out");
  auto over = ladder(TierMode::retroactive, {above(3, 40)});
  pay_of(over.pay[0]).pay_over = Span::year;
  CHECK(flaws(over) ==
        "pay.bonus.pay_over: a year is longer than reset = \"month\" (the tiers would start again within "
        "it). Write a "
        "period no longer than reset");
}

TEST_CASE("contracts that contradict themselves are refused", "[contract_flaws]") {
  auto capped = work();
  adjust(capped, "floor", Guarantee{1000.0});
  adjust(capped, "top", Cap{11'999.0}, Span::year, {"work"});
  CHECK(flaws(capped) ==
        "adjust.top.cap_usd: lies below the guarantee floor (the two cannot both hold). Raise the cap or "
        "lower the "
        "guarantee");
  capped.adjust[1].does = Cap{12'000.0};
  CHECK(flaws(capped).empty());
  capped.adjust[1].on = {};
  CHECK(flaws(capped) ==
        "adjust.top.on: missing (a cap on one component and a cap on all pay very differently). Write on = [ "
        "... ] "
        "with the components that are capped");

  auto drawn = contract_of({fixed("base", 3000.0)});
  Draw draw;
  draw.usd = 4000.0;
  adjust(drawn, "draw", draw);
  CHECK(flaws(drawn) ==
        "adjust.draw.draw: has nothing to recover from (the pay it sees is fixed at 3000.00 a month and "
        "never exceeds "
        "the draw). Name in `on` a component that can earn more, or write a guarantee");
  auto under_cap = work();
  adjust(under_cap, "top", Cap{4000.0}, Span::month, {"work"});
  adjust(under_cap, "draw", draw);
  CHECK(
      flaws(under_cap) ==
      "adjust.draw.draw: has nothing to recover from (the cap top before it leaves at most 4000.00 a month, "
      "never more than the draw). Write the cap after the draw, or a guarantee");
  under_cap.adjust[0].does = Cap{4000.01};
  CHECK(flaws(under_cap).empty());
  under_cap.adjust[0].does = Cap{4000.0};
  under_cap.adjust[0].per = Span::year;  // all of it may fall in one month: nothing is certain
  under_cap.adjust[0].does = Cap{40'000.0};
  CHECK(flaws(under_cap).empty());
  auto never = work();
  draw.recover_share = 0.0;
  adjust(never, "loan", draw);
  CHECK(flaws(never) ==
        "adjust.loan.draw: has nothing to recover from (recover_share is 0, nothing is forgiven and the "
        "contract does "
        "not end). Write recover_share, forgive, at_end = \"forgiven\" or ends");
  draw.recover_share = 1.5;
  never.adjust[0].does = draw;
  CHECK(flaws(never) ==
        "adjust.loan.draw.recover_share: 1.5 is not a share (it is the part of the excess that repays). "
        "Write a number "
        "from 0 to 1");

  auto held = work();
  adjust(held, "holdback", Withhold{0.1, condition("3 > 2"), Span::year, Amount{1.0}});
  CHECK(flaws(held) ==
        "adjust.holdback.withhold.release: no measure feeds it (it is true or false whatever is worked). "
        "Compare a "
        "ledger column, earned.NAME or month");
  held.adjust[0].does = Withhold{0.1, condition("patient_score > 2"), Span::year, Amount{1.0}};
  CHECK(flaws(held) ==
        "adjust.holdback.withhold.release: unknown name patient_score (it is neither a ledger column nor a "
        "term). "
        "Write a column of the ledger, or declare it under [practices.NAME.columns], [ledger] or terms");
  held.adjust[0].does = Withhold{1.1, condition("done > 2"), Span::year, Amount{1.0}};
  CHECK(flaws(held) ==
        "adjust.holdback.withhold.share: 1.1 is not a share of pay (more than all cannot be withheld). Write "
        "a number "
        "above 0, at most 1");

  auto note = work();
  note.pay[0].counts = false;
  note.pay.push_back(fixed("base", 1.0));
  adjust(note, "floor", Guarantee{1.0}, Span::month, {"work"});
  CHECK(flaws(note) ==
        "adjust.floor.on: work does not count (money that is not paid cannot be adjusted). Leave it out, or "
        "write "
        "counts = true");
}

TEST_CASE("restate is required where codes can change later", "[contract_flaws]") {
  const std::vector<VisitCode> codes{{"99213", 0.6, 130, std::nullopt}, {"99214", 0.4, 192, std::nullopt}};
  const auto layout = LedgerLayout::sampled(codes, 3);
  const auto grid = TypedLedger(12).grid;
  const auto text = [&](const Contract& c) {
    const auto found = find_flaws(c, layout, grid);
    return found.empty() ? std::string() : one_line(found.front());
  };
  const std::string fix =
      " later, and the three ways to pay the change differ). Write restate = \"when_found\", "
      "\"worked_month\" or "
      "\"net_units\"";
  auto c = contract_of({measured("bonus", "credited_wrvu / session_hours", SingleRate{1.0})});
  CHECK(text(c) == "pay.bonus.restate: missing (review can change credited_wrvu" + fix);
  pay_of(c.pay[0]).restate = Restate::net_units;
  CHECK(text(c).empty());
  c = contract_of({measured("bonus", "visits.99214", SingleRate{1.0})});
  CHECK(text(c) == "pay.bonus.restate: missing (review can change visits.99214" + fix);
  c = contract_of({measured("bonus", "0", CodeTable{{{"99213", 60.0}, {"99214", 80.0}}})});
  CHECK(text(c) == "pay.bonus.restate: missing (review can change visits.99213" + fix);
  c = contract_of({measured("bonus", "visits", SingleRate{1.0})});
  pay_of(c.pay[0]).each_code = true;
  CHECK(text(c) == "pay.bonus.restate: missing (review can change visits" + fix);
  // Generated wRVU and completed visits never change; without a later review nothing does.
  CHECK(text(contract_of({measured("bonus", "generated_wrvu + completed_visits", SingleRate{1.0})})).empty());
  CHECK(text(contract_of({fixed("odd", amount("3 * visits.99214"))})) ==
        "pay.odd.fixed_usd: counts visits.99214, which review can change later (a fixed amount cannot say "
        "what happens "
        "then). Write it as a measure with restate");
}

TEST_CASE("partial is required where a period is cut", "[contract_flaws]") {
  auto c = work();
  adjust(c, "floor", Guarantee{1000.0}, Span::quarter);
  CHECK(flaws(c).empty());
  c.ends = 7;
  CHECK(flaws(c) ==
        "partial: missing (adjust.floor runs over a quarter of which only 1 of 3 months fall in the "
        "contract). Write "
        "partial = \"prorate\", \"full\" or \"none\"");
  c.partial = Partial::full;
  CHECK(flaws(c).empty());
  // A plain rate is the same either way, and the end of the ledger cuts nothing.
  auto plain = contract_of({measured("work", "done", SingleRate{1.0}, Span::year)});
  plain.ends = 7;
  CHECK(flaws(plain).empty());
  TypedLedger half(6);
  half.add("done", {});
  CHECK(flaws(contract_of({measured("bonus", "done", tiers(TierMode::marginal, {above(1, 1)}), Span::year)}),
              half)
            .empty());
}

TEST_CASE("curves, blocks, corridors, months and openings are checked", "[contract_flaws]") {
  CHECK(flaws(contract_of({measured("bonus", "done", Curve{{{0, 0}, {10, 5}, {5, 9}}})})) ==
        "pay.bonus.curve.3: x = 5 lies before 10 (points ascend in x). Write the points in ascending order");
  CHECK(flaws(contract_of({measured("bonus", "done", Curve{{{5, 0}, {5, 5}, {5, 9}}})})) ==
        "pay.bonus.curve.3: a third point at x = 5 (a cliff has one value before it and one from it on). "
        "Leave two "
        "points");
  auto c = work();
  pay_of(c.pay[0]).blocks = Blocks{0.0, 0.0, 0.0};
  CHECK(flaws(c) ==
        "pay.work.blocks.size: 0 is not a size (a block holds more than nothing). Write the units of one "
        "block");
  c = work();
  pay_of(c.pay[0]).corridor = Corridor{100.0, Amount{120.0}, std::nullopt, false};
  CHECK(flaws(c) ==
        "pay.work.corridor.low: lies above the target (the tolerance is around the target). Write low <= "
        "target");
  c = work();
  c.pay[0].months = MonthRange{7, 3};
  CHECK(flaws(c) ==
        "pay.work.months: [7, 3] is not a range of months (months count from 1, the first before the last). "
        "Write "
        "[first, last]");
  c = work();
  c.opening.to_date = {{"visits_done", 3.0}};
  c.opening.draw_balance_usd = 500.0;
  CHECK(flaws(c) ==
        "opening.visits_done: unknown name visits_done (it is not a ledger column). Did you mean done?\n"
        "opening.draw_balance_usd: 0 draw adjustments hold it (the balance belongs to exactly one). Write "
        "one, or "
        "leave the balance out");
}

TEST_CASE("odd but legal contracts are pointed out", "[contract_flaws]") {
  CHECK(oddities(ladder(TierMode::marginal, {above(0, 0)})) ==
        "pay.bonus.tiers: pay nothing (every rate and flat is 0). Leave the line out");
  auto c = work();
  adjust(c, "floor", Guarantee{100.0}, Span::year);
  TypedLedger half(6);
  half.add("done", {});
  CHECK(oddities(c, half) ==
        "adjust.floor.per: no period ends in the months priced (what is settled at the period end is not in "
        "the "
        "results). "
        "Price more months, or write paid = \"running\"");
  c = work();
  c.terms = {{"target", 100.0}};
  CHECK(oddities(c) == "terms.target: is never used (no amount or condition names it). Leave it out");
  c = work();
  c.pay[0].months = MonthRange{7, 12};
  c.ends = 6;  // a person who leaves before the second phase
  c.partial = Partial::full;
  CHECK(flaws(c).empty());
  CHECK(oddities(c) ==
        "pay.work.months: starts after month 6, in which the contract ends (nothing is paid there). Correct "
        "months or ends, unless it is meant");
  c = work();
  adjust(c, "same", Multiply{1.0});
  CHECK(oddities(c) == "adjust.same.multiply: is 1 (it changes nothing). Leave it out");
}

TEST_CASE("numbers that no contract means are refused", "[contract_flaws]") {
  auto c = work();
  adjust(c, "top", Cap{-1.0}, Span::month, {"work"});
  CHECK(flaws(c) ==
        "adjust.top.cap_usd: -1 is below 0 (a cap bounds what is paid; it does not take pay back). Write 0 "
        "or more");
  c = work();
  Draw draw;
  draw.usd = -100.0;
  draw.forgive = Amount{-5.0};
  adjust(c, "ahead", draw);
  CHECK(flaws(c) ==
        "adjust.ahead.draw.usd: -100 is below 0 (a draw is money that is paid ahead). Write 0 or more\n"
        "adjust.ahead.draw.forgive: -5 is below 0 (what is forgiven lowers what is owed). Write 0 or more");
  c = work();
  adjust(c, "held", Withhold{0.1, condition("done > 2"), Span::year, Amount{-0.1}});
  CHECK(flaws(c) ==
        "adjust.held.withhold.released: -0.1 is not a share of what is held back (more than all cannot be "
        "paid out). Write a number from 0 to 1");
  c = work();
  pay_of(c.pay[0]).blocks = Blocks{-1.0, 10.0, 1.5};
  CHECK(flaws(c) ==
        "pay.work.blocks.free: -1 is below 0 (units that are free are none or some). Write 0 or more\n"
        "pay.work.blocks.min: 1.5 is not a number of blocks (a block begun is a whole block). Write a whole "
        "number, 0 or more");
  c = work();
  adjust(c, "floor", Guarantee{1.0}, Span::month, {"work", "work", "work"});
  CHECK(flaws(c) ==
        "adjust.floor.on.2: work stands there twice (an adjustment sees a component once). Leave one of them "
        "out");
}

TEST_CASE("a part whose name is taken goes by its number", "[contract_flaws]") {
  auto c = work();
  c.pay.push_back(measured("work", "nothing", SingleRate{1.0}));
  CHECK(flaws(c) ==
        "pay.2.name: 'work' is used twice (names are unique over pay and adjust, so that `on` and earned. "
        "are clear). Rename one of them\n"
        "pay.2.measure: unknown name nothing (it is neither a ledger column nor a term). Write a column of "
        "the ledger, or declare it under [practices.NAME.columns], [ledger] or terms");
}

TEST_CASE("what a score, an opening or a restatement cannot do is pointed out", "[contract_flaws]") {
  TypedLedger scored(12);
  scored.add("done", {}).add("quality_score", {}, ColumnUnit::ratio, 0.0);
  auto c = work();
  adjust(c, "gate", Gate{condition("done > 1 and quality_score >= 80")});
  CHECK(oddities(c, scored) ==
        "adjust.gate.gate: compares quality_score with 80 (the quality score is at most 1). Write a number "
        "from 0 to 1, such as 0.8 for 80 %");
  c = work();
  c.pay[0].when = condition("1 < quality_score");
  CHECK(oddities(c, scored).empty());
  c.pay[0].when = condition("not (goal > quality_score)");
  c.terms = {{"goal", 90.0}};
  CHECK(oddities(c, scored) ==
        "pay.work.when: compares quality_score with 90 (the quality score is at most 1). Write a number from "
        "0 to 1, such as 0.8 for 80 %");
  c = work();
  adjust(c, "held", Withhold{0.1, condition("quality_score > 2"), Span::year, Amount{1.0}});
  CHECK(oddities(c, scored) ==
        "adjust.held.withhold.release: compares quality_score with 2 (the quality score is at most 1). Write "
        "a number from 0 to 1, such as 0.8 for 80 %");

  c = work();  // counts by the month
  c.opening.to_date = {{"done", 40.0}};
  const std::string idle =
      "opening.done: changes nothing (no rule counts it over a year or to date). Leave it out, or check the "
      "reset that should count it";
  CHECK(oddities(c) == idle);
  pay_of(c.pay[0]).reset = Span::year;
  CHECK(oddities(c).empty());
  c.pay[0].months = MonthRange{1, 6};  // a phase starts from nothing
  CHECK(oddities(c) == idle);
  c = work();
  c.opening.to_date = {{"done", 40.0}};
  c.pay[0].when = condition("annualised(done) > 100");
  CHECK(oddities(c).empty());

  c = work();
  pay_of(c.pay[0]).restate = Restate::net_units;
  CHECK(oddities(c) ==
        "pay.work.restate: changes nothing (review changes visits by code and credited_wrvu, and nothing "
        "here reads them). Leave it out");
}

TEST_CASE("a term or column named month cannot hide the month", "[unit][contract_flaws]") {
  auto c = contract_of({testing::fixed("base", testing::amount("month"))});
  c.terms = {{"month", 4.0}};
  const TypedLedger ledger(3);
  const auto flaws = find_flaws(c, ledger.layout(), ledger.grid);
  REQUIRE(flaws.size() == 1);
  CHECK(flaws[0].key == "terms.month");
  CHECK(flaws[0].problem == "is a word of the grammar");
}

TEST_CASE("a study that stops inside a period settled at its end is told", "[unit][contract_flaws]") {
  auto line = measured("bonus", "done", SingleRate{1.0}, Span::year);
  testing::pay_of(line).paid = PaidWhen::period_end;
  const auto c = contract_of({line});
  const auto said = [&](int months) {
    const auto ledger = TypedLedger(months).add("done", {});
    return oddities(c, ledger);
  };
  CHECK(said(24).empty());
  CHECK(
      said(18) ==
      "pay.bonus.paid: the last month priced lies inside a year (what that period has earned is not due yet "
      "and not in the results). Price whole years, or write ends");
}

}  // namespace
}  // namespace paystress::contract_flaws_test
