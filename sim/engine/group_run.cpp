#include "sim/engine/group_run.h"

#include <algorithm>
#include <utility>

#include "sim/errors.h"
#include "sim/pool.h"

namespace paystress::engine {
namespace {

// Blocks whose counts wait to be merged in block order: bounds what is kept, whatever the number of paths.
constexpr std::size_t blocks_in_a_wave = 512;

SpanLedger spans_of(const SampleGroup& group, const samplers::PracticePlan& plan) {
  std::vector<const Contract*> contracts;
  for (const auto& price : group.prices) contracts.push_back(price.contract.get());
  return {contracts, plan.layout, plan.days};
}

}  // namespace

/// One block of one run.
struct GroupRun::Ledgers {
  StoredLedger months;
  std::unique_ptr<DayLedger> days;
};

struct GroupRun::Workspace {
  std::vector<Ledgers> ledgers;  ///< by run
  std::vector<samplers::SampleTarget> targets;
  SpanColumns::Workspace spans;
  Settlement pay;
  VisitPush::Workspace push;
  GroupWaterfall::Workspace waterfall;
};

GroupRun::GroupRun(const SampleGroup& group, const Study& study, const Draws& draws,
                   std::shared_ptr<ToldRateStore> told)
    : group_(group),
      told_(std::move(told)),
      kind_(draws.sampler),
      grid_(study.grid()),
      shape_{0, samplers::block_paths},
      input_(sampler_input(*group.practice, *group.stress, study, draws)),
      plan_(std::make_unique<const samplers::PracticePlan>(
          samplers::make_plan(*input_.practice, *input_.stress, input_.calendar))),
      spans_(spans_of(group, *plan_)),
      practice_(shape_, grid_),
      waterfall_(group, study, plan_->layout) {
  offers_.reserve(group.prices.size());
  for (const auto& price : group.prices) {
    PayPlan plan(*price.contract, plan_->layout, grid_);
    TierMisses tiers(plan, grid_, study.near_miss, path_design(draws.traits));
    std::optional<PushedMonths> pushed;
    if (auto push = VisitPush::of(plan, plan_->layout, grid_))
      pushed.emplace(PushedMonths{std::move(*push), PracticeColumns(shape_, grid_), tiers});
    no_counts_.push_back({tiers, pushed ? std::optional(tiers) : std::nullopt});
    offers_.push_back(
        {std::move(plan),
         IncomeColumns(
             shape_, study.months,
             {price.contract->ends_by_leaving ? MayLeave::yes : MayLeave::no, price.contract->ends}),
         BalanceColumns(shape_, study.months, *price.contract), std::move(tiers), std::move(pushed)});
  }
}

void GroupRun::price_block(std::size_t block, Ledgers& ledgers, Workspace& work,
                           std::vector<Counted>& counted) {
  auto& sampled = *ledgers.months;
  auto* days = spans_.is_needed() ? ledgers.days.get() : nullptr;
  practice_.write(block, sampled);
  for (std::size_t i = 0; i < offers_.size(); ++i) {
    auto& offer = offers_[i];
    spans_.make(i, days, sampled, work.spans);
    offer.plan.settle(sampled, work.pay);
    LedgerBlock* months = &sampled;
    if (offer.pushed) {
      counted[i].without->add(work.pay);
      months = &offer.pushed->push.add(offer.plan, sampled, work.pay, work.push);
      offer.pushed->practice.write(block, *months);
    }
    offer.income.write(block, work.pay);
    offer.balances.write(block, work.pay);
    counted[i].tiers.add(work.pay);
    if (!told_) continue;
    waterfall_.note_paid(i, *months, work.pay, work.waterfall);
    if (offer.pushed) waterfall_.finish_alone(i, block, *months, spans_, work.waterfall);
  }
  if (told_) waterfall_.finish(block, sampled, days, spans_, work.waterfall);
}

void GroupRun::grow(std::size_t paths) {
  practice_.grow(paths);
  for (auto& offer : offers_) {
    offer.income.grow(paths);
    offer.balances.grow(paths);
    if (offer.pushed) offer.pushed->practice.grow(paths);
  }
  if (told_) waterfall_.grow(paths);
  shape_.paths = paths;
}

void GroupRun::merge(const std::vector<Counted>& counted) {
  for (std::size_t i = 0; i < offers_.size(); ++i) {
    offers_[i].tiers.merge(counted[i].tiers);
    if (offers_[i].pushed) offers_[i].pushed->without.merge(*counted[i].without);
  }
}

void GroupRun::tell(const Execution& how) {
  if (told_ && !waterfall_.is_told()) waterfall_.tell(told_->rates_of(group_, how), plan_->layout, grid_);
}

template <class Archive, class Self>
void GroupRun::put(Archive& archive, Self& self) {
  archive(self.shape_.paths);
  archive(self.practice_);
  for (auto& offer : self.offers_) {
    archive(offer.income);
    archive(offer.balances);
    archive(offer.tiers);
    if (!offer.pushed) continue;
    archive(offer.pushed->practice);
    archive(offer.pushed->without);
  }
  if (self.told_) archive(self.waterfall_);
}

std::string GroupRun::state() const {
  StateWriter out;
  put(out, *this);
  return out.take();
}

void GroupRun::restore(std::string_view state, const Execution& how) {
  tell(how);  // makes room for what the first block tells
  StateReader in(state);
  put(in, *this);
  if (!in.at_end()) throw StateError("a state is of another object");
}

void GroupRun::extend_to(std::size_t paths, const Execution& how) {
  GroupRun* const alone = this;
  extend_together({&alone, 1}, paths, how);
}

void GroupRun::extend_together(std::span<GroupRun* const> runs, std::size_t paths, const Execution& how) {
  auto& first_run = *runs.front();
  const std::size_t done_before = first_run.shape_.blocks();
  std::vector<samplers::SamplerInput> inputs;
  for (auto* run : runs) {
    run->tell(how);
    run->grow(paths);
    inputs.push_back(run->input_);
  }
  const auto sampler = samplers::make_sampler(first_run.kind_, inputs);
  const auto run_block = [&](std::size_t block, Workspace& work, std::vector<std::vector<Counted>>& counted) {
    const std::size_t block_size = first_run.shape_.paths_in(block);
    work.ledgers.resize(runs.size());
    work.targets.clear();
    for (std::size_t r = 0; r < runs.size(); ++r) {
      auto& [months, days] = work.ledgers[r];
      auto& ledger = months.of(how.ledgers, first_run.grid_.size(), runs[r]->spans_.columns(), block_size);
      work.targets.push_back({&ledger, runs[r]->spans_.days_in(days, block_size)});
    }
    StageLap lap(how.clock);
    sampler->sample(block * samplers::block_paths, work.targets);
    lap.end(Stage::sampling);
    use_walked(work.ledgers, [&](std::size_t r) {
      runs[r]->price_block(block, work.ledgers[r], work, counted[r]);
      if (how.done) how.done(block_size);
    });
    lap.end(Stage::pricing);
  };

  Pool<Workspace> pool;
  const std::size_t blocks = first_run.shape_.blocks();
  for (std::size_t first = done_before; first < blocks; first += blocks_in_a_wave) {
    std::vector<std::vector<std::vector<Counted>>> counted(std::min(blocks_in_a_wave, blocks - first));
    for (auto& of_block : counted)
      for (const auto* run : runs) of_block.push_back(run->no_counts_);
    how.run_blocks(
        counted.size(), how.threads,
        [&](std::size_t i) {
          auto work = pool.borrow();
          run_block(first + i, *work, counted[i]);
        },
        how.stop);
    if (how.stop && how.stop()) throw Interrupted();
    for (const auto& of_block : counted)
      for (std::size_t r = 0; r < runs.size(); ++r) runs[r]->merge(of_block[r]);
  }
}

}  // namespace paystress::engine
