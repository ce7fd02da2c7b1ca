#include "sim/pay_curve.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "model/settle.h"

namespace paystress {
namespace {

using Units = std::int64_t;  // of the column's smallest unit

class Pricer {
 public:
  explicit Pricer(const CurveInput& input)
      : input_(input), plan_(*input.contract, input.layout, input.grid), column_(find(input.measure)) {
    for (const auto& [name, value] : input.others) others_.emplace_back(find(name), value);
    if (others_.size() + 1 != input.layout.size())
      throw std::invalid_argument("a column of the curve has no value");
  }

  [[nodiscard]] double scale() const { return input_.layout[column_].scale; }
  [[nodiscard]] Units units(double quantity) const {
    return static_cast<Units>(std::llround(quantity * scale()));
  }
  [[nodiscard]] double quantity(Units u) const { return static_cast<double>(u) / scale(); }

  // Pay of each quantity, quantities in lanes.
  [[nodiscard]] std::vector<double> pay(const std::vector<Units>& all) {
    std::vector<double> pay;
    pay.reserve(all.size());
    constexpr std::size_t lanes = 1024;
    for (std::size_t at = 0; at < all.size(); at += lanes)
      price({all.begin() + static_cast<std::ptrdiff_t>(at),
             all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), at + lanes))},
            pay);
    return pay;
  }

 private:
  [[nodiscard]] std::size_t find(const std::string& name) const {
    const auto at = input_.layout.find(name);
    if (!at) throw std::invalid_argument("the curve has no column " + name);
    return *at;
  }

  // An even part of a column that adds up for each month, what is left over to the first ones: one unit more
  // is one unit more in one month.
  void fill(LedgerBlock& ledger, std::size_t column, std::size_t lane, Units total) const {
    const auto n = static_cast<Units>(ledger.periods());
    const bool adds_up = input_.layout[column].join == ColumnJoin::sum;
    const Units part = total / n, over = total % n;
    const Units one = over < 0 ? -1 : 1;
    for (Units p = 0; p < n; ++p) {
      const Units of_month = part + (p < std::abs(over) ? one : 0);
      ledger.at(static_cast<std::size_t>(p), column)[lane] = static_cast<double>(adds_up ? of_month : total);
    }
  }

  void price(const std::vector<Units>& lanes, std::vector<double>& pay) {
    LedgerBlock ledger(input_.grid.size(), input_.layout.size(), lanes.size());
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      fill(ledger, column_, lane, lanes[lane]);
      for (const auto& [column, value] : others_)
        fill(ledger, column, lane, static_cast<Units>(std::llround(value * input_.layout[column].scale)));
    }
    plan_.settle(ledger, settled_, SettleDetail::pay);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      double total = 0.0;
      for (std::size_t p = 0; p < ledger.periods(); ++p) total += settled_.paid(p)[lane];
      pay.push_back(total);
    }
  }

  const CurveInput& input_;
  PayPlan plan_;
  std::size_t column_;
  std::vector<std::pair<std::size_t, double>> others_;
  Settlement settled_;
};

struct Interval {
  Units low = 0, high = 0;
  double pay_low = 0.0, pay_high = 0.0;
};

// Halves every interval over which pay is not a straight line, down to the smallest unit: what is left holds
// the kinks and the cliffs.
std::vector<Interval> find_bends(Pricer& pricer, std::vector<Interval> open, double tolerance, bool& all) {
  constexpr std::size_t most_open = 4096;
  std::vector<Interval> bends;
  while (!open.empty()) {
    if (open.size() + bends.size() > most_open) {
      all = false;
      break;
    }
    std::vector<Units> middles;
    middles.reserve(open.size());
    for (const auto& i : open) middles.push_back(i.low + (i.high - i.low) / 2);
    const auto pay = pricer.pay(middles);
    std::vector<Interval> next;
    const auto keep = [&](const Interval& half) {
      (half.high - half.low > 1 ? next : bends).push_back(half);
    };
    for (std::size_t k = 0; k < open.size(); ++k) {
      const auto& i = open[k];
      const double share = static_cast<double>(middles[k] - i.low) / static_cast<double>(i.high - i.low);
      const double straight = i.pay_low + share * (i.pay_high - i.pay_low);
      if (std::abs(pay[k] - straight) <= tolerance + 1e-9 * std::abs(straight)) continue;
      keep({i.low, middles[k], i.pay_low, pay[k]});
      keep({middles[k], i.high, pay[k], i.pay_high});
    }
    open = std::move(next);
  }
  return bends;
}

