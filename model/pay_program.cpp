#include "model/pay_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace paystress {

namespace {
std::string months_key(const Feed& f) {
  return fmt::format("{} {}", static_cast<int>(f.of), f.of == FeedMonths::trailing ? f.months : 0);
}
}  // namespace

bool ProgramSpace::opens(Span span, const std::optional<MonthRange>& phase) const {
  const Opening& opening = contract->opening;
  return span == Span::year && !phase && !(opening.to_date.empty() && opening.earned_usd.empty());
}

WindowsIndex ProgramSpace::windows_of(Span span, const std::optional<MonthRange>& phase) {
  const std::string key = phase ? fmt::format("{} {} {} {} {}", static_cast<int>(span), phase->first,
                                              phase->last, phase->first_part, phase->last_part)
                                : fmt::format("{}", static_cast<int>(span));
  if (const auto it = window_ids.find(key); it != window_ids.end()) return it->second;
  WindowRules rules;
  rules.year = contract->year;
  rules.phase = phase;
  rules.ends = contract->ends;
  // A phase starts its running totals afresh, so nothing from before the start is in them.
  rules.opened = opens(span, phase);
  rules.left = contract->ends_by_leaving;
  const WindowsIndex at = windows.add(PayWindows(*grid, span, rules));
  window_ids.emplace(key, at);
  return at;
}

RegisterIndex ProgramBuilder::amount(const Amount& a, const ReadingContext& context) {
  auto e = expand_terms(a, *space_->contract);
  if (!e) throw std::invalid_argument("a circle of terms");
  return expanded(*e, context);
}

RegisterIndex ProgramBuilder::condition(const Condition& c, const ReadingContext& context) {
  auto e = expand_terms(c, *space_->contract);
  if (!e) throw std::invalid_argument("a circle of terms");
  return expanded(*e, context);
}

RegisterIndex ProgramBuilder::constant(double value) {
  const std::string key = fmt::format("= {}", value);
  if (const auto it = known_.find(key); it != known_.end()) return it->second;
  const RegisterIndex reg = new_register();
  program_->constants.emplace_back(reg, value);
  known_.emplace(key, reg);
  return reg;
}

RegisterIndex ProgramBuilder::expanded(const Amount& a, const ReadingContext& context) {
  using Op = Amount::Op;
  if (const auto value = a.constant()) return constant(*value);
  const auto& args = a.operands();
  const auto binary = [&](LaneOp op) {
    RegisterIndex left = expanded(args[0], context);
    for (std::size_t i = 1; i < args.size(); ++i) left = operation(op, left, expanded(args[i], context));
    return left;
  };
  const auto over = [&](Span span) {
    ReadingContext c = context;
    c.windows = space_->windows_of(span, std::nullopt);
    c.of = FeedMonths::running;
    return c;
  };
  switch (a.op()) {
    case Op::number:
      break;
    case Op::column:
    case Op::term:
      return column(a.name(), context);
    case Op::earned:
      return earned(a.name(), context);
    case Op::month:
      return month();
    case Op::add: {
      RegisterIndex left = expanded(args[0], context);
      for (std::size_t i = 1; i < args.size(); ++i) {
        const bool less = args[i].op() == Op::negate && !args[i].constant();
        const RegisterIndex right = expanded(less ? args[i].operands()[0] : args[i], context);
        left = operation(less ? LaneOp::subtract : LaneOp::add, left, right);
      }
      return left;
    }
    case Op::subtract:
      return binary(LaneOp::subtract);
    case Op::multiply:
      return binary(LaneOp::multiply);
    case Op::divide:
      return binary(LaneOp::divide);
    case Op::minimum:
      return binary(LaneOp::minimum);
    case Op::maximum:
      return binary(LaneOp::maximum);
    case Op::negate: {
      const RegisterIndex operand = expanded(args[0], context);
      return operation(LaneOp::negate, operand, operand);
    }
    case Op::this_month:
      return expanded(args[0], over(Span::month));
    case Op::to_date:
      return expanded(args[0], over(Span::year));
    case Op::annualised: {
      const ReadingContext year = over(Span::year);
      const RegisterIndex to_date = expanded(args[0], year);
      const std::string key = "annual factor";
      auto it = known_.find(key);
      if (it == known_.end()) {
        const RegisterIndex reg = new_register();
        program_->annual_registers.emplace_back(reg, year.windows);
        it = known_.emplace(key, reg).first;
      }
      return operation(LaneOp::multiply, to_date, it->second);
    }
    case Op::trailing:
    case Op::last_year:
    case Op::months_seen:
      return over_other_months(a, context);
  }
  return constant(a.value());
}

