#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/path_store.h"
#include "model/counterfactual.h"
#include "model/settle.h"
#include "model/study.h"
#include "sim/engine/run_plan.h"
#include "sim/engine/span_ledger.h"
#include "sim/engine/told_rates.h"
#include "sim/samplers/sampler.h"

namespace paystress::engine {

/// Causes between the advertised and the realistic income, in the order in which they are taken away:
/// practice_not_as_told, the six causes of lost work, missed_tiers, caps.
[[nodiscard]] const std::vector<std::string>& waterfall_causes();

/// Prices the same path again and again while its losses are given back, for one contract.
///
/// Level k is the income, whole cents, after the first k causes: level 0 pays the contract as told (its
/// blended rates, no caps) on months without losses, the next ones lose work cause by cause, then the real
/// ladder replaces the told rates, then the caps bind. The last level is the income of the run.
class WaterfallPricer {
 public:
  static constexpr std::size_t level_count = loss_causes.size() + 3;

  WaterfallPricer(const Contract& contract, SharedToldRates told, const LedgerLayout& layout,
                  const PeriodGrid& grid);

  /// Dollars over the horizon by path, on a ledger from which some causes were given back.
  void price_as_told(const LedgerBlock& ledger, Settlement& scratch, std::vector<double>& income) const;
  /// The same with the real ladders and no caps; `paid`, where the contract has none.
  void price_uncapped(const LedgerBlock& ledger, const std::vector<double>& paid, Settlement& scratch,
                      std::vector<double>& income) const;

  /// By ladder: what a dollar more of its told rate adds to the mean income on this ledger, which paid
  /// `income`.
  [[nodiscard]] std::vector<double> slopes(const LedgerBlock& ledger, const std::vector<double>& income,
                                           Settlement& scratch) const;
  [[nodiscard]] const ToldRates& rates() const { return *rates_; }

 private:
  SharedToldRates rates_;
  PayPlan told_;
  struct Moved {
    PayPlan plan;
    double by_usd;
  };
  std::vector<Moved> moved_;  ///< by ladder
  std::optional<PayPlan> uncapped_;
};

/// Dollars paid over the horizon by path, had it stayed, whole cents.
void horizon_income(const Settlement& pay, std::vector<double>& income);

/// Waterfalls of every contract of a group: what is kept of each path.
class GroupWaterfall {
 public:
  GroupWaterfall(const SampleGroup& group, const Study& study, const LedgerLayout& layout);
  /// Before the first block: the told rates of each contract.
  void tell(std::vector<SharedToldRates> rates, const LedgerLayout& layout, const PeriodGrid& grid);
  [[nodiscard]] bool is_told() const { return !pricers_.empty(); }

  /// What one thread needs while it prices a block.
  struct Workspace {
    std::vector<std::vector<std::vector<double>>> levels;  ///< [offer][level][path]
    std::vector<double> income;
    std::vector<std::vector<double>> late_hours;  ///< [end][path]
    Settlement scratch;
    SpanColumns::Workspace spans;
  };
  /// Before `finish`, for each offer: what the run paid.
  void note_paid(std::size_t offer, const LedgerBlock& ledger, const Settlement& pay, Workspace& work) const;
  /// Gives the losses back in `ledger` and its days, which are left without them, and keeps every level of
  /// the block, of the offers that are priced on the months as they were sampled. `spans`, of the group's
  /// contracts, are made anew. `days`: null where there are none.
  void finish(std::size_t block, LedgerBlock& ledger, DayLedger* days, const SpanLedger& spans,
              Workspace& work) {
    if (!on_sampled_.empty()) walk(on_sampled_, block, {ledger, days, spans}, work);
  }
  /// The same of an offer with months of its own (`push`).
  void finish_alone(std::size_t offer, std::size_t block, LedgerBlock& ledger, const SpanLedger& spans,
                    Workspace& work) {
    walk({&offer, 1}, block, {ledger, nullptr, spans}, work);
  }
  void grow(std::size_t paths);

  /// Income by path at one level.
  [[nodiscard]] std::vector<double> level(std::size_t offer, std::size_t level) const;
  /// What each path moves the mean of the level by through the told rates, times the paths; empty: by
  /// nothing.
  [[nodiscard]] std::vector<double> told_influence(std::size_t offer, std::size_t level) const;
  /// Hours of late charting of an offer by path, over the months up to its known end, as it is priced on
  /// them.
  [[nodiscard]] std::vector<double> late_charting_hours(std::size_t offer) const;

  template <class Archive, class Self>
  static void state(Archive& archive, Self& self) {
    archive(self.levels_);
    archive(self.slopes_);
    archive(self.late_charting_);
  }

 private:
  struct Months {
    LedgerBlock& ledger;
    DayLedger* days;
    const SpanLedger& spans;
  };
  void walk(std::span<const std::size_t> offers, std::size_t block, const Months& months, Workspace& work);

  [[nodiscard]] std::size_t end_of(const Contract& contract) const;

  std::vector<const Contract*> contracts_;
  std::vector<std::size_t> on_sampled_;  ///< offers without months of their own
  int months_;
  LossReversal reversal_;
  std::vector<WaterfallPricer> pricers_;
  std::vector<PathStore> levels_;                         ///< by offer
  std::vector<std::vector<std::vector<double>>> slopes_;  ///< [offer][level][ladder], on the first block
  std::vector<int> ends_;                 ///< each last month in force that an offer of the group has, once
  std::vector<PathStore> late_charting_;  ///< of each kind of months, [end]
  std::vector<std::size_t> late_of_;      ///< by offer: which of them
};

}  // namespace paystress::engine
