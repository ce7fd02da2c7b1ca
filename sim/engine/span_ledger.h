#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/contract.h"
#include "model/day_ledger.h"
#include "model/span_columns.h"

namespace paystress::engine {

/// What the contracts of one sampled practice count by day, week or fortnight. Ledger blocks have slots for
/// it behind the sampled columns, which one contract after the other uses.
/// \test tests/statistical/span_columns_test.cpp
class SpanLedger {
 public:
  /// \pre no contract has a flaw on this layout
  SpanLedger(std::span<const Contract* const> contracts, const LedgerLayout& layout, const DayGrid& grid);

  /// Does any contract count by spans? If not, no days are kept and `make` has nothing to do.
  [[nodiscard]] bool is_needed() const { return slots_ > 0; }
  /// Of the ledger blocks.
  [[nodiscard]] std::size_t columns() const { return first_slot_ + slots_; }
  /// Days for a block of paths, kept in `kept`; null where none are needed.
  [[nodiscard]] DayLedger* days_in(std::unique_ptr<DayLedger>& kept, std::size_t paths) const;
  /// Writes the columns of one contract into the slots.
  void make(std::size_t contract, const DayLedger* days, LedgerBlock& months,
            SpanColumns::Workspace& work) const;

 private:
  LedgerLayout layout_;
  const DayGrid* grid_;
  std::vector<std::size_t> day_columns_;
  std::vector<std::optional<SpanColumns>> of_contract_;
  std::size_t first_slot_, slots_ = 0;
};

}  // namespace paystress::engine
