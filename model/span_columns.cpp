#include "model/span_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

#include "model/amount_facts.h"

namespace paystress {
namespace {

using std::chrono::sys_days;

int whole_weeks_before(sys_days date, sys_days origin, int length) {
  const auto days = static_cast<int>((date - origin).count());
  return days >= 0 ? days / length : -((-days + length - 1) / length);
}

void add_once(std::vector<std::size_t>& all, std::size_t x) {
  if (std::ranges::find(all, x) == all.end()) all.push_back(x);
}

bool may_be_open_on_leaving(const Contract& contract, const SpanColumn& column) {
  return contract.ends_by_leaving && column.each != SpanColumn::Each::day;
}

void collect_names(const SpanColumn& column, const Contract& contract, AmountNames& names) {
  if (const auto value = expand_terms(column.value, contract)) collect_names(*value, names);
  if (!column.when) return;
  if (const auto when = expand_terms(*column.when, contract)) collect_names(*when, names);
}

AmountNames names_of_spans(const Contract& contract) {
  AmountNames names;
  for (const auto& column : contract.ledger) collect_names(column, contract, names);
  return names;
}

}  // namespace

int month_of(const DayGrid& grid, sys_days date) {
  const std::chrono::year_month_day first{grid.first}, that{date};
  const auto months = (that.year() / that.month()) - (first.year() / first.month());
  return grid.first_month + static_cast<int>(months.count());
}

bool is_name_of_a_day(std::string_view name) {
  return name == "weekday" || name == "is_holiday" || name == "date";
}
bool is_name_of_a_span(std::string_view name) { return name == "calendar_month"; }

const SpanColumn* find_span_column(std::span<const SpanColumn> columns, std::string_view name) {
  const auto it = std::ranges::find(columns, name, [](const SpanColumn& s) { return s.info.name; });
  return it == columns.end() ? nullptr : &*it;
}

std::string open_column_of(std::string_view name) { return std::string(name) + "/open"; }

std::vector<ColumnInfo> made_columns(const Contract& contract) {
  std::vector<ColumnInfo> made;
  for (const auto& column : contract.ledger) made.push_back(column.info);
  for (const auto& column : contract.ledger) {
    if (!may_be_open_on_leaving(contract, column)) continue;
    made.push_back(column.info);
    made.back().name = open_column_of(column.info.name);
    made.back().join = ColumnJoin::last;
  }
  return made;
}

LedgerLayout with_span_columns(const LedgerLayout& layout, const Contract& contract) {
  auto lacking = made_columns(contract);
  const auto typed = [&](const SpanColumn& column) { return layout.find(column.info.name).has_value(); };
  for (const auto& column : contract.ledger)
    if (typed(column))
      std::erase_if(lacking, [&](const ColumnInfo& info) {
        return info.name == column.info.name || info.name == open_column_of(column.info.name);
      });
  return layout.followed_by(lacking);
}

std::vector<std::size_t> day_columns_of(const Contract& contract, const LedgerLayout& layout) {
  std::vector<std::size_t> all;
  if (contract.ledger.empty()) return all;
  auto names = names_of_spans(contract);
  names.columns.emplace_back("workdays");
  for (std::size_t c = 0; c < layout.size(); ++c)
    if (std::ranges::find(names.columns, layout[c].name) != names.columns.end())
      std::ranges::copy(layout[c].dealt_by, std::back_inserter(names.columns));
  for (std::size_t c = 0; c < layout.size(); ++c)
    if (std::ranges::find(names.columns, layout[c].name) != names.columns.end()) all.push_back(c);
  return all;
}

KeptDays kept_days_of(const Contract& contract) {
  const auto& columns = contract.ledger;
  std::vector<std::optional<std::size_t>> last_reader(columns.size());
  std::map<std::string, std::size_t> made;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    AmountNames names;
    collect_names(columns[c], contract, names);
    for (const auto& name : names.columns)
      if (const auto it = made.find(name); it != made.end()) last_reader[it->second] = c;
    made.emplace(columns[c].info.name, c);
  }
  KeptDays kept;
  std::vector<std::size_t> free;
  std::multimap<std::size_t, std::size_t> ends;  // last reader, place
  for (std::size_t c = 0; c < columns.size(); ++c) {
    kept.place.emplace_back();
    if (last_reader[c]) {
      if (free.empty()) free.push_back(kept.places++);
      kept.place.back() = free.back();
      free.pop_back();
      ends.emplace(*last_reader[c], *kept.place.back());
    }
    for (auto [it, last] = ends.equal_range(c); it != last; ++it) free.push_back(it->second);
  }
  return kept;
}

