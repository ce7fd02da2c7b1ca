#include "sim/engine/group_waterfall.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "analysis/scenario_columns.h"

namespace paystress::engine {
namespace {

constexpr double cents = 100.0, hundredths = 100.0;

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

WaterfallPricer::WaterfallPricer(const Contract& contract, SharedToldRates told, const LedgerLayout& layout,
                                 const PeriodGrid& grid)
    : rates_(std::move(told)), told_(rates_->contract(), layout, grid) {
  // Far enough that the cents of each month round away, near enough that no guarantee or minimum is passed.
  constexpr double share_of_rate = 0.01;
  for (std::size_t l = 0; l < rates_->rates.size(); ++l) {
    const double by = share_of_rate * std::max(1.0, std::abs(rates_->rates[l].usd));
    moved_.push_back({PayPlan(rates_->moved(l, by), layout, grid), by});
  }
  if (auto without_caps = uncapped(contract); without_caps.adjust.size() != contract.adjust.size())
    uncapped_.emplace(without_caps, layout, grid);
}

std::vector<double> WaterfallPricer::slopes(const LedgerBlock& ledger, const std::vector<double>& income,
                                            Settlement& scratch) const {
  std::vector<double> slopes, higher;
  for (const auto& moved : moved_) {
    moved.plan.settle(ledger, scratch, SettleDetail::pay, Leavers::as_if_stayed);
    horizon_income(scratch, higher);
    double sum = 0.0;
    for (std::size_t i = 0; i < income.size(); ++i) sum += higher[i] - income[i];
    slopes.push_back(sum / static_cast<double>(income.size()) / moved.by_usd);
  }
  return slopes;
}

void horizon_income(const Settlement& pay, std::vector<double>& income) {
  income.assign(pay.paths, 0.0);
  for (std::size_t m = 0; m < pay.periods; ++m) {
    const double* paid = pay.paid_if_stayed(m);
    for (std::size_t i = 0; i < income.size(); ++i) income[i] += paid[i];
  }
  // Months are whole cents already, unless the contract says otherwise; the sum carries the noise of doubles.
  for (double& usd : income) usd = std::floor(usd * cents + 0.5) / cents;
}

void WaterfallPricer::price_as_told(const LedgerBlock& ledger, Settlement& scratch,
                                    std::vector<double>& income) const {
  told_.settle(ledger, scratch, SettleDetail::pay, Leavers::as_if_stayed);
  horizon_income(scratch, income);
}

void WaterfallPricer::price_uncapped(const LedgerBlock& ledger, const std::vector<double>& paid,
                                     Settlement& scratch, std::vector<double>& income) const {
  if (!uncapped_) {
    income = paid;
    return;
  }
  uncapped_->settle(ledger, scratch, SettleDetail::pay, Leavers::as_if_stayed);
  horizon_income(scratch, income);
}

namespace {

std::vector<int> ends_of(const SampleGroup& group, int months) {
  std::set<int> ends;
  for (const auto& price : group.prices) ends.insert(last_in_force(price.contract->ends, months));
  return {ends.begin(), ends.end()};
}

}  // namespace

GroupWaterfall::GroupWaterfall(const SampleGroup& group, const Study& study, const LedgerLayout& layout)
    : months_(study.months),
      reversal_(layout, *group.practice, *group.stress, study.calendar()),
      ends_(ends_of(group, study.months)) {
  const auto add_months = [&] {
    late_charting_.emplace_back(PathShape{0, samplers::block_paths}, ends_.size(), hundredths,
                                PathStore::Precision::float32);
    return late_charting_.size() - 1;
  };
  for (const auto& price : group.prices) {
    const bool alone = price.contract->push.has_value();
    late_of_.push_back(alone || on_sampled_.empty() ? add_months() : late_of_[on_sampled_.front()]);
    if (!alone) on_sampled_.push_back(contracts_.size());
    contracts_.push_back(price.contract.get());
    levels_.emplace_back(PathShape{0, samplers::block_paths}, WaterfallPricer::level_count, cents,
                         PathStore::Precision::exact);
  }
}

void GroupWaterfall::tell(std::vector<SharedToldRates> rates, const LedgerLayout& layout,
                          const PeriodGrid& grid) {
  for (std::size_t o = 0; o < contracts_.size(); ++o)
    pricers_.emplace_back(*contracts_[o], std::move(rates.at(o)), layout, grid);
  slopes_.resize(pricers_.size());
  for (auto& of_offer : slopes_) of_offer.resize(WaterfallPricer::level_count);
}

void GroupWaterfall::grow(std::size_t paths) {
  for (auto& l : levels_) l.grow(paths);
  for (auto& hours : late_charting_) hours.grow(paths);
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

void GroupWaterfall::walk(std::span<const std::size_t> offers, std::size_t block, const Months& months,
                          Workspace& work) {
  auto& [ledger, days, spans] = months;
  work.late_hours.assign(ends_.size(), std::vector<double>(ledger.paths(), 0.0));
  std::vector<const double*> late;
  for (std::size_t e = 0; e < ends_.size(); ++e) {
    auto& sum = work.late_hours[e];
    for (std::size_t m = 0; m < static_cast<std::size_t>(ends_[e]); ++m) {
      const double* hours = ledger.at(m, LedgerColumn::late_charting_hours);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += hours[i];
    }
    late.push_back(sum.data());
  }
  late_charting_[late_of_[offers.front()]].write(block, late);
  // From the real months back to those without losses, the last cause first.
  for (std::size_t level = loss_causes.size() + 1; level-- > 0;) {
    const bool changed = level == loss_causes.size() || reversal_.may_give_back(loss_causes.at(level));
    if (changed && level < loss_causes.size()) reversal_.give_back(loss_causes.at(level), ledger, days);
    for (const std::size_t o : offers) {
      auto& levels = work.levels[o];
      if (!changed) {
        levels[level] = levels[level + 1];
      } else {
        spans.make(o, days, ledger, work.spans);
        pricers_[o].price_as_told(ledger, work.scratch, levels[level]);
      }
      if (block == 0)
        slopes_[o][level] =
            changed ? pricers_[o].slopes(ledger, levels[level], work.scratch) : slopes_[o][level + 1];
    }
  }
  for (const std::size_t o : offers) {
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

std::vector<double> GroupWaterfall::told_influence(std::size_t offer, std::size_t level) const {
  const auto& slopes = slopes_[offer][level];
  const auto& influence = pricers_[offer].rates().influence;
  if (std::ranges::all_of(slopes, [](double s) { return s == 0.0; })) return {};
  const std::size_t paths = levels_[offer].shape().paths;
  std::vector<double> moved(paths, 0.0);
  for (std::size_t l = 0; l < slopes.size(); ++l) {
    // Of a rate from fewer paths than the run has, each counts for more.
    const double weight = static_cast<double>(paths) / static_cast<double>(influence[l].size());
    for (std::size_t i = 0; i < std::min(paths, influence[l].size()); ++i)
      moved[i] += weight * slopes[l] * static_cast<double>(influence[l][i]);
  }
  return moved;
}

std::size_t GroupWaterfall::end_of(const Contract& contract) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(ends_, last_in_force(contract.ends, months_)) -
                                  ends_.begin());
}

std::vector<double> GroupWaterfall::late_charting_hours(std::size_t offer) const {
  const auto& late = late_charting_[late_of_[offer]];
  std::vector<double> hours(late.shape().paths);
  const auto end = end_of(*contracts_[offer]);
  late.read_sum(end, end, hours);
  return hours;
}

}  // namespace paystress::engine