// Of trailing(), last_year() and months_seen().
RegisterIndex ProgramBuilder::over_other_months(const Amount& a, const ReadingContext& context) {
  const auto& args = a.operands();
  if (a.op() == Amount::Op::months_seen) {
    const int most = static_cast<int>(args[0].value());
    const auto [it, is_new] = known_.try_emplace(fmt::format("months seen {}", most));
    if (is_new) {
      it->second = new_register();
      program_->seen_registers.emplace_back(it->second, most);
    }
    return it->second;
  }
  const bool trails = a.op() == Amount::Op::trailing;
  ReadingContext c = context;
  c.windows = space_->windows_of(trails ? Span::horizon : Span::year, std::nullopt);
  c.of = trails ? FeedMonths::trailing : FeedMonths::window_before;
  c.months = trails ? static_cast<int>(args[1].value()) : 0;
  return expanded(args[0], c);
}

RegisterIndex ProgramBuilder::expanded(const Condition& c, const ReadingContext& context) {
  using Op = Condition::Op;
  const auto compare = [&](LaneOp op) {
    const RegisterIndex left = expanded(c.amounts[0], context);
    return operation(op, left, expanded(c.amounts[1], context));
  };
  const auto join = [&](LaneOp op, double empty) {
    if (c.parts.empty()) return constant(empty);
    RegisterIndex left = expanded(c.parts[0], context);
    for (std::size_t i = 1; i < c.parts.size(); ++i)
      left = operation(op, left, expanded(c.parts[i], context));
    return left;
  };
  switch (c.op) {
    case Op::less:
      return compare(LaneOp::less);
    case Op::less_equal:
      return compare(LaneOp::less_equal);
    case Op::equal:
      return compare(LaneOp::equal);
    case Op::not_equal:
      return compare(LaneOp::not_equal);
    case Op::greater_equal:
      return compare(LaneOp::greater_equal);
    case Op::greater:
      return compare(LaneOp::greater);
    case Op::all_of:
      return join(LaneOp::both, 1.0);
    case Op::any_of:
      return join(LaneOp::either, 0.0);
    case Op::none_of:
      break;
  }
  const RegisterIndex inside = join(LaneOp::either, 0.0);
  return operation(LaneOp::opposite, inside, inside);
}

RegisterIndex ProgramBuilder::month() {
  const auto [it, is_new] = known_.try_emplace("month");
  if (is_new) program_->month_registers.push_back(it->second = new_register());
  return it->second;
}

RegisterIndex ProgramBuilder::stayed(LeavingColumn column) {
  return column == LeavingColumn::months_employed ? month() : constant(0.0);
}

