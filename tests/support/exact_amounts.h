#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/pay_brute_force.h"

namespace paystress::testing {

using Maybe = std::optional<Exact>;  // nothing: undefined

inline Exact decimal(double x) { return Exact(static_cast<long long>(std::llround(x * 10'000.0)), 10'000); }

inline Exact floor_of(const Exact& x) {
  const auto n = numerator(x);
  const auto d = denominator(x);
  auto q = n / d;
  if (n < 0 && q * d != n) q -= 1;
  return Exact(q);
}

inline Exact distance(const Exact& a, const Exact& b) { return a < b ? Exact(b - a) : Exact(a - b); }

// A number in units of `round`: halves up (away from zero) or to the even one, or cut off.
inline Exact whole_units(const Exact& x, Rounding::How how) {
  if (x < 0) return -whole_units(-x, how);
  Exact below = floor_of(x);
  if (how == Rounding::How::truncate) return below;
  const Exact past_half = x - below - Exact(1, 2);
  const bool tie_stays = how == Rounding::How::half_even && floor_of(below / 2) * 2 == below;
  return past_half < 0 || (past_half == 0 && tie_stays) ? below : Exact(below + 1);
}

// Rounds dollars, and remembers how near to a tie (to a whole unit, where it cuts off) it ever came, in
// units.
class Rounder {
 public:
  explicit Rounder(const Rounding& round) : round_(round) {}
  Exact operator()(const Exact& usd) {
    if (!round_.unit_usd) return usd;
    const Exact unit = decimal(*round_.unit_usd);
    const Exact units = usd / unit;
    const Exact half(1, 2);
    const Exact from_tie = round_.how == Rounding::How::truncate ? distance(units, floor_of(units + half))
                                                                 : distance(units, floor_of(units) + half);
    nearest = std::min(nearest, from_tie.convert_to<double>());
    return whole_units(units, round_.how) * unit;
  }
  // Rounds a running total month by month; each month is the difference.
  void each_month(std::vector<Exact>& usd) {
    Exact total = 0;
    Exact before = 0;
    for (auto& month : usd) {
      if (round_.each == Rounding::Each::period) {
        month = (*this)(month);
        continue;
      }
      total += month;
      const Exact now = (*this)(total);
      month = now - before;
      before = now;
    }
  }
  double nearest = 1.0;

 private:
  Rounding round_;
};

// A comparison of two amounts.
inline bool compares(Condition::Op op, const Exact& a, const Exact& b) {
  switch (op) {
    case Condition::Op::less:
      return a < b;
    case Condition::Op::less_equal:
      return a <= b;
    case Condition::Op::equal:
      return a == b;
    case Condition::Op::not_equal:
      return a != b;
    case Condition::Op::greater_equal:
      return a >= b;
    default:
      return a > b;
  }
}

// Does it hold, its amounts given by `value`? Nothing: undefined.
template <class Value>
std::optional<bool> holds_exactly(const Condition& c, const Value& value) {
  using Op = Condition::Op;
  if (c.op == Op::all_of || c.op == Op::any_of || c.op == Op::none_of) {
    const bool decides = c.op != Op::all_of;
    bool unknown = false;
    for (const auto& part : c.parts) {
      const auto h = holds_exactly(part, value);
      if (h && *h == decides) return c.op == Op::none_of ? false : decides;
      unknown = unknown || !h;
    }
    if (unknown) return std::nullopt;
    return c.op == Op::none_of ? true : !decides;
  }
  const Maybe a = value(c.amounts[0]);
  const Maybe b = value(c.amounts[1]);
  return a && b ? std::optional(compares(c.op, *a, *b)) : std::nullopt;
}

struct Stretch {
  int first = 1, last = 1, full = 1;  // months after the cut; full: uncut
  bool opened = false;                // an opening brings the months before the start, first may be below 1
  [[nodiscard]] int in_force() const { return std::max(1, first); }
  // Has it money from before this month?
  [[nodiscard]] bool runs_before(int month) const { return month > in_force() || (month == 1 && opened); }
  [[nodiscard]] bool cut() const { return last - first + 1 != full; }
  [[nodiscard]] int length() const { return last - first + 1; }
};

// A window as seen at the end of month `as_of`, with the corrections found up to month `known`.
struct View {
  Span span = Span::month;
  std::optional<MonthRange> phase;
  int as_of = 1, known = 1;
  std::optional<Restate> restate;
  std::optional<int> month{};  // in which `month` and this_month() are read; nothing: in as_of
  int trailing = 0;            // the last months only
  bool year_before = false;    // of the year before the running one
  [[nodiscard]] View in_month(int m) const {
    View v = *this;
    v.month = m;
    return v;
  }
  [[nodiscard]] View at_end_of(int m) const {
    View v = *this;
    v.as_of = m;
    return v;
  }
};

/// Periods, cells, amounts and conditions of a contract in exact fractions.
class ExactAmounts {
 public:
  ExactAmounts(const Contract& contract, const TypedLedger& ledger)
      : round(contract.round), contract_(contract), ledger_(ledger) {
    months_ = ledger.grid.back().month;
    offset_ = contract.year == YearKind::calendar ? ledger.grid.front().calendar_month - 1 : 0;
  }

  int months() const { return months_; }
  Rounder round;  ///< of components and subtotals

  std::optional<Stretch> stretch(Span span, const std::optional<MonthRange>& phase, int month) const {
    const int begin = phase ? phase->first : 1;
    int end = 1'000'000;
    if (phase) end = phase->last;
    const int foreseen = end;
    if (contract_.ends) end = std::min(end, *contract_.ends);
    const bool opens = span == Span::year && !phase && !contract_.opening.earned_usd.empty();
    if (month == 0 && opens) month = 1;  // as it stood just before the start
    if (month < begin || month > end) return std::nullopt;
    int first = begin;
    int last = std::min(end, span == Span::horizon ? months_ : end);
    int full = last - first + 1;
    if (span != Span::horizon) {
      full = span == Span::month ? 1 : (span == Span::quarter ? 3 : 12);
      first = month;
      while ((first - 1 + offset_) % full != 0) --first;
      last = std::min(end, first + full - 1);
      if (!opens) first = std::max(first, begin);
    } else if (contract_.ends_by_leaving) {
      last = std::min(end, months_);
      full = std::min(foreseen, months_) - first + 1;
      if (phase) full = foreseen - first + 1, last = end;
    } else if (end == 1'000'000) {
      last = months_;
      full = last - first + 1;
    } else {
      last = end;
      full = last - first + 1;
    }
    return Stretch{first, last, full, opens && first <= 1};
  }

  Exact share(const Stretch& s) const {
    if (!s.cut() || !contract_.partial) return 1;
    if (*contract_.partial == Partial::none) return 0;
    if (*contract_.partial == Partial::full) return 1;
    return Exact(s.length(), s.full);
  }

  std::size_t column_named(const std::string& name) const {
    for (std::size_t c = 0; c < ledger_.columns.size(); ++c) {
      if (ledger_.columns[c].name == name) return c;
    }
    throw std::invalid_argument("no column " + name);
  }
  Exact cell(const std::string& name, int month) const {
    return decimal(ledger_.values[column_named(name)][static_cast<std::size_t>(month - 1)]);
  }
  // Does the amount add up over months, so that it is paid per unit and not per unit and period?
  bool is_flow(const Amount& a) const {
    using Op = Amount::Op;
    if (a.op() == Op::trailing || a.op() == Op::last_year || a.op() == Op::months_seen) return false;
    if (a.op() == Amount::Op::earned) return true;
    if (a.op() == Amount::Op::column) return ledger_.columns[column_named(a.name())].join == ColumnJoin::sum;
    if (a.op() == Amount::Op::divide) return is_flow(a.operands()[0]) && !is_flow(a.operands()[1]);
    return std::ranges::any_of(a.operands(), [&](const Amount& o) { return is_flow(o); });
  }
  bool has(const std::string& name) const {
    return std::ranges::any_of(ledger_.columns, [&](const ColumnInfo& c) { return c.name == name; });
  }

  // Units of a month as they are known: its own and the corrections that concern it.
  Exact units(const std::string& name, int month, const View& view) const {
    Exact sum = cell(name, month);
    const std::string change = name.starts_with("visits.") ? "code_change." + name.substr(7) : "";
    if (!view.restate || change.empty() || !has(change)) return sum;
    const int found = month + ledger_.lag_months;
    switch (*view.restate) {
      case Restate::net_units:
        return sum + cell(change, month);
      case Restate::worked_month:
        if (found <= months_) sum += cell(change, found);
        return sum;
      case Restate::when_found:
        if (found <= months_ && found <= view.known) sum += cell(change, found);
        return sum;
    }
    return sum;
  }

  // How the operands of an amount are read.
  static View inside(const Amount& a, const View& view) {
    using Op = Amount::Op;
    View inner = view;
    if (a.op() == Op::this_month || a.op() == Op::to_date || a.op() == Op::annualised) {
      inner.span = a.op() == Op::this_month ? Span::month : Span::year;
      if (a.op() == Op::this_month) inner.as_of = view.month.value_or(view.as_of);
      inner.phase.reset();
      inner.trailing = 0;
      inner.year_before = false;
    }
    if (a.op() == Op::trailing || a.op() == Op::last_year) {
      inner.span = a.op() == Op::trailing ? Span::horizon : Span::year;
      inner.phase.reset();
      inner.trailing = a.op() == Op::trailing ? static_cast<int>(a.operands()[1].value()) : 0;
      inner.year_before = a.op() == Op::last_year;
    }
    return inner;
  }

  Exact column_over(const std::string& name, const Stretch& window, const View& view) {
    const auto& join = ledger_.columns[column_named(name)].join;
    if (view.as_of == 0) return 0;
    if (join == ColumnJoin::last) return cell(name, view.as_of);
    Exact sum = 0;
    for (int m = window.in_force(); m <= view.as_of; ++m) {
      const Exact month = units(name, m, view);
      if (join == ColumnJoin::max)
        sum = m > window.in_force() ? std::max(sum, month) : month;
      else
        sum += month;
    }
    return join == ColumnJoin::mean ? Exact(sum / (view.as_of - window.in_force() + 1)) : sum;
  }

  Maybe value(const Amount& a, const View& view) {
    using Op = Amount::Op;
    std::vector<Exact> args;
    const auto& operands = a.operands();
    const View inner = inside(a, view);
    for (const auto& o : operands) {
      const Maybe v = value(o, inner);
      if (!v) return std::nullopt;
      args.push_back(*v);
    }
    auto window = stretch(inner.span, inner.phase, inner.as_of);
    const bool reads = a.op() == Op::column || a.op() == Op::earned;
    if (reads && view.trailing > 0 && window) {
      if (view.as_of == 0) return Exact(0);
      window->first = std::max(window->first, view.as_of - view.trailing + 1);
      window->opened = false;
    }
    if (reads && view.year_before && window) {
      const int last = window->in_force() - 1;  // of the year before
      if (last < 1 || view.as_of == 0) return a.op() == Op::column ? year_before(a.name()) : Exact(0);
      View before = view;
      before.year_before = false;
      before.as_of = last;
      return value(a, before);
    }
    switch (a.op()) {
      case Op::number:
        return decimal(a.value());
      case Op::column:
        return window ? column_over(a.name(), *window, view) : Exact(0);
      case Op::earned: {
        Exact sum = 0;
        if (window) {
          if (window->opened) sum += earned_before(a.name());
          for (int m = window->in_force(); m <= view.as_of; ++m) sum += booked(line_named(a.name()), m);
        }
        return sum;
      }
      case Op::month:
        return Exact(view.month.value_or(view.as_of));
      case Op::add:
        return std::accumulate(args.begin() + 1, args.end(), args[0]);
      case Op::subtract:
        return args[0] - args[1];
      case Op::multiply:
        return args[0] * args[1];
      case Op::divide:
        if (args[1] == 0) return std::nullopt;
        return args[0] / args[1];
      case Op::negate:
        return -args[0];
      case Op::minimum:
        return std::ranges::min(args);
      case Op::maximum:
        return std::ranges::max(args);
      case Op::this_month:
      case Op::to_date:
        return args[0];
      case Op::annualised:
        return window ? args[0] * 12 / (view.as_of - window->first + 1) : Exact(0);
      case Op::trailing:
      case Op::last_year:
        return args[0];
      case Op::months_seen:
        return std::min(args[0], Exact(view.as_of));
      case Op::term:
        break;
    }
    throw std::invalid_argument("not priced by brute force");
  }

  // Nothing: undefined.
  std::optional<bool> holds(const Condition& c, const View& view) {
    return holds_exactly(c, [&](const Amount& a) { return value(a, view); });
  }
  bool met(const std::optional<Condition>& c, const View& view) {
    return !c || holds(*c, view).value_or(false);
  }

  /// What a component has earned of the running year before the start.
  Exact earned_before(const std::string& name) const {
    Exact sum = 0;
    for (const auto& [line, usd] : contract_.opening.earned_usd) {
      if (line == name) sum += decimal(usd);
    }
    return sum;
  }
  /// What the opening says of the year before the start.
  Exact year_before(const std::string& column) const {
    Exact sum = 0;
    for (const auto& [name, quantity] : contract_.opening.last_year) {
      if (name == column) sum += decimal(quantity);
    }
    return sum;
  }
  std::size_t line_named(const std::string& name) const {
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) {
      if (contract_.pay[l].name == name) return l;
    }
    throw std::invalid_argument("no component " + name);
  }

  /// What a component books in a month.
  virtual Exact booked(std::size_t line, int month) = 0;
  virtual ~ExactAmounts() = default;

 protected:
  const Contract& contract_;
  const TypedLedger& ledger_;
  int months_ = 0, offset_ = 0;
};

}  // namespace paystress::testing
