#include "tests/support/pay_brute_force.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

namespace paystress::testing {
namespace {

using Maybe = std::optional<Exact>;  // nothing: undefined

Exact decimal(double x) { return Exact(static_cast<long long>(std::llround(x * 10'000.0)), 10'000); }

Exact floor_of(const Exact& x) {
  const auto n = numerator(x);
  const auto d = denominator(x);
  auto q = n / d;
  if (n < 0 && q * d != n) q -= 1;
  return Exact(q);
}

Exact distance(const Exact& a, const Exact& b) { return a < b ? Exact(b - a) : Exact(a - b); }

// A number in units of `round`: halves up (away from zero) or to the even one, or cut off.
Exact whole_units(const Exact& x, Rounding::How how) {
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

struct Stretch {
  int first = 1, last = 1, full = 1;  // months after the cut; full: uncut
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

class Pricer {
 public:
  Pricer(const Contract& contract, const TypedLedger& ledger)
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
    if (contract_.ends) end = std::min(end, *contract_.ends);
    if (month < begin || month > end) return std::nullopt;
    int first = begin;
    int last = std::min(end, span == Span::horizon ? months_ : end);
    int full = last - first + 1;
    if (span != Span::horizon) {
      full = span == Span::month ? 1 : (span == Span::quarter ? 3 : 12);
      first = month;
      while ((first - 1 + offset_) % full != 0) --first;
      last = std::min(end, first + full - 1);
      first = std::max(first, begin);
    } else if (end == 1'000'000) {
      last = months_;
      full = last - first + 1;
    } else {
      last = end;
      full = last - first + 1;
    }
    return Stretch{first, last, full};
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

  Maybe value(const Amount& a, const View& view) {
    using Op = Amount::Op;
    std::vector<Exact> args;
    const auto& operands = a.operands();
    View inner = view;
    if (a.op() == Op::this_month || a.op() == Op::to_date || a.op() == Op::annualised) {
      inner.span = a.op() == Op::this_month ? Span::month : Span::year;
      if (a.op() == Op::this_month) inner.as_of = view.month.value_or(view.as_of);
      inner.phase.reset();
    }
    for (const auto& o : operands) {
      const Maybe v = value(o, inner);
      if (!v) return std::nullopt;
      args.push_back(*v);
    }
    const auto window = stretch(inner.span, inner.phase, inner.as_of);
    switch (a.op()) {
      case Op::number:
        return decimal(a.value());
      case Op::column: {
        Exact sum = 0;
        if (window) {
          const auto& join = ledger_.columns[column_named(a.name())].join;
          if (join == ColumnJoin::last) return cell(a.name(), view.as_of);
          for (int m = window->first; m <= view.as_of; ++m) {
            const Exact month = units(a.name(), m, view);
            sum = join == ColumnJoin::max && m > window->first ? std::max(sum, month)
                  : join == ColumnJoin::max                    ? month
                                                               : Exact(sum + month);
          }
          if (join == ColumnJoin::mean) sum /= view.as_of - window->first + 1;
        }
        return sum;
      }
      case Op::earned: {
        Exact sum = 0;
        if (window) {
          for (int m = window->first; m <= view.as_of; ++m) sum += booked(line_named(a.name()), m);
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
      case Op::term:
        break;
    }
    throw std::invalid_argument("not priced by brute force");
  }

  // Nothing: undefined.
  std::optional<bool> holds(const Condition& c, const View& view) {
    using Op = Condition::Op;
    if (c.op == Op::all_of || c.op == Op::any_of || c.op == Op::none_of) {
      const bool decides = c.op != Op::all_of;
      bool unknown = false;
      for (const auto& p : c.parts) {
        const auto h = holds(p, view);
        if (h && *h == decides) return c.op == Op::none_of ? false : decides;
        unknown = unknown || !h;
      }
      if (unknown) return std::nullopt;
      return c.op == Op::none_of ? true : !decides;
    }
    const Maybe a = value(c.amounts[0], view);
    const Maybe b = value(c.amounts[1], view);
    if (!a || !b) return std::nullopt;
    switch (c.op) {
      case Op::less:
        return *a < *b;
      case Op::less_equal:
        return *a <= *b;
      case Op::equal:
        return *a == *b;
      case Op::not_equal:
        return *a != *b;
      case Op::greater_equal:
        return *a >= *b;
      default:
        return *a > *b;
    }
  }
  bool met(const std::optional<Condition>& c, const View& view) {
    return !c || holds(*c, view).value_or(false);
  }

  std::size_t line_named(const std::string& name) const {
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) {
      if (contract_.pay[l].name == name) return l;
    }
    throw std::invalid_argument("no component " + name);
  }

  // ----- components -----

  struct Step {
    Exact bound, usd, flat;
    bool included = false;
  };
  struct Money {
    Exact over = 0, flat = 0;  // per unit; per window
  };

  static constexpr int unit_steps = 40;
  static bool reaches(const Exact& q, const Step& s) { return s.included ? q >= s.bound : q > s.bound; }

  // One unit at a time up to unit_steps units, in pieces between bounds beyond: the rate of a piece is that
  // of the last tier that starts at or below it.
  static Exact walked(const std::vector<Step>& steps, const Exact& q) {
    if (q <= 0) return 0;
    std::set<Exact> points{Exact(0), q};
    for (const auto& s : steps) {
      if (s.bound > 0 && s.bound < q) points.insert(s.bound);
    }
    for (int i = 1; i < unit_steps && Exact(i) < q; ++i) points.insert(Exact(i));
    Exact money = 0;
    Exact from = 0;
    for (const auto& to : points) {
      for (std::size_t k = steps.size(); k-- > 0;) {
        if (steps[k].bound > from) continue;
        money += (to - from) * steps[k].usd;
        break;
      }
      from = to;
    }
    return money;
  }

  // The ladder of month m as it stands at the end of the view; a tier that is not open is nothing.
  std::vector<std::optional<Step>> ladder_in(const MeasuredPay& pay, const TierLadder& ladder,
                                             const View& view, int m, const Exact& share, bool level) {
    std::vector<std::optional<Step>> steps;
    const View in = view.in_month(m);
    const Exact cut = level || is_ratio(pay.measure) ? Exact(1) : share;
    for (const auto& t : ladder.tiers) {
      const Maybe bound = met(t.when, in) ? value(t.from.at, in) : std::nullopt;
      if (!bound) {
        steps.emplace_back();
        continue;
      }
      const Exact at = !is_flow(t.from.at) ? Exact(*bound * cut) : *bound;
      const Exact flat = *value(t.flat_usd, in) * share;
      const Exact lump_share = ladder.mode == TierMode::lump_sum ? share : Exact(1);
      // "The n-th block and on": blocks are whole, so at_least = n is above = n - 1 where units count.
      const bool nth = pay.blocks && ladder.mode == TierMode::marginal && t.from.included && *bound >= 1 &&
                       floor_of(*bound) == *bound;
      if (nth)
        steps.push_back(Step{!is_flow(t.from.at) ? Exact((*bound - 1) * cut) : Exact(*bound - 1),
                             *value(t.usd, in), flat, false});
      else
        steps.push_back(Step{at, *value(t.usd, in) * lump_share, flat, t.from.included});
    }
    return steps;
  }
  static std::vector<Step> open_steps(const std::vector<std::optional<Step>>& all) {
    std::vector<Step> out;
    for (const auto& s : all) {
      if (s) out.push_back(*s);
    }
    return out;
  }
  static bool is_ratio(const Amount& measure) {
    return measure.op() == Amount::Op::divide && !measure.operands()[1].constant();
  }
  // Nothing of the ledger is in it, so that a cut period scales it.
  static bool is_fixed(const Amount& a) {
    return a.op() != Amount::Op::column && a.op() != Amount::Op::earned &&
           std::ranges::all_of(a.operands(), [](const Amount& o) { return is_fixed(o); });
  }
  static Exact flats_of(const std::vector<Step>& steps, const Exact& q) {
    Exact sum = 0;
    for (const auto& s : steps) {
      if (reaches(q, s)) sum += s.flat;
    }
    return sum;
  }

  // What a line is priced on: the units of each month of the window of the paid quantity (from `first` on),
  // the part of a level's price that a month is worth, and the share of a cut window.
  struct Basis {
    View view, over;
    Exact share, month_part;
    int first = 1;
  };

  Exact in_blocks(const MeasuredPay& pay, const Exact& x, const View& view, const Exact& cut) {
    if (!pay.blocks) return x;
    const Exact size = *value(pay.blocks->size, view);
    const Exact beyond = std::max(Exact(0), Exact(x - *value(pay.blocks->free, view) * cut));
    return std::max(Exact(-floor_of(-beyond / size)), Exact(*value(pay.blocks->min, view) * cut));
  }
  // The paid quantity to date at the end of month m, in the window of the paid quantity.
  Exact paid_units(const MeasuredPay& pay, const Basis& at, int m, const Exact& cut) {
    if (pay.pay_per) return value(*pay.pay_per, at.over.at_end_of(m)).value_or(Exact(0));
    const View& view = at.over.span != at.view.span ? at.over : at.view;
    return in_blocks(pay, value(pay.measure, view.at_end_of(m)).value_or(Exact(0)), view.at_end_of(m), cut);
  }
  // Sum over months of their units (of a level: their part of it) at their own price.
  Exact by_months(const Basis& at, bool level, const std::function<Exact(int)>& units,
                  const std::function<Exact(int)>& price) {
    Exact sum = 0;
    for (int m = at.first; m <= at.view.as_of; ++m) {
      const Exact part = level ? Exact(units(at.view.as_of) * at.month_part)
                               : Exact(units(m) - (m > at.first ? units(m - 1) : Exact(0)));
      sum += part * price(m);
    }
    return sum;
  }

  Money priced(const PayLine& line, const MeasuredPay& pay, const Basis& at) {
    Money out;
    const View& view = at.view;
    if (at.share == 0 || !met(line.when, view)) return out;
    const Maybe measured = value(pay.measure, view);
    if (!measured) return out;
    const bool ratio = is_ratio(pay.measure);
    const bool level_measure = !is_flow(pay.measure);
    const Exact cut = ratio || level_measure ? Exact(1) : at.share;
    const Exact q = in_blocks(pay, *measured, view, cut);
    const auto* ladder = std::get_if<TierLadder>(&pay.schedule);
    const bool marginal = ladder && ladder->mode == TierMode::marginal;
    const Amount& paid = pay.pay_per         ? *pay.pay_per
                         : ratio && marginal ? pay.measure.operands()[0]
                                             : pay.measure;
    const bool level = !is_flow(paid);
    if (const auto* rate = std::get_if<SingleRate>(&pay.schedule)) {
      out.over = by_months(
          at, level, [&](int m) { return paid_units(pay, at, m, cut); },
          [&](int m) { return value(rate->usd, view.in_month(m)).value_or(Exact(0)); });
      return out;
    }
    const auto ladder_of = [&](int m) { return ladder_in(pay, *ladder, view, m, at.share, level_measure); };
    const auto now = ladder_of(view.as_of);
    std::optional<std::size_t> top;
    for (std::size_t k = 0; k < now.size(); ++k) {
      if (!now[k] || !reaches(q, *now[k])) continue;
      if (ladder->mode == TierMode::lump_sum && ladder->lump == LumpRule::accumulate)
        out.flat += now[k]->usd + now[k]->flat;
      top = k;
    }
    const auto units_above_0 = [&](int m) { return std::max(Exact(0), paid_units(pay, at, m, cut)); };
    if (ladder->mode == TierMode::lump_sum) {
      if (ladder->lump == LumpRule::replace && top) out.flat = now[*top]->usd + now[*top]->flat;
      return out;
    }
    if (ladder->mode == TierMode::retroactive) {
      if (!top) return out;
      out.flat = now[*top]->flat;
      const bool latest = ladder->rate_change == RateChange::latest;
      out.over = by_months(at, level, units_above_0, [&](int m) {
        return *value(ladder->tiers[*top].usd, view.in_month(latest ? view.as_of : m));
      });
      return out;
    }
    marginal_money(pay, at, q, level, cut, ladder_of, out);
    return out;
  }

  // Unit number N, worked in month m, earns the rate of place N on the ladder of month m.
  void marginal_money(const MeasuredPay& pay, const Basis& at, const Exact& q, bool level, const Exact& cut,
                      const std::function<std::vector<std::optional<Step>>(int)>& ladder_of, Money& out) {
    const View& view = at.view;
    const bool ratio = is_ratio(pay.measure);
    const bool own = pay.pay_per || ratio;
    const bool level_measure = !is_flow(pay.measure);
    const auto place = [&](int m) {
      const View then = view.at_end_of(m);
      return in_blocks(pay, value(pay.measure, then).value_or(Exact(0)), then, cut);
    };
    const auto window = *stretch(view.span, view.phase, view.as_of);
    if (level_measure || own) {
      out.flat = flats_of(open_steps(ladder_of(view.as_of)), q);
    } else {
      for (int m = window.first; m <= view.as_of; ++m) {
        const auto steps = open_steps(ladder_of(m));
        out.flat += flats_of(steps, place(m)) - (m > window.first ? flats_of(steps, place(m - 1)) : Exact(0));
      }
    }
    if (!own) {
      for (int m = at.first; m <= view.as_of; ++m) {
        const auto steps = open_steps(ladder_of(m));
        out.over +=
            level ? Exact(at.month_part * walked(steps, q))
                  : Exact(walked(steps, place(m)) - (m > at.first ? walked(steps, place(m - 1)) : Exact(0)));
      }
      return;
    }
    if (q < 0) return;
    if (!pay.pay_per && !pay.blocks) {
      // A ratio pays its numerator, on bounds multiplied by the denominator of the window so far.
      const Exact numerator = *value(pay.measure.operands()[0], view);
      if (numerator <= 0) return;
      const Exact denominator = numerator / q;
      const auto up_to = [&](int m) {
        return Exact(value(pay.measure.operands()[0], view.at_end_of(m)).value_or(Exact(0)) / denominator);
      };
      for (int m = at.first; m <= view.as_of; ++m) {
        const auto steps = open_steps(ladder_of(m));
        out.over += denominator * (level ? Exact(at.month_part * walked(steps, q))
                                         : Exact(walked(steps, up_to(m)) -
                                                 (m > at.first ? walked(steps, up_to(m - 1)) : Exact(0))));
      }
      return;
    }
    const Amount& paid = pay.pay_per ? *pay.pay_per : pay.measure.operands()[0];
    // Another paid quantity: the rate that the ladder of its month comes to on average.
    out.over = by_months(
        at, level,
        [&](int m) { return std::max(Exact(0), value(paid, at.over.at_end_of(m)).value_or(Exact(0))); },
        [&](int m) {
          const auto steps = open_steps(ladder_of(m));
          if (q > 0) return Exact(walked(steps, q) / q);
          Exact first = 0;
          for (const auto& s : steps) {
            if (s.bound <= 0) first = s.usd;
          }
          return first;
        });
  }

  // Money of a line in its windows at the end of month `as_of`, knowing what was found by `known`.
  Money standing(const PayLine& line, const MeasuredPay& pay, int as_of, int known) {
    View view{pay.reset, line.months, as_of, known, pay.restate};
    View over = view;
    const auto* ladder = std::get_if<TierLadder>(&pay.schedule);
    const bool no_over = ladder && (ladder->mode == TierMode::lump_sum ||
                                    (ladder->mode == TierMode::marginal && !pay.pay_per));
    if (pay.pay_over && !no_over) over.span = *pay.pay_over;
    over_span_ = over.span;
    const auto window = stretch(pay.reset, line.months, as_of);
    if (!window) return {};
    const auto key = std::tuple(&line, as_of, known);
    if (const auto it = standing_.find(key); it != standing_.end()) return it->second;
    const auto paid_window = *stretch(over.span, over.phase, as_of);
    return standing_[key] =
               priced(line, pay, {view, over, share(*window), month_part(paid_window), paid_window.first});
  }
  // Part of the money of a whole period that a month of a window is worth where money accrues evenly.
  Exact month_part(const Stretch& window) const {
    return contract_.partial ? Exact(share(window) / window.length()) : Exact(1, window.full);
  }

  // What the running total of a measured line gained in a month, corrections of earlier windows included.
  Exact gained(const PayLine& line, const MeasuredPay& pay, int month) {
    Exact gain = 0;
    const auto window = stretch(pay.reset, line.months, month);
    if (window) {
      const Money now = standing(line, pay, month, month);
      const auto over = stretch(over_span_, line.months, month);
      const Money before = month > window->first ? standing(line, pay, month - 1, month - 1) : Money{};
      gain += now.flat - before.flat;
      gain += now.over - (month > over->first ? before.over : Exact(0));
    }
    return gain;
  }
  Exact corrected(const PayLine& line, const MeasuredPay& pay, int month) {
    if (pay.restate != Restate::when_found || month < 2) return 0;
    if (contract_.ends && month > *contract_.ends) return 0;
    Exact sum = 0;
    const auto here = stretch(pay.reset, line.months, month);
    for (int m = 1; m < month; ++m) {
      standing(line, pay, m, m);  // sets the span of the paid quantity
      const auto over = stretch(over_span_, line.months, m);
      if (!over || over->last != m) continue;  // the last month of each earlier window
      const auto tiers = stretch(pay.reset, line.months, m);
      const Money now = standing(line, pay, m, month);
      const Money before = standing(line, pay, m, month - 1);
      sum += now.over - before.over;
      if (tiers->last == m && (!here || here->first != tiers->first)) sum += now.flat - before.flat;
    }
    return sum;
  }

  Exact booked(std::size_t l, int month) {
    if (const auto it = booked_.find({l, month}); it != booked_.end()) return it->second;
    Exact b = book(contract_.pay[l], month);
    if (contract_.round.at == Rounding::At::component) {
      Exact before = 0;
      for (int m = 1; m < month; ++m) booked(l, m), before += exactly_[{l, m}];
      exactly_[{l, month}] = b;
      b = contract_.round.each == Rounding::Each::period ? round(b)
                                                         : Exact(round(before + b) - round(before));
    }
    booked_[{l, month}] = b;
    return b;
  }

  // Money that accrues evenly over a window, paid while its condition holds.
  Exact even(const Amount& amount, const std::optional<Condition>& when, Span per,
             const std::optional<MonthRange>& months, PaidWhen paid, const Stretch& window, int month) {
    const auto at = [&](int m) { return View{per, months, m, m, std::nullopt}; };
    const auto usd = [&](int m) { return *value(amount, at(m)); };
    const auto part = [&](int m) { return Exact(usd(m) * month_part(window)); };
    const auto due = [&](int to) {
      Exact sum = 0;
      if (to < window.first || !met(when, at(to))) return sum;
      for (int m = std::max(1, window.first); m <= to; ++m) sum += part(m);
      return sum;
    };
    if (paid == PaidWhen::period_end) return month == window.last ? due(month) : Exact(0);
    if (paid == PaidWhen::running) return due(month) - due(month - 1);
    const auto alone = [&](int m) {
      return met(when, View{Span::month, months, m, m, std::nullopt}) ? part(m) : Exact(0);
    };
    if (month < window.last) return alone(month);
    Exact sum = due(month);
    for (int m = std::max(1, window.first); m < month; ++m) sum -= alone(m);
    return sum;
  }

  Exact book(const PayLine& line, int month) {
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      const auto window = stretch(fixed->per, line.months, month);
      if (!window) return 0;
      return even(fixed->usd, line.when, fixed->per, line.months, fixed->paid, *window, month);
    }
    const auto& pay = std::get<MeasuredPay>(line.pays);
    Exact late = corrected(line, pay, month);
    const auto window = stretch(pay.reset, line.months, month);
    if (!window) return late;
    if (pay.paid == PaidWhen::running) return late + gained(line, pay, month);
    Exact held = 0;
    for (int m = window->first; m <= month; ++m) held += gained(line, pay, m);
    if (pay.paid == PaidWhen::period_end) return late + (month == window->last ? held : Exact(0));
    // Interim: each month by itself on bounds of one month, made good at the end.
    const auto alone = [&](int m) {
      const View view{Span::month, line.months, m, m, pay.restate};
      const Money one =
          priced(line, pay, {view, view, share(*window) / window->length(), month_part(*window), m});
      return Exact(one.over + one.flat);
    };
    if (month < window->last) return late + alone(month);
    for (int m = window->first; m < month; ++m) held -= alone(m);
    return late + held;
  }

  // ----- adjustments -----

  std::set<std::size_t> sees(const Adjustment& a) const {
    std::set<std::size_t> lines;
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) {
      const bool named = std::ranges::count(a.on, contract_.pay[l].name) > 0;
      if (a.on.empty() ? contract_.pay[l].counts : named) lines.insert(l);
    }
    return lines;
  }
  Exact seen(std::size_t a, int month, const std::vector<std::vector<Exact>>& adjusted) {
    const auto own = sees(contract_.adjust[a]);
    Exact sum = 0;
    for (const std::size_t l : own) sum += booked(l, month);
    const auto& does = contract_.adjust[a].does;
    const bool counts_withheld = std::holds_alternative<Guarantee>(does) ||
                                 std::holds_alternative<Cap>(does) || std::holds_alternative<Draw>(does);
    for (std::size_t e = 0; e < a; ++e) {
      const auto theirs = sees(contract_.adjust[e]);
      if (!std::ranges::includes(own, theirs)) continue;
      const bool withholds = std::holds_alternative<Withhold>(contract_.adjust[e].does);
      if (withholds && counts_withheld) continue;
      sum += withholds ? Exact(-kept_[{e, month}]) : adjusted[e][static_cast<std::size_t>(month - 1)];
    }
    return sum;
  }

  // What a rule gives on a total; `part` scales fixed dollars.
  Exact given(const Adjustment& a, const Exact& total, const View& view, const Exact& part) {
    return met(a.when, view) ? kept_round(total, given_exactly(a, total, view, part)) : Exact(0);
  }
  Exact kept_round(const Exact& total, const Exact& change) {
    return contract_.round.at == Rounding::At::subtotal ? Exact(round(total + change) - total) : change;
  }
  static bool by_month(const Amount& a) {
    return a.op() == Amount::Op::month || a.op() == Amount::Op::this_month ||
           std::ranges::any_of(a.operands(), [](const Amount& o) { return by_month(o); });
  }
  Exact given_exactly(const Adjustment& a, const Exact& total, const View& view, const Exact& part) {
    const auto usd = [&](const Amount& x) -> Maybe {
      Maybe v = value(x, view);
      if (!v) return v;
      return is_flow(x) ? *v : Exact(*v * part);
    };
    if (const auto* g = std::get_if<Guarantee>(&a.does)) {
      const Maybe v = usd(g->usd);
      return v ? std::max(Exact(0), Exact(*v - total)) : Exact(0);
    }
    if (const auto* c = std::get_if<Cap>(&a.does)) {
      const Maybe v = usd(c->usd);
      return v ? std::min(Exact(0), Exact(*v - total)) : Exact(0);
    }
    if (const auto* m = std::get_if<Multiply>(&a.does)) {
      return total * (value(m->factor, view).value_or(Exact(0)) - 1);
    }
    if (const auto* g = std::get_if<Gate>(&a.does))
      return holds(g->open, view).value_or(false) ? Exact(0) : Exact(-total);
    const Amount& added = std::get<AddMoney>(a.does).usd;
    return value(added, view).value_or(Exact(0)) * (is_flow(added) ? Exact(1) : part);
  }

  std::vector<Exact> adjust(std::size_t index, const std::vector<std::vector<Exact>>& adjusted) {
    auto out = adjust_exactly(index, adjusted);
    if (contract_.round.at == Rounding::At::subtotal) round.each_month(out);
    return out;
  }

 private:
  std::vector<Exact> adjust_exactly(std::size_t index, const std::vector<std::vector<Exact>>& adjusted) {
    const Adjustment& a = contract_.adjust[index];
    std::vector<Exact> out(static_cast<std::size_t>(months_), Exact(0));
    std::vector<Exact> see(static_cast<std::size_t>(months_) + 1, Exact(0));
    for (int m = 1; m <= months_; ++m) see[static_cast<std::size_t>(m)] = seen(index, m, adjusted);
    if (contract_.round.at == Rounding::At::subtotal) round.each_month(see);
    const auto total = [&](int from, int to) {
      Exact sum = 0;
      for (int m = from; m <= to; ++m) sum += see[static_cast<std::size_t>(m)];
      return sum;
    };
    const bool guarantee = std::holds_alternative<Guarantee>(a.does);
    const bool bounded = guarantee || std::holds_alternative<Cap>(a.does);
    const PaidWhen paid = a.paid.value_or(guarantee ? PaidWhen::period_end : PaidWhen::running);
    Exact balance = 0;
    Exact held = 0;
    for (int m = 1; m <= months_; ++m) {
      auto& change = out[static_cast<std::size_t>(m - 1)];
      const auto window = stretch(a.per, a.months, m);
      if (!window) continue;
      const View view{a.per, a.months, m, m, std::nullopt};
      const bool last = m == window->last;
      if (const auto* d = std::get_if<Draw>(&a.does)) {
        const bool in = !d->months || (m >= d->months->first && m <= d->months->last);
        const Exact usd = in && met(a.when, view) ? Exact(*value(d->usd, view) * share(*window)) : Exact(0);
        const Exact part = decimal(d->recover_share);
        if (d->form == Draw::Form::advance) {
          if (m == window->first) change += usd, balance += usd;
          if (last && m >= d->recover_from && met(a.when, view)) {
            const Exact repaid = balance * part;
            change -= repaid;
            balance -= repaid;
          }
        } else if (last && met(a.when, view)) {
          const Exact earned = total(window->first, m);
          Exact repaid =
              m >= d->recover_from ? Exact(part * std::max(Exact(0), Exact(earned - usd))) : Exact(0);
          repaid = std::min(repaid, balance);
          const Exact advanced =
              d->form == Draw::Form::additive ? usd : std::max(Exact(0), Exact(usd - earned));
          change = advanced - repaid;
          balance += change;
        }
        if (contract_.ends == m) {
          if (d->at_end == Draw::AtEnd::owed) change -= balance;
          balance = 0;
        }
        continue;
      }
      if (const auto* w = std::get_if<Withhold>(&a.does)) {
        const Exact kept =
            met(a.when, view) ? Exact(*value(w->share, view) * see[static_cast<std::size_t>(m)]) : Exact(0);
        held += kept;
        kept_[{index, m}] = kept;
        change = -kept;
        const auto in = stretch(w->in, a.months, m);
        if (in && in->last == m) {
          const View at{w->in, a.months, m, m, std::nullopt};
          if (share(*in) != 0 && holds(w->release, at).value_or(false)) change += held;
          held = 0;
        }
        continue;
      }
      if (const auto* c = std::get_if<Carry>(&a.does)) {
        const auto into = stretch(std::get<Span>(c->into), a.months, m);
        if (m > 1 && into && into->first == m) change += held, held = 0;
        if (last && contract_.ends != m && met(a.when, view)) {
          Exact moved = value(c->amount, view).value_or(Exact(0));
          if (c->limit) {
            const Exact limit = *value(*c->limit, view);
            moved = std::max(Exact(-limit), std::min(limit, moved));
          }
          change -= moved;
          held += moved;
        }
        continue;
      }
      const auto* add = std::get_if<AddMoney>(&a.does);
      if (add && is_fixed(add->usd)) {
        change = even(add->usd, a.when, a.per, a.months, paid, *window, m);
        continue;
      }
      if (bounded && share(*window) == 0) continue;
      const Exact whole = add ? Exact(month_part(*window) * window->length()) : share(*window);
      const auto target = [&](int to) {
        const View at{a.per, a.months, to, to, std::nullopt};
        Exact part = whole;
        if (add && !is_flow(add->usd)) part = month_part(*window) * (to - window->first + 1);
        if (guarantee && to != window->last) part = whole * (to - window->first + 1) / window->length();
        if (const auto* x = std::get_if<Multiply>(&a.does); x && by_month(x->factor)) {
          Exact sum = 0;  // each month has a factor of its own
          for (int e = window->first; e <= to; ++e) {
            const View then{a.per, a.months, e, e, std::nullopt};
            sum += see[static_cast<std::size_t>(e)] * (value(x->factor, then).value_or(Exact(0)) - 1);
          }
          return met(a.when, at) ? kept_round(total(window->first, to), sum) : Exact(0);
        }
        return given(a, total(window->first, to), at, part);
      };
      if (paid == PaidWhen::period_end) {
        if (last) change = target(m);
      } else if (paid == PaidWhen::running) {
        change = target(m) - (m > window->first ? target(m - 1) : Exact(0));
      } else {
        const auto alone = [&](int to) {
          const View at{Span::month, a.months, to, to, std::nullopt};
          return given(a, total(to, to), at, whole / window->length());
        };
        change = last ? target(m) : alone(m);
        for (int e = window->first; last && e < m; ++e) change -= alone(e);
      }
    }
    return out;
  }

  const Contract& contract_;
  const TypedLedger& ledger_;
  int months_ = 0, offset_ = 0;
  Span over_span_ = Span::month;
  std::map<std::pair<std::size_t, int>, Exact> booked_, exactly_;  // rounded, and before
  std::map<std::pair<std::size_t, int>, Exact> kept_;              // by a withhold, in a month
  std::map<std::tuple<const PayLine*, int, int>, Money> standing_;
};

}  // namespace

BruteForce::BruteForce(const Contract& contract, const TypedLedger& ledger) {
  Pricer pricer(contract, ledger);
  for (std::size_t l = 0; l < contract.pay.size(); ++l) {
    earned.emplace_back();
    for (int m = 1; m <= pricer.months(); ++m) earned.back().push_back(pricer.booked(l, m));
  }
  for (std::size_t a = 0; a < contract.adjust.size(); ++a) adjusted.push_back(pricer.adjust(a, adjusted));
  const auto at = contract.round.at;
  const bool of_payment = at == Rounding::At::payment || at == Rounding::At::subtotal;
  Rounder payment(of_payment ? contract.round : Rounding{});
  Exact total = 0;
  Exact before = 0;
  for (std::size_t m = 0; m < static_cast<std::size_t>(pricer.months()); ++m) {
    for (std::size_t l = 0; l < earned.size(); ++l) {
      if (contract.pay[l].counts) total += earned[l][m];
    }
    for (const auto& a : adjusted) total += a[m];
    payment.nearest = 1.0;
    if (of_payment && contract.round.each == Rounding::Each::period) {
      paid_cents.push_back(payment(total - before) * 100);
      from_tie.push_back(std::min(payment.nearest, pricer.round.nearest));
      before = total;
      continue;
    }
    const Exact now = payment(total) * 100;
    paid_cents.push_back(now - before);
    from_tie.push_back(std::min(payment.nearest, pricer.round.nearest));
    before = now;
  }
}

}  // namespace paystress::testing
