#include "scenarios/contract_columns.h"

#include <catch2/catch.hpp>

#include "scenarios/read_offer.h"
#include "scenarios/read_study.h"
#include "scenarios/toml_reader.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::contract_columns_test {
namespace {

std::vector<std::string> used(const std::string& pay) {
  Faults faults;
  const auto text = parse_study(with(small_study, "measure = \"completed_visits\"\nusd = 40\n", pay),
                                "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(text);
  std::vector<std::string> all;
  for (const auto& use : columns_used(text->study.offers.front()))
    all.push_back(use.column + " by " + use.key);
  return all;
}

TEST_CASE("a contract reads the columns that it names, each told once", "[unit][contract_columns]") {
  CHECK(used("measure = \"completed_visits\"\nusd = 40\n") ==
        std::vector<std::string>{"completed_visits by pay.visits.measure"});
  CHECK(
      used("measure = \"completed_visits + visits.99213\"\nusd = 40\nwhen = \"completed_visits > "
           "3\"\nrestate = \"net_units\"\n") ==
      std::vector<std::string>{"completed_visits by pay.visits.when", "visits.99213 by pay.visits.measure"});
}

TEST_CASE("a schedule for each code asks for the columns of codes without naming one",
          "[unit][contract_columns]") {
  Faults faults;
  const auto text =
      parse_study(with(small_study, "measure = \"completed_visits\"\nusd = 40\n",
                       "measure = \"visits\"\neach = \"code\"\nusd = 40\nrestate = \"net_units\"\n"),
                  "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(text);
  CHECK(counts_by_code(text->study.offers.front()));
  CHECK(columns_used(text->study.offers.front()).empty());
}

TEST_CASE("what is collected after the end is read where it is paid", "[unit][contract_columns]") {
  const auto used_by = [](const std::string& offer, const std::string& measure) {
    Faults faults;
    const auto text = read_offer(
        parse_toml("[offers.doc]\n" + offer + "[[offers.doc.pay]]\nname = \"share\"\nmeasure = \"" + measure +
                       "\"\nusd = 0.4\nreset = \"month\"\n",
                   "c.toml", faults)
            .value(),
        {}, faults);
    REQUIRE(text);
    std::vector<std::string> all;
    for (const auto& use : columns_used(text->contract)) all.push_back(use.column + " by " + use.key);
    return all;
  };
  const std::vector<std::string> alone{"collected_usd by pay.share.measure"};
  auto both = alone;
  both.emplace_back("tail_usd by tail");
  CHECK(used_by("ends = 2\ntail = \"paid\"\n", "collected_usd") == both);
  CHECK(used_by("ends = \"leaving\"\npartial = \"full\"\ntail = \"paid\"\n", "collected_usd") == both);
  CHECK(used_by("ends = 2\ntail = \"lost\"\n", "collected_usd") == alone);
  CHECK(used_by("", "collected_usd") == alone);
  CHECK(used_by("ends = 2\n", "completed_visits") ==
        std::vector<std::string>{"completed_visits by pay.share.measure"});
}

}  // namespace
}  // namespace paystress::contract_columns_test
