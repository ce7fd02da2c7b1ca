#include "sim/engine/told_rates.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analysis/estimate.h"
#include "analysis/path_store.h"
#include "model/visit_push.h"
#include "sim/engine/group_run.h"
#include "sim/engine/identity.h"
#include "sim/engine/span_ledger.h"
#include "sim/errors.h"
#include "sim/pool.h"

namespace paystress::engine {
namespace {

// Beyond it those of earlier groups are forgotten: they cost time when they are asked for again, nothing
// else.
constexpr std::size_t most_kept_bytes = std::size_t{64} << 20;

const Stress& no_stress() {
  static const Stress none{"base", {}};
  return none;
}

// The recruiter's practice may lack codes that the contract names; then the own practice is told.
const Practice& told_practice(const Contract& contract, const Practice& own, const Study& study) {
  const auto* advertised = study.find_practice(contract.advertised_practice);
  if (advertised == nullptr) return own;
  return find_flaws(contract, LedgerLayout::sampled(*advertised), study.grid()).empty() ? *advertised : own;
}

/// A practice as described, and contracts that are told about it.
class ToldPractice {
 public:
  ToldPractice(const Practice& practice, const Study& study, const Draws& draws)
      : practice_(practice),
        study_(study),
        sampler_(samplers::make_sampler(draws.sampler, sampler_input(practice, no_stress(), study, draws))) {}

  void add(const Contract& contract) {
    contracts_.push_back(&contract);
    ladders_.emplace_back(contract, sampler_->layout(), study_.grid());
    auto& pushing = pushing_.emplace_back();
    if (!contract.push) return;
    PayPlan plan(contract, sampler_->layout(), study_.grid());
    VisitPush push(plan, sampler_->layout(), study_.grid());
    pushing.emplace(Pushing{std::move(plan), std::move(push)});
  }

  /// By contract, as added.
  [[nodiscard]] std::vector<SharedToldRates> rates(std::size_t paths, const Execution& how) {
    std::vector<std::vector<ToldLadders::Earned>> earned(ladders_.size());
    if (std::ranges::any_of(ladders_, [](const ToldLadders& l) { return l.size() > 0; }))
      earned = earn(paths, how);
    std::vector<SharedToldRates> all;
    for (std::size_t k = 0; k < ladders_.size(); ++k)
      all.push_back(std::make_shared<const ToldRates>(rates_of(std::move(ladders_[k]), earned[k])));
    return all;
  }

 private:
  /// A contract whose paths add visits to their months before losses are given back.
  struct Pushing {
    PayPlan plan;
    VisitPush push;
  };
  struct Workspace {
    std::unique_ptr<LedgerBlock> ledger;
    std::unique_ptr<DayLedger> days;
    SpanColumns::Workspace spans;
    VisitPush::Workspace push;
    Settlement scratch;
    std::vector<ToldLadders::Earned> earned;
  };

  // [contract][ladder], by path
  [[nodiscard]] std::vector<std::vector<ToldLadders::Earned>> earn(std::size_t paths,
                                                                   const Execution& how) const {
    const PathShape shape{paths, samplers::block_paths};
    const auto months = static_cast<std::size_t>(study_.months);
    const auto& layout = sampler_->layout();
    const LossReversal reversal(layout, practice_, no_stress(), study_.calendar());
    const SpanLedger spans(contracts_, layout, sampler_->days());
    std::vector<std::vector<ToldLadders::Earned>> earned;
    for (const auto& ladders : ladders_)
      earned.emplace_back(ladders.size(),
                          ToldLadders::Earned{std::vector<double>(paths), std::vector<double>(paths)});
    Pool<Workspace> pool;
    how.run_blocks(
        shape.blocks(), how.threads,
        [&](std::size_t b) {
          StageLap lap(how.clock);
          auto lease = pool.borrow();
          auto& work = *lease;
          auto& ledger = ledger_in(work.ledger, months, spans.columns(), shape.paths_in(b));
          auto* days = spans.days_in(work.days, shape.paths_in(b));
          sampler_->sample_days(b * samplers::block_paths, ledger, days);
          lap.end(Stage::sampling);
          const auto give_all_back = [&](LedgerBlock& months_of, DayLedger* days_of) {
            for (std::size_t c = loss_causes.size(); c-- > 0;)
              reversal.give_back(loss_causes.at(c), months_of, days_of);
          };
          const auto earn_on = [&](std::size_t k, const LedgerBlock& told) {
            ladders_[k].earn(told, work.scratch, work.earned);
            for (std::size_t l = 0; l < ladders_[k].size(); ++l) {
              const auto at = static_cast<std::ptrdiff_t>(b * samplers::block_paths);
              std::ranges::copy(work.earned[l].usd, earned[k][l].usd.begin() + at);
              std::ranges::copy(work.earned[l].units, earned[k][l].units.begin() + at);
            }
          };
          for (std::size_t k = 0; k < ladders_.size(); ++k) {
            if (!pushing_[k]) continue;
            const auto& [plan, push] = *pushing_[k];
            plan.settle(ledger, work.scratch);
            auto& pushed = push.add(plan, ledger, work.scratch, work.push);
            give_all_back(pushed, nullptr);
            earn_on(k, pushed);
          }
          give_all_back(ledger, days);
          for (std::size_t k = 0; k < ladders_.size(); ++k) {
            if (pushing_[k]) continue;
            spans.make(k, days, ledger, work.spans);
            earn_on(k, ledger);
          }
          lap.end(Stage::pricing);
        },
        how.stop);
    if (how.stop && how.stop()) throw Interrupted();
    return earned;
  }

