#include "sim/engine/group_waterfall.h"

#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>

namespace paystress::engine {
namespace {

constexpr double cents = 100.0, hundredths = 100.0;

// Months of a practice without losses, for its first block of paths: enough for a mean that people are told.
struct ToldMonths {
  LedgerLayout layout;
  LedgerBlock ledger;
};

ToldMonths told_months(const Practice& practice, const Study& study, samplers::SamplerKind kind,
                       std::uint64_t seed) {
  const Stress none{"base", {}};
  const auto sampler = samplers::make_sampler(kind, {&practice, &none, study.calendar(), seed, false});
  const auto months = static_cast<std::size_t>(study.months);
  ToldMonths told{sampler->layout(), LedgerBlock(months, sampler->layout().size(), samplers::block_paths)};
  sampler->sample(0, told.ledger);
  const LossReversal reversal(told.layout, practice.codes, none, months);
  for (std::size_t c = loss_causes.size(); c-- > 0;) reversal.give_back(loss_causes.at(c), told.ledger);
  return told;
}

// Offers of a group are told about few practices; each is sampled once.
class ToldPractices {
 public:
  ToldPractices(const Study& study, samplers::SamplerKind kind, std::uint64_t seed)
      : study_(study), kind_(kind), seed_(seed) {}
  const ToldMonths& months_of(const Practice& practice) {
    const auto found = months_.find(&practice);
    if (found != months_.end()) return found->second;
    return months_.emplace(&practice, told_months(practice, study_, kind_, seed_)).first->second;
  }

 private:
  const Study& study_;
  samplers::SamplerKind kind_;
  std::uint64_t seed_;
  std::map<const Practice*, ToldMonths> months_;
};

WaterfallPricer make_pricer(const Contract& contract, const Practice& own, const Study& study,
                            const LedgerLayout& layout, ToldPractices& practices) {
  const auto grid = study.grid();
  const auto* advertised = study.find_practice(contract.advertised_practice);
  const auto& told = practices.months_of(advertised != nullptr ? *advertised : own);
  // The recruiter's practice may lack codes that the contract names; then the own practice is told.
  if (advertised == nullptr || find_flaws(contract, told.layout, grid).empty())
    return {contract, layout, grid, told.layout, told.ledger};
  const auto& instead = practices.months_of(own);
  return {contract, layout, grid, instead.layout, instead.ledger};
}

}  // namespace

const std::vector<std::string>& waterfall_causes() {
  static const std::vector<std::string> causes = [] {
    std::vector<std::string> names{"practice_not_as_told"};
    for (const auto c : loss_causes) names.emplace_back(key_of(c));
    names.insert(names.end(), {"missed_tiers", "caps"});
    return names;
  }();
  return causes;
}

WaterfallPricer::WaterfallPricer(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid,
                                 const LedgerLayout& told_layout, const LedgerBlock& told)
    : told_(told_contract(contract, told_layout, grid, told), layout, grid) {
  if (auto without_caps = uncapped(contract); without_caps.adjust.size() != contract.adjust.size())
    uncapped_.emplace(without_caps, layout, grid);
}

void horizon_income(const Settlement& pay, std::vector<double>& income) {
  income.assign(pay.paths, 0.0);
  for (std::size_t m = 0; m < pay.periods; ++m) {
    const double* paid = pay.paid(m);
    for (std::size_t i = 0; i < income.size(); ++i) income[i] += paid[i];
  }
  // Months are whole cents already, unless the contract says otherwise; the sum carries the noise of doubles.
  for (double& usd : income) usd = std::floor(usd * cents + 0.5) / cents;
}

void WaterfallPricer::price_as_told(const LedgerBlock& ledger, Settlement& scratch,
                                    std::vector<double>& income) const {
  told_.settle(ledger, scratch, SettleDetail::pay);
  horizon_income(scratch, income);
}

void WaterfallPricer::price_uncapped(const LedgerBlock& ledger, const std::vector<double>& paid,
                                     Settlement& scratch, std::vector<double>& income) const {
  if (!uncapped_) {
    income = paid;
    return;
  }
  uncapped_->settle(ledger, scratch, SettleDetail::pay);
  horizon_income(scratch, income);
}

GroupWaterfall::GroupWaterfall(const SampleGroup& group, const Study& study, samplers::SamplerKind kind,
                               std::uint64_t seed, const LedgerLayout& layout)
    : reversal_(layout, group.practice->codes, *group.stress, static_cast<std::size_t>(study.months)),
      late_charting_({0, samplers::block_paths}, 1, hundredths, PathStore::Precision::float32) {
  ToldPractices practices(study, kind, seed);
  for (const auto& price : group.prices) {
    pricers_.push_back(make_pricer(*price.contract, *group.practice, study, layout, practices));
    levels_.emplace_back(PathShape{0, samplers::block_paths}, WaterfallPricer::level_count, cents,
                         PathStore::Precision::exact);
  }
}

void GroupWaterfall::grow(std::size_t paths) {
  for (auto& l : levels_) l.grow(paths);
  late_charting_.grow(paths);
}

void GroupWaterfall::note_paid(std::size_t offer, const LedgerBlock& ledger, const Settlement& pay,
                               Workspace& work) const {
  work.levels.resize(pricers_.size());
  auto& levels = work.levels[offer];
  levels.resize(WaterfallPricer::level_count);
  auto& paid = levels[WaterfallPricer::level_count - 1];
  horizon_income(pay, paid);
  pricers_[offer].price_uncapped(ledger, paid, work.scratch, levels[WaterfallPricer::level_count - 2]);
}

void GroupWaterfall::finish(std::size_t block, LedgerBlock& ledger, Workspace& work) {
  work.late_hours.assign(ledger.paths(), 0.0);
  for (std::size_t m = 0; m < ledger.periods(); ++m) {
    const double* hours = ledger.at(m, LedgerColumn::late_charting_hours);
    for (std::size_t i = 0; i < work.late_hours.size(); ++i) work.late_hours[i] += hours[i];
  }
  const std::vector<const double*> late{work.late_hours.data()};
  late_charting_.write(block, late);
  // From the real months back to those without losses, the last cause first.
  for (std::size_t level = loss_causes.size() + 1; level-- > 0;) {
    const bool changed = level == loss_causes.size() || reversal_.may_give_back(loss_causes.at(level));
    if (changed && level < loss_causes.size()) reversal_.give_back(loss_causes.at(level), ledger);
    for (std::size_t o = 0; o < pricers_.size(); ++o) {
      auto& levels = work.levels[o];
      if (changed)
        pricers_[o].price_as_told(ledger, work.scratch, levels[level]);
      else
        levels[level] = levels[level + 1];
    }
  }
  for (std::size_t o = 0; o < pricers_.size(); ++o) {
    std::vector<const double*> runs;
    for (const auto& l : work.levels[o]) runs.push_back(l.data());
    levels_[o].write(block, runs);
  }
}

std::vector<double> GroupWaterfall::level(std::size_t offer, std::size_t level) const {
  std::vector<double> income(levels_[offer].shape().paths);
  levels_[offer].read_sum(level, level, income);
  return income;
}

std::vector<double> GroupWaterfall::late_charting_hours() const {
  std::vector<double> hours(late_charting_.shape().paths);
  late_charting_.read_sum(0, 0, hours);
  return hours;
}

}  // namespace paystress::engine
