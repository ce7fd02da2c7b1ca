#include "tests/support/pay_random.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace paystress::testing {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t number) : engine_(number * 0x9E3779B97F4A7C15ULL + 1) {}
  int upto(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }  ///< 0 ... n - 1
  int between(int low, int high) { return low + upto(high - low + 1); }
  bool one_in(int n) { return upto(n) == 0; }
  double decimals(int low, int high, int per_unit) {
    return static_cast<double>(between(low * per_unit, high * per_unit)) / per_unit;
  }
  Span span() {
    return std::array{Span::month, Span::quarter, Span::year,
                      Span::horizon}[static_cast<std::size_t>(upto(4))];
  }

 private:
  std::mt19937_64 engine_;
};

class Writer {
 public:
  explicit Writer(std::uint64_t number) : dice_(number) {}

  RandomCase write() {
    RandomCase out;
    Contract& c = out.contract;
    const int months = dice_.between(1, 14);
    out.ledger = TypedLedger(months, dice_.between(1, 12));
    out.ledger.lag_months = dice_.between(0, 3);
    c.name = "random";
    c.partial =
        std::array{Partial::prorate, Partial::full, Partial::none}[static_cast<std::size_t>(dice_.upto(3))];
    if (dice_.one_in(3)) c.year = YearKind::calendar;
    if (dice_.one_in(5)) c.ends = dice_.between(1, months + 1);
    const int lines = dice_.between(1, 3);
    for (int l = 0; l < lines; ++l) c.pay.push_back(line(l, months));
    const int adjustments = dice_.upto(4);
    for (int a = 0; a < adjustments; ++a) c.adjust.push_back(adjustment(a, months, c));
    fill(out.ledger);
    return out;
  }

 private:
  std::optional<MonthRange> phase(int months) {
    if (!dice_.one_in(6)) return std::nullopt;
    const int first = dice_.between(1, months);
    return MonthRange{first, dice_.between(first, months + 3)};
  }
  Amount dollars(int high) { return dice_.decimals(0, high, dice_.one_in(2) ? 1 : 100); }

