#include "scenarios/read_offer.h"

#include <catch2/catch.hpp>

#include "sim/words/explain_contract.h"
#include "tests/support/messages.h"

namespace paystress::read_offer_test {
namespace {

using Lines = std::vector<std::string>;

const std::string vague = R"([offers.x]
[[offers.x.pay]]
name = "p"
measure = "completed_visits"
mode = { readings = ["marginal", "retroactive"] }
reset = "month"
tiers = [ { above = { readings = [120, 100] }, usd = 20 } ]
)";

struct Read {
  std::optional<OfferText> offer;
  Lines faults;
};

Read read(const std::string& toml, std::vector<std::string> readings) {
  Faults faults;
  const auto file = parse_toml(toml, "c.toml", faults);
  REQUIRE(file);
  Read result{read_offer(*file, {"", std::move(readings)}, faults), {}};
  result.faults = messages(faults);
  return result;
}

TierLadder ladder_of(const OfferText& offer) {
  return std::get<TierLadder>(std::get<MeasuredPay>(offer.contract.pay.at(0).pays).schedule);
}

TEST_CASE("a vague clause is read in the first way, with a warning, or as chosen", "[read_offer]") {
  const auto first = read(vague, {});
  REQUIRE(first.offer);
  CHECK(first.faults == Lines{"c.toml:5:8: warning: offers.x.pay.p.mode: is read as \"marginal\", the first "
                              "of 2 readings. Choose "
                              "another with --reading pay.p.mode=2.",
                              "c.toml:7:21: warning: offers.x.pay.p.tiers.1.above: is read as 120, the first "
                              "of 2 readings. Choose "
                              "another with --reading pay.p.tiers.1.above=2."});
  CHECK(ladder_of(*first.offer).mode == TierMode::marginal);
  const auto chosen = read(vague, {"pay.p.mode=2", "pay.p.tiers.1.above=2"});
  REQUIRE(chosen.offer);
  CHECK(chosen.faults == Lines{});
  CHECK(ladder_of(*chosen.offer).mode == TierMode::retroactive);
  CHECK(ladder_of(*chosen.offer).tiers[0].from.at.constant() == 100.0);
  CHECK(words::explain_readings(*chosen.offer) ==
        "\nWhat the paper leaves open\n"
        "  - pay.p.mode is read as \"retroactive\" here; it could also be \"marginal\" (reading 1).\n"
        "  - pay.p.tiers.1.above is read as 100 here; it could also be 120 (reading 1).\n");
}

TEST_CASE("a reading that does not exist is refused", "[read_offer]") {
  for (const auto* number : {"3", "0", "1.5", "x", ""}) {
    CAPTURE(number);
    const auto bad = read(vague, {"pay.p.mode=" + std::string(number), "pay.p.tiers.1.above=1"});
    CHECK(!bad.offer);
    REQUIRE(!bad.faults.empty());
    CHECK(bad.faults[0] == "--reading: pay.p.mode: has readings 1 to 2. Write --reading pay.p.mode=1.");
  }
  CHECK(read(vague, {"pay.p.mod=1", "pay.p.mode=1", "pay.p.tiers.1.above=1"}).faults ==
        Lines{"--reading: pay.p.mod: the contract has no such vague clause. Did you mean pay.p.mode?"});
}

// One offer with faults of reading and faults of the whole contract.
const std::string many_faults = R"([offers.x]
[[offers.x.pay]]
name = "w"
measure = "completed_visits"
mode = "marginal"
tiers = [ { above = 160, usd = 20 }, { above = 120, usd = 30 } ]
[[offers.x.pay]]
name = "w"
measure = "completed_visits"
mode = "margnal"
reset = "month"
tiers = [ { above = 160, usd = 20 }, { usd = 3 }, { above = 120, usd = 30 } ]
[[offers.x.pay]]
name = "base"
fixed_usd = "earned.none"
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 100
per = "month"
on = ["zz", "base", "base"]
[[offers.x.adjust]]
name = "held"
withhold = { share = 1.5, released = 2, in = "year" }
)";