std::size_t columns_fed(const Contract& contract) {
  const auto names = names_of_spans(contract).columns;
  return static_cast<std::size_t>(std::ranges::count_if(
      names, [&](const std::string& name) { return find_span_column(contract.ledger, name) == nullptr; }));
}

bool spans_name_holidays(const Contract& contract) {
  const auto names = names_of_spans(contract);
  return std::ranges::find(names.columns, "is_holiday") != names.columns.end();
}

/// Turns an amount with its terms written out into steps; notes what it reads and how deep its stack grows.
class SpanColumns::Compiler {
 public:
  Compiler(SpanColumns& all, const Contract& contract, const LedgerLayout& layout, Column& column)
      : all_(all), contract_(contract), layout_(layout), column_(column) {}

  std::vector<Step> amount(const Amount& a) {
    const auto expanded = expand_terms(a, contract_);
    if (!expanded) throw std::invalid_argument("a circle of terms");
    steps_.clear();
    push(*expanded);
    return std::move(steps_);
  }
  std::vector<Step> condition(const Condition& c) {
    const auto expanded = expand_terms(c, contract_);
    if (!expanded) throw std::invalid_argument("a circle of terms");
    steps_.clear();
    push(*expanded);
    return std::move(steps_);
  }

 private:
  void leaf(Step step) {
    steps_.push_back(step);
    column_.depth = std::max(column_.depth, ++depth_);
  }
  void unary(LaneOp op) { steps_.push_back({.what = Step::What::operation, .index = 1, .op = op}); }
  void binary(LaneOp op) {
    steps_.push_back({.what = Step::What::operation, .index = 2, .op = op});
    --depth_;
  }
  template <class Parts>
  void joined(const Parts& parts, LaneOp op) {
    push(parts[0]);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      push(parts[i]);
      binary(op);
    }
  }

  void push(const Amount& a) {
    using Op = Amount::Op;
    if (const auto value = a.constant()) return leaf({.what = Step::What::number, .number = *value});
    switch (a.op()) {
      case Op::column:
      case Op::term:
        return name(a.name());
      case Op::month:
        return leaf({.what = Step::What::month});
      case Op::add:
        return joined(a.operands(), LaneOp::add);
      case Op::subtract:
        return joined(a.operands(), LaneOp::subtract);
      case Op::multiply:
        return joined(a.operands(), LaneOp::multiply);
      case Op::divide:
        return joined(a.operands(), LaneOp::divide);
      case Op::minimum:
        return joined(a.operands(), LaneOp::minimum);
      case Op::maximum:
        return joined(a.operands(), LaneOp::maximum);
      case Op::negate:
        push(a.operands()[0]);
        return unary(LaneOp::negate);
      case Op::number:
        return leaf({.what = Step::What::number, .number = a.value()});
      case Op::earned:
      case Op::this_month:
      case Op::to_date:
      case Op::annualised:
      case Op::trailing:
      case Op::last_year:
      case Op::months_seen:
        break;
    }
    throw std::invalid_argument("a span knows its own days only");
  }

  void push(const Condition& c) {
    using Op = Condition::Op;
    constexpr std::array<std::pair<Op, LaneOp>, 6> comparisons{{{Op::less, LaneOp::less},
                                                                {Op::less_equal, LaneOp::less_equal},
                                                                {Op::equal, LaneOp::equal},
                                                                {Op::not_equal, LaneOp::not_equal},
                                                                {Op::greater_equal, LaneOp::greater_equal},
                                                                {Op::greater, LaneOp::greater}}};
    const auto comparison = std::ranges::find(comparisons, c.op, &std::pair<Op, LaneOp>::first);
    if (comparison != comparisons.end()) return joined(c.amounts, comparison->second);
    const bool all = c.op == Op::all_of;
    if (c.parts.empty()) {
      leaf({.what = Step::What::number, .number = all ? 1.0 : 0.0});
    } else {
      joined(c.parts, all ? LaneOp::both : LaneOp::either);
    }
    if (c.op == Op::none_of) unary(LaneOp::opposite);
  }

  void name(const std::string& column) {
    if (column == "weekday") return leaf({.what = Step::What::weekday});
    if (column == "calendar_month") return leaf({.what = Step::What::calendar_month});
    if (column == "date") return leaf({.what = Step::What::date});
    if (column == "is_holiday") return leaf({.what = Step::What::is_holiday});
    for (std::size_t c = 0; c < all_.columns_.size(); ++c) {
      if (all_.infos_[c].name != column) continue;
      return leaf({.what = Step::What::made, .index = c});
    }
    const auto at = layout_.find(column);
    if (!at) throw std::invalid_argument("no column of the days is named " + column);
    add_once(column_.feeds, *at);
    leaf({.what = Step::What::column, .index = *at});
  }

  SpanColumns& all_;
  const Contract& contract_;
  const LedgerLayout& layout_;
  Column& column_;
  std::vector<Step> steps_;
  std::size_t depth_ = 0;
};

