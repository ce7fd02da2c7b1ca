#include "scenarios/read_offer.h"

#include <catch2/catch.hpp>

#include "sim/explain_contract.h"
#include "tests/support/messages.h"

namespace paystress {
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
  CHECK(explain_readings(*chosen.offer) ==
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

}  // namespace
}  // namespace paystress
