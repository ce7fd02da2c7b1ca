#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/exact_amounts.h"

namespace paystress::testing {

/// Components in exact fractions: ladders are walked unit by unit, every month is computed afresh.
class ExactLines : public ExactAmounts {
 public:
  using ExactAmounts::ExactAmounts;

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
    if (at.view.as_of == 0) return level ? Exact(0) : Exact(units(0) * price(0));
    Exact sum = 0;
    for (int m = at.first; m <= at.view.as_of; ++m) {
      const Exact part = level ? Exact(units(at.view.as_of) * at.month_part)
                               : Exact(units(m) - (m > at.first ? units(m - 1) : Exact(0)));
      sum += part * price(m);
    }
    return sum;
  }

  // Straight lines between points; at a cliff the later point holds; flat outside.
  Exact along(const Curve& curve, const Exact& q, const View& view) {
    std::vector<std::pair<Exact, Exact>> points;
    for (const auto& [x, y] : curve.points) points.emplace_back(*value(x, view), *value(y, view));
    if (q < points.front().first) return points.front().second;
    std::size_t at = 0;
    while (at + 1 < points.size() && points[at + 1].first <= q) ++at;
    if (at + 1 == points.size()) return points[at].second;
    const auto& [x, y] = points[at];
    const auto& [to_x, to_y] = points[at + 1];
    return y + (to_y - y) * (q - x) / (to_x - x);
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
    if (const auto* curve = std::get_if<Curve>(&pay.schedule)) {
      out.flat = along(*curve, q / cut, view) * cut;
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
    if (level_measure || own || view.as_of == 0) {
      out.flat = flats_of(open_steps(ladder_of(view.as_of)), q);
    } else {
      for (int m = window.in_force(); m <= view.as_of; ++m) {
        const auto steps = open_steps(ladder_of(m));
        out.flat +=
            flats_of(steps, place(m)) - (m > window.in_force() ? flats_of(steps, place(m - 1)) : Exact(0));
      }
    }
    if (!own) {
      if (view.as_of == 0 && !level) out.over = walked(open_steps(ladder_of(0)), q);
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
    return standing_[key] = priced(
               line, pay, {view, over, share(*window), month_part(paid_window), paid_window.in_force()});
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
      const Money before = window->runs_before(month) ? standing(line, pay, month - 1, month - 1) : Money{};
      gain += now.flat - before.flat;
      gain += now.over - (over->runs_before(month) ? before.over : Exact(0));
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

  Exact booked(std::size_t l, int month) override {
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
             const std::optional<MonthRange>& months, PaidWhen paid, const Stretch& window, int month,
             bool not_due = false) {
    const auto at = [&](int m) { return View{per, months, m, m, std::nullopt}; };
    const auto usd = [&](int m) { return *value(amount, at(m)); };
    const auto part = [&](int m) { return Exact(usd(m) * month_part(window)); };
    const auto due = [&](int to) {
      Exact sum = 0;
      if (to < window.first || !met(when, at(to))) return sum;
      for (int m = window.in_force(); m <= to; ++m) sum += part(m);
      // What falls due at the period's end was not paid before the start.
      if (paid == PaidWhen::period_end) sum += part(1) * (window.in_force() - window.first);
      return sum;
    };
    if (paid == PaidWhen::period_end) return month == window.last || not_due ? due(month) : Exact(0);
    if (paid == PaidWhen::running) return due(month) - due(month - 1);
    const auto alone = [&](int m) {
      return met(when, View{Span::month, months, m, m, std::nullopt}) ? part(m) : Exact(0);
    };
    if (month < window.last) return alone(month);
    Exact sum = due(month);
    for (int m = window.in_force(); m < month; ++m) sum -= alone(m);
    return sum;
  }

  // What a component has earned when the ledger stops inside its period, less what it has paid of it.
  Exact not_due(const PayLine& line) {
    const auto* fixed = std::get_if<FixedPay>(&line.pays);
    const Span span = fixed ? fixed->per : std::get<MeasuredPay>(line.pays).reset;
    const auto window = stretch(span, line.months, months_);
    if (!window || window->last <= months_) return 0;
    if (fixed) {
      if (fixed->paid != PaidWhen::period_end) return 0;
      return even(fixed->usd, line.when, span, line.months, fixed->paid, *window, months_, true);
    }
    const auto& pay = std::get<MeasuredPay>(line.pays);
    if (pay.paid == PaidWhen::running) return 0;
    Exact sum = 0;
    for (int m = window->in_force(); m <= months_; ++m) {
      sum += gained(line, pay, m);
      if (pay.paid == PaidWhen::interim) sum -= alone(line, pay, *window, m);
    }
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
    for (int m = window->in_force(); m <= month; ++m) held += gained(line, pay, m);
    if (pay.paid == PaidWhen::period_end) return late + (month == window->last ? held : Exact(0));
    if (month < window->last) return late + alone(line, pay, *window, month);
    for (int m = window->in_force(); m < month; ++m) held -= alone(line, pay, *window, m);
    return late + held;
  }
  // Interim: each month by itself on bounds of one month, made good at the end.
  Exact alone(const PayLine& line, const MeasuredPay& pay, const Stretch& window, int m) {
    const View view{Span::month, line.months, m, m, pay.restate};
    const Money one = priced(line, pay, {view, view, share(window) / window.length(), month_part(window), m});
    return one.over + one.flat;
  }

 private:
  Span over_span_ = Span::month;
  std::map<std::pair<std::size_t, int>, Exact> booked_, exactly_;  // rounded, and before
  std::map<std::tuple<const PayLine*, int, int>, Money> standing_;
};

}  // namespace paystress::testing
