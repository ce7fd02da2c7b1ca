#include "sim/commands/ask_letter.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "sim/errors.h"

namespace ask_letter_test {

using namespace paystress;

TEST_CASE("a letter is read from its answers", "[unit][init]") {
  std::istringstream answers(
      "Clinic\n165,000\n\n\n\n1000 = 28; 1,150 = $38\nquarter\nm\nno\n1.50\n250\n$12,000\n16000\n6\n20000\n"
      "5\n8\n3\n25\n21\n227500\n11000\n\n");
  std::ostringstream said;
  const auto letter = commands::ask_letter(answers, said);
  CHECK(letter.title == "Clinic");
  CHECK(letter.salary_per_year == 165'000);
  CHECK(letter.tiers == std::vector<std::pair<double, double>>{{1000, 28}, {1150, 38}});
  CHECK(letter.tier_reset == "quarter");
  CHECK(letter.tier_mode == "marginal");
  CHECK(letter.no_shows_count == false);
  CHECK(letter.per_message == 1.5);
  CHECK(letter.messages_free == 250);
  CHECK(letter.guarantee_months == 6);
  CHECK(letter.told_visits == 21);
  CHECK(letter.advertised_per_year == 227'500);
  CHECK(letter.need_per_month == 11'000);
  CHECK_FALSE(letter.target_per_year);
  CHECK(std::ranges::count(said.str(), '[') == 23);  // questions, each with what an empty line means
}

TEST_CASE("what is no answer is asked again, what is not said stays open", "[unit][init]") {
  std::istringstream answers(
      "\nmuch\n-5\n100000\n\n\n\n200 = 10; 100 = "
      "20\n200=10\nweekly\n\n\n\n\n\n\n\n8\n9\n5.5\n5\n8\n3\n25\n\n\n\n\n");
  std::ostringstream said;
  const auto letter = commands::ask_letter(answers, said);
  CHECK(letter.salary_per_year == 100'000);
  CHECK(letter.tiers.size() == 1);
  CHECK_FALSE(letter.tier_reset);
  CHECK_FALSE(letter.tier_mode);
  CHECK_FALSE(letter.no_shows_count);
  CHECK(letter.sign_on == 0);
  CHECK(letter.days_per_week == 5);
  CHECK(said.str().find("A number from 0 to 10000000, please.") != std::string::npos);
  CHECK(said.str().find("rising numbers of visits") != std::string::npos);
  CHECK(said.str().find("A whole number, please.") != std::string::npos);
}

TEST_CASE("a decimal comma and a dot between thousands are asked again", "[unit][init]") {
  for (const std::string unclear : {"1,50", "165.000,00", "16,5", "165.000", "1,2345", "12,34,567",
                                    "1.234.567", ",500", "1,000,5", "1 50"}) {
    std::istringstream answers("-Offer\n=1+1\nOffer\n" + unclear + "\n1,165,000.50\n" +
                               std::string(19, '\n'));
    std::ostringstream said;
    const auto letter = commands::ask_letter(answers, said);
    CAPTURE(unclear, said.str());
    CHECK(letter.title == "Offer");
    CHECK(letter.salary_per_year == 1'165'000.5);
    CHECK(said.str().find(
              "Commas stand between thousands and a point before cents, please: 165,000 or 1.50.") !=
          std::string::npos);
    CHECK(said.str().find("It begins with -: a letter or figure first, on one line, please.") !=
          std::string::npos);
    CHECK(said.str().find("It begins with =") != std::string::npos);
    CHECK_FALSE(letter.hours);  // taken by an empty line
  }
  for (const auto& [typed, usd] : std::vector<std::pair<std::string, double>>{{"1.50", 1.5},
                                                                              {"$ 165,000", 165'000},
                                                                              {"165_000.25", 165'000.25},
                                                                              {"0.125", 0.125},
                                                                              {"12 000", 12'000}}) {
    std::istringstream answers("\n" + typed + "\n" + std::string(21, '\n'));
    std::ostringstream said;
    CAPTURE(typed);
    CHECK(commands::ask_letter(answers, said).salary_per_year == usd);
  }
}

TEST_CASE("answers that end early, and a letter without pay", "[unit][init]") {
  std::istringstream few("Clinic\n1000\n");
  std::ostringstream said;
  CHECK_THROWS_AS(commands::ask_letter(few, said), InputError);
  std::istringstream nothing("\n\n\n\n\n\n\n\n\n\n");
  CHECK_THROWS_AS(commands::ask_letter(nothing, said), InputError);
  CHECK(said.str().find("the letter pays nothing") != std::string::npos);
}

}  // namespace ask_letter_test
