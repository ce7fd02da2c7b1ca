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
  impl_ = std::make_unique<const Impl>(contract, with_span_columns(layout, contract), grid);
}
PayPlan::~PayPlan() = default;
PayPlan::PayPlan(PayPlan&&) noexcept = default;
PayPlan& PayPlan::operator=(PayPlan&&) noexcept = default;

const Contract& PayPlan::contract() const { return impl_->contract; }
std::span<const TieredLine> PayPlan::tiered() const { return impl_->tiered; }

void PayPlan::settle(const LedgerBlock& ledger, Settlement& out, SettleDetail detail) const {
  // Offers of one block keep their span columns in the same slots, so another may need more of them.
  if (ledger.periods() != impl_->grid.size() || ledger.columns() < impl_->layout.size()) {
    throw std::invalid_argument("the ledger block does not fit the layout and grid of the pay plan");
  }
  run_plan(*impl_, ledger, out, detail, nullptr);
}

}  // namespace paystress