  static ToldRates rates_of(ToldLadders ladders, const std::vector<ToldLadders::Earned>& earned) {
    ToldRates told{std::move(ladders), {}, {}};
    for (const auto& e : earned) {
      const auto n = static_cast<double>(e.usd.size());
      const double usd = pairwise_sum(e.usd) / n, units = pairwise_sum(e.units) / n;
      const auto rate = ToldLadders::rate(usd, units);
      auto& influence = told.influence.emplace_back(e.usd.size());
      for (std::size_t i = 0; i < influence.size(); ++i)
        influence[i] = static_cast<float>(rate.a_unit ? (e.usd[i] - rate.usd * e.units[i]) / units
                                                      : e.usd[i] - rate.usd);
      told.rates.push_back(rate);
    }
    return told;
  }

  const Practice& practice_;
  const Study& study_;
  std::unique_ptr<samplers::Sampler> sampler_;
  std::vector<const Contract*> contracts_;
  std::vector<ToldLadders> ladders_;
  std::vector<std::optional<Pushing>> pushing_;  ///< by contract
};

std::size_t bytes_of(const ToldRates& told) {
  std::size_t bytes = 0;
  for (const auto& of_ladder : told.influence) bytes += of_ladder.size() * sizeof(float);
  return bytes;
}

}  // namespace

Contract ToldRates::moved(std::size_t ladder, double by) const {
  auto higher = rates;
  higher.at(ladder).usd += by;
  return ladders.told(higher);
}

std::vector<SharedToldRates> ToldRateStore::rates_of(const SampleGroup& group, const Execution& how) {
  struct Missing {
    ToldPractice practice;
    std::vector<std::string> keys;
  };
  if (kept_bytes_ > most_kept_bytes) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  std::map<std::string, Missing> missing;  // by practice
  std::vector<std::string> keys;
  for (const auto& price : group.prices) {
    const auto& contract = *price.contract;
    const auto& practice = told_practice(contract, *group.practice, study_);
    const auto sampled = sampling_identity(practice);
    keys.push_back(sampled + "|" + pay_identity(contract));
    if (kept_.contains(keys.back())) continue;
    auto at = missing.find(sampled);
    if (at == missing.end())
      at = missing.emplace(sampled, Missing{ToldPractice(practice, study_, draws_), {}}).first;
    at->second.practice.add(contract);
    at->second.keys.push_back(keys.back());
  }
  for (auto& [sampled, told] : missing) {
    auto rates = told.practice.rates(paths_, how);
    for (std::size_t k = 0; k < rates.size(); ++k) {
      kept_bytes_ += bytes_of(*rates[k]);
      kept_.emplace(told.keys[k], std::move(rates[k]));
      ++made_;
    }
  }
  std::vector<SharedToldRates> all;
  all.reserve(keys.size());
  for (const auto& key : keys) all.push_back(kept_.at(key));
  return all;
}

}  // namespace paystress::engine
