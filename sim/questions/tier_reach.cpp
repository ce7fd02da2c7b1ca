#include "sim/questions/tier_reach.h"

#include "analysis/path_store.h"
#include "analysis/tier_misses.h"
#include "model/settle.h"
#include "model/visit_push.h"
#include "sim/engine/span_ledger.h"
#include "sim/errors.h"
#include "sim/pool.h"

namespace paystress::questions {
namespace {

struct Workspace {
  std::unique_ptr<LedgerBlock> ledger;
  std::unique_ptr<DayLedger> days;
  SpanColumns::Workspace spans;
  Settlement pay;
  VisitPush::Workspace push;
};

}  // namespace

std::vector<TierReach> tier_reach(const engine::RunRequest& request, const engine::ScenarioInput& input,
                                  std::size_t paths, const engine::Execution& how) {
  const auto& study = *request.study;
  const auto grid = study.grid();
  const auto sampler = samplers::make_sampler(
      request.draws.sampler, engine::sampler_input(*input.practice, *input.stress, study, request.draws));
  const PayPlan plan(*input.offer, sampler->layout(), grid);
  if (plan.tiered().empty()) return {};
  const auto push = VisitPush::of(plan, sampler->layout(), grid);
  std::vector<std::vector<TierWindow>> windows;
  std::vector<TierReach> reach;
  for (const auto& tiered : plan.tiered()) {
    windows.push_back(tier_windows(tiered, *input.offer, grid));
    for (std::size_t k = 0; k < tiered.bounds.size(); ++k)
      reach.push_back({tiered.name, k + 1, std::vector<double>(paths)});
  }
  const std::vector<const Contract*> contracts{input.offer};
  const engine::SpanLedger spans(contracts, sampler->layout(), sampler->days());
  const PathShape shape{paths, samplers::block_paths};
  Pool<Workspace> pool;
  how.run_blocks(
      shape.blocks(), how.threads,
      [&](std::size_t b) {
        auto lease = pool.borrow();
        auto& work = *lease;
        const auto count = shape.paths_in(b), first = b * samplers::block_paths;
        auto& ledger = ledger_in(work.ledger, grid.size(), spans.columns(), count);
        auto* days = spans.days_in(work.days, count);
        sampler->sample_days(first, ledger, days);
        spans.make(0, days, ledger, work.spans);
        plan.settle(ledger, work.pay);
        if (push) push->add(plan, ledger, work.pay, work.push);
        std::size_t at = 0;
        for (std::size_t t = 0; t < plan.tiered().size(); ++t)
          for (std::size_t k = 0; k < plan.tiered()[t].bounds.size(); ++k, ++at)
            for (const auto& window : windows[t]) {
              const double* reached = work.pay.tier_reached(t, k, window.period);
              for (std::size_t i = 0; i < count; ++i)
                reach[at].share[first + i] += reached[i] / static_cast<double>(windows[t].size());
            }
        if (how.done) how.done(count);
      },
      how.stop);
  if (how.stop && how.stop()) throw Interrupted();
  return reach;
}

}  // namespace paystress::questions
