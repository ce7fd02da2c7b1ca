#include "sim/engine/told_rates.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "analysis/estimate.h"
#include "analysis/path_store.h"
#include "sim/engine/group_run.h"
#include "sim/engine/pool.h"
#include "sim/engine/span_ledger.h"
#include "sim/errors.h"

namespace paystress::engine {
namespace {

/// A practice as described, and the contracts of the group that are told about it.
struct ToldPractice {
  const Practice* practice = nullptr;
  std::unique_ptr<samplers::Sampler> sampler;
  std::vector<std::size_t> contracts;
  std::vector<ToldLadders> ladders;                      ///< by contract
  std::vector<std::vector<ToldLadders::Earned>> earned;  ///< [contract][ladder], by path
};

class ToldPractices {
 public:
  ToldPractices(const SampleGroup& group, const Study& study, const samplers::SamplerInput& sampled,
                samplers::SamplerKind kind)
      : group_(group), study_(study), sampled_(sampled), kind_(kind) {
    for (std::size_t c = 0; c < group.prices.size(); ++c) {
      const auto& contract = *group.prices[c].contract;
      auto* told = &practice(*group.practice);
      if (const auto* advertised = study.find_practice(contract.advertised_practice)) {
        auto& described = practice(*advertised);
        // The recruiter's practice may lack codes that the contract names; then the own practice is told.
        if (find_flaws(contract, described.sampler->layout(), study.grid()).empty()) told = &described;
      }
      told->contracts.push_back(c);
      told->ladders.emplace_back(contract, told->sampler->layout(), study.grid());
    }
  }

  void earn(std::size_t paths, const Execution& how) {
    for (auto& [key, told] : practices_)
      if (std::ranges::any_of(told.ladders, [](const ToldLadders& l) { return l.size() > 0; }))
        earn(told, paths, how);
  }

  [[nodiscard]] std::vector<ToldRates> rates() {
    std::vector<ToldRates> all;
    for (std::size_t c = 0; c < group_.prices.size(); ++c)
      for (auto& [key, told] : practices_) {
        const auto at = std::ranges::find(told.contracts, c);
        if (at == told.contracts.end()) continue;
        const auto k = static_cast<std::size_t>(at - told.contracts.begin());
        all.push_back(rates_of(std::move(told.ladders[k]),
                               told.earned.empty() ? std::vector<ToldLadders::Earned>{} : told.earned[k]));
      }
    return all;
  }

 private:
  ToldPractice& practice(const Practice& of) {
    auto& told = practices_[&of];
    if (told.sampler) return told;
    told.practice = &of;
    told.sampler = samplers::make_sampler(
        kind_, {&of, &none_, study_.calendar(), sampled_.seed, sampled_.latin_hypercube});
    return told;
  }

  struct Workspace {
    std::unique_ptr<LedgerBlock> ledger;
    std::unique_ptr<DayLedger> days;
    SpanColumns::Workspace spans;
    Settlement scratch;
    std::vector<ToldLadders::Earned> earned;
  };

  void earn(ToldPractice& told, std::size_t paths, const Execution& how) const {
    const PathShape shape{paths, samplers::block_paths};
    const auto months = static_cast<std::size_t>(study_.months);
    const auto& layout = told.sampler->layout();
    const LossReversal reversal(layout, told.practice->codes, none_, months);
    std::vector<const Contract*> contracts;
    for (const std::size_t c : told.contracts) contracts.push_back(group_.prices[c].contract.get());
    const SpanLedger spans(contracts, layout, told.sampler->days());
    for (const auto& ladders : told.ladders) {
      auto& of_contract = told.earned.emplace_back(ladders.size());
      for (auto& e : of_contract) {
        e.usd.resize(paths);
        e.units.resize(paths);
      }
    }
    Pool<Workspace> pool;
    how.run_blocks(
        shape.blocks(), how.threads,
        [&](std::size_t b) {
          StageLap lap(how.clock);
          auto lease = pool.borrow();
          auto& work = *lease;
          auto& ledger = ledger_in(work.ledger, months, spans.columns(), shape.paths_in(b));
          auto* days = spans.days_in(work.days, shape.paths_in(b));
          told.sampler->sample_days(b * samplers::block_paths, ledger, days);
          lap.end(Stage::sampling);
          for (std::size_t c = loss_causes.size(); c-- > 0;)
            reversal.give_back(loss_causes.at(c), ledger, days);
          for (std::size_t k = 0; k < told.ladders.size(); ++k) {
            spans.make(k, days, ledger, work.spans);
            told.ladders[k].earn(ledger, work.scratch, work.earned);
            for (std::size_t l = 0; l < told.ladders[k].size(); ++l) {
              const auto at = static_cast<std::ptrdiff_t>(b * samplers::block_paths);
              std::ranges::copy(work.earned[l].usd, told.earned[k][l].usd.begin() + at);
              std::ranges::copy(work.earned[l].units, told.earned[k][l].units.begin() + at);
            }
          }
          lap.end(Stage::pricing);
        },
        how.stop);
    if (how.stop && how.stop()) throw Interrupted();
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

  const SampleGroup& group_;
  const Study& study_;
  const samplers::SamplerInput& sampled_;
  samplers::SamplerKind kind_;
  Stress none_{"base", {}};
  std::map<const Practice*, ToldPractice> practices_;
};

}  // namespace

Contract ToldRates::moved(std::size_t ladder, double by) const {
  auto higher = rates;
  higher.at(ladder).usd += by;
  return ladders.told(higher);
}

std::vector<ToldRates> told_rates(const SampleGroup& group, const Study& study,
                                  const samplers::SamplerInput& sampled, samplers::SamplerKind kind,
                                  std::size_t paths, const Execution& how) {
  ToldPractices practices(group, study, sampled, kind);
  practices.earn(paths, how);
  return practices.rates();
}

}  // namespace paystress::engine
