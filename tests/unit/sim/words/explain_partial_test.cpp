#include "sim/words/explain_partial.h"

#include <catch2/catch.hpp>

#include "model/study.h"
#include "scenarios/read_offer.h"
#include "sim/words/explain_contract.h"
#include "tests/support/messages.h"

namespace paystress::explain_partial_test {
namespace {

std::string explain(const std::string& partial, const std::string& parts) {
  Faults faults;
  const auto toml = "[offers.x]\nends = 8\npartial = \"" + partial + "\"\n" + parts;
  const auto file = parse_toml(toml, "c.toml", faults);
  REQUIRE(file);
  const auto offer = read_offer(*file, {"x", {}}, faults);
  CHECK(messages(faults) == std::vector<std::string>{});
  REQUIRE(offer);
  return words::explain_contract(offer->contract, offer->user_columns, Study().start);
}
bool has(const std::string& text, const std::string& part) {
  INFO(text << "\nmust say: " << part);
  const bool found = text.find(part) != std::string::npos;
  CHECK(found);
  return found;
}

std::string pay(const std::string& measure, const std::string& keys) {
  return "[[offers.x.pay]]\nname = \"p\"\nmeasure = \"" + measure + "\"\nreset = \"quarter\"\n" + keys + "\n";
}
const std::string draw =
    "[[offers.x.adjust]]\nname = \"d\"\nper = \"quarter\"\ndraw = { usd = 45_000, form = \"advance\" }\n";

TEST_CASE("a cut period names what the contract has of it", "[explain]") {
  const std::string curve = "curve = [[900, 0], [1_200, 6_000]]";
  has(explain("prorate", pay("credited_wrvu", curve)),
      "A period that is cut short scales bounds, flat sums, lumps, curve points, guarantees and caps by its "
      "months; rates stay as they are.");
  has(explain("full", pay("completed_visits", "usd = 5\nblocks = { free = 100, size = 10, min = 2 }")),
      "A period that is cut short keeps its full bounds, flat sums, lumps, free units, least blocks, "
      "guarantees and caps.");
  has(explain("prorate", pay("completed_visits", "usd = 5\ncorridor = { target = 100, low = 96 }") + draw),
      "scales bounds, flat sums, lumps, corridors, guarantees, caps and draws by its months");
  has(explain("none", pay("completed_visits", "usd = 5") + draw),
      "no guarantee, cap or draw of such a period holds in it.\n  - It ends");
  // A month is never cut.
  has(explain("prorate", pay("completed_visits", "usd = 5") +
                             "[[offers.x.adjust]]\nname = \"d\"\nper = \"month\"\ndraw = { usd = 1, form = "
                             "\"top_up\" }\n"),
      "lumps, guarantees and caps by its months");
}

TEST_CASE("the points of a curve on a level are not scaled, its price is", "[explain]") {
  const std::string curve = "curve = [[0.7, 0], [0.9, 15_000]]";
  const auto cut = explain("prorate", pay("quality_score", curve));
  has(cut, "lumps, guarantees and caps by its months");
  has(cut,
      "It does not add up over months: the price is that of a whole quarter, and in a quarter that is cut "
      "short each month in force earns its part.");
  has(explain("full", pay("quality_score", curve)), "the price is that of a whole quarter.\n");
  // $12,000 a year on a level of 0.85 that ends after 8 months pays 10,200 with partial = "full".
  has(explain("full", pay("quality_score", "usd = 12_000")), "the price is that of a whole quarter.\n");
  has(explain("prorate", pay("quality_score", "usd = 12_000")),
      "the price is that of a whole quarter, and each month in force earns its part.");
}

TEST_CASE("a level over the whole contract is told without a second whole", "[explain]") {
  auto rate = pay("quality_score", "usd = 12_000");
  rate.replace(rate.find("quarter"), 7, "horizon");
  has(explain("prorate", rate),
      "the price is that of a whole contract, and each month in force earns its part.");
}

TEST_CASE("what is held back in a period without rules is lost", "[explain]") {
  has(explain("none", pay("completed_visits", "usd = 40") +
                          "[[offers.x.adjust]]\nname = \"wh\"\nwithhold = { share = 0.1, release = "
                          "\"quality_score >= 0.5\", in = \"quarter\" }\n"),
      "What wh holds back in a quarter that is cut short is lost.");
}

}  // namespace
}  // namespace paystress::explain_partial_test
