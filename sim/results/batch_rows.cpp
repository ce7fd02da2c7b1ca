#include "sim/results/batch_rows.h"

#include <algorithm>
#include <optional>

#include "sim/engine/memory_check.h"
#include "sim/errors.h"

namespace paystress::results {
namespace {

// Columns of so many contracts are held at once, and tables of so many rows.
constexpr double group_bytes = 150e6;
constexpr std::size_t rows_at_once = 32;

class RowRunner {
 public:
  RowRunner(const engine::RunRequest& request, const engine::Execution& how, RowFailure failure,
            BatchResult& result, const std::function<void()>& row_done)
      : request_(request), how_(how), failure_(failure), result_(result), row_done_(row_done) {}

  void run(const engine::SampleGroup& group) {
    const auto rows = engine::rows_of(group);
    std::optional<engine::GroupRun> run;
    try {
      run.emplace(engine::make_group_run(request_, group));
    } catch (const InputError& e) {
      if (failure_ == RowFailure::stop) throw;
      for (const auto& row : rows) result_.fail(row.scenario, e.what());
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
      row_done_();
    }
    result_.commit();
  }

  const engine::RunRequest& request_;
  const engine::Execution& how_;
  RowFailure failure_;
  BatchResult& result_;
  const std::function<void()>& row_done_;
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
                    BatchResult& result, const std::function<void()>& row_done) {
  std::vector<std::size_t> pending;
  for (std::size_t i = 0; i < request.inputs.size(); ++i)
    if (!result.has(i)) pending.push_back(i);
  std::vector<engine::ScenarioInput> waiting;
  for (const auto i : pending) waiting.push_back(request.inputs[i]);
  // Sampling again for more contracts than fit costs little beside pricing that many.
  const int months = request.study->months;
  const double bytes_an_offer = static_cast<double>(request.paths) * (60.0 + 8.0 * months);
  const auto offers_at_once = static_cast<std::size_t>(std::max(1.0, group_bytes / bytes_an_offer));
  engine::check_memory(request, std::min(offers_at_once, pending.size()));
  RowRunner runner(request, how, failure, result, row_done);
  for (auto& group : engine::plan_run(waiting, months)) {
    for (auto& price : group.prices)
      for (auto& s : price.scenarios) s = pending[s];
    for (std::size_t first = 0; first < group.prices.size(); first += offers_at_once) {
      const auto begin = group.prices.begin() + static_cast<std::ptrdiff_t>(first);
      const auto size = static_cast<std::ptrdiff_t>(std::min(group.prices.size() - first, offers_at_once));
      runner.run({group.practice, group.stress, {begin, begin + size}});
    }
  }
}

}  // namespace paystress::results
