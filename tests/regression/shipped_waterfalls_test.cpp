// Every line of every shipped waterfall: on each path the printed changes lead from the told income to what
// the run paid, to the cent.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <vector>

#include "analysis/waterfall.h"
#include "scenarios/read_study.h"
#include "sim/engine/outcomes.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"

namespace paystress::shipped_waterfalls_test {
namespace {

constexpr int threads = 2;

std::vector<std::filesystem::path> shipped_studies() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_path("scenarios")))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  return files;
}

std::int64_t cents(double usd) { return std::llround(usd * 100.0); }

// Paths of a scenario whose changes do not add up.
std::size_t paths_off(const engine::GroupRun& run, std::size_t offer, const Scenario& scenario) {
  Waterfall w{{scenario, {}}, "usd", engine::waterfall_causes(), {}};
  const auto paths = run.practice().shape().paths;
  const auto advertised = run.offers()[offer].plan.contract().advertised_usd_per_year.value_or(0.0);
  const double told = advertised * run.practice().months() / 12.0;
  w.levels.emplace_back([&] { return std::vector<double>(paths, told); });
  for (std::size_t k = 0; k < engine::WaterfallPricer::level_count; ++k)
    w.levels.emplace_back([&run, offer, k] { return run.waterfall().level(offer, k); });
  std::vector<double> sum(paths, 0.0);
  for_each_line(w, [&](const WaterfallLine& line) {
    for (std::size_t i = 0; line.is_change && i < paths; ++i) sum[i] += line.units[i];
  });
  // What the run itself kept month by month, by another way than the waterfall's own last level.
  // Leaving is a step of its own behind these, from what staying would have paid to what was paid.
  const auto& income = run.offers()[offer].income;
  const auto& horizon = run.practice().periods().front();
  const auto paid = income.may_leave() ? income.income_if_stayed(horizon) : income.income(horizon);
  std::size_t off = 0;
  for (std::size_t i = 0; i < paths; ++i)
    if (std::llround(sum[i]) != cents(paid[i]) - cents(told)) ++off;
  return off;
}

// `paths` 0: as many as the study has.
void check_study(const std::filesystem::path& file, std::size_t paths) {
  INFO(file.filename().string());
  Faults faults;
  const auto text = read_study(file.string(), faults);
  CHECK(messages(faults) == std::vector<std::string>{});
  REQUIRE(text);
  const auto inputs = engine::scenario_inputs(text->study);
  const engine::RunRequest request{
      .study = &text->study,
      .inputs = inputs,
      .draws = {samplers::SamplerKind::fast, text->study.seed, text->study.traits},
      .paths = paths == 0 ? static_cast<std::size_t>(text->study.paths) : paths};
  for (const auto& group : engine::plan_run(inputs, text->study.months)) {
    auto run = engine::make_group_run(request, group, engine::make_told_rates(request));
    run.extend_to(request.paths, {.threads = threads, .stop = {}, .done = {}});
    for (const auto& row : engine::rows_of(group)) {
      const auto& scenario = *inputs[row.scenario].scenario;
      INFO(scenario.id);
      CHECK(paths_off(run, row.offer, scenario) == 0);
    }
  }
}

}  // namespace

TEST_CASE("the changes of every shipped waterfall add up on each path, to the cent",
          "[regression][shipped][waterfall]") {
  REQUIRE(shipped_studies().size() >= 6);
  for (const auto& file : shipped_studies()) check_study(file, 4096);
}

TEST_CASE("the changes of every shipped waterfall add up on all paths of its study, to the cent",
          "[regression][shipped][waterfall][long]") {
  for (const auto& file : shipped_studies()) check_study(file, 0);
}

}  // namespace paystress::shipped_waterfalls_test