// A unit that moves between months paid differently is no cliff: over several months only a step larger than
// what a unit earns on either side counts.
std::vector<PayCurve::Cliff> find_cliffs(Pricer& pricer, const std::vector<Interval>& bends, double tolerance,
                                         bool several_months) {
  std::vector<Units> outside;
  for (const auto& b : bends) {
    outside.push_back(b.low - 1);
    outside.push_back(b.high + 1);
  }
  const auto pay = pricer.pay(outside);
  std::vector<PayCurve::Cliff> cliffs;
  for (std::size_t k = 0; k < bends.size(); ++k) {
    const auto& b = bends[k];
    const auto [least, most] = std::minmax({b.pay_low - pay[2 * k], pay[2 * k + 1] - b.pay_high});
    const double rise = b.pay_high - b.pay_low;
    const double jump = rise - std::clamp(rise, least, most);
    const double usual = several_months ? std::max(std::abs(least), std::abs(most)) : 0.0;
    if (std::abs(jump) > std::max(tolerance, usual))
      cliffs.push_back({pricer.quantity(b.low), pricer.quantity(b.high), jump});
  }
  std::ranges::sort(cliffs, {}, &PayCurve::Cliff::from);
  return cliffs;
}

// Rounding bends every line a little: each month may be off by half a unit of it at each end.
double rounding_noise(const Contract& contract, std::size_t months) {
  const double unit = contract.round.unit_usd.value_or(0.0);
  return 2.0 * unit * static_cast<double>(months) + 1e-9;
}

}  // namespace

PayCurve pay_curve(const CurveInput& input) {
  Pricer pricer(input);
  const Units from = pricer.units(input.from), to = pricer.units(input.to);
  const Units step = std::max<Units>(1, pricer.units(input.step));
  // One more unit: a visit, a point, a dollar, an hour; a hundredth of a ratio.
  const bool ratio = input.layout[*input.layout.find(input.measure)].unit == ColumnUnit::ratio;
  const double unit = ratio ? 0.01 : 1.0;
  std::vector<Units> grid, further;
  for (Units u = from; u <= to; u += step) grid.push_back(u);
  for (const auto u : grid) further.push_back(u + pricer.units(unit));
  const auto pay = pricer.pay(grid);
  const auto more = pricer.pay(further);

  PayCurve curve;
  std::vector<Interval> open, whole;
  for (std::size_t k = 0; k < grid.size(); ++k) {
    const double q = pricer.quantity(grid[k]);
    curve.points.push_back({q, pay[k], q == 0.0 ? std::numeric_limits<double>::quiet_NaN() : pay[k] / q,
                            (more[k] - pay[k]) / unit});
    if (k > 0)
      (grid[k] - grid[k - 1] > 1 ? open : whole).push_back({grid[k - 1], grid[k], pay[k - 1], pay[k]});
  }
  const double noise = rounding_noise(*input.contract, input.grid.size());
  auto bends = find_bends(pricer, std::move(open), noise, curve.all_cliffs);
  bends.insert(bends.end(), whole.begin(), whole.end());
  curve.cliffs = find_cliffs(pricer, bends, noise, input.grid.size() > 1);
  return curve;
}

int natural_months(const Contract& contract) {
  int months = 1;
  const auto take = [&](Span span) {
    if (span == Span::quarter) months = std::max(months, 3);
    if (span == Span::year || span == Span::horizon) months = std::max(months, 12);
  };
  const auto take_months = [&](const std::optional<MonthRange>& range) {
    if (range) months = std::max(months, (range->last + 11) / 12 * 12);
  };
  for (const auto& line : contract.pay) {
    take_months(line.months);
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      if (fixed->paid == PaidWhen::period_end) take(fixed->per);  // else each month has its even part
    } else {
      const auto& pays = std::get<MeasuredPay>(line.pays);
      take(pays.reset);
      if (pays.pay_over) take(*pays.pay_over);
    }
  }
  for (const auto& adjust : contract.adjust) {
    take(adjust.per);
    take_months(adjust.months);
    if (const auto* withhold = std::get_if<Withhold>(&adjust.does)) take(withhold->in);
    if (const auto* carry = std::get_if<Carry>(&adjust.does))
      if (const auto* into = std::get_if<Span>(&carry->into)) take(*into);
  }
  return contract.ends ? std::min(months, *contract.ends) : months;
}

}  // namespace paystress
