#include "model/pay_windows.h"

#include <algorithm>

namespace paystress {
namespace {

// Months from January of year 0, so that calendar quarters and years are plain divisions.
int calendar_count(const LedgerPeriod& p) { return p.calendar_year * 12 + p.calendar_month - 1; }

// First month (from the start, 1-based, possibly below 1) of the span that month m lies in, and its length.
std::pair<int, int> natural_span(int m, Span span, int offset) {
  const auto aligned = [&](int length) {
    const int from_zero = m - 1 + offset;
    return std::pair{from_zero / length * length - offset + 1, length};
  };
  switch (span) {
    case Span::month:
      return {m, 1};
    case Span::quarter:
      return aligned(3);
    case Span::year:
      return aligned(12);
    case Span::horizon:
      break;
  }
  return {1, 0};
}

// The earlier of two months, of which 0 is none.
int earlier(int a, int b) { return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b); }

double lost_at_start(const WindowRules& rules, const PayWindow& w) {
  return rules.phase && w.first_month == rules.phase->first ? 1.0 - rules.phase->first_part : 0.0;
}

}  // namespace

PayWindows::PayWindows(const PeriodGrid& grid, Span span, const WindowRules& rules)
    : of_(grid.size(), none), elapsed_(grid.size(), 0.0) {
  if (grid.empty()) return;
  const int last_month = grid.back().month;
  // A calendar year starts (first month - 1) months before the contract does.
  const int offset =
      rules.year == YearKind::calendar ? (calendar_count(grid.front()) - (grid.front().month - 1)) % 12 : 0;
  const int phase_first = rules.phase ? std::max(1, rules.phase->first) : 1;
  const int phase_last = rules.phase ? rules.phase->last : 0;
  const int end = earlier(rules.ends.value_or(0), phase_last);
  const int foreseen_end = rules.left ? phase_last : end;
  const bool has_end = end > 0;

  std::vector<double> rows(static_cast<std::size_t>(last_month) + 1, 0.0);
  for (const auto& p : grid) rows[static_cast<std::size_t>(p.month)] += 1.0;

  int row = 0;
  int natural_first_seen = 0;
  for (std::size_t p = 0; p < grid.size(); ++p) {
    const int m = grid[p].month;
    row = p > 0 && grid[p - 1].month == m ? row + 1 : 1;
    if (m < phase_first || (has_end && m > end)) continue;
    auto [natural_first, length] = natural_span(m, span, offset);
    if (span == Span::horizon) {
      natural_first = phase_first;
      length = (foreseen_end > 0 ? foreseen_end : last_month) - phase_first + 1;
    }
    if (windows_.empty() || natural_first != natural_first_seen) {
      natural_first_seen = natural_first;
      PayWindow w;
      w.first = p;
      // With an opening the running year counts from its own first month, before the contract.
      const bool whole_start = rules.opened && natural_first < 1 && phase_first == 1;
      w.first_month = whole_start ? natural_first : std::max({natural_first, phase_first, 1});
      const int natural_last = natural_first + length - 1;
      const int last = has_end ? std::min(natural_last, end) : natural_last;
      w.full_months = length;
      w.months = last - w.first_month + 1;
      if (rules.phase && m == rules.phase->first) w.lost += 1.0 - rules.phase->first_part;
      if (rules.phase && last == rules.phase->last) w.lost += 1.0 - rules.phase->last_part;
      windows_.push_back(w);
    }
    PayWindow& w = windows_.back();
    w.last = p;
    w.over = grid[p].ends_month && m == w.first_month + w.months - 1;
    of_[p] = windows_.size() - 1;
    // Of a month that a phase enters or leaves, its days within the phase go by evenly over its rows.
    const double whole = static_cast<double>(m - w.first_month);
    const double before = m > w.first_month ? std::min(whole, whole - lost_at_start(rules, w)) : 0.0;
    const double part = static_cast<double>(row) / rows[static_cast<std::size_t>(m)];
    elapsed_[p] = before + part * (m == w.first_month + w.months - 1 ? w.length() - before : 1.0);
    if (m == w.first_month && w.months > 1) elapsed_[p] = part * (1.0 - lost_at_start(rules, w));
  }
  single_ = std::ranges::all_of(windows_, [](const PayWindow& w) { return w.first == w.last; });
}

PayWindows reset_windows(const Contract& contract, std::size_t line, Span reset, const PeriodGrid& grid) {
  return {grid,
          reset,
          {contract.year, contract.pay.at(line).months, contract.ends,
           reset == Span::year && !contract.opening.to_date.empty()}};
}

}  // namespace paystress