std::size_t SpanColumns::row_at(sys_days date) const {
  const auto it = std::ranges::lower_bound(grid_.days, date, {}, &LedgerDay::date);
  return static_cast<std::size_t>(it - grid_.days.begin());
}

std::vector<SpanColumns::SpanOfDays> SpanColumns::open_at_months_end(const SpanColumn& column,
                                                                     std::optional<int> ends) const {
  std::vector<SpanOfDays> open;
  for (const auto& span : spans_of(column, ends)) {
    const std::chrono::year_month_day first{std::max(span.first, grid_.first)};
    auto month = first.year() / first.month();
    for (sys_days end(month / std::chrono::last); end < span.last;
         end = sys_days(month / std::chrono::last)) {
      open.push_back({span.begin, row_at(end + std::chrono::days(1)), month_of(grid_, end), end});
      month += std::chrono::months(1);
    }
  }
  return open;
}

std::vector<SpanColumns::SpanOfDays> SpanColumns::spans_of(const SpanColumn& column,
                                                           std::optional<int> ends) const {
  auto last = grid_.last;
  if (ends && month_of(grid_, last) > *ends) {
    const std::chrono::year_month_day first{grid_.first};
    const auto end = first.year() / first.month() + std::chrono::months(*ends - grid_.first_month);
    last = sys_days(end / std::chrono::last);
  }
  std::vector<SpanOfDays> spans;
  if (column.each == SpanColumn::Each::day) {
    for (std::size_t d = 0; d < grid_.days.size() && grid_.days[d].date <= last; ++d)
      spans.push_back({d, d + 1, grid_.days[d].month, grid_.days[d].date});
    return spans;
  }
  constexpr sys_days a_monday{std::chrono::year(2026) / std::chrono::January / std::chrono::day(5)};
  const int length = column.length_days();
  const sys_days origin = column.from.value_or(a_monday);
  auto begin = origin + std::chrono::days(whole_weeks_before(grid_.first, origin, length) * length);
  for (; begin <= last; begin += std::chrono::days(length)) {
    const auto end = std::min(begin + std::chrono::days(length - 1), last);
    spans.push_back({row_at(begin), row_at(end + std::chrono::days(1)), month_of(grid_, end), end, begin});
  }
  return spans;
}

SpanColumns::SpanColumns(const Contract& contract, const LedgerLayout& day_columns, DayGrid grid)
    : grid_(std::move(grid)), infos_(made_columns(contract)), worked_(day_columns.find("workdays")) {
  for (std::size_t c = 0; c < day_columns.size(); ++c) day_infos_.push_back(day_columns[c]);
  const auto kept = kept_days_of(contract);
  places_kept_ = kept.places;
  for (const auto& one : contract.ledger) {
    Column column;
    column.each = one.each;
    column.spans = spans_of(one, contract.ends);
    Compiler compiler(*this, contract, day_columns, column);
    column.value = compiler.amount(one.value);
    if (one.when) column.when = Compiler(*this, contract, day_columns, column).condition(*one.when);
    most_depth_ = std::max(most_depth_, column.depth);
    column.kept = kept.place[columns_.size()];
    columns_.push_back(std::move(column));
  }
  for (std::size_t c = 0; c < contract.ledger.size(); ++c) {
    if (!may_be_open_on_leaving(contract, contract.ledger[c])) continue;
    Column open = columns_[c];
    open.spans = open_at_months_end(contract.ledger[c], contract.ends);
    open.kept.reset();
    columns_.push_back(std::move(open));
  }
}

/// The columns of one block, span by span.
class SpanColumns::Evaluation {
 public:
  Evaluation(const SpanColumns& all, const LedgerBlock& days, LedgerBlock& months, std::size_t first,
             Workspace& work)
      : all_(all), days_(days), months_(months), first_(first), n_(days.paths()), stride_(days.stride()) {
    work.runs.resize(kept_at(all.places_kept_) * stride_);
    runs_ = work.runs.data();
    fill(n_, 0.0, runs_);  // a path's pad of zeros for spans without a day
    feeds_.resize(all.day_infos_.size());
  }

  void make(std::size_t c) {
    const auto& column = all_.columns_[c];
    for (std::size_t p = 0; p < months_.periods(); ++p) fill(n_, 0.0, months_.at(p, first_ + c));
    for (const auto& span : column.spans) {
      double* to = months_.at(static_cast<std::size_t>(span.month - all_.grid_.first_month), first_ + c);
      double* day = column.kept ? kept(c, span.begin) : nullptr;
      const bool is_worked_day = column.each == SpanColumn::Each::day && all_.worked_;
      const Value counts =
          is_worked_day ? Value{days_.at(span.begin, *all_.worked_), 0.0} : Value{nullptr, 1.0};
      add_rounded(n_, value_of(column, span), counts, all_.infos_[c].scale, to, day);
    }
  }

