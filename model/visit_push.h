#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/ledger.h"
#include "model/settle.h"
#include "model/visit_gains.h"

namespace paystress {

/// Visits that paths add to their months to reach a tier line, under a contract with `push`.
///
/// In the last month of each reset window of each tiered component (months in order, within a month
/// components in order) a path whose measure to date lies below the lowest line not yet reached by at most
/// `within` x |line| adds as few whole visits as reach it, no more than `max_per_month` with those that it
/// added in that month for components before; if more would be needed it adds none. What visits do to the
/// measure is found by pricing the path with them. An added visit is one of VisitGains::add; a path without
/// a completed visit in the month has none to add. Nobody foresees leaving: windows are those of paths that
/// stay.
/// \test tests/unit/model/visit_push_test.cpp, tests/statistical/visit_push_test.cpp
class VisitPush {
 public:
  /// \pre plan.contract().push; `layout` and `grid` are those of the plan, the layout a sampled one
  VisitPush(const PayPlan& plan, const LedgerLayout& layout, const PeriodGrid& grid);
  /// Nothing where the contract has no `push`.
  [[nodiscard]] static std::optional<VisitPush> of(const PayPlan& plan, const LedgerLayout& layout,
                                                   const PeriodGrid& grid);

  /// Paths at a window's end and the visits tried on them, by lane.
  struct Lane {
    std::size_t path = 0;
    std::size_t line = 0;          ///< tier aimed at, from 0
    double none = 0.0, all = 0.0;  ///< visits that do not reach it, and that do
  };
  struct Workspace {
    std::unique_ptr<LedgerBlock> months, tried;
    Settlement pay;
    std::vector<Lane> lanes;
    std::vector<double> added, visits;  ///< by path in the month at hand; by lane
  };
  /// The sampled months with the visits that their paths add, kept in `work` until it is used again. `pay`:
  /// of the sampled months with tiers, afterwards of those returned. Pure: paths do not see each other.
  LedgerBlock& add(const PayPlan& plan, const LedgerBlock& sampled, Settlement& pay, Workspace& work) const;

 private:
  void find_lanes(const PayPlan& plan, const Settlement& pay, std::size_t tiered, std::size_t month,
                  Workspace& work) const;
  /// Prices the lanes with `work.visits` added in the month.
  void try_visits(const PayPlan& plan, std::size_t month, Workspace& work) const;
  void keep_reaching(const PayPlan& plan, std::size_t tiered, std::size_t month, Workspace& work) const;

  Push rule_;
  VisitGains gains_;
  std::size_t columns_;
  std::vector<std::vector<bool>> ends_;  ///< [tiered component][month]: does a window end with it
};

}  // namespace paystress
