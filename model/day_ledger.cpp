#include "model/day_ledger.h"

#include <cmath>
#include <utility>

namespace paystress {
namespace {

LedgerLayout chosen(const LedgerLayout& layout, const std::vector<std::size_t>& columns) {
  std::vector<ColumnInfo> infos;
  infos.reserve(columns.size());
  for (const std::size_t c : columns) infos.push_back(layout[c]);
  return LedgerLayout::typed(std::move(infos), 0);
}

}  // namespace

DayLedger::DayLedger(const LedgerLayout& layout, std::vector<std::size_t> columns, const DayGrid& grid,
                     std::size_t paths)
    : grid_(&grid),
      columns_(std::move(columns)),
      place_of_(layout.size(), none),
      layout_(chosen(layout, columns_)),
      block_(grid.days.size(), columns_.size(), paths) {
  for (std::size_t i = 0; i < columns_.size(); ++i) place_of_[columns_[i]] = i;
}

void DayLedger::follow(const LedgerBlock& before, const LedgerBlock& after, std::size_t weight) {
  const std::size_t n = block_.paths();
  const auto& days = grid_->days;
  std::vector<double> weights, total(n), reached(n), placed(n);
  for (std::size_t begin = 0, end = 0; begin < days.size(); begin = end) {
    while (end < days.size() && days[end].month == days[begin].month) ++end;
    const auto month = static_cast<std::size_t>(days[begin].month - grid_->first_month);
    // Kept apart: the column of the weights may be one that changes.
    weights.assign((end - begin) * n, 0.0);
    total.assign(n, 0.0);
    for (std::size_t d = begin; d < end; ++d)
      for (std::size_t i = 0; i < n; ++i) {
        const double w = find(d, weight)[i];
        weights[(d - begin) * n + i] = w;
        total[i] += w;
      }
    for (const std::size_t column : columns_) {
      if (layout_[place_of_[column]].scale == 0.0) continue;
      const double* from = before.at(month, column);
      const double* to = after.at(month, column);
      reached.assign(n, 0.0);
      placed.assign(n, 0.0);
      for (std::size_t d = begin; d < end; ++d) {
        double* day = find(d, column);
        for (std::size_t i = 0; i < n; ++i) {
          const double gained = to[i] - from[i];
          if (gained == 0.0 || total[i] == 0.0) continue;
          reached[i] += weights[(d - begin) * n + i];
          const double up_to_here = std::floor(gained * reached[i] / total[i] + 0.5);
          day[i] += up_to_here - placed[i];
          placed[i] = up_to_here;
        }
      }
    }
  }
}

}  // namespace paystress
