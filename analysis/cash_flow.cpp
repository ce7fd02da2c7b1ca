#include "analysis/cash_flow.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace paystress {

CashFlow cash_flow(const IncomeColumns& income, const ReportPeriod& period,
                   std::optional<double> need_usd_per_month) {
  const PathShape& shape = income.shape();
  CashFlow flow;
  flow.worst_month_usd.resize(shape.paths);
  if (need_usd_per_month) {
    flow.months_below_need.assign(shape.paths, 0.0);
    flow.longest_run.assign(shape.paths, 0.0);
  }
  std::vector<double> pay(shape.block_paths), run(shape.block_paths);
  // The last month that counts, by path: nobody is paid after leaving, or after the contract's end.
  const auto last = income.last_month();
  for (std::size_t i = 0; i < last.size(); ++i)
    if (last[i] < period.first) flow.worst_month_usd[i] = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t b = 0; b < shape.blocks(); ++b) {
    const std::size_t n = shape.paths_in(b), at = b * shape.block_paths;
    std::ranges::fill(run, 0.0);
    for (int m = period.first; m <= period.last; ++m) {
      income.income(m, m, b, std::span(pay).first(n));
      double* worst = &flow.worst_month_usd[at];
      const double* counted = &last[at];
      for (std::size_t i = 0; i < n; ++i)
        if (m <= counted[i]) worst[i] = m == period.first ? pay[i] : std::min(worst[i], pay[i]);
      if (!need_usd_per_month) continue;
      double* below = &flow.months_below_need[at];
      double* longest = &flow.longest_run[at];
      for (std::size_t i = 0; i < n; ++i) {
        const bool is_short = m <= counted[i] && pay[i] < *need_usd_per_month;
        below[i] += is_short ? 1.0 : 0.0;
        run[i] = is_short ? run[i] + 1.0 : 0.0;
        longest[i] = std::max(longest[i], run[i]);
      }
    }
  }
  return flow;
}

}  // namespace paystress
