#include "tests/support/span_brute_force.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>

#include "model/date_text.h"
#include "tests/support/exact_amounts.h"
#include "tests/support/pay_random.h"

namespace paystress::testing {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

class SpanDice {
 public:
  explicit SpanDice(std::uint64_t number) : engine_(number * 0x2545F4914F6CDD1DULL + 7) {}
  int upto(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }  ///< 0 ... n - 1
  int between(int low, int high) { return low + upto(high - low + 1); }
  bool one_in(int n) { return upto(n) == 0; }
  template <std::size_t n>
  const char* one_of(const std::array<const char*, n>& texts) {
    return texts[static_cast<std::size_t>(upto(static_cast<int>(n)))];
  }

 private:
  std::mt19937_64 engine_;
};

class SpanWriter {
 public:
  SpanWriter(RandomSpans& c, std::uint64_t number) : c_(c), dice_(number) {}

  void write() {
    const auto rate = fmt::format("{} + {} * max(0, min(1, month - {}))", cents(9000), dice_.between(-5, 9),
                                  dice_.between(1, 9));
    c_.contract.terms = {{"rate", dice_.one_in(2) ? amount(rate) : amount(cents(9000))}};
    live();
    if (dice_.one_in(2)) add("daily", SpanColumn::Each::day);
    for (const auto* name : {"points", "huge"}) {
      const int each = dice_.upto(3);
      add(name, each == 0   ? SpanColumn::Each::day
                : each == 1 ? SpanColumn::Each::week
                            : SpanColumn::Each::days);
    }
    if (dice_.one_in(3)) guarantee();
    // Those of the days first, as the reader of studies puts them: longer spans are made of them.
    std::ranges::stable_sort(c_.contract.ledger, {},
                             [](const SpanColumn& s) { return s.each != SpanColumn::Each::day; });
    add_months();
  }

 private:
  std::string cents(int most) { return fmt::format("{}", dice_.upto(most) / 100.0); }