  PayLine line(int number, int months) {
    PayLine out;
    out.name = fmt::format("line{}", number);
    out.months = phase(months);
    if (dice_.one_in(6)) out.when = condition("points > 40");
    out.counts = !dice_.one_in(8);
    if (dice_.one_in(4)) {
      FixedPay fixed;
      fixed.usd = dollars(5000);
      fixed.per = dice_.span();
      if (dice_.one_in(3)) fixed.paid = PaidWhen::period_end;
      out.pays = fixed;
      return out;
    }
    MeasuredPay pay;
    constexpr std::array<const char*, 7> measures{
        "points", "visits.A",     "points / hours", "points + visits.A", "2 * points - hours",
        "huge",   "visits.A - 10"};
    const auto which = static_cast<std::size_t>(dice_.upto(7));
    pay.measure = amount(measures[which]);
    const bool ratio = which == 2;
    pay.reset = dice_.span();
    const int paid = dice_.upto(6);
    pay.paid = paid == 0 ? PaidWhen::period_end : (paid == 1 ? PaidWhen::interim : PaidWhen::running);
    if (dice_.one_in(4)) pay.pay_per = amount(dice_.one_in(2) ? "visits.A" : "points");
    pay.restate = std::array{Restate::when_found, Restate::worked_month,
                             Restate::net_units}[static_cast<std::size_t>(dice_.upto(3))];
    if (dice_.one_in(6)) {
      // Blocks count whole units: with decimals and proration the last block would hang on the slack.
      pay.blocks = Blocks{Amount{static_cast<double>(dice_.upto(20))},
                          Amount{static_cast<double>(dice_.between(1, 10))},
                          Amount{static_cast<double>(dice_.upto(3))}};
    }
    if (dice_.one_in(5)) {
      pay.schedule = SingleRate{dice_.decimals(-20, 80, 10'000)};
    } else {
      TierLadder ladder;
      ladder.mode = std::array{TierMode::marginal, TierMode::retroactive,
                               TierMode::lump_sum}[static_cast<std::size_t>(dice_.upto(3))];
      if (dice_.one_in(2)) ladder.lump = LumpRule::accumulate;
      const int count = dice_.between(1, 5);
      double bound = dice_.one_in(2) ? 0.0 : dice_.decimals(0, ratio ? 2 : 60, 100);
      for (int k = 0; k < count; ++k) {
        Tier t;
        t.from = {bound, dice_.one_in(2)};
        bounds_.push_back(bound);
        // Marginal tiers on a count read at_least = n as above = n - 1; only fractions of it differ.
        t.usd = dice_.decimals(-5, 60, dice_.one_in(2) ? 1 : 100);
        if (dice_.one_in(3)) t.flat_usd = dice_.decimals(0, 200, 100);
        if (dice_.one_in(8)) t.when = condition("hours > 5");
        ladder.tiers.push_back(std::move(t));
        bound = std::round((bound + dice_.decimals(1, ratio ? 3 : 120, 100)) * 100.0) / 100.0;
      }
      if (number > 0 && dice_.one_in(8)) ladder.tiers.back().from.at = amount("earned.line0");
      if (ladder.mode == TierMode::lump_sum) pay.pay_per.reset();
      if (ladder.mode == TierMode::retroactive && ratio && !pay.pay_per) pay.pay_per = amount("points");
      pay.schedule = std::move(ladder);
    }
    const bool shorter = pay.reset != Span::month;
    if (shorter && !ratio && pay.paid != PaidWhen::interim && dice_.one_in(4)) pay.pay_over = Span::month;
    out.pays = std::move(pay);
    return out;
  }

  Adjustment adjustment(int number, int months, const Contract& c) {
    Adjustment a;
    a.name = fmt::format("rule{}", number);
    a.months = phase(months);
    if (dice_.one_in(6)) a.when = condition("hours > 3");
    a.per = dice_.span();
    std::vector<std::string> counted;
    for (const auto& l : c.pay) {
      if (l.counts) counted.push_back(l.name);
    }
    if (!counted.empty() && dice_.one_in(3)) {
      a.on = {counted[static_cast<std::size_t>(dice_.upto(static_cast<int>(counted.size())))]};
    }
    const int paid = dice_.upto(4);
    if (paid > 0)
      a.paid = std::array{PaidWhen::running, PaidWhen::period_end,
                          PaidWhen::interim}[static_cast<std::size_t>(paid - 1)];
    switch (dice_.upto(9)) {
      case 0:
      case 1:
        a.does = Guarantee{dice_.one_in(4) ? amount("20 * hours") : dollars(4000)};
        break;
      case 2:
        a.does = Cap{dice_.one_in(4) ? amount("90 * hours") : dollars(4000)};
        a.on = counted;
        break;
      case 3:
        a.does =
            AddMoney{dice_.one_in(2) ? amount("0 - 3 * points") : Amount{dice_.decimals(-300, 300, 100)}};
        break;
      case 4:
        a.does = Multiply{dice_.one_in(3) ? amount("points / hours") : Amount{dice_.decimals(0, 2, 100)}};
        break;
      case 5:
        a.does =
            Gate{condition(dice_.one_in(2) ? "points / hours >= 2" : "not (visits.A < 30) or hours == 0")};
        break;
      case 6: {
        Draw d;
        d.usd = dollars(3000);
        d.form = std::array{Draw::Form::top_up, Draw::Form::additive,
                            Draw::Form::advance}[static_cast<std::size_t>(dice_.upto(3))];
        if (dice_.one_in(3)) d.months = MonthRange{1, dice_.between(1, months)};
        d.recover_from = dice_.between(1, months);
        d.recover_share = dice_.one_in(2) ? 1.0 : dice_.decimals(0, 1, 100);
        d.at_end = dice_.one_in(2) ? Draw::AtEnd::owed : Draw::AtEnd::forgiven;
        a.does = d;
        break;
      }
      case 7:
        a.does = Withhold{dice_.decimals(0, 1, 100), condition("points >= 50"), dice_.span(), Amount{1.0}};
        a.per = Span::month;
        break;
      default: {
        Carry carry;
        carry.amount = amount("max(0, 10 * hours - 40)");
        carry.into = Span::quarter;
        if (dice_.one_in(2)) carry.limit = dollars(200);
        a.does = carry;
        a.per = Span::month;
        break;
      }
    }
    return a;
  }

  double quantity(int high) {
    switch (dice_.upto(6)) {
      case 0:
        return 0.0;
      case 1:
        return near_bound(0.0);
      case 2:
        return near_bound(1.0);
      case 3:
        return near_bound(-1.0);
      case 4:
        return dice_.decimals(0, high, 100);
      default:
        return static_cast<double>(dice_.upto(high));
    }
  }
  double near_bound(double aside) {
    if (bounds_.empty()) return 1.0;
    const double b = bounds_[static_cast<std::size_t>(dice_.upto(static_cast<int>(bounds_.size())))];
    return std::max(0.0, std::round((b + aside * (dice_.one_in(2) ? 1.0 : 0.01)) * 100.0) / 100.0);
  }

  void fill(TypedLedger& ledger) {
    const std::size_t n = ledger.grid.size();
    std::vector<double> points(n), visits(n), changes(n), hours(n), huge(n);
    for (std::size_t p = 0; p < n; ++p) {
      points[p] = quantity(200);
      visits[p] = std::floor(quantity(150));
      const auto lag = static_cast<std::size_t>(ledger.lag_months);
      if (p >= lag && dice_.one_in(2)) changes[p] = dice_.between(-9, 4);
      hours[p] = dice_.one_in(5) ? 0.0 : static_cast<double>(dice_.between(1, 40));
      huge[p] = dice_.one_in(3) ? 0.0 : static_cast<double>(dice_.between(1, 20'000'000)) / 100.0;
    }
    ledger.add("points", std::move(points), ColumnUnit::points, 100.0);
    ledger.add("visits.A", std::move(visits), ColumnUnit::points, 1.0);
    ledger.add("code_change.A", std::move(changes), ColumnUnit::points, 1.0);
    ledger.add("hours", std::move(hours), ColumnUnit::hours, 0.0);
    ledger.add("huge", std::move(huge), ColumnUnit::usd, 100.0);
  }

  Dice dice_;
  std::vector<double> bounds_;
};

}  // namespace

namespace {

// Amounts that change with time and measures that are levels, put into a case of constant rates and flows.
class Changer {
 public:
  explicit Changer(std::uint64_t number) : dice_(number ^ 0x5DEECE66DULL) {}

