#include "sim/questions/pay_curve.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "model/adjustment_fields.h"
#include "model/amount_facts.h"
#include "model/settle.h"

namespace paystress::questions {
namespace {

using Units = std::int64_t;  // of the column's smallest unit

class Pricer {
 public:
  explicit Pricer(const CurveInput& input)
      : input_(input), plan_(*input.contract, input.layout, input.grid), column_(find(input.measure)) {
    for (const auto& [name, value] : input.others) others_.emplace_back(find(name), value);
    const bool leaves = input.layout.place_of(LeavingColumn::left).has_value();
    if (others_.size() + 1 + (leaves ? leaving_column_count : 0) != input.layout.size())
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
      if (input_.layout.place_of(LeavingColumn::left))
        write_leaving(input_.leaves.value_or(Leaving{}), input_.layout, input_.grid, lane, ledger);
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
// the kinks and the cliffs. Besides the middle, two places off every regular pattern are looked at: steps of
// equal height are on the line in the middle.
// Straight pieces of at most `short_pieces` units are kept too: months that cross a line one after the other.
std::vector<Interval> find_bends(Pricer& pricer, std::vector<Interval> open, double tolerance,
                                 Units short_pieces, bool& all) {
  constexpr std::size_t most_open = 4096;
  std::vector<Interval> bends;
  while (!open.empty()) {
    if (open.size() + bends.size() > most_open) {
      all = false;
      break;
    }
    constexpr std::array off_centre{0.3819660112501051, 0.7236067977499790};
    constexpr std::size_t probes = 1 + off_centre.size();
    std::vector<Units> at;
    at.reserve(probes * open.size());
    for (const auto& i : open) {
      const Units length = i.high - i.low;
      at.push_back(i.low + length / 2);
      for (const double share : off_centre)
        at.push_back(i.low + static_cast<Units>(static_cast<double>(length) * share));
    }
    const auto pay = pricer.pay(at);
    std::vector<Interval> next;
    const auto keep = [&](const Interval& half) {
      (half.high - half.low > 1 ? next : bends).push_back(half);
    };
    for (std::size_t k = 0; k < open.size(); ++k) {
      const auto& i = open[k];
      bool straight = true;
      for (std::size_t j = probes * k; j < probes * (k + 1); ++j) {
        const double share = static_cast<double>(at[j] - i.low) / static_cast<double>(i.high - i.low);
        const double line = i.pay_low + share * (i.pay_high - i.pay_low);
        straight = straight && std::abs(pay[j] - line) <= tolerance + 1e-9 * std::abs(line);
      }
      if (straight) {
        if (i.high - i.low <= short_pieces) bends.push_back(i);
        continue;
      }
      const Units middle = at[probes * k];
      keep({i.low, middle, i.pay_low, pay[probes * k]});
      keep({middle, i.high, pay[probes * k], i.pay_high});
    }
    open = std::move(next);
  }
  return bends;
}

// A bend with what a unit earns just before and just after it.
struct Bend {
  Interval at;
  double before = 0.0, after = 0.0;
};

std::vector<Bend> with_neighbours(Pricer& pricer, const std::vector<Interval>& bends) {
  std::vector<Units> outside;
  for (const auto& b : bends) {
    outside.push_back(b.low - 1);
    outside.push_back(b.high + 1);
  }
  const auto pay = pricer.pay(outside);
  std::vector<Bend> all;
  for (std::size_t k = 0; k < bends.size(); ++k)
    all.push_back({bends[k], bends[k].pay_low - pay[2 * k], pay[2 * k + 1] - bends[k].pay_high});
  return all;
}

// Bends that touch, as one: over several months each unit takes one month across the same line. Units that
// earn what those beside the chain earn are no part of it; a longer chain than there are months is a curve,
// and stays in pieces.
std::vector<Bend> joined(const std::vector<Bend>& bends, std::size_t months, double tolerance) {
  std::vector<Bend> all;
  for (std::size_t k = 0; k < bends.size();) {
    std::size_t end = k + 1;
    while (end < bends.size() && bends[end].at.low == bends[end - 1].at.high) ++end;
    const std::size_t next = end;
    const double before = bends[k].before, after = bends[end - 1].after;
    const auto earns = [&](std::size_t i, double usd) {
      const auto& at = bends[i].at;
      return std::abs(at.pay_high - at.pay_low - static_cast<double>(at.high - at.low) * usd) <= tolerance;
    };
    std::size_t first = k;
    while (first < end && earns(first, before)) ++first;
    while (end > first && earns(end - 1, after)) --end;
    if (end > first && bends[end - 1].at.high - bends[first].at.low <= static_cast<Units>(months)) {
      all.push_back(
          {{bends[first].at.low, bends[end - 1].at.high, bends[first].at.pay_low, bends[end - 1].at.pay_high},
           before,
           after});
    } else {
      for (std::size_t i = k; i < next; ++i) all.push_back(bends[i]);
    }
    k = next;
  }
  return all;
}

// A unit that moves between months paid differently is no cliff: over several months only a step larger than
// what a unit earns on either side counts.
std::vector<PayCurve::Cliff> find_cliffs(Pricer& pricer, std::vector<Interval> bends, double tolerance,
                                         std::size_t months) {
  std::ranges::sort(bends, {}, &Interval::low);
  auto all = with_neighbours(pricer, bends);
  if (months > 1) all = joined(all, months, tolerance);
  std::vector<PayCurve::Cliff> cliffs;
  for (const auto& [b, before, after] : all) {
    const auto [least, most] = std::minmax(before, after);
    const double rise = b.pay_high - b.pay_low;
    const auto units = static_cast<double>(b.high - b.low);
    const double jump = rise - std::clamp(rise, units * least, units * most);
    const double usual = months > 1 ? std::max(std::abs(least), std::abs(most)) : 0.0;
    if (std::abs(jump) > std::max(tolerance, usual))
      cliffs.push_back({pricer.quantity(b.low), pricer.quantity(b.high), jump});
  }
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
  for (Units u = from; u < to; u += step) grid.push_back(u);
  grid.push_back(to);  // the last step may be shorter
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
  const auto months = input.grid.size();
  auto bends = find_bends(pricer, std::move(open), noise, months > 1 ? static_cast<Units>(months) : 0,
                          curve.all_cliffs);
  bends.insert(bends.end(), whole.begin(), whole.end());
  curve.cliffs = find_cliffs(pricer, std::move(bends), noise, months);
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
  if (reads_year_to_date(contract)) take(Span::year);
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
    visit_fields(adjust.does, [&]<class Field>(const std::string&, const Field& field) {
      if constexpr (std::is_same_v<Field, Span>) take(field);
      if constexpr (std::is_same_v<Field, std::variant<Span, std::string>>)
        if (const auto* into = std::get_if<Span>(&field)) take(*into);
    });
  }
  return contract.ends ? std::min(months, *contract.ends) : months;
}

}  // namespace paystress::questions
