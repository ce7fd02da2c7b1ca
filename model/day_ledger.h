#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "model/ledger.h"
#include "model/span_columns.h"

namespace paystress {

/// The days behind the months of a block of paths: a period for every row of the grid, and of a sampled
/// layout's columns those that are wanted. Their sum over a month is the month's.
/// \test tests/unit/model/day_ledger_test.cpp
class DayLedger {
 public:
  /// `columns`: positions in `layout` of columns that days have. The grid outlives the ledger.
  DayLedger(const LedgerLayout& layout, std::vector<std::size_t> columns, const DayGrid& grid,
            std::size_t paths);

  [[nodiscard]] const DayGrid& grid() const { return *grid_; }
  /// Of the block.
  [[nodiscard]] const LedgerLayout& layout() const { return layout_; }
  [[nodiscard]] LedgerBlock& block() { return block_; }
  [[nodiscard]] const LedgerBlock& block() const { return block_; }
  [[nodiscard]] const std::vector<std::size_t>& columns() const { return columns_; }
  [[nodiscard]] bool has(std::size_t column) const { return place_of_[column] != none; }
  [[nodiscard]] bool has(LedgerColumn column) const { return has(static_cast<std::size_t>(column)); }
  /// Paths of a row and a column of the sampled layout; null where that column is not wanted.
  [[nodiscard]] double* find(std::size_t row, std::size_t column) {
    return has(column) ? block_.at(row, place_of_[column]) : nullptr;
  }
  [[nodiscard]] double* find(std::size_t row, LedgerColumn column) {
    return find(row, static_cast<std::size_t>(column));
  }

  /// Follows a change of the months: what a wanted column gained in a month falls on its days in proportion
  /// to `weight` (a column of the layout that is wanted), in whole units and in order of the days.
  void follow(const LedgerBlock& before, const LedgerBlock& after, std::size_t weight);

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  const DayGrid* grid_;
  std::vector<std::size_t> columns_, place_of_;
  LedgerLayout layout_;
  LedgerBlock block_;
};

}  // namespace paystress
