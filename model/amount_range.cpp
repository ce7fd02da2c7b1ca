#include "model/amount_range.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/lane_kernels.h"

namespace paystress {
namespace {

using lanes::infinity;

// 0 x infinity is 0 here: a factor that is always 0 makes the product 0 for every finite quantity.
double product(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }

bool may_be_negative(const ColumnInfo& column) {
  // Corrections and differences have a sign; a user's own column may have one too.
  return column.name.starts_with("code_change.") || column.name == "wrvu_pending" ||
         column.name == "wrvu_lost_recode" || column.name == "wrvu_lost_audit" ||
         column.name == "credited_wrvu";
}

}  // namespace

AmountRange range_of(const Amount& amount, const LedgerLayout& layout) {
  using Op = Amount::Op;
  if (const auto value = amount.constant())
    return std::isnan(*value) ? AmountRange{} : AmountRange{*value, *value};
  const auto& args = amount.operands();
  const auto of = [&](std::size_t i) { return range_of(args[i], layout); };
  switch (amount.op()) {
    case Op::column: {
      const auto c = layout.find(amount.name());
      const bool sampled = layout.find("completed_visits") && layout.size() >= ledger_column_count;
      if (!c || !sampled || *c >= ledger_column_count || may_be_negative(layout[*c])) return {};
      return {0.0, infinity};
    }
    case Op::month:
    case Op::months_seen:
      return {1.0, infinity};
    case Op::add: {
      AmountRange sum = of(0);
      for (std::size_t i = 1; i < args.size(); ++i) {
        const auto next = of(i);
        sum = {sum.low + next.low, sum.high + next.high};
      }
      return sum;
    }
    case Op::subtract: {
      if (args[0].text() == args[1].text()) return {0.0, 0.0};
      const auto a = of(0);
      const auto b = of(1);
      return {a.low - b.high, a.high - b.low};
    }
    case Op::multiply: {
      const auto a = of(0);
      const auto b = of(1);
      const std::array<double, 4> corners{product(a.low, b.low), product(a.low, b.high),
                                          product(a.high, b.low), product(a.high, b.high)};
      return {std::ranges::min(corners), std::ranges::max(corners)};
    }
    case Op::negate: {
      const auto a = of(0);
      return {-a.high, -a.low};
    }
    case Op::minimum:
    case Op::maximum: {
      AmountRange r = of(0);
      for (std::size_t i = 1; i < args.size(); ++i) {
        const auto next = of(i);
        const bool lowest = amount.op() == Op::minimum;
        r.low = lowest ? std::min(r.low, next.low) : std::max(r.low, next.low);
        r.high = lowest ? std::min(r.high, next.high) : std::max(r.high, next.high);
      }
      return r;
    }
    case Op::this_month:
    case Op::to_date:
    case Op::annualised:
    case Op::trailing:
    case Op::last_year: {
      // A running total keeps the sign of its months.
      const auto a = of(0);
      const auto edge = [](double x) { return x == 0.0 ? 0.0 : (x > 0.0 ? infinity : -infinity); };
      return {std::min(edge(a.low), a.low), std::max(edge(a.high), a.high)};
    }
    default:
      return {};
  }
}

}  // namespace paystress
