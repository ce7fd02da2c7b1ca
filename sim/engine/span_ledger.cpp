#include "sim/engine/span_ledger.h"

#include <algorithm>
#include <set>

#include "model/counterfactual.h"

namespace paystress::engine {

SpanLedger::SpanLedger(std::span<const Contract* const> contracts, const LedgerLayout& layout,
                       const DayGrid& grid)
    : layout_(layout), grid_(&grid), of_contract_(contracts.size()), first_slot_(layout.size()) {
  std::set<std::size_t> wanted;
  for (const auto* contract : contracts) {
    slots_ = std::max(slots_, made_columns(*contract).size());
    for (const std::size_t c : day_columns_of(*contract, layout)) wanted.insert(c);
  }
  if (slots_ == 0) return;
  // The waterfall gives losses back on their days.
  for (const std::size_t c : LossReversal::columns_to_follow()) wanted.insert(c);
  day_columns_.assign(wanted.begin(), wanted.end());
  const DayLedger none(layout, day_columns_, grid, 0);
  for (std::size_t i = 0; i < contracts.size(); ++i)
    if (!contracts[i]->ledger.empty()) of_contract_[i].emplace(*contracts[i], none.layout(), grid);
}

DayLedger* SpanLedger::days_in(std::unique_ptr<DayLedger>& kept, std::size_t paths) const {
  if (!is_needed()) return nullptr;
  if (!kept || kept->block().paths() != paths)
    kept = std::make_unique<DayLedger>(layout_, day_columns_, *grid_, paths);
  return kept.get();
}

void SpanLedger::make(std::size_t contract, const DayLedger* days, LedgerBlock& months,
                      SpanColumns::Workspace& work) const {
  const auto& columns = of_contract_[contract];
  if (columns) columns->make(days->block(), months, first_slot_, work);
}

}  // namespace paystress::engine
