#include "sim/questions/question_paths.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>

#include "sim/questions/ask_before_signing.h"
#include "sim/questions/price_levers.h"
#include "sim/questions/price_productivity.h"
#include "sim/questions/price_readings.h"
#include "tests/support/paths.h"

namespace question_paths_test {

using namespace paystress;

namespace {

struct Counted {
  double estimated = 0.0, sampled = 0.0;
};

Counted count(const std::string& file) {
  Faults faults;
  const auto text = read_study(std::filesystem::path(test::source_path()) / "scenarios" / file, faults);
  REQUIRE(text);
  const auto inputs = engine::scenario_inputs(text->study);
  const engine::RunRequest request{.study = &text->study,
                                   .inputs = inputs,
                                   .draws = {samplers::SamplerKind::fast, text->study.seed, {}},
                                   .paths = 512};
  std::atomic<std::size_t> sampled = 0;
  engine::Execution how;
  how.done = [&](std::size_t paths) { sampled += paths; };
  const auto named = engine::row_scenarios(inputs, {});
  const auto described = questions::price_as_described(request, named, how);
  static_cast<void>(questions::price_levers(request, described, how));
  static_cast<void>(questions::price_productivity(request, described, how));
  static_cast<void>(questions::ask_before_signing(*text, request, described, how));
  static_cast<void>(questions::price_readings(*text, request, named, how));
  return {questions::question_paths(*text, request), static_cast<double>(sampled)};
}

}  // namespace

TEST_CASE("what questions will sample is told before, within a sixth", "[unit][question_paths]") {
  for (const auto* file : {"telemedicine_offers.toml", "tier_cliffs.toml", "vague_contract.toml"}) {
    CAPTURE(file);
    const auto counted = count(file);
    CHECK(counted.sampled > 0.0);
    CHECK(counted.sampled <= 1.15 * counted.estimated);  // where a cliff is near, a remedy takes more rounds
    CHECK(counted.sampled >= 0.85 * counted.estimated);
  }
}

}  // namespace question_paths_test
