#include "sim/results/batch_rows.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "sim/errors.h"

namespace paystress::results {
namespace {

class RowRunner {
 public:
  RowRunner(const engine::RunRequest& request, const engine::Execution& how, RowFailure failure,
            BatchResult& result, const RowHooks& hooks)
      : request_(request),
        how_(how),
        failure_(failure),
        result_(result),
        hooks_(hooks),
        told_(engine::make_told_rates(request)) {}

  void run(const engine::SampleGroup& group) {
    const auto rows = engine::rows_of(group);
    std::optional<engine::GroupRun> run;
    try {
      run.emplace(engine::make_group_run(request_, group, told_));
    } catch (const InputError& e) {
      if (failure_ == RowFailure::stop) throw;
      for (const auto& row : rows) result_.fail(row.scenario, e.what());
      if (hooks_.done) hooks_.done(rows.size());
      return;
    }
    run->extend_to(request_.paths, how_);
    const engine::OutcomeMaker maker(request_, *run, how_);
    for (std::size_t first = 0; first < rows.size(); first += rows_at_once)
      add(maker, {rows.data() + first, std::min(rows_at_once, rows.size() - first)});
  }

 private:
  void add(const engine::OutcomeMaker& maker, std::span<const engine::GroupRow> rows) {
    std::vector<engine::ScenarioOutcome> outcomes(rows.size());
    how_.run_blocks(
        rows.size(), how_.threads,
        [&](std::size_t i) {
          outcomes[i] = maker.make(rows[i].offer, *request_.inputs[rows[i].scenario].scenario);
          outcomes[i].income_usd = {};  // rows are not compared, and many columns would not fit
        },
        how_.stop);
    if (how_.stop && how_.stop()) throw Interrupted();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      result_.add(rows[i].scenario, std::move(outcomes[i]));
    }
    result_.commit();
    if (hooks_.done) hooks_.done(rows.size());
    if (hooks_.stop && hooks_.stop()) throw Interrupted();
  }

  const engine::RunRequest& request_;
  const engine::Execution& how_;
  RowFailure failure_;
  BatchResult& result_;
  const RowHooks& hooks_;
  std::shared_ptr<engine::ToldRateStore> told_;
};

}  // namespace

std::vector<engine::ScenarioInput> batch_inputs(const Batch& batch) {
  std::vector<engine::ScenarioInput> inputs;
  for (const auto& row : batch.rows)
    inputs.push_back(
        {&row.scenario, row.what.practice.get(), row.what.contract.get(), row.what.stress.get(), true});
  return inputs;
}

void run_batch_rows(const engine::RunRequest& request, const engine::Execution& how, RowFailure failure,
                    BatchResult& result, const RowHooks& hooks) {
  std::vector<std::size_t> pending;
  for (const auto row : result.rows())
    if (!result.has(row)) pending.push_back(row);
  std::vector<engine::ScenarioInput> waiting;
  for (const auto i : pending) waiting.push_back(request.inputs[i]);
  auto groups = batch_groups(waiting, request.study->months, request.paths);
  if (hooks.planned) hooks.planned(groups, std::min(rows_at_once, pending.size()));
  RowRunner runner(request, how, failure, result, hooks);
  for (auto& group : groups) {
    for (auto& price : group.prices)
      for (auto& s : price.scenarios) s = pending[s];
    runner.run(group);
  }
}

}  // namespace paystress::results