  void live() {
    const auto& start = c_.months.grid.front();
    const auto& end = c_.months.grid.back();
    c_.first = std::chrono::year(start.calendar_year) /
               std::chrono::month(static_cast<unsigned>(start.calendar_month)) / 1;
    c_.last = sys_days(std::chrono::year(end.calendar_year) /
                       std::chrono::month(static_cast<unsigned>(end.calendar_month)) / std::chrono::last);
    const int density = dice_.between(1, 6);
    for (auto date = c_.first; date <= c_.last; date += days(1)) {
      if (dice_.upto(6) >= density) continue;
      TypedDay day{date, !dice_.one_in(6), dice_.one_in(12)};
      if (day.is_worked) {
        day.visits = dice_.upto(16);
        day.hours = dice_.upto(49) / 4.0;
        day.charges = dice_.upto(200'000) / 100.0;
      }
      c_.days.push_back(day);
    }
  }

  std::string value(const std::string& name, bool by_day) {
    const bool has_daily =
        !by_day && !c_.contract.ledger.empty() && c_.contract.ledger[0].info.name == "daily";
    if (has_daily && dice_.one_in(3)) return fmt::format("max(0, {} - 2 * daily)", dice_.upto(200));
    switch (dice_.upto(6)) {
      case 0:
        return fmt::format("max(0, {} - rate * completed_visits)", dice_.upto(900));
      case 1:
        return fmt::format("{} * completed_visits", cents(5000));
      case 2:
        return fmt::format("1.5 * max(0, session_hours - {})", dice_.upto(50));
      case 3:
        return fmt::format("{} * collections_usd / 100", dice_.upto(90));
      case 4:
        return fmt::format("min({}, rate * completed_visits / session_hours)", cents(20'000));
      default:
        return fmt::format("completed_visits - {} * workdays + {}", dice_.upto(9), name == "huge" ? 40 : 0);
    }
  }

  std::string when(bool by_day) {
    if (!by_day)
      return dice_.one_in(2) ? fmt::format("completed_visits > {}", dice_.upto(60))
                             : fmt::format("session_hours / workdays >= {}", dice_.upto(12));
    const auto text = date_text(c_.first + days(dice_.upto(static_cast<int>((c_.last - c_.first).count()))));
    switch (dice_.upto(5)) {
      case 0:
        return fmt::format("date >= \"{}\"", text);
      case 1:
        return fmt::format("date < \"{}\" and not is_holiday", text);
      case 2:
        return fmt::format("weekday >= {} or is_holiday", dice_.between(1, 7));
      case 3:
        return fmt::format("calendar_month <= {} and completed_visits >= {}", dice_.between(1, 12),
                           dice_.upto(12));
      default:
        return "not (session_hours < 4)";
    }
  }

  SpanColumn column(const std::string& name, SpanColumn::Each each) {
    SpanColumn column;
    column.each = each;
    if (each == SpanColumn::Each::days) {
      column.days = dice_.between(2, 40);
      column.from = c_.first + days(dice_.between(-50, 50));
    }
    const bool counts = name == "daily" && dice_.one_in(2);
    column.info = {name, counts ? ColumnUnit::count : ColumnUnit::points, ColumnJoin::sum,
                   counts ? 1.0 : 100.0, ""};
    return column;
  }

  void add(const std::string& name, SpanColumn::Each each) {
    auto one = column(name, each);
    const bool by_day = each == SpanColumn::Each::day;
    one.value = amount(value(name, by_day));
    if (dice_.one_in(2)) one.when = condition(when(by_day));
    c_.contract.ledger.push_back(std::move(one));
  }

  // Each period of days brings at least so much of what its visits are worth.
  void guarantee() {
    auto one = column("floor_usd", dice_.one_in(2) ? SpanColumn::Each::days : SpanColumn::Each::week);
    one.value =
        amount(fmt::format("max(0, {} - (completed_visits * rate + session_hours * 11))", dice_.upto(3000)));
    c_.contract.ledger.push_back(std::move(one));
    adjust(c_.contract, "floor", AddMoney{amount("floor_usd")});
  }

  // What random contracts read besides, and the sums of the days.
  void add_months() {
    const std::size_t n = c_.months.grid.size();
    std::vector<double> worked(n), visits(n), hours(n), charges(n);
    for (const auto& day : c_.days) {
      const year_month_day ymd(day.date), start(c_.first);
      const auto m =
          static_cast<std::size_t>(((ymd.year() / ymd.month()) - (start.year() / start.month())).count());
      worked[m] += day.is_worked ? 1 : 0;
      visits[m] += day.visits;
      hours[m] += day.hours;
      charges[m] += day.charges;
    }
    for (auto& usd : charges) usd = std::round(usd * 100.0) / 100.0;
    c_.months.add("workdays", worked).add("completed_visits", visits);
    c_.months.add("session_hours", hours, ColumnUnit::hours, 0.0);
    c_.months.add("collections_usd", charges, ColumnUnit::usd, 100.0);
  }

  RandomSpans& c_;
  SpanDice dice_;
};

}  // namespace

RandomSpans random_spans(std::uint64_t number) {
  auto random = random_case(number);
  RandomSpans c;
  c.contract = std::move(random.contract);
  c.months = std::move(random.ledger);
  for (std::size_t i = c.months.columns.size(); i-- > 0;)
    if (c.months.columns[i].name == "points" || c.months.columns[i].name == "huge") {
      c.months.columns.erase(c.months.columns.begin() + static_cast<std::ptrdiff_t>(i));
      c.months.values.erase(c.months.values.begin() + static_cast<std::ptrdiff_t>(i));
    }
  SpanWriter(c, number).write();
  return c;
}

SpanDays::SpanDays(const RandomSpans& c)
    : grid{{}, c.first, c.last},
      layout(LedgerLayout::typed(
          {ledger_column_info(LedgerColumn::workdays), ledger_column_info(LedgerColumn::completed_visits),
           ledger_column_info(LedgerColumn::session_hours),
           ledger_column_info(LedgerColumn::collections_usd)},
          0)),
      block(c.days.size(), 4, 1) {
  for (std::size_t d = 0; d < c.days.size(); ++d) {
    const auto& day = c.days[d];
    grid.days.push_back({day.date, month_of(grid, day.date), day.is_holiday});
    const std::array<double, 4> cells{day.is_worked ? 1.0 : 0.0, day.visits, day.hours,
                                      std::round(day.charges * 100.0)};
    for (std::size_t column = 0; column < cells.size(); ++column) block.at(d, column)[0] = cells[column];
  }
}

namespace {

/// Days that belong together, and the date by which their month is told.
struct Together {
  sys_days last;
  std::vector<std::size_t> days;  // places in the ledger of days
};

class SpanPricer {
 public:
  explicit SpanPricer(const RandomSpans& c) : c_(c) {}

  ExactSpans& price(ExactSpans& out) {
    for (const auto& column : c_.contract.ledger) {
      std::vector<Exact> months(c_.months.grid.size(), Exact(0));
      auto& kept = by_day_[column.info.name];
      kept.assign(c_.days.size(), Exact(0));
      const Exact unit = Exact(1) / static_cast<int>(column.info.scale);
      for (const auto& span : spans_of(column)) {
        if (column.each == SpanColumn::Each::day && !c_.days[span.days[0]].is_worked) continue;
        Maybe value = amount_of(column.value, span);
        if (column.when && !holds(*column.when, span).value_or(false)) value = Exact(0);
        const Exact units = value.value_or(Exact(0)) / unit;
        const Exact tie = floor_of(units) + Exact(1, 2);
        out.from_tie = std::min(out.from_tie, distance(units, tie).convert_to<double>());
        const Exact rounded = whole_units(units, Rounding::How::half_up) * unit;
        months[static_cast<std::size_t>(month_of_date(span.last)) - 1] += rounded;
        if (column.each == SpanColumn::Each::day) kept[span.days[0]] = rounded;
      }
      out.by_month.push_back(std::move(months));
    }
    return out;
  }

 private:
  [[nodiscard]] int month_of_date(sys_days date) const {
    const year_month_day ymd(date), start(c_.first);
    return (static_cast<int>(ymd.year()) - static_cast<int>(start.year())) * 12 +
           static_cast<int>(unsigned{ymd.month()}) - static_cast<int>(unsigned{start.month()}) + 1;
  }

  [[nodiscard]] std::vector<Together> spans_of(const SpanColumn& column) const {
    const auto& ends = c_.contract.ends;
    std::vector<Together> spans;
    if (column.each == SpanColumn::Each::day) {
      for (std::size_t d = 0; d < c_.days.size(); ++d)
        if (!ends || month_of_date(c_.days[d].date) <= *ends) spans.push_back({c_.days[d].date, {d}});
      return spans;
    }
    const int length = column.each == SpanColumn::Each::week ? 7 : column.days;
    int day = 0;  // of the span: from the first one that some period of these days begins with
    sys_days date =
        column.each == SpanColumn::Each::week ? sys_days(std::chrono::Monday[1] / 1 / 2018) : *column.from;
    while (date > c_.first) date -= days(length);
    std::size_t next = 0;
    Together open{date, {}};
    for (; date <= c_.last && (!ends || date < c_.first || month_of_date(date) <= *ends); date += days(1)) {
      if (next < c_.days.size() && c_.days[next].date == date) open.days.push_back(next++);
      open.last = date;
      if (++day < length) continue;
      if (date >= c_.first) spans.push_back(open);
      open.days.clear();
      day = 0;
    }
    if (day > 0) spans.push_back(open);
    return spans;
  }

  [[nodiscard]] Exact column_of(const std::string& name, const Together& span) const {
    const year_month_day last(span.last);
    if (name == "weekday") return Exact(static_cast<int>(std::chrono::weekday(span.last).iso_encoding()));
    if (name == "calendar_month") return Exact(static_cast<int>(unsigned{last.month()}));
    if (name == "date") return Exact(static_cast<int>(span.last.time_since_epoch().count()));
    if (name == "is_holiday") return Exact(c_.days[span.days[0]].is_holiday ? 1 : 0);
    Exact sum = 0;
    for (const std::size_t d : span.days) {
      const auto& day = c_.days[d];
      if (const auto made = by_day_.find(name); made != by_day_.end())
        sum += made->second[d];
      else
        sum += name == "workdays"           ? Exact(day.is_worked ? 1 : 0)
               : name == "completed_visits" ? decimal(day.visits)
               : name == "session_hours"    ? decimal(day.hours)
                                            : decimal(day.charges);
    }
    return sum;
  }

  Maybe amount_of(const Amount& a, const Together& span) {
    using Op = Amount::Op;
    std::vector<Exact> args;
    for (const auto& operand : a.operands()) {
      const Maybe value = amount_of(operand, span);
      if (!value) return value;
      args.push_back(*value);
    }
    switch (a.op()) {
      case Op::number:
        return decimal(a.value());
      case Op::column:
      case Op::term:
        for (const auto& [name, amount] : c_.contract.terms)
          if (name == a.name()) return amount_of(amount, span);
        return column_of(a.name(), span);
      case Op::month:
        return Exact(month_of_date(span.last));
      case Op::add:
        return std::accumulate(args.begin() + 1, args.end(), args[0]);
      case Op::subtract:
        return args[0] - args[1];
      case Op::multiply:
        return args[0] * args[1];
      case Op::divide:
        return args[1] == 0 ? Maybe() : Maybe(args[0] / args[1]);
      case Op::negate:
        return -args[0];
      case Op::minimum:
        return std::ranges::min(args);
      case Op::maximum:
        return std::ranges::max(args);
      default:
        throw std::invalid_argument("not a value of days");
    }
  }

  std::optional<bool> holds(const Condition& c, const Together& span) {
    return holds_exactly(c, [&](const Amount& a) { return amount_of(a, span); });
  }

  const RandomSpans& c_;
  std::map<std::string, std::vector<Exact>> by_day_;
};

}  // namespace

ExactSpans::ExactSpans(const RandomSpans& c) { SpanPricer(c).price(*this); }

}  // namespace paystress::testing
