// Visits added to reach a line: what is read, each refused input by its message, and rows of a batch.
#include <catch2/catch.hpp>

#include "model/contract_key.h"
#include "scenarios/override.h"
#include "tests/support/paths.h"
#include "tests/support/study_faults.h"

namespace paystress::read_push_test {
namespace {

using Lines = std::vector<std::string>;

const std::string tiered = R"(
[offers.tiered]
push = { within = 0.05, max_per_month = 12 }
[[offers.tiered.pay]]
name = "bonus"
measure = "completed_visits"
mode = "marginal"
reset = "month"
tiers = [ { above = 120, usd = 20 } ]
)";

Lines said(std::string_view old, std::string_view by) {
  return said_of(with(std::string(small_study) + tiered, old, by));
}

TEST_CASE("an offer says how far its clinician goes for a line", "[unit][read_push]") {
  Faults faults;
  const auto text =
      parse_study(std::string(small_study) + tiered, "s.toml", test::source_path("scenarios"), faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(text);
  const auto* offer = text->study.find_offer("tiered");
  REQUIRE(offer != nullptr);
  REQUIRE(offer->push);
  CHECK(offer->push->within == 0.05);
  CHECK(offer->push->max_per_month == 12);
  CHECK_FALSE(text->study.find_offer("visit")->push);
}

TEST_CASE("what does not fit about push is said at its key", "[unit][read_push]") {
  CHECK(said("within = 0.05, max_per_month = 12", "") ==
        Lines{"s.toml:25:8: offers.tiered.push.within: missing (it says how near the line the measure must "
              "be). Write a share of the line such as within = 0.05.",
              "s.toml:25:8: offers.tiered.push.max_per_month: missing (it says how many visits more can be "
              "worked). Write whole visits such as max_per_month = 12."});
  CHECK(said("within = 0.05", "within = 0") ==
        Lines{"s.toml:25:19: offers.tiered.push.within: is 0 (no path lies so near the line that it adds a "
              "visit). Write a share above 0, or leave push out."});
  CHECK(said("within = 0.05", "within = 1.5") ==
        Lines{"s.toml:25:19: offers.tiered.push.within: 1.5 is above 1 (a share of the line). Write a number "
              "from 0 to 1."});
  CHECK(said("max_per_month = 12", "max_per_month = 0") ==
        Lines{"s.toml:25:41: offers.tiered.push.max_per_month: 0 is below 1 (visits added in a month). Write "
              "a whole number from 1 to 1000."});
  CHECK(said("max_per_month = 12", "max_per_month = 2.5").size() == 1);
  CHECK(said("max_per_month", "max_a_month").size() == 2);
  CHECK(said("mode = \"marginal\"\nreset = \"month\"\ntiers = [ { above = 120, usd = 20 } ]",
             "usd = 20\nreset = \"month\"") ==
        Lines{"s.toml:25:8: offers.tiered.push: no component has tiers (there is no line that added visits "
              "could reach). Leave it out."});
  CHECK(said("usd = 20 } ]\n",
             "usd = 20 } ]\n[[offers.tiered.pay]]\nname = \"busy\"\nmeasure = \"completed_visits\"\nusd = "
             "1\nreset = \"week\"\n") ==
        Lines{"s.toml:25:8: offers.tiered.push: stands beside ledger.busy_usd, which counts by spans of days "
              "(on which day an added visit falls is not known). Leave one of them out."});
}

TEST_CASE("rows of a batch change how far the clinician goes", "[unit][read_push]") {
  Faults faults;
  const auto text =
      parse_study(std::string(small_study) + tiered, "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(text);
  ScenarioResolver resolver(*text);
  const Place row{"b.csv", 2, 1};
  const auto resolved =
      resolver.resolve("clinic", "tiered", "base",
                       std::vector<Override>{{"offers.tiered.push.within", "0.1", row},
                                             {"offers.tiered.push.max_per_month", "4", row}},
                       row, faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(resolved);
  CHECK(resolved->contract->push->within == 0.1);
  CHECK(resolved->contract->push->max_per_month == 4);
}

TEST_CASE("a stress changes how far the clinician goes", "[unit][read_push]") {
  const auto stressed_by = [](const std::string& stress) {
    return std::string(small_study) + tiered +
           "[[scenarios]]\npractice = \"clinic\"\noffer = \"tiered\"\nstresses = [\"base\", \"far\"]\n"
           "[stresses.far]\n" +
           stress;
  };
  Faults faults;
  const auto text = parse_study(stressed_by("offers.tiered.push.within = { multiply = 2 }\n"
                                            "offers.tiered.push.max_per_month = { add = -2.6 }\n"),
                                "s.toml", test::source_path("scenarios"), faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(text);
  const auto far =
      stressed(*text->study.find_offer("tiered"), *text->study.find_stress("far"), text->study.months);
  REQUIRE(far);
  CHECK(far->push->within == 0.1);
  CHECK(far->push->max_per_month == 9);  // whole visits
  // Of a batch, too, through the stress.
  ScenarioResolver resolver(*text);
  const Place row{"b.csv", 2, 1};
  const auto resolved = resolver.resolve(
      "clinic", "tiered", "far",
      std::vector<Override>{{"stresses.far.offers.tiered.push.within.multiply", "3", row}}, row, faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(resolved);
  CHECK(resolved->contract->push->within == Approx(0.15));

  // Beyond its range it is a fault of the row.
  const auto of_row = [&](const std::string& key, const std::string& value) {
    Faults in_row;
    ScenarioResolver fresh(*text);
    const auto is_read =
        fresh.resolve("clinic", "tiered", "far", std::vector<Override>{{key, value, row}}, row, in_row);
    CHECK_FALSE(is_read);
    return messages(in_row);
  };
  CHECK(
      of_row("stresses.far.offers.tiered.push.within.multiply", "30") ==
      Lines{"s.toml:25:19: offers.tiered.push.within: is 1.5 (a share of the line). A stress may bring it to "
            "above 0, up to 1."});

  const auto said_under = [&](const std::string& stress) { return said_of(stressed_by(stress)); };
  CHECK(said_under("offers.tiered.push.within = { set = 0 }\n") ==
        Lines{"s.toml:25:19: offers.tiered.push.within: is 0 (a share of the line). A stress may bring it to "
              "above 0, up to 1."});
  CHECK(
      said_under("offers.tiered.push.max_per_month = { multiply = 1000 }\n") ==
      Lines{"s.toml:25:41: offers.tiered.push.max_per_month: is 2000 (visits added in a month). A stress may "
            "bring it to 1 to 1000."});
  CHECK(said_under("months = [4, 6]\noffers.tiered.push.within = { set = 0.1 }\n") ==
        Lines{"s.toml:38:29: stresses.far.offers.tiered.push.within: cannot change for some months (what is "
              "added at a window's end hangs on all its months). Leave months out."});
  CHECK(said_under("offers.tiered.push.witin = { set = 0.1 }\n") ==
        Lines{"s.toml:37:28: stresses.far.offers.tiered.push.witin: the offer has no such amount (a stress "
              "changes "
              "an amount that an offer has). Did you mean push.within?"});
  CHECK(said_under("offers.visit.push.within = { set = 0.1 }\n").size() == 1);
}

}  // namespace
}  // namespace paystress::read_push_test
