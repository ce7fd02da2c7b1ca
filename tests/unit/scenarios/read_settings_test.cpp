#include <catch2/catch.hpp>

#include "tests/support/paths.h"
#include "tests/support/study_faults.h"

namespace paystress::read_settings_test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("levels of the tables are shares in rising order", "[unit][read_settings]") {
  CHECK(
      said_with("paths = 1000", "quantiles = [0.5, 0.5]") ==
      Lines{"s.toml:4:13: study.quantiles: 0.5 is followed by 0.5 (levels rise and differ). Write the shares "
            "of the paths in rising order, each once."});
  CHECK(said_with("paths = 1000", "tails = []") ==
        Lines{"s.toml:4:9: study.tails: has 0 numbers. Write 1 to 99, or leave tails out."});
  CHECK(said_with("paths = 1000", "near_miss = { units = -1 }") ==
        Lines{"s.toml:4:23: study.near_miss.units: -1 is below 0 (the shortfall that is still near). Write a "
              "number from 0 to 1000000000000."});
}

TEST_CASE("a precision target names a measure that has its statistic", "[unit][read_settings]") {
  const auto said = [](std::string_view target) {
    return said_with("[practices.clinic]",
                     "[study.precision]\ntargets = [ { " + std::string(target) + " } ]\n[practices.clinic]");
  };
  CHECK(said("measure = 'incom_usd', statistic = 'mean', half_width = 1") ==
        Lines{"s.toml:7:25: study.precision.targets.1.measure: \"incom_usd\" is not one of the "
              "choices. Did you mean income_usd?"});
  CHECK(
      said("measure = 'income_usd', statistic = 'shortfall_prob', half_width = 0.1") ==
      Lines{"s.toml:7:51: study.precision.targets.1.statistic: shortfall_prob has nothing to fall short of. "
            "Write study.target_usd_per_year."});
  CHECK(said("measure = 'wrvu_per_hour', statistic = 'difference', half_width = 0.1") ==
        Lines{"s.toml:7:25: study.precision.targets.1.measure: wrvu_per_hour has no difference. Write "
              "income_usd.",
              "s.toml:7:54: study.precision.targets.1.statistic: difference has no two offers to compare "
              "(it is the difference of every pair of offers under one stress). Remove the target, or add "
              "an offer."});
}

TEST_CASE("absurd sizes are refused before memory is taken", "[unit][read_settings]") {
  CHECK(
      said_with("paths = 1000", "paths = 0") ==
      Lines{"s.toml:4:9: study.paths: 0 is below 1 (paths of the simulation). Write a whole number from 1 to "
            "1000000000."});
  CHECK(
      said_with("paths = 1000", "paths = 2_000_000_000") ==
      Lines{
          "s.toml:4:9: study.paths: 2000000000 is above 1000000000 (paths of the simulation). Write a whole "
          "number from 1 to 1000000000."});
  CHECK(
      said_with("paths = 1000", "paths = 1_000_000_000") ==
      Lines{"s.toml: study: 1000000000 paths x 12 months x 2 scenarios would keep 417 GiB and sample 7.3e+11 "
            "path-days (no machine that this is meant for has that much). Use fewer paths; the error of an "
            "estimate "
            "falls with their square root."});
  CHECK(said_with("months = 12", "months = 5000") ==
        Lines{"s.toml:3:10: study.months: 5000 is above 1200 (months of the horizon). Write a whole number "
              "from 1 to "
              "1200."});
}

TEST_CASE("two uncertain numbers of one Sobol dimension are refused by name", "[unit][read_settings]") {
  const auto study = [](const std::string& event, const std::string& traits) {
    return with(
        with(small_study, "paths = 1000", "paths = 1000\ntraits = '" + traits + "'"),
        "no_show = { rate = 0.08 }",
        "no_show = { rate = { low = 0.05, likely = 0.08, high = 0.12 } }\nevents." + event +
            " = { per_year = { low = 0.5, likely = 1, high = 2 }, days = 3, slots = { multiply = 0 } }");
  };
  CHECK(said_of(study("ill", "sobol"), true) == Lines{});
  CHECK(said_of(study("kr", "latin_hypercube"), true) == Lines{});
  const auto said = said_of(study("kr", "sobol"));
  REQUIRE(said.size() == 1);
  CHECK_THAT(
      said.front(),
      Catch::Contains("practices.clinic.events.kr.per_year: has the dimension of no_show.rate under traits "
                      "= \"sobol\" (") &&
          Catch::Contains("Rename one of them, or write traits = \"latin_hypercube\"."));
}

