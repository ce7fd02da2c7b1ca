#include "scenarios/offer_letter.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "scenarios/read_study.h"
#include "tests/support/program.h"

namespace offer_letter_test {

using namespace paystress;

namespace {

StudyText read(const OfferLetter& letter) {
  const testing::TemporaryDirectory place;
  testing::write_text(place.path() / "s.toml", study_of(letter));
  Faults faults;
  auto text = read_study(place.path() / "s.toml", faults);
  std::string said;
  for (const auto& f : faults.sorted()) said += to_string(f) + "\n";
  INFO(study_of(letter));
  CHECK(said.empty());
  REQUIRE(text);
  return std::move(*text);
}

}  // namespace

TEST_CASE("a whole letter becomes a study without a warning", "[unit][scenarios]") {
  OfferLetter letter;
  letter.title = "Clinic \"A\" \\ B";
  letter.salary_per_year = 165'000;
  letter.tiers = {{1000, 28}, {1150, 38}};
  letter.tier_reset = "quarter";
  letter.tier_mode = "marginal";
  letter.no_shows_count = false;
  letter.per_message = 1.5;
  letter.messages_free = 250;
  letter.quality_per_year = 12'000;
  letter.guarantee_per_month = 16'000;
  letter.guarantee_months = 6;
  letter.sign_on = 20'000;
  letter.told_visits = 21;
  letter.advertised_per_year = 227'500;
  letter.need_per_month = 11'000;
  letter.target_per_year = 200'000;
  const auto text = read(letter);
  CHECK(text.study.title == letter.title);
  const auto& offer = text.study.offers.front();
  CHECK(offer.pay.size() == 5);
  CHECK(offer.adjust.size() == 1);
  CHECK(offer.advertised_usd_per_year == 227'500);
  CHECK(text.study.scenarios.size() == 2);
  CHECK(study_of(letter).find("readings") == std::string::npos);
}

TEST_CASE("a payment that is not repeated brings a second year, outside the guarantee", "[unit][scenarios]") {
  OfferLetter letter;
  letter.salary_per_year = 165'000;
  CHECK(read(letter).study.months == 12);
  letter.guarantee_per_month = 16'000;
  letter.guarantee_months = 0;
  CHECK(read(letter).study.months == 12);  // each month, year after year
  letter.guarantee_months = 12;
  const auto guaranteed = read(letter);
  CHECK(guaranteed.study.months == 24);
  CHECK(guaranteed.study.offers.front().adjust[0].months->last == 12);
  CHECK(guaranteed.study.offers.front().adjust[0].on.empty());
  letter.sign_on = 20'000;
  CHECK(read(letter).study.offers.front().adjust[0].on == std::vector<std::string>{"salary"});
  letter.guarantee_per_month = 0;
  CHECK(read(letter).study.months == 24);
}

TEST_CASE("demand follows the places, and numbers say who said them", "[unit][scenarios]") {
  OfferLetter letter;
  letter.salary_per_year = 165'000;
  const auto has = [&](const std::string& part) { return study_of(letter).find(part) != std::string::npos; };
  CHECK(has("{ low = 16, likely = 18.5, high = 22 } }   # range\n"));
  CHECK(has("days_off_per_year = 25 }   # usual, accepted\n"));
  letter.hours = 4;
  CHECK(has(
      "{ low = 8, likely = 9.25, high = 11 } }   # range: 16 to 22 on 24 places a day, as many on each of "
      "these 12\n"));
  CHECK(has("# letter; usual, accepted: weekdays, slots_per_hour, days_off_per_year\n"));
  letter.days_per_week = 5;
  letter.slots_per_hour = 3;
  letter.days_off = 20;
  CHECK(has("days_off_per_year = 20 }   # letter\n"));
  static_cast<void>(read(letter));
}

TEST_CASE("what a letter leaves open becomes readings", "[unit][scenarios]") {
  OfferLetter letter;
  letter.per_hour = 120;
  letter.per_visit = 10;
  letter.per_wrvu = 5;
  letter.per_message = 1;
  letter.tiers = {{380, 18}};
  const auto text = study_of(letter);
  CHECK(text.find(R"(mode      = { readings = ["marginal", "retroactive"] })") != std::string::npos);
  CHECK(text.find(R"(reset     = { readings = ["month", "quarter", "year"] })") != std::string::npos);
  CHECK(text.find("[practices.told]") == std::string::npos);  // the recruiter named no income
  const auto study = read(letter);
  CHECK(study.study.offers.front().pay.size() == 5);
}

TEST_CASE("a letter that cannot be a study says why", "[unit][scenarios]") {
  CHECK(letter_problem({}).find("pays nothing") != std::string::npos);
  OfferLetter letter;
  letter.tiers = {{200, 10}, {200, 20}};
  CHECK(letter_problem(letter) == "the lines of the bonus do not rise");
  letter.tiers.pop_back();
  CHECK(letter_problem(letter).empty());
}

}  // namespace offer_letter_test
