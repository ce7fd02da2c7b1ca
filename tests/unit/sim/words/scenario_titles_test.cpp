#include "sim/words/scenario_titles.h"

#include <catch2/catch.hpp>

namespace scenario_titles_test {

using namespace paystress;

TEST_CASE("offers and stresses are called by titles, or by their names in words", "[unit][scenario_titles]") {
  Study study;
  study.offers.resize(2);
  study.offers[0].name = "per_visit";
  study.offers[0].title = "Pure per visit";
  study.offers[1].name = "small_base";
  study.scenarios = {{"", "here", "per_visit", "base", {}},
                     {"", "here", "small_base", "base", {}},
                     {"", "over_there", "small_base", "base", {}}};
  CHECK(words::offer_title(study, study.scenarios[0]) == "Pure per visit");
  CHECK(words::offer_title(study, study.scenarios[1]) == "small base at here");
  CHECK(words::offer_title(study, study.scenarios[2]) == "small base at over there");
  CHECK(words::stress_title("base") == "as described");
  CHECK(words::stress_title("bad_year") == "bad year");
}

}  // namespace scenario_titles_test
