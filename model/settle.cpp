#include "model/settle.h"

#include <fmt/format.h>

#include <stdexcept>

#include "model/pay_engine.h"
#include "model/span_columns.h"

namespace paystress {

PayPlan::PayPlan(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid) {
  if (const auto flaws = find_flaws(contract, layout, grid); !flaws.empty()) {
    const auto& f = flaws.front();
    throw std::invalid_argument(fmt::format("{}: {} ({})", f.key, f.problem, f.why));
  }
  const auto whole = with_span_columns(layout, contract);
  impl_ = std::make_unique<const Impl>(contract, whole, grid);
  if (!contract.ends_by_leaving) return;
  left_.resize(grid.empty() ? 0 : static_cast<std::size_t>(grid.back().month));
  for (const auto& period : grid) {
    auto& plan = left_[static_cast<std::size_t>(period.month) - 1];
    if (plan) continue;
    Contract ended = contract;
    ended.ends = period.month;
    plan = std::make_unique<const Impl>(ended, whole, grid);
  }
}
PayPlan::~PayPlan() = default;
PayPlan::PayPlan(PayPlan&&) noexcept = default;
PayPlan& PayPlan::operator=(PayPlan&&) noexcept = default;

const Contract& PayPlan::contract() const { return impl_->contract; }
std::span<const TieredLine> PayPlan::tiered() const { return impl_->tiered; }

void PayPlan::settle(const LedgerBlock& ledger, Settlement& out, SettleDetail detail, Leavers leavers) const {
  // Offers of one block keep their span columns in the same slots, so another may need more of them.
  if (ledger.periods() != impl_->grid.size() || ledger.columns() < impl_->layout.size()) {
    throw std::invalid_argument("the ledger block does not fit the layout and grid of the pay plan");
  }
  run_plan(*impl_, ledger, out, detail, nullptr);
  out.stayed_.clear();
  out.leaving_.clear();
  out.reached_on_leaving_.clear();
  if (impl_->contract.ends_by_leaving && leavers == Leavers::settled)
    settle_leavers(*impl_, left_, ledger, out, detail);
}

}  // namespace paystress
