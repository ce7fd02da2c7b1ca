// A batch of 1,000 rows that name one practice and 25 distinct offers, against sampling that practice, on one
// thread in one run. Sampling it once and pricing each offer once must take at most three times the sampling
// alone; the tables of the rows are timed apart.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/read_batch.h"
#include "sim/commands/load_study.h"
#include "sim/engine/outcomes.h"

namespace {

using namespace paystress;

constexpr std::size_t paths = 20'480, rows = 1000, offers = 25;

struct Subject {
  StudyText text =
      commands::load_study(std::string(PAYSTRESS_SOURCE_DIR) + "/scenarios/telemedicine_offers.toml", {});
  Batch batch;
  std::vector<engine::ScenarioInput> inputs;
  std::vector<engine::SampleGroup> groups;
  engine::RunRequest request;

  Subject() {
    std::string csv = "scenario,practice,offer,stress,offers.hourly_bonus.pay.hours.usd\n";
    for (std::size_t i = 0; i < rows; ++i)
      csv += fmt::format("row{},hourly_clinic,hourly_bonus,base,{}\n", i + 1, 110 + i % offers);
    Faults faults;
    auto read = parse_batch(text, csv, "rows.csv", faults);
    if (!read || read->rows.size() != rows) throw std::runtime_error("the batch is not read");
    batch = std::move(*read);
    for (const auto& row : batch.rows)
      inputs.push_back(
          {&row.scenario, row.what.practice.get(), row.what.contract.get(), row.what.stress.get(), true});
    groups = engine::plan_run(inputs, text.study.months);
    if (groups.size() != 1 || groups.front().prices.size() != offers)
      throw std::runtime_error("the rows do not share one sampling and 25 pricings");
    request.study = &text.study;
    request.inputs = inputs;
    request.draws.seed = text.study.seed;
    request.paths = paths;
  }
};

const Subject& subject() {
  static const Subject one;
  return one;
}

void per_path(benchmark::State& state) {
  state.counters["ns_per_path"] =
      benchmark::Counter(static_cast<double>(paths) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void sample(benchmark::State& state) {
  const auto& s = subject();
  const auto& group = s.groups.front();
  const auto sampler =
      samplers::make_sampler(samplers::SamplerKind::fast,
                             {group.practice, group.stress, s.text.study.calendar(), s.text.study.seed});
  LedgerBlock ledger(static_cast<std::size_t>(s.text.study.months), sampler->layout().size(),
                     samplers::block_paths);
  for (auto _ : state)
    for (std::size_t first = 0; first < paths; first += samplers::block_paths) sampler->sample(first, ledger);
  per_path(state);
}

void sample_and_price(benchmark::State& state) {
  const auto& s = subject();
  for (auto _ : state) {
    auto run = engine::make_group_run(s.request, s.groups.front(), engine::make_told_rates(s.request));
    run.extend_to(paths, {});
    benchmark::DoNotOptimize(run.offers().data());
  }
  per_path(state);
}

void tables_of_a_row(benchmark::State& state) {
  const auto& s = subject();
  auto run = engine::make_group_run(s.request, s.groups.front(), engine::make_told_rates(s.request));
  run.extend_to(paths, {});
  const engine::OutcomeMaker maker(s.request, run, {}, nullptr);
  for (auto _ : state) benchmark::DoNotOptimize(maker.make(0, s.batch.rows.front().scenario));
}

BENCHMARK(sample)->Repetitions(5)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);
BENCHMARK(sample_and_price)->Repetitions(5)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);
BENCHMARK(tables_of_a_row)->Repetitions(3)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