  void change(RandomCase& c) {
    const bool has_level = dice_.one_in(3);
    for (auto& line : c.contract.pay) change(line, has_level);
    for (auto& a : c.contract.adjust) change(a);
    if (!has_level) return;
    const std::size_t n = c.ledger.grid.size();
    std::vector<double> members(n), score(n), peak(n);
    for (std::size_t p = 0; p < n; ++p) {
      members[p] = dice_.between(0, 150);
      score[p] = dice_.decimals(0, 3, 4);  // quarters: means of them are exact in few decimals
      peak[p] = dice_.between(0, 40);
    }
    c.ledger.add("members", std::move(members), ColumnUnit::points, 1.0, ColumnJoin::last);
    c.ledger.add("score", std::move(score), ColumnUnit::ratio, 0.0, ColumnJoin::mean);
    c.ledger.add("peak", std::move(peak), ColumnUnit::points, 1.0, ColumnJoin::max);
  }

 private:
  // As a stress of some months writes it, or falling and rising month by month.
  Amount changed(const Amount& amount) {
    const double by = dice_.decimals(-3, 3, 10);
    const int from = dice_.between(1, 12);
    const auto text = dice_.one_in(3)
                          ? fmt::format("({}) + {} * month", amount.text(), by)
                          : fmt::format("({}) + {} * max(0, min(1, month - {}))", amount.text(), by, from);
    return testing::amount(text);
  }
  void maybe(Amount& amount) {
    if (dice_.one_in(2)) amount = changed(amount);
  }
  void change(PayLine& line, bool has_level) {
    if (auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      if (dice_.one_in(3)) fixed->usd = changed(fixed->usd);
      return;
    }
    auto& pay = std::get<MeasuredPay>(line.pays);
    if (has_level && dice_.one_in(3) && pay.measure.op() != Amount::Op::divide)
      pay.measure = testing::amount(std::array{"members", "score", "peak + members",
                                               "2 * members"}[static_cast<std::size_t>(dice_.upto(4))]);
    if (dice_.one_in(2)) return;
    if (auto* rate = std::get_if<SingleRate>(&pay.schedule)) rate->usd = changed(rate->usd);
    auto* ladder = std::get_if<TierLadder>(&pay.schedule);
    if (!ladder) return;
    if (dice_.one_in(4)) ladder->rate_change = RateChange::latest;
    const bool bounds = dice_.one_in(3);
    const auto shift = changed(Amount{0.0});
    for (auto& tier : ladder->tiers) {
      maybe(tier.usd);
      maybe(tier.flat_usd);
      if (bounds)  // all of them, so that they stay in order
        tier.from.at = Amount::apply(Amount::Op::add, {tier.from.at, shift});
    }
  }
  void change(Adjustment& a) {
    if (!dice_.one_in(3)) return;
    if (auto* g = std::get_if<Guarantee>(&a.does)) g->usd = changed(g->usd);
    if (auto* m = std::get_if<AddMoney>(&a.does); m && m->usd.constant()) m->usd = changed(m->usd);
    if (auto* m = std::get_if<Multiply>(&a.does); m && m->factor.constant()) m->factor = changed(m->factor);
  }