 private:
  double* result() { return runs_ + stride_; }
  double* feed_run(std::size_t feed) { return runs_ + (2 + feed) * stride_; }
  double* stack_run(std::size_t depth) { return runs_ + (2 + all_.day_infos_.size() + depth) * stride_; }
  [[nodiscard]] std::size_t kept_at(std::size_t place) const {
    return 2 + all_.day_infos_.size() + all_.most_depth_ + place * (all_.grid_.days.size() + 1);
  }
  double* kept(std::size_t c, std::size_t row) {
    return runs_ + (kept_at(*all_.columns_[c].kept) + row) * stride_;
  }

  // Of a span where the column's condition holds, else 0. Conditions on the calendar alone are the same for
  // all paths: where such a one fails there is nothing to compute.
  Value value_of(const Column& column, const SpanOfDays& span) {
    for (const std::size_t feed : column.feeds) feeds_[feed] = sum_of(feed, span);
    if (!column.when) return computed(column.value, span);
    Value when = computed(*column.when, span);
    if (!when.lanes) return when.scalar == 1.0 ? computed(column.value, span) : zero();
    copy(n_, when, result());  // the stack is used again
    when.lanes = result();
    return applied(LaneOp::where, n_, computed(column.value, span), when, result());
  }

  // A column of the days over a span, in the column's unit.
  Value sum_of(std::size_t feed, const SpanOfDays& span) {
    const double scale = all_.day_infos_[feed].scale;
    if (span.begin == span.end) return zero();
    if (span.end == span.begin + 1 && (scale == 0.0 || scale == 1.0))
      return {days_.at(span.begin, feed), 0.0};
    double* to = feed_run(feed);
    copy(n_, {days_.at(span.begin, feed), 0.0}, to);
    for (std::size_t d = span.begin + 1; d < span.end; ++d)
      apply(LaneOp::add, n_, {to, 0.0}, {days_.at(d, feed), 0.0}, to);
    if (scale > 1.0) apply(LaneOp::divide, n_, {to, 0.0}, {nullptr, scale}, to);
    return {to, 0.0};
  }
  // A day column made before, over a longer span.
  Value made_over(std::size_t c, const SpanOfDays& span, double* to) {
    if (span.begin == span.end) return zero();
    copy(n_, {kept(c, span.begin), 0.0}, to);
    for (std::size_t d = span.begin + 1; d < span.end; ++d)
      apply(LaneOp::add, n_, {to, 0.0}, {kept(c, d), 0.0}, to);
    return {to, 0.0};
  }

  Value computed(const std::vector<Step>& steps, const SpanOfDays& span) {
    using What = Step::What;
    stack_.clear();
    const std::chrono::year_month_day last{span.last};
    for (const auto& step : steps) {
      switch (step.what) {
        case What::number:
          stack_.push_back({nullptr, step.number});
          break;
        case What::column:
          stack_.push_back(feeds_[step.index]);
          break;
        case What::made:
          stack_.push_back(made_over(step.index, span, stack_run(stack_.size())));
          break;
        case What::month:
          stack_.push_back({nullptr, static_cast<double>(span.month)});
          break;
        case What::weekday:
          stack_.push_back({nullptr, static_cast<double>(std::chrono::weekday(span.last).iso_encoding())});
          break;
        case What::calendar_month:
          stack_.push_back({nullptr, static_cast<double>(static_cast<unsigned>(last.month()))});
          break;
        case What::date:
          stack_.push_back({nullptr, static_cast<double>(span.last.time_since_epoch().count())});
          break;
        case What::is_holiday:
          stack_.push_back({nullptr, all_.grid_.days[span.begin].is_holiday ? 1.0 : 0.0});
          break;
        case What::operation: {
          const Value b = stack_.back();
          if (step.index == 2) stack_.pop_back();
          const Value a = stack_.back();
          stack_.back() = applied(step.op, n_, a, b, stack_run(stack_.size() - 1));
          break;
        }
      }
    }
    return stack_.back();
  }

  const SpanColumns& all_;
  const LedgerBlock& days_;
  LedgerBlock& months_;
  std::size_t first_, n_, stride_;
  double* runs_ = nullptr;
  std::vector<Value> feeds_, stack_;
};

void SpanColumns::make(const LedgerBlock& days, LedgerBlock& months, std::size_t first,
                       Workspace& work) const {
  Evaluation evaluation(*this, days, months, first, work);
  for (std::size_t c = 0; c < columns_.size(); ++c) evaluation.make(c);
}

}  // namespace paystress
