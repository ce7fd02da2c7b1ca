#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/calendar.h"
#include "model/contract.h"
#include "model/day_ledger.h"
#include "model/ledger.h"
#include "model/practice.h"
#include "model/settle.h"
#include "model/visit_gains.h"

namespace paystress {

/// Why work that was possible brought no pay, in the order in which the waterfall takes it away.
enum class LossCause { unfilled_slots, late_cancels, no_shows, failed_calls, recoding, review };
inline constexpr std::array<LossCause, 6> loss_causes{LossCause::unfilled_slots, LossCause::late_cancels,
                                                      LossCause::no_shows,       LossCause::failed_calls,
                                                      LossCause::recoding,       LossCause::review};
[[nodiscard]] std::string_view key_of(LossCause cause);  ///< "unfilled_slots", "late_cancels", ...

/// Gives back what causes took from sampled months, so that a contract can be priced on months that were
/// not hit. Lost visits come back as completed ones like the path's own (model/visit_gains.h), their wRVU
/// from the ledger's own columns (exact). Hours stay as they were, but idle ones, which go with the unfilled
/// slots. \test
/// tests/unit/sim/engine/counterfactual_test.cpp
class LossReversal {
 public:
  /// \pre layout is the sampled layout of this practice
  LossReversal(const LedgerLayout& layout, const Practice& practice, const Stress& stress,
               const Calendar& calendar);
  /// \pre `ledger` has this layout and that many periods; this cause was not given back yet
  void give_back(LossCause cause, LedgerBlock& ledger) const;
  /// The same, of the days behind the ledger too where there are any. \pre they hold `columns_to_follow`
  void give_back(LossCause cause, LedgerBlock& ledger, DayLedger* days) const;
  /// What days must hold so that they follow: positions in the layout.
  [[nodiscard]] static std::vector<std::size_t> columns_to_follow();
  /// Can this cause have taken anything? Without a recoding stress, recoding has not.
  [[nodiscard]] bool may_give_back(LossCause cause) const;

 private:
  struct Moved {
    std::size_t from = 0, to = 0;
    double wrvu = 0.0, usd_cents = 0.0;  ///< lost by one visit, in hundredths and cents
  };
  void give_back_counts(LossCause cause, LedgerBlock& ledger) const;
  void give_back_visits(LedgerColumn lost, LedgerColumn lost_wrvu, LedgerBlock& ledger) const;
  void give_back_codes(LedgerBlock& ledger) const;
  void undo_review(LedgerBlock& ledger) const;

  LedgerLayout layout_;
  VisitGains gains_;
  std::vector<VisitCode> codes_;
  std::vector<std::vector<Moved>> moved_;  ///< by month; more than one: codes cannot be told apart
};

/// What a ladder pays as told: dollars a unit, or, of lumps that count no unit, dollars a path.
struct ToldRate {
  double usd = 0.0;
  bool a_unit = true;
};

/// The contract as it is told: each ladder pays the blended rate that it reaches on told months (mean over
/// paths), lump sums are paid as if reached as often as there, and nothing is capped. What such a contract
/// pays falls in proportion to lost work; the rest of a loss is due to tier lines and caps.
class ToldLadders {
 public:
  /// \pre the months that are told have this layout and grid
  ToldLadders(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid);
  [[nodiscard]] std::size_t size() const { return ladders_.size(); }
  /// Dollars and units of one ladder by path over the horizon; units 0 where it pays lumps.
  struct Earned {
    std::vector<double> usd, units;
  };
  /// Of each ladder on these months.
  void earn(const LedgerBlock& told, Settlement& scratch, std::vector<Earned>& out) const;
  /// From its means over paths.
  [[nodiscard]] static ToldRate rate(double mean_usd, double mean_units);
  /// \pre a rate for every ladder
  [[nodiscard]] Contract told(std::span<const ToldRate> rates) const;

 private:
  Contract uncapped_;
  std::vector<std::size_t> ladders_;  ///< lines of the contract
  std::vector<bool> counts_units_;    ///< by ladder
  std::size_t months_;
  std::optional<PayPlan> earned_, units_;
};
/// The contract as told on these months.   \pre told has this layout and grid
[[nodiscard]] Contract told_contract(const Contract& contract, const LedgerLayout& layout,
                                     const PeriodGrid& grid, const LedgerBlock& told);
/// The contract without its caps, and without its push: it is priced on months that have the added visits.
[[nodiscard]] Contract uncapped(const Contract& contract);

}  // namespace paystress
