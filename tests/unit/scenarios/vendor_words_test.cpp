#include "scenarios/vendor_words.h"

#include <catch2/catch.hpp>

#include "tests/support/study_faults.h"

namespace paystress::vendor_words_test {
namespace {

TEST_CASE("words of billing systems are answered with ours", "[unit][vendor_words]") {
  const auto said_of_mode = [](const std::string& word) {
    const auto said = said_with("usd = 40\nreset = \"month\"",
                                "mode = '" + word + "'\nreset = 'month'\ntiers = [ { above = 0, usd = 5 } ]");
    REQUIRE(said.size() == 1);
    return said[0];
  };
  for (const auto* word : {"graduated", "slice", "Progressive"})
    CHECK(said_of_mode(word) ==
          "s.toml:17:8: offers.visit.pay.1.mode: \"" + std::string(word) +
              "\" is not one of the choices. Write marginal: each unit earns the rate of the "
              "tier it falls in.");
  for (const auto* word : {"volume", "slab", "all-units"})
    CHECK(said_of_mode(word).ends_with("Write retroactive: every unit earns the rate of the tier reached."));
  for (const auto* word : {"stairstep", "stair_step"})
    CHECK(said_of_mode(word).ends_with("Write lump_sum: reaching a tier pays its sum."));
  CHECK(said_of_mode("package").ends_with("Write blocks = { size = 10 }: whole blocks of units are paid."));
  CHECK(said_of_mode("margnal").ends_with("Did you mean marginal?"));
}

TEST_CASE("a percentage is answered with its number", "[unit][vendor_words]") {
  CHECK(said_with("no_show = { rate = 0.08 }", "no_show = { rate = '31%' }") ==
        std::vector<std::string>{
            "s.toml:9:20: practices.clinic.no_show.rate: \"31%\" is text, not a number. Write 0.31."});
}

}  // namespace
}  // namespace paystress::vendor_words_test
