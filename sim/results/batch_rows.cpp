#include "sim/results/batch_rows.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/money_bound.h"
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

  /// Groups of one practice, sampled together.
  void run(std::span<const engine::SampleGroup> groups, std::span<const std::size_t> walk) {
    try {
      run_together(groups, walk);
    } catch (const MoneyBeyondBound& e) {
      if (failure_ == RowFailure::stop) throw;
      if (walk.size() == 1 && groups[walk[0]].prices.size() == 1) return fail(groups[walk[0]], e.what());
      // Only pricing tells which contract it is: those that were priced together run apart.
      for (const std::size_t g : walk)
        for (const auto& price : groups[g].prices) run_apart(groups[g], price);
    }
  }

 private:
  void run_together(std::span<const engine::SampleGroup> groups, std::span<const std::size_t> walk) {
    std::vector<engine::GroupRun> runs;
    std::vector<engine::GroupRun*> together;
    std::vector<std::vector<engine::GroupRow>> rows;
    runs.reserve(walk.size());
    for (const std::size_t g : walk) {
      try {
        together.push_back(&runs.emplace_back(engine::make_group_run(request_, groups[g], told_)));
      } catch (const InputError& e) {
        if (failure_ == RowFailure::stop) throw;
        fail(groups[g], e.what());
        continue;
      }
      rows.push_back(engine::rows_of(groups[g]));
    }
    if (runs.empty()) return;
    engine::GroupRun::extend_together(together, request_.paths, how_);
    ColumnMemo memo;
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const engine::OutcomeMaker maker(request_, runs[r], how_, &memo);
      for (std::size_t first = 0; first < rows[r].size(); first += rows_at_once)
        add(maker, {rows[r].data() + first, std::min(rows_at_once, rows[r].size() - first)});
    }
  }

  void run_apart(const engine::SampleGroup& group, const engine::PriceGroup& price) {
    engine::SampleGroup alone = group;
    alone.prices = {price};
    std::erase_if(alone.prices.front().scenarios, [&](std::size_t row) { return is_settled(row); });
    constexpr std::array<std::size_t, 1> first{0};
    if (!alone.prices.front().scenarios.empty()) run({&alone, 1}, first);
  }

  [[nodiscard]] bool is_settled(std::size_t row) const { return result_.has(row) || failed_.contains(row); }

  void fail(const engine::SampleGroup& group, const std::string& why) {
    std::size_t failed = 0;
    for (const auto& row : engine::rows_of(group)) {
      if (is_settled(row.scenario)) continue;
      failed_.insert(row.scenario);
      result_.fail(row.scenario, why);
      ++failed;
    }
    if (hooks_.done) hooks_.done(failed);
  }

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
  std::set<std::size_t> failed_;
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
  for (auto& group : groups)
    for (auto& price : group.prices)
      for (auto& s : price.scenarios) s = pending[s];
  for (const auto& walk : engine::plan_walks(groups, request.paths, request.study->months, how.threads))
    runner.run(groups, walk);
}

}  // namespace paystress::results