RegisterIndex ProgramBuilder::column(const std::string& name, const ReadingContext& context) {
  const LedgerLayout& layout = *space_->layout;
  const auto leaving = find_leaving_column(name);
  if (leaving && !space_->contract->ends) return stayed(*leaving);
  std::string actual = name;
  std::string code;
  if (name == "visits" && !context.code.empty()) code = context.code;
  constexpr std::string_view by_code = "visits.";
  if (name.starts_with(by_code)) code = name.substr(by_code.size());
  if (!code.empty()) actual = std::string(by_code) + code;

  Feed f;
  f.source.codes = counted_codes(*space_->contract, layout, actual);
  f.windows = context.windows;
  const auto at = layout.find(actual);
  if (f.source.codes.empty()) {
    if (!at) throw std::invalid_argument("no ledger column is named " + actual);
    f.source.column = *at;
    f.join = layout[*at].join;
    f.scale = layout[*at].scale;
  } else {
    f.scale = ledger_column_info(LedgerColumn::credited_wrvu).scale;
    // Without a word about later changes they count when they are found, as in the ledger's own column.
    if (std::ranges::any_of(f.source.codes, [](const CountedCode& c) { return c.change.has_value(); }))
      f.source.restate = context.restate.value_or(Restate::net_units);
  }
  if (space_->contract->ends && space_->contract->tail == Tail::paid &&
      actual == name_of(CollectionColumn::collected_usd))
    f.source.tail = layout.find(name_of(CollectionColumn::tail_usd));
  if (context.restate && f.source.codes.empty()) {
    if (!code.empty()) {
      f.source.plus = layout.find("code_change." + code);
      if (f.source.plus) f.source.restate = context.restate;
    } else if (actual == "credited_wrvu" && context.restate != Restate::net_units) {
      // Credited = generated in the month + corrections found in the month.
      const auto generated = layout.find("generated_wrvu");
      if (generated && layout[*generated].scale == f.scale) {
        f.source.column = *generated;
        f.source.plus = *at;
        f.source.minus = *generated;
        f.source.restate = context.restate;
      }
    }
  }
  const auto& to_date = space_->contract->opening.to_date;
  const auto opening = std::ranges::find(to_date, actual, &std::pair<std::string, double>::first);
  if (opening != to_date.end() && context.windows == space_->windows_of(Span::year, std::nullopt)) {
    f.opening = opening->second * (f.scale > 0.0 ? f.scale : 1.0);
  }
  f.of = context.of;
  f.months = context.months;
  const auto& last_year = space_->contract->opening.last_year;
  const auto before = std::ranges::find(last_year, actual, &std::pair<std::string, double>::first);
  if (before != last_year.end()) f.year_before = before->second * (f.scale > 0.0 ? f.scale : 1.0);
  return feed(f, fmt::format("column {} {} {} {}", actual, context.windows.value(),
                             f.source.restate ? static_cast<int>(*f.source.restate) : -1, months_key(f)));
}

RegisterIndex ProgramBuilder::earned(const std::string& name, const ReadingContext& context) {
  const auto& pay = space_->contract->pay;
  const auto it = std::ranges::find(pay, name, &PayLine::name);
  if (it == pay.end()) throw std::invalid_argument("no component is named " + name);
  Feed f;
  f.source.line = LineIndex(static_cast<std::size_t>(it - pay.begin()));
  f.windows = context.windows;
  const auto& before = space_->contract->opening.earned_usd;
  const auto opening = std::ranges::find(before, name, &std::pair<std::string, double>::first);
  if (opening != before.end() && context.windows == space_->windows_of(Span::year, std::nullopt))
    f.opening = opening->second;
  f.of = context.of;
  f.months = context.months;
  return feed(f, fmt::format("earned {} {} {}", name, context.windows.value(), months_key(f)));
}

RegisterIndex ProgramBuilder::feed(Feed f, const std::string& key) {
  if (const auto it = known_.find(key); it != known_.end()) return it->second;
  f.reg = new_register();
  f.sum = space_->new_run();
  f.value = space_->new_run();
  program_->feeds.push_back(f);
  known_.emplace(key, f.reg);
  return f.reg;
}

RegisterIndex ProgramBuilder::operation(LaneOp op, RegisterIndex a, RegisterIndex b) {
  const std::string key = fmt::format("{} {} {}", static_cast<int>(op), a.value(), b.value());
  if (const auto it = known_.find(key); it != known_.end()) return it->second;
  Instruction i;
  i.op = op;
  i.a = a;
  i.b = b;
  i.to = new_register();
  i.run = space_->new_run();
  program_->code.push_back(i);
  known_.emplace(key, i.to);
  return i.to;
}

}  // namespace paystress
