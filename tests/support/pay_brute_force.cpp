#include "tests/support/pay_brute_force.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tests/support/exact_lines.h"

namespace paystress::testing {
namespace {

// Adjustments, which carry their balances from month to month.
class Pricer : public ExactLines {
 public:
  using ExactLines::ExactLines;

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
    return given(a, total, view, part, view);
  }
  Exact given(const Adjustment& a, const Exact& total, const View& view, const Exact& part,
              const View& when) {
    return met(a.when, when) ? kept_round(total, given_exactly(a, total, view, part)) : Exact(0);
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
  // An adjustment on its way through the months.
  struct Course {
    std::size_t index = 0;
    std::vector<Exact> see;  // by month, from 1
    Exact balance = 0;       // owed, withheld or carried
    [[nodiscard]] Exact total(int from, int to) const {
      Exact sum = 0;
      for (int m = from; m <= to; ++m) sum += see[static_cast<std::size_t>(m)];
      return sum;
    }
  };

  std::vector<Exact> adjust_exactly(std::size_t index, const std::vector<std::vector<Exact>>& adjusted) {
    const Adjustment& a = contract_.adjust[index];
    Course course{index, std::vector<Exact>(static_cast<std::size_t>(months_) + 1, Exact(0)), 0};
    for (int m = 1; m <= months_; ++m) course.see[static_cast<std::size_t>(m)] = seen(index, m, adjusted);
    if (contract_.round.at == Rounding::At::subtotal) round.each_month(course.see);
    std::vector<Exact> out;
    for (int m = 1; m <= months_; ++m) {
      const auto window = stretch(a.per, a.months, m);
      out.push_back(window ? in_month(a, *window, m, course) : Exact(0));
    }
    return out;
  }

  Exact in_month(const Adjustment& a, const Stretch& window, int m, Course& course) {
    if (const auto* d = std::get_if<Draw>(&a.does)) return draw(a, *d, window, m, course);
    if (const auto* w = std::get_if<Withhold>(&a.does)) return withhold(a, *w, m, course);
    if (const auto* c = std::get_if<Carry>(&a.does)) return carry(a, *c, window, m, course);
    return rule(a, window, m, course);
  }

  Exact draw(const Adjustment& a, const Draw& d, const Stretch& window, int m, Course& course) {
    const View view{a.per, a.months, m, m, std::nullopt};
    const bool last = m == window.last;
    const bool in = !d.months || (m >= d.months->first && m <= d.months->last);
    const Exact usd = in && met(a.when, view) ? Exact(*value(d.usd, view) * share(window)) : Exact(0);
    const Exact part = decimal(d.recover_share);
    Exact change = 0;
    if (d.interest_per_year) course.balance += course.balance * *value(*d.interest_per_year, view) / 12;
    if (d.form == Draw::Form::advance) {
      if (m == window.first) change += usd, course.balance += usd;
      if (last && m >= d.recover_from && met(a.when, view)) {
        const Exact repaid = course.balance * part;
        change -= repaid;
        course.balance -= repaid;
      }
    } else if (last && met(a.when, view)) {
      const Exact earned = course.total(window.in_force(), m) + opened_with(a, window);
      Exact repaid = m >= d.recover_from ? Exact(part * std::max(Exact(0), Exact(earned - usd))) : Exact(0);
      repaid = std::min(repaid, course.balance);
      const Exact advanced = d.form == Draw::Form::additive ? usd : std::max(Exact(0), Exact(usd - earned));
      change = advanced - repaid;
      course.balance += change;
    }
    if (contract_.ends == m) {
      if (d.at_end == Draw::AtEnd::owed) change -= course.balance;
      course.balance = 0;
    }
    return change;
  }

  Exact withhold(const Adjustment& a, const Withhold& w, int m, Course& course) {
    const View view{a.per, a.months, m, m, std::nullopt};
    const Exact kept =
        met(a.when, view) ? Exact(*value(w.share, view) * course.see[static_cast<std::size_t>(m)]) : Exact(0);
    course.balance += kept;
    kept_[{course.index, m}] = kept;
    Exact change = -kept;
    const auto in = stretch(w.in, a.months, m);
    if (in && in->last == m) {
      const View at{w.in, a.months, m, m, std::nullopt};
      if (share(*in) != 0 && holds(w.release, at).value_or(false)) change += course.balance;
      course.balance = 0;
    }
    return change;
  }

  Exact carry(const Adjustment& a, const Carry& c, const Stretch& window, int m, Course& course) {
    const View view{a.per, a.months, m, m, std::nullopt};
    Exact change = 0;
    const auto into = stretch(std::get<Span>(c.into), a.months, m);
    if (m > 1 && into && into->first == m) change += course.balance, course.balance = 0;
    if (m == window.last && contract_.ends != m && met(a.when, view)) {
      Exact moved = value(c.amount, view).value_or(Exact(0));
      if (c.limit) {
        const Exact limit = *value(*c.limit, view);
        moved = std::max(Exact(-limit), std::min(limit, moved));
      }
      change -= moved;
      course.balance += moved;
    }
    return change;
  }

  // What an adjustment would have seen of the running year before the start.
  Exact opened_with(const Adjustment& a, const Stretch& window) const {
    Exact before = 0;
    if (!window.opened) return before;
    for (const std::size_t l : sees(a)) before += earned_before(contract_.pay[l].name);
    return before;
  }

  // Guarantee, cap, money added, factor, gate.
  Exact rule(const Adjustment& a, const Stretch& window, int m, const Course& course) {
    const bool guarantee = std::holds_alternative<Guarantee>(a.does);
    const bool bounded = guarantee || std::holds_alternative<Cap>(a.does);
    const PaidWhen paid = a.paid.value_or(guarantee ? PaidWhen::period_end : PaidWhen::running);
    const bool last = m == window.last;
    const auto* add = std::get_if<AddMoney>(&a.does);
    if (add && is_fixed(add->usd)) return even(add->usd, a.when, a.per, a.months, paid, window, m);
    if (bounded && share(window) == 0) return 0;
    const Exact whole = add ? Exact(month_part(window) * window.length()) : share(window);
    const Exact before = add ? Exact(0) : opened_with(a, window);
    const auto target = [&](int to) {
      const View at{a.per, a.months, to, to, std::nullopt};
      Exact part = whole;
      if (add && !is_flow(add->usd)) part = month_part(window) * (to - window.in_force() + 1);
      if (guarantee && to != window.last) part = whole * (to - window.first + 1) / window.length();
      if (const auto* x = std::get_if<Multiply>(&a.does); x && by_month(x->factor)) {
        Exact sum = 0;  // each month has a factor of its own
        for (int e = window.in_force(); e <= to; ++e) {
          const View then{a.per, a.months, e, e, std::nullopt};
          sum += course.see[static_cast<std::size_t>(e)] * (value(x->factor, then).value_or(Exact(0)) - 1);
        }
        return met(a.when, at) ? kept_round(course.total(window.in_force(), to), sum) : Exact(0);
      }
      return given(a, before + course.total(window.in_force(), to), at, part);
    };
    // What the rule had given of the running year before the start.
    const auto given_before = [&] {
      if (before == 0) return Exact(0);
      const Exact gone = guarantee ? Exact(whole * (1 - window.first) / window.length()) : whole;
      const View at{a.per, a.months, 1, 1, std::nullopt};
      return given(a, before, bounded ? at.at_end_of(0) : at, gone, at);
    };
    if (paid == PaidWhen::period_end) return last ? target(m) : Exact(0);
    if (paid == PaidWhen::running)
      return target(m) - (m > window.in_force() ? target(m - 1) : given_before());
    const auto alone = [&](int to) {
      const View at{Span::month, a.months, to, to, std::nullopt};
      return given(a, course.total(to, to), at, whole / window.length());
    };
    Exact change = last ? Exact(target(m) - given_before()) : alone(m);
    for (int e = window.in_force(); last && e < m; ++e) change -= alone(e);
    return change;
  }

  std::map<std::pair<std::size_t, int>, Exact> kept_;  // by a withhold, in a month
};

}  // namespace

BruteForce::BruteForce(const Contract& contract, const TypedLedger& ledger) {
  Pricer pricer(contract, ledger);
  for (std::size_t l = 0; l < contract.pay.size(); ++l) {
    earned.emplace_back();
    for (int m = 1; m <= pricer.months(); ++m) earned.back().push_back(pricer.booked(l, m));
  }
  for (const auto& line : contract.pay) not_due.push_back(pricer.not_due(line));
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

namespace {

// Months before as they were paid, the last one makes good, nothing after it.
std::vector<Exact> settled(const std::vector<Exact>& stayed, const std::vector<Exact>& ended,
                           std::size_t last) {
  auto out = ended;
  Exact open = 0;
  for (std::size_t m = 0; m < last; ++m) {
    open += ended[m] - stayed[m];
    out[m] = stayed[m];
  }
  out[last] += open;
  return out;
}

// The ledger of a path that stays.
TypedLedger without_leaving(TypedLedger ledger) {
  for (std::size_t c = 0; c < ledger.columns.size(); ++c)
    for (std::size_t m = 0; m < ledger.grid.size(); ++m) {
      const auto& name = ledger.columns[c].name;
      if (name == "left" || name == "left_by_employer") ledger.values[c][m] = 0.0;
      if (name == "months_employed") ledger.values[c][m] = static_cast<double>(m + 1);
    }
  return ledger;
}

}  // namespace

BruteForce BruteForce::of_leaver(const Contract& contract, const TypedLedger& ledger) {
  Contract known = contract;
  known.ends_by_leaving = false;
  const auto staying = without_leaving(ledger);
  BruteForce stayed(known, staying);
  std::optional<std::size_t> last;
  for (std::size_t c = 0; c < ledger.columns.size(); ++c)
    for (std::size_t m = 0; m < ledger.grid.size(); ++m)
      if (ledger.columns[c].name == "left" && ledger.values[c][m] != 0.0) last = m;
  if (!last) return stayed;
  known = contract;
  known.ends = static_cast<int>(*last) + 1;
  BruteForce ended(known, ledger);
  double nearest = 1.0;
  for (const auto* priced : {&stayed, &ended})
    for (const double tie : priced->from_tie) nearest = std::min(nearest, tie);
  for (std::size_t l = 0; l < ended.earned.size(); ++l)
    ended.earned[l] = settled(stayed.earned[l], ended.earned[l], *last);
  for (std::size_t a = 0; a < ended.adjusted.size(); ++a)
    ended.adjusted[a] = settled(stayed.adjusted[a], ended.adjusted[a], *last);
  ended.paid_cents = settled(stayed.paid_cents, ended.paid_cents, *last);
  std::ranges::fill(ended.from_tie, nearest);
  return ended;
}

}  // namespace paystress::testing
