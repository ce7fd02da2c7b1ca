// Who leaves, and offers that end by it: what is read, and each refused input by its message.
#include <catch2/catch.hpp>

#include "tests/support/paths.h"
#include "tests/support/study_faults.h"

namespace paystress::read_leaving_test {
namespace {

using Lines = std::vector<std::string>;

const std::string leaving = R"(
[practices.clinic.leaving]
per_year = { low = 0.05, likely = 0.08, high = 0.12 }
by_employer = 0.25
[offers.salary]
ends = "leaving"
partial = "prorate"
[[offers.salary.pay]]
name = "salary"
fixed_usd = 200_000
per = "year"
[[offers.salary.adjust]]
name = "repaid"
add_usd = "-left * 20_000 * max(0, 24 - months_employed) / 24"
per = "horizon"
[[offers.salary.adjust]]
name = "notice"
add_usd = "left_by_employer * 200_000 * 60 / 365"
per = "month"
)";

TEST_CASE("a practice says who leaves, and an offer ends by it", "[unit][leaving]") {
  Faults faults;
  const auto text =
      parse_study(std::string(small_study) + leaving, "s.toml", test::source_path("scenarios"), faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(text);
  const auto& practice = text->study.practices[0];
  CHECK(practice.has_leaving);
  CHECK(std::get<Known>(practice[Parameter::leaving_by_employer]).value == 0.25);
  CHECK(std::holds_alternative<Pert>(practice[Parameter::leaving_per_year]));
  REQUIRE(text->study.offers.size() == 2);
  const auto* offer = text->study.find_offer("salary");
  REQUIRE(offer != nullptr);
  CHECK(offer->ends_by_leaving);
  CHECK_FALSE(offer->ends);
  const auto layout = LedgerLayout::sampled(practice);
  CHECK(layout.place_of(LeavingColumn::months_employed));
  CHECK_FALSE(LedgerLayout::sampled(Practice()).place_of(LeavingColumn::left));
}

TEST_CASE("what does not fit about leaving is said at its key", "[unit][leaving]") {
  const auto said = [&](std::string_view old, std::string_view by) {
    return said_of(with(std::string(small_study) + leaving, old, by));
  };
  CHECK(
      said("per_year = { low = 0.05, likely = 0.08, high = 0.12 }\n", "") ==
      Lines{
          "s.toml:24:1: practices.clinic.leaving.per_year: missing (who leaves is drawn with it). Write the "
          "probability of leaving within a year, such as per_year = 0.08."});
  CHECK(said("by_employer = 0.25", "by_employer = 1.25").at(0).find("1.25 is above 1") != std::string::npos);
  CHECK(said("\"leaving\"", "\"leeving\"").at(0).find("Did you mean leaving?") != std::string::npos);
  const auto partial = said("partial = \"prorate\"\n", "");
  REQUIRE(partial.size() == 1);
  CHECK(partial[0].find(
            "offers.salary.partial: missing (leaving cuts the quarter, year or study in which it falls). "
            "Write partial = \"prorate\", \"full\" or \"none\".") != std::string::npos);
  const auto nobody = said(
      "[practices.clinic.leaving]\nper_year = { low = 0.05, likely = 0.08, high = 0.12 }\nby_employer = "
      "0.25\n",
      "");
  REQUIRE_FALSE(nobody.empty());
  CHECK(nobody[0].find(
            "offers.salary.ends: nobody leaves (the practice does not say who leaves, and when). Write "
            "per_year = 0.08 under [practices.NAME.leaving].") != std::string::npos);
  const auto lasting = said("ends = \"leaving\"\n", "");
  REQUIRE(lasting.size() == 3);
  CHECK(lasting[0].find(
            "reads left (the offer does not end when the clinician leaves). Write ends = \"leaving\".") !=
        std::string::npos);
  const auto weekly = said_of(with(std::string(small_study) + leaving, "[[offers.salary.pay]]",
                                   "[offers.salary.ledger.weeks]\nunit = \"count\"\neach = \"week\"\nvalue = "
                                   "\"completed_visits\"\n[[offers.salary.pay]]"),
                              true);
  REQUIRE(weekly.size() == 1);  // it may be open when the clinician leaves, and is then worth its days so far
  CHECK(weekly[0].find("offers.salary.ledger.weeks: is never used") != std::string::npos);
}

TEST_CASE("a stress of leaving needs a practice that somebody leaves", "[unit][leaving]") {
  const auto said = said_after("[stresses.restless]\nleaving.per_year = { multiply = 2 }\n");
  REQUIRE_FALSE(said.empty());
  CHECK(said[0].find("stresses.restless.leaving.per_year: practice clinic has no such number") !=
        std::string::npos);
  CHECK(said_of(
            std::string(small_study) + leaving + "[stresses.restless]\nleaving.per_year = { multiply = 2 }\n",
            true) == Lines{});
}

}  // namespace
}  // namespace paystress::read_leaving_test
