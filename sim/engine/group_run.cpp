#include "sim/engine/group_run.h"

#include <algorithm>
#include <utility>

#include "sim/engine/pool.h"
#include "sim/errors.h"

namespace paystress::engine {
namespace {

// Blocks whose counts wait to be merged in block order: bounds what is kept, whatever the number of paths.
constexpr std::size_t blocks_in_a_wave = 512;

SpanLedger spans_of(const SampleGroup& group, const samplers::Sampler& sampler) {
  std::vector<const Contract*> contracts;
  for (const auto& price : group.prices) contracts.push_back(price.contract.get());
  return {contracts, sampler.layout(), sampler.days()};
}

}  // namespace

struct GroupRun::Workspace {
  std::unique_ptr<LedgerBlock> ledger;
  std::unique_ptr<DayLedger> days;
  SpanColumns::Workspace spans;
  Settlement pay;
  GroupWaterfall::Workspace waterfall;
};

GroupRun::GroupRun(const SampleGroup& group, const Study& study, const Draws& draws,
                   std::shared_ptr<ToldRateStore> told)
    : group_(group),
      told_(std::move(told)),
      grid_(study.grid()),
      shape_{0, samplers::block_paths},
      input_(sampler_input(*group.practice, *group.stress, study, draws)),
      sampler_(samplers::make_sampler(draws.sampler, input_)),
      spans_(spans_of(group, *sampler_)),
      practice_(shape_, grid_),
      waterfall_(group, study, sampler_->layout()),
      controls_(*group.practice, *group.stress, study.calendar()) {
  offers_.reserve(group.prices.size());
  for (const auto& price : group.prices) {
    PayPlan plan(*price.contract, sampler_->layout(), grid_);
    TierMisses tiers(plan, grid_, study.near_miss, path_design(draws.traits));
    no_counts_.push_back(tiers);
    offers_.push_back({std::move(plan), IncomeColumns(shape_, study.months),
                       BalanceColumns(shape_, study.months, *price.contract), std::move(tiers)});
  }
}

void GroupRun::run_block(std::size_t block, Workspace& work, std::vector<TierMisses>& counted,
                         StageClock* clock) {
  const std::size_t paths = shape_.paths_in(block);
  auto& ledger = ledger_in(work.ledger, grid_.size(), spans_.columns(), paths);
  auto* days = spans_.days_in(work.days, paths);
  StageLap lap(clock);
  sampler_->sample_days(block * samplers::block_paths, ledger, days);
  lap.end(Stage::sampling);
  practice_.write(block, ledger);
  for (std::size_t i = 0; i < offers_.size(); ++i) {
    spans_.make(i, days, ledger, work.spans);
    offers_[i].plan.settle(ledger, work.pay);
    offers_[i].income.write(block, work.pay);
    offers_[i].balances.write(block, work.pay);
    counted[i].add(work.pay);
    if (told_) waterfall_.note_paid(i, ledger, work.pay, work.waterfall);
  }
  if (told_) waterfall_.finish(block, ledger, days, spans_, work.waterfall);
  lap.end(Stage::pricing);
}

void GroupRun::extend_to(std::size_t paths, const Execution& how) {
  const std::size_t done_before = shape_.blocks();
  if (told_ && !waterfall_.is_told())
    waterfall_.tell(told_->rates_of(group_, how), sampler_->layout(), grid_);
  practice_.grow(paths);
  for (auto& offer : offers_) {
    offer.income.grow(paths);
    offer.balances.grow(paths);
  }
  if (told_) waterfall_.grow(paths);
  shape_.paths = paths;

  Pool<Workspace> pool;
  for (std::size_t first = done_before; first < shape_.blocks(); first += blocks_in_a_wave) {
    std::vector<std::vector<TierMisses>> counted(std::min(blocks_in_a_wave, shape_.blocks() - first),
                                                 no_counts_);
    how.run_blocks(
        counted.size(), how.threads,
        [&](std::size_t i) {
          auto work = pool.borrow();
          run_block(first + i, *work, counted[i], how.clock);
          if (how.done) how.done(shape_.paths_in(first + i));
        },
        how.stop);
    if (how.stop && how.stop()) throw Interrupted();
    for (const auto& of_block : counted)
      for (std::size_t i = 0; i < offers_.size(); ++i) offers_[i].tiers.merge(of_block[i]);
  }
}

}  // namespace paystress::engine
