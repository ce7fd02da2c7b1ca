#include "scenarios/readings.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace readings_test {

namespace {

using namespace paystress;

const char* const vague_offer = R"(
[offers.x]
adjust_order = { readings = [ ["floor", "ceiling"], ["ceiling", "floor"] ] }
[[offers.x.pay]]
name = "bonus"
measure = { readings = ["completed_visits", "booked_visits"] }
mode = { readings = ["marginal", "retroactive"] }
reset = "month"
tiers = [ { at = 120, bound = { readings = ["above", "at_least"] }, usd = 20 } ]
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 100
per = "month"
[[offers.x.adjust]]
name = "ceiling"
cap_usd = 900
per = "month"
on = ["bonus"]
)";

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

TEST_CASE("a study with vague clauses is read with the first reading of each", "[unit]") {
  Faults faults;
  const auto text = parse_study(vague_offer, "s.toml", ".", faults);
  INFO((messages(faults).empty() ? std::string() : messages(faults).front()));
  REQUIRE(text);
  REQUIRE(text->vague.size() == 4);
  CHECK(text->vague[0].key == "adjust_order");
  CHECK(text->vague[1].key == "pay.bonus.measure");
  CHECK(text->vague[2].key == "pay.bonus.mode");
  CHECK(text->vague[3].key == "pay.bonus.tiers.1.bound");
  CHECK(text->vague[2].reading_text(1) == "\"retroactive\"");
  const auto shown = [&](const std::string& key) {
    const auto it = std::ranges::find(text->resolved, "offers.x." + key, &ResolvedNumber::key);
    return it == text->resolved.end() ? std::string("missing") : it->value;
  };
  CHECK(shown("adjust_order.2") == "\"ceiling\" (first of 2 readings)");
  CHECK(shown("pay.1.measure") == "\"completed_visits\" (first of 2 readings)");
  CHECK(shown("pay.1.tiers.1.bound") == "\"above\" (first of 2 readings)");
  CHECK(shown("pay.1.tiers.1.at") == "120");
  CHECK(shown("adjust.2.on.1") == "\"bonus\"");
  const auto& offer = text->study.offers.at(0);
  CHECK(offer.adjust.at(0).name == "floor");
  const auto& pays = std::get<MeasuredPay>(offer.pay.at(0).pays);
  CHECK(std::get<TierLadder>(pays.schedule).mode == TierMode::marginal);
  CHECK_FALSE(std::get<TierLadder>(pays.schedule).tiers.at(0).from.included);
}

TEST_CASE("every combination of readings reads as its own contract", "[unit]") {
  Faults faults;
  const auto text = parse_study(vague_offer, "s.toml", ".", faults);
  REQUIRE(text);
  const auto& offer = *text->source->document.find("offers")->find("x");
  const std::vector<std::size_t> second{1, 1, 1, 1};
  const auto contract = read_with("x", offer, {}, {}, {}, text->vague, second, faults);
  REQUIRE(contract);
  CHECK(contract->adjust.at(0).name == "ceiling");
  const auto& pays = std::get<MeasuredPay>(contract->pay.at(0).pays);
  CHECK(pays.measure.name() == "booked_visits");
  CHECK(std::get<TierLadder>(pays.schedule).mode == TierMode::retroactive);
  CHECK(std::get<TierLadder>(pays.schedule).tiers.at(0).from.included);
}

TEST_CASE("readings that are none are refused", "[unit]") {
  const auto one = std::string(
      "[offers.x]\n[[offers.x.pay]]\nname = \"a\"\nfixed_usd = { readings = [1] }\nper = \"month\"\n");
  Faults faults;
  CHECK_FALSE(parse_study(one, "s.toml", ".", faults));
  CHECK(contains(messages(faults),
                 "s.toml:4:26: offers.x.pay.a.fixed_usd.readings: needs a list of two or more readings. "
                 "Write readings = [first, second]."));
  Faults beside;
  CHECK_FALSE(parse_study("[offers.x]\nyear = { readings = [\"calendar\", \"anniversary\"], other = 1 }\n",
                          "s.toml", ".", beside));
  CHECK(contains(
      messages(beside),
      "s.toml:2:8: offers.x.year: has keys beside readings (a vague clause is nothing but its readings). "
      "Write { readings = [first, second] }."));
}

TEST_CASE("a reading whose name is unknown is known before the run", "[unit]") {
  const auto study = std::string(small_study);
  const auto said = [&](const std::string& readings) {
    Faults faults;
    CHECK_FALSE(parse_study(
        with(study, "measure = \"completed_visits\"", "measure = { readings = " + readings + " }"), "s.toml",
        test::source_path("scenarios"), faults));
    return messages(faults);
  };
  const auto unknown = said("['completed_visits', 'complted_visits']");
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].find("complted_visits") != std::string::npos);
  CHECK(said("['completed_visits', '1 +']").size() == 1);
  std::string many = "['completed_visits'";
  for (std::size_t i = 0; i < most_combinations; ++i) many += ", 'booked_visits + " + std::to_string(i) + "'";
  CHECK(said(many + "]") ==
        std::vector<std::string>{"s.toml:16:11: offers.visit: its readings make more than 256 "
                                 "combinations. Leave some out."});
}

}  // namespace readings_test