TEST_CASE("faults of reading an offer do not hide those of the whole contract", "[read_offer]") {
  const auto found = read(many_faults, {});
  CHECK(!found.offer);
  CHECK(
      found.faults ==
      Lines{"c.toml:2:1: offers.x.pay.1.reset: missing (counting again from zero each month pays differently "
            "from counting on). Write reset = \"month\", \"quarter\", \"year\" or \"horizon\".",
            "c.toml:6:48: offers.x.pay.w.tiers.2.above: 120 is not above 160, the bound of the tier before "
            "(a tier ends where the next begins). Write the tiers in ascending order, one bound each.",
            "c.toml:8:8: offers.x.pay.2.name: 'w' is used twice (names are unique over pay and adjust, so "
            "that `on` and earned. are clear). Rename one of them.",
            "c.toml:10:8: offers.x.pay.2.mode: \"margnal\" is not one of the choices. Did you mean "
            "marginal?",
            "c.toml:12:38: offers.x.pay.2.tiers.2: has no bound. Write above = the last unit that is not in "
            "the tier, or at_least = the first that is.",
            "c.toml:12:61: offers.x.pay.2.tiers.3.above: 120 is not above 160, the bound of the tier before "
            "(a tier ends where the next begins). Write the tiers in ascending order, one bound each.",
            "c.toml:13:1: offers.x.pay.3.per: missing (dollars a month and dollars a year are told apart by "
            "nothing else). Write per = \"month\", \"quarter\", \"year\" or \"horizon\".",
            "c.toml:15:13: offers.x.pay.base.fixed_usd: unknown component earned.none (no pay line has this "
            "name). Name a pay line.",
            "c.toml:20:6: offers.x.adjust.floor.on: unknown component zz (no pay line has this name). Name "
            "pay lines.",
            "c.toml:20:21: offers.x.adjust.floor.on.3: base stands there twice (an adjustment sees a "
            "component once). Leave one of them out.",
            "c.toml:23:12: offers.x.adjust.2.withhold.release: missing (money that nothing releases is "
            "lost). Write release = the condition under which it is paid out.",
            "c.toml:23:22: offers.x.adjust.held.withhold.share: 1.5 is not a share of pay (more than all "
            "cannot be withheld). Write a number above 0, at most 1.",
            "c.toml:23:38: offers.x.adjust.held.withhold.released: 2 is not a share of what is held back "
            "(more than all cannot be paid out). Write a number from 0 to 1."});
}

TEST_CASE("nothing is concluded from what could not be read", "[read_offer]") {
  const auto faults_of = [](const std::string& keys) {
    return read("[offers.x]\n[[offers.x.pay]]\nname = \"p\"\n" + keys, {}).faults;
  };
  // With a cap of another period, a draw that pay may exceed, a pay_over within the reset, a term.
  CHECK(faults_of("fixed_usd = 60_000\nper = \"yeer\"\n[[offers.x.adjust]]\nname = \"d\"\nper = "
                  "\"month\"\ndraw = { usd = 60_000, form = \"top_up\" }\n[[offers.x.adjust]]\nname = "
                  "\"f\"\nguarantee_usd = 100\n[[offers.x.adjust]]\nname = \"c\"\ncap_usd = 99\nper = "
                  "\"month\"\non = [\"p\"]\n")
            .size() == 2);
  CHECK(faults_of("measure = \"slots\"\nusd = \"2 *\"\nreset = \"yer\"\npay_over = \"quarter\"\n").size() ==
        2);
  CHECK(faults_of("measure = \"slots\"\nusd = \"rate\"\n[offers.x.terms]\nrate = true\n").size() == 1);
  CHECK(faults_of("measure = true\neach = \"code\"\nusd = 1\nreset = \"month\"\n").size() == 1);
  CHECK(faults_of("measure = \"slots\"\nmode = { readings = [] }\nreset = \"month\"\n"
                  "tiers = [ { above = 1, usd = 2 } ]\n") ==
        Lines{"c.toml:5:21: offers.x.pay.p.mode.readings: needs a list of two or more readings. Write "
              "readings = [first, second]."});
}

}  // namespace
}  // namespace paystress::read_offer_test
