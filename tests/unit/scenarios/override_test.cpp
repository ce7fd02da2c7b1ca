#include "scenarios/override.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::override_test {
namespace {

using Lines = std::vector<std::string>;

StudyText study() {
  Faults faults;
  auto text = parse_study(std::string(small_study), "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(text);
  return std::move(*text);
}

TEST_CASE("a resolver shares what is equal and nothing else", "[unit][override]") {
  const auto text = study();
  ScenarioResolver resolver(text);
  Faults faults;
  const Place at{"row", 1, 0};
  const auto resolve = [&](const std::string& stress, const std::vector<Override>& overrides) {
    auto what = resolver.resolve("clinic", "visit", stress, overrides, at, faults);
    REQUIRE(what);
    return *what;
  };
  const auto plain = resolve("base", {});
  const auto same = resolve("base", {{"practices.clinic.no_show.rate", "0.080", at}});
  const auto other = resolve("base", {{"practices.clinic.no_show.rate", "0.081", at}});
  const auto paid = resolve("base", {{"offers.visit.pay.visits.usd", "41", at}});
  const auto dip = resolve("dip", {});
  CHECK(messages(faults) == Lines{});
  CHECK(plain.practice == same.practice);
  CHECK(plain.practice != other.practice);
  CHECK(plain.contract == other.contract);
  CHECK(plain.contract != paid.contract);
  CHECK(plain.stress != dip.stress);
  CHECK(plain.contract == dip.contract);  // the stress leaves the offer alone
}

TEST_CASE("an override that the scenario does not use is a fault at its place", "[unit][override]") {
  const auto text = study();
  ScenarioResolver resolver(text);
  Faults faults;
  const Place at{"row", 7, 0};
  const std::vector<Override> overrides{{"stresses.dip.booked_visits.multiply", "0.5", at},
                                        {"study.months", "3", at}};
  CHECK_FALSE(resolver.resolve("clinic", "visit", "base", overrides, at, faults));
  CHECK(messages(faults) ==
        Lines{"row:7: stresses.dip.booked_visits.multiply: is not used by clinic/visit/base.",
              "row:7: study.months: is not a number of a practice, an offer or a stress."});
  CHECK(concerns(text, "stresses.dip.booked_visits.multiply", "clinic", "visit", "dip"));
  CHECK_FALSE(concerns(text, "stresses.dip.booked_visits.multiply", "clinic", "visit", "base"));
  CHECK_FALSE(concerns(text, "offers.visits.pay", "clinic", "visit", "base"));
}

TEST_CASE("an amount that a stress of a row changes is one that the offer has", "[unit][override]") {
  const auto text = study();
  ScenarioResolver resolver(text);
  Faults faults;
  const Place at{"row", 7, 0};
  const std::vector<Override> overrides{{"stresses.dip.offers.visit.pay.visit.usd.multiply", "0.5", at}};
  CHECK_FALSE(resolver.resolve("clinic", "visit", "dip", overrides, at, faults));
  CHECK(
      messages(faults) ==
      Lines{
          "row:7: stresses.dip.offers.visit.pay.visit.usd: the offer has no such amount (a stress changes an "
          "amount that an offer has). Did you mean pay.visits.usd?"});
  Faults none;
  const std::vector<Override> known{{"stresses.dip.offers.visit.pay.visits.usd.multiply", "0.5", at}};
  CHECK(resolver.resolve("clinic", "visit", "dip", known, at, none));
}

TEST_CASE("a key that a study cannot have is told with the nearest", "[unit][override]") {
  const auto text = study();
  ScenarioResolver resolver(text);
  const auto unknown = [&](const std::string& key) {
    const auto fault = resolver.unknown_key({key, "1", {"row", 1, 0}});
    return fault ? fault->why + "|" + fault->fix : std::string("known");
  };
  CHECK(unknown("practices.clinic.no_show.rate") == "known");
  CHECK(unknown("practices.clinic.no_show.rat") == "|Did you mean rate?");
  CHECK(unknown("offers.visti.pay.visits.usd") == "the study has no offers.visti|Did you mean visit?");
  CHECK(unknown("offers.visit.pay.visit.usd") == "the list has no item visit|Did you mean visits?");
}

}  // namespace
}  // namespace paystress::override_test