  Dice dice_;
};

// Amounts over other months than those of the period: the last few, or the year before.
void look_back(RandomCase& c, std::uint64_t number) {
  Dice dice(number ^ 0x3C6EF372FE94F82BULL);
  if (!dice.one_in(4)) return;
  const auto over = [&](const char* column) {
    const int months = dice.between(1, 13);
    switch (dice.upto(3)) {
      case 0:
        return fmt::format("trailing({}, {})", column, months);
      case 1:
        return fmt::format("trailing({}, {}) / months_seen", column, months);
      default:
        return fmt::format("last_year({})", column);
    }
  };
  if (dice.one_in(2))
    c.contract.opening.last_year = {{"points", dice.decimals(0, 900, 100)},
                                    {"visits.A", static_cast<double>(dice.upto(300))}};
  for (auto& line : c.contract.pay) {
    auto* pay = std::get_if<MeasuredPay>(&line.pays);
    if (pay == nullptr || dice.one_in(2)) continue;
    // A correction when found prices the month worked again, not the later months that look back at it.
    const char* const column = pay->restate == Restate::when_found || dice.one_in(2) ? "points" : "visits.A";
    line.when = testing::condition(over(column) + " > 40");
    if (auto* rate = std::get_if<SingleRate>(&pay->schedule); rate != nullptr && rate->usd.constant())
      rate->usd = testing::amount(fmt::format("{} / 100 + {}", over(column), rate->usd.text()));
  }
  for (auto& a : c.contract.adjust) {
    if (auto* g = std::get_if<Guarantee>(&a.does); g != nullptr && g->usd.constant())
      g->usd = testing::amount(fmt::format("{} + {}", over("points"), g->usd.text()));
    if (auto* gate = std::get_if<Gate>(&a.does))
      gate->open = testing::condition(over("visits.A") + " >= 30 or earned.line0 > last_year(earned.line0)");
  }
}

// Interest on what a draw leaves owed.
void add_interest(RandomCase& c, std::uint64_t number) {
  Dice dice(number ^ 0x510E527FADE682D1ULL);
  for (auto& a : c.contract.adjust)
    if (auto* d = std::get_if<Draw>(&a.does); d != nullptr && dice.one_in(2))
      d->interest_per_year = dice.decimals(0, 1, 100);
}

// Points of a curve that rise, the first of them sometimes a cliff, some moved by a stress of some months.
void add_curve(RandomCase& c, std::uint64_t number) {
  Dice dice(number ^ 0x9B05688C2B3E6C1FULL);
  for (auto& line : c.contract.pay) {
    auto* pay = std::get_if<MeasuredPay>(&line.pays);
    if (pay == nullptr || !std::holds_alternative<SingleRate>(pay->schedule) || pay->pay_per) continue;
    // Of measures that add up: the money of a level accrues by months.
    const auto measure = pay->measure.text();
    const bool adds_up = measure.starts_with("points") || measure.starts_with("visits") || measure == "huge";
    if (!adds_up || measure.find('/') != std::string::npos || !dice.one_in(2)) continue;
    Curve curve;
    double x = dice.upto(20);
    for (int i = dice.between(1, 4); i > 0; --i) {
      const double usd = dice.decimals(-50, 900, 100);
      const auto moved =
          fmt::format("{} + {} * max(0, min(1, month - {}))", usd, dice.upto(90), dice.upto(9));
      curve.points.emplace_back(x, dice.one_in(3) ? testing::amount(moved) : Amount{usd});
      x += dice.one_in(4) && i == 4 ? 0 : dice.between(1, 60);
    }
    pay->pay_over.reset();
    pay->schedule = std::move(curve);
  }
}

}  // namespace

RandomCase random_case(std::uint64_t number) {
  RandomCase out = Writer(number).write();
  if (number % 2 == 1)
    Changer(number).change(out);
  else if (Dice opening(number ^ 0xBB67AE8584CAA73BULL); opening.one_in(6)) {
    // Rates of the months before the start are nobody's, so that only constant ones are opened.
    for (const auto& line : out.contract.pay) {
      if (opening.one_in(2))
        out.contract.opening.earned_usd.emplace_back(line.name, opening.decimals(0, 9000, 100));
    }
  }
  look_back(out, number);
  add_interest(out, number);
  add_curve(out, number);
  Dice dice(~number);  // the rest of the case stays what it was without rounding
  if (!dice.one_in(3)) return out;
  Rounding& round = out.contract.round;
  round.unit_usd = std::array{0.01, 0.05, 1.0}[static_cast<std::size_t>(dice.upto(3))];
  round.how = std::array{Rounding::How::half_up, Rounding::How::half_even,
                         Rounding::How::truncate}[static_cast<std::size_t>(dice.upto(3))];
  round.at = std::array{Rounding::At::component, Rounding::At::subtotal,
                        Rounding::At::payment}[static_cast<std::size_t>(dice.upto(3))];
  if (dice.one_in(4)) round.each = Rounding::Each::period;
  return out;
}

std::string summary(const Contract& c) {
  std::string out = fmt::format("round to {} how {} at {}\n", c.round.unit_usd.value_or(0.0),
                                static_cast<int>(c.round.how), static_cast<int>(c.round.at));
  out += fmt::format("year {} partial {} ends {}\n", static_cast<int>(c.year),
                     c.partial ? static_cast<int>(*c.partial) : -1, c.ends.value_or(0));
  const auto months = [](const std::optional<MonthRange>& m) {
    return m ? fmt::format(" months [{}, {}]", m->first, m->last) : std::string();
  };
  for (const auto& l : c.pay) {
    out += fmt::format("{}{}{}{}: ", l.name, l.counts ? "" : " (not paid)", months(l.months),
                       l.when ? " when " + l.when->text() : "");
    if (const auto* f = std::get_if<FixedPay>(&l.pays)) {
      out += fmt::format("fixed {} per {} paid {}\n", f->usd.text(), static_cast<int>(f->per),
                         static_cast<int>(f->paid));
      continue;
    }
    const auto& p = std::get<MeasuredPay>(l.pays);
    out += fmt::format("{} reset {} paid {} over {} per {} restate {}", p.measure.text(),
                       static_cast<int>(p.reset), static_cast<int>(p.paid),
                       p.pay_over ? static_cast<int>(*p.pay_over) : -1, p.pay_per ? p.pay_per->text() : "-",
                       p.restate ? static_cast<int>(*p.restate) : -1);
    if (p.blocks)
      out +=
          fmt::format(" blocks {} {} {}", p.blocks->free.text(), p.blocks->size.text(), p.blocks->min.text());
    if (const auto* r = std::get_if<SingleRate>(&p.schedule)) out += fmt::format(" usd {}", r->usd.text());
    if (const auto* t = std::get_if<TierLadder>(&p.schedule)) {
      out += fmt::format(" mode {} lump {}", static_cast<int>(t->mode), static_cast<int>(t->lump));
      for (const auto& row : t->tiers) {
        out += fmt::format(" [{}{} usd {} flat {}{}]", row.from.included ? ">=" : ">", row.from.at.text(),
                           row.usd.text(), row.flat_usd.text(), row.when ? " when " + row.when->text() : "");
      }
    }
    out += "\n";
  }
  for (const auto& a : c.adjust) {
    out += fmt::format("{}{}{} kind {} per {} paid {} on {}\n", a.name, months(a.months),
                       a.when ? " when " + a.when->text() : "", a.does.index(), static_cast<int>(a.per),
                       a.paid ? static_cast<int>(*a.paid) : -1, a.on.size());
  }
  for (const auto& [line, usd] : c.opening.earned_usd) out += fmt::format("opening {} {}\n", line, usd);
  return out;
}

}  // namespace paystress::testing
