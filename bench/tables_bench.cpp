// Time of the tables of every scenario that shares one ledger, against sampling that ledger, on one thread in
// one run: tables must take a tenth of the reference sampler's time or less, and less than the fast
// sampler's.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <vector>

#include "sim/commands/load_study.h"
#include "sim/engine/outcomes.h"

namespace {

using namespace paystress;

constexpr std::size_t paths = 100'352;  // 392 whole blocks

/// The first group of a shipped study, with its scenarios.
struct Subject {
  StudyText text =
      commands::load_study(std::string(PAYSTRESS_SOURCE_DIR) + "/scenarios/tier_cliffs.toml", {});
  std::vector<engine::ScenarioInput> inputs = engine::scenario_inputs(text.study);
  engine::SampleGroup group = engine::plan_run(inputs, text.study.months).front();
};
const Subject& subject() {
  static const Subject one;
  return one;
}

void sample(benchmark::State& state, samplers::SamplerKind kind) {
  const auto& s = subject();
  const auto sampler = samplers::make_sampler(
      kind, {s.group.practice, s.group.stress, s.text.study.calendar(), s.text.study.seed});
  LedgerBlock ledger(static_cast<std::size_t>(s.text.study.months), sampler->layout().size(),
                     samplers::block_paths);
  for (auto _ : state)
    for (std::size_t first = 0; first < paths; first += samplers::block_paths) sampler->sample(first, ledger);
}

void tables(benchmark::State& state) {
  const auto& s = subject();
  engine::RunRequest request;
  request.study = &s.text.study;
  request.inputs = s.inputs;
  request.draws.seed = s.text.study.seed;
  request.paths = paths;
  auto run = engine::make_group_run(request, s.group, engine::make_told_rates(request));
  run.extend_to(paths, {});
  std::vector<engine::ScenarioOutcome> outcomes(s.inputs.size());
  for (auto _ : state) engine::make_outcomes(request, s.group, run, {}, nullptr, outcomes);
  std::size_t rows = 0;
  for (const auto& p : s.group.prices) rows += p.scenarios.size();
  state.counters["scenarios"] = static_cast<double>(rows);
}

BENCHMARK_CAPTURE(sample, reference, samplers::SamplerKind::reference)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(sample, fast, samplers::SamplerKind::fast)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(tables)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace

BENCHMARK_MAIN();