TEST_CASE("precision can be reached by the draws and has something to compare", "[unit][read_settings]") {
  const auto said = [](const std::string& settings, const std::string& target, bool is_read = false) {
    return said_with("[practices.clinic]",
                     "[study.precision]\n" + settings + "targets = [ { measure = 'income_usd', " + target +
                         " } ]\n[practices.clinic]",
                     is_read);
  };
  const auto strata = [&](const std::string& settings, bool is_read = false,
                          const std::string& traits = "latin_hypercube") {
    const auto precise = "[study.precision]\n" + settings +
                         "\ntargets = [ { measure = 'income_usd', statistic = 'mean', half_width = 1 } "
                         "]\n[practices.clinic]";
    return said_of(
        with(with(small_study, "[practices.clinic]", precise), "paths = 1000", "traits = '" + traits + "'"),
        is_read);
  };
  CHECK(strata("max_paths = 30_719") ==
        Lines{"s.toml:7:13: study.precision.max_paths: 30719 is below 30720, the first check (under traits = "
              "\"latin_hypercube\" checks fall on replicates of 1024 paths, 30 of them or more). Write 30720 "
              "or more."});
  CHECK(strata("max_paths = 30_720", true) == Lines{});
  const auto of_net = strata("max_paths = 30_719", false, "sobol");
  REQUIRE(of_net.size() == 1);
  CHECK_THAT(of_net.front(), Catch::Contains("(under traits = \"sobol\" checks fall on replicates"));
  CHECK(strata("min_paths = 40_000\nmax_paths = 40_500").size() == 1);
  CHECK(said("max_paths = 20_000\n", "statistic = 'mean', half_width = 1", true) == Lines{});

  CHECK(said("", "statistic = 'difference', half_width = 1") ==
        Lines{"s.toml:7:51: study.precision.targets.1.statistic: difference has no two offers to compare (it "
              "is the difference of every pair of offers under one stress). Remove the target, or add an "
              "offer."});
  const auto two = with(small_study, "[practices.clinic]",
                        "[study.precision]\ntargets = [ { measure = 'income_usd', statistic = 'difference', "
                        "half_width = 1 } ]\n[practices.clinic]") +
                   "[offers.other]\n[[offers.other.pay]]\nname = 'base'\nfixed_usd = 1\nper = 'month'\n";
  CHECK(said_of(two, true) == Lines{});
  CHECK(said_of(two + "[[scenarios]]\npractice = 'clinic'\noffer = 'visit'\n[[scenarios]]\npractice = "
                      "'clinic'\noffer = 'other'\nstresses = 'dip'\n",
                true) == Lines{});
  CHECK(said_of(two + "[[scenarios]]\npractice = 'clinic'\noffer = 'visit'\n").size() == 1);
}

TEST_CASE("the numbers of precision are among those that check prints", "[unit][read_settings]") {
  Faults faults;
  const auto study = parse_study(with(small_study, "[practices.clinic]",
                                      "[study.precision]\nmax_paths = 20_000\ntargets = [ { measure = "
                                      "'income_usd', statistic = 'mean', half_width = 1 } ]\n"
                                      "[practices.clinic]"),
                                 "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(study);
  Lines numbers;
  for (const auto& n : study->resolved)
    if (n.key.starts_with("study.precision"))
      numbers.push_back(n.key + " = " + n.value + " " + n.unit + ", " + to_string(n.origin));
  CHECK(numbers == Lines{"study.precision.max_paths = 20000 paths, s.toml:7:13",
                         "study.precision.targets.1.measure = \"income_usd\" , s.toml:8:25",
                         "study.precision.targets.1.statistic = \"mean\" , s.toml:8:51",
                         "study.precision.targets.1.half_width = 1 , s.toml:8:72",
                         "study.precision.min_paths = 10000 paths, default",
                         "study.precision.checkpoint = 10000 paths, default"});
}

}  // namespace
}  // namespace paystress::read_settings_test
