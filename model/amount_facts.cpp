#include "model/amount_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "model/adjustment_fields.h"

namespace paystress {
namespace {

constexpr int deepest_terms = 60;

const Amount* find_term(const Contract& contract, const std::string& name) {
  const auto it = std::ranges::find(contract.terms, name, &std::pair<std::string, Amount>::first);
  return it == contract.terms.end() ? nullptr : &it->second;
}

// `room`: parts that may still be written.
std::optional<Amount> expanded(const Amount& a, const Contract& contract, int depth, std::size_t& room) {
  using Op = Amount::Op;
  if (a.op() == Op::column || a.op() == Op::term) {
    const Amount* term = find_term(contract, a.name());
    if (term && depth >= deepest_terms) return std::nullopt;
    if (term) return expanded(*term, contract, depth + 1, room);
  }
  if (room == 0) return std::nullopt;
  --room;
  if (a.operands().empty()) return a;
  std::vector<Amount> operands;
  for (const auto& o : a.operands()) {
    auto e = expanded(o, contract, depth, room);
    if (!e) return std::nullopt;
    operands.push_back(std::move(*e));
  }
  return Amount::apply(a.op(), std::move(operands));
}

// Parts of amounts with every term written out, each term counted once however often it stands there.
class PartCounter {
 public:
  explicit PartCounter(const Contract& contract) : contract_(contract) {}

  WrittenOut of(const Amount& a, int depth = 0) {
    if (a.op() == Amount::Op::column || a.op() == Amount::Op::term) {
      const Amount* term = find_term(contract_, a.name());
      if (!term || depth >= deepest_terms) return {};
      if (const auto known = known_.find(a.name()); known != known_.end()) return known->second;
      const auto size = of(*term, depth + 1);
      return known_.emplace(a.name(), size).first->second;
    }
    WrittenOut size;
    for (const auto& o : a.operands()) {
      const auto operand = of(o, depth);
      size.parts += operand.parts;
      size.depth = std::max(size.depth, operand.depth + 1);
    }
    return size;
  }
  WrittenOut of(const Condition& condition) {
    WrittenOut size{0.0, 0};
    for (const auto& a : condition.amounts) size.join(of(a));
    for (const auto& p : condition.parts) size.join(of(p));
    return size;
  }

 private:
  const Contract& contract_;
  std::map<std::string, WrittenOut> known_;
};

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

}  // namespace

std::optional<Amount> expand_terms(const Amount& amount, const Contract& contract) {
  std::size_t room = most_written_out;
  return expanded(amount, contract, 0, room);
}

std::optional<Condition> expand_terms(const Condition& condition, const Contract& contract) {
  Condition out;
  out.op = condition.op;
  for (const auto& a : condition.amounts) {
    auto e = expand_terms(a, contract);
    if (!e) return std::nullopt;
    out.amounts.push_back(std::move(*e));
  }
  for (const auto& p : condition.parts) {
    auto e = expand_terms(p, contract);
    if (!e) return std::nullopt;
    out.parts.push_back(std::move(*e));
  }
  return out;
}

void collect_names(const Amount& amount, AmountNames& names) {
  switch (amount.op()) {
    case Amount::Op::column:
    case Amount::Op::term:
      return add_once(names.columns, amount.name());
    case Amount::Op::earned:
      return add_once(names.earned, amount.name());
    case Amount::Op::month:
      names.month = true;
      return;
    default:
      for (const auto& o : amount.operands()) collect_names(o, names);
  }
}

void collect_names(const Condition& condition, AmountNames& names) {
  for (const auto& a : condition.amounts) collect_names(a, names);
  for (const auto& p : condition.parts) collect_names(p, names);
}

AmountNames names_of(const Amount& amount) {
  AmountNames names;
  collect_names(amount, names);
  return names;
}

void visit_amounts(const PayLine& line, const std::function<void(const Amount&)>& amount,
                   const std::function<void(const Condition&)>& condition) {
  if (line.when) condition(*line.when);
  if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) return amount(fixed->usd);
  const auto& pay = std::get<MeasuredPay>(line.pays);
  const auto maybe = [&](const std::optional<Amount>& a) {
    if (a) amount(*a);
  };
  amount(pay.measure);
  maybe(pay.pay_per);
  if (pay.blocks) {
    for (const auto* a : {&pay.blocks->free, &pay.blocks->size, &pay.blocks->min}) amount(*a);
  }
  if (pay.corridor) {
    amount(pay.corridor->target);
    maybe(pay.corridor->low);
    maybe(pay.corridor->high);
  }
  if (const auto* rate = std::get_if<SingleRate>(&pay.schedule)) amount(rate->usd);
  if (const auto* table = std::get_if<CodeTable>(&pay.schedule)) {
    for (const auto& [code, usd] : table->usd_by_code) amount(usd);
  }
  if (const auto* curve = std::get_if<Curve>(&pay.schedule)) {
    for (const auto& [x, y] : curve->points) {
      amount(x);
      amount(y);
    }
  }
  if (const auto* ladder = std::get_if<TierLadder>(&pay.schedule)) {
    for (const auto& t : ladder->tiers) {
      for (const auto* a : {&t.from.at, &t.usd, &t.flat_usd}) amount(*a);
      if (t.when) condition(*t.when);
    }
  }
}

void visit_amounts(const Contract& contract, const std::function<void(const Amount&)>& amount,
                   const std::function<void(const Condition&)>& condition) {
  for (const auto& line : contract.pay) visit_amounts(line, amount, condition);
  for (const auto& a : contract.adjust) {
    if (a.when) condition(*a.when);
    visit_expressions(a.does, [&]<class Expression>(const std::string&, const Expression& expression) {
      if constexpr (std::is_same_v<Expression, Amount>)
        amount(expression);
      else
        condition(expression);
    });
  }
}

namespace {
template <class Pay>
AmountNames written_out_names(const Pay& pay, const Contract& contract) {
  AmountNames names;
  const auto take = [&](const auto& what) {
    if (const auto written_out = expand_terms(what, contract)) collect_names(*written_out, names);
  };
  visit_amounts(pay, take, take);
  return names;
}
}  // namespace

AmountNames names_of(const PayLine& line, const Contract& contract) {
  return written_out_names(line, contract);
}
AmountNames names_of(const Contract& contract) { return written_out_names(contract, contract); }

WrittenOut written_out_size(const Contract& contract) {
  PartCounter counter(contract);
  WrittenOut size{0.0, 0};
  const auto take = [&](const auto& what) { size.join(counter.of(what)); };
  for (const auto& [name, amount] : contract.terms) take(amount);
  for (const auto& column : contract.ledger) {
    take(column.value);
    if (column.when) take(*column.when);
  }
  visit_amounts(contract, take, take);
  return size;
}

namespace {
bool reads_year_to_date(const Amount& amount) {
  return amount.op() == Amount::Op::to_date || amount.op() == Amount::Op::annualised ||
         std::ranges::any_of(amount.operands(), reads_year_to_date);
}
bool reads_year_to_date(const Condition& condition) {
  return std::ranges::any_of(condition.amounts,
                             [](const Amount& amount) { return reads_year_to_date(amount); }) ||
         std::ranges::any_of(condition.parts, [](const Condition& part) { return reads_year_to_date(part); });
}
}  // namespace

bool reads_year_to_date(const Contract& contract) {
  bool found = false;
  const auto note = [&](const auto& what) { found = found || reads_year_to_date(what); };
  visit_amounts(contract, note, note);
  for (const auto& term : contract.terms) note(term.second);
  return found;
}

bool reads_other_times(const Amount& amount) {
  using Op = Amount::Op;
  constexpr std::array<Op, 7> other{Op::earned,   Op::this_month, Op::to_date,    Op::annualised,
                                    Op::trailing, Op::last_year,  Op::months_seen};
  return std::ranges::find(other, amount.op()) != other.end() ||
         std::ranges::any_of(amount.operands(), reads_other_times);
}

bool changes_by_month(const Amount& amount) {
  return amount.op() == Amount::Op::month || amount.op() == Amount::Op::this_month ||
         std::ranges::any_of(amount.operands(), [](const Amount& o) { return changes_by_month(o); });
}
bool changes_by_month(const Condition& condition) {
  return std::ranges::any_of(condition.amounts, [](const Amount& a) { return changes_by_month(a); }) ||
         std::ranges::any_of(condition.parts, [](const Condition& p) { return changes_by_month(p); });
}

int growth(const Amount& amount, const LedgerLayout& layout) {
  using Op = Amount::Op;
  const auto& args = amount.operands();
  switch (amount.op()) {
    case Op::column: {
      const auto c = layout.find(amount.name());
      // "visits" of a schedule by code stands for the visits of each code.
      return !c || layout[*c].join == ColumnJoin::sum ? 1 : 0;
    }
    case Op::earned:
      return 1;
    case Op::number:
    case Op::term:
    case Op::month:
    case Op::annualised:
    case Op::trailing:
    case Op::last_year:
    case Op::months_seen:
      return 0;
    case Op::multiply:
      return growth(args[0], layout) + growth(args[1], layout);
    case Op::divide:
      return growth(args[0], layout) - growth(args[1], layout);
    default:
      break;
  }
  int most = growth(args[0], layout);
  for (std::size_t i = 1; i < args.size(); ++i) most = std::max(most, growth(args[i], layout));
  return most;
}

bool is_count(const Amount& amount, const LedgerLayout& layout) {
  using Op = Amount::Op;
  if (const auto value = amount.constant()) return *value == std::floor(*value);
  switch (amount.op()) {
    case Op::column: {
      const auto c = layout.find(amount.name());
      if (!c) return amount.name() == "visits";
      const auto& info = layout[*c];
      return info.unit == ColumnUnit::count && info.scale == 1.0 && info.join != ColumnJoin::mean;
    }
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::negate:
    case Op::minimum:
    case Op::maximum:
    case Op::this_month:
    case Op::to_date:
    case Op::last_year:
      return std::ranges::all_of(amount.operands(), [&](const Amount& a) { return is_count(a, layout); });
    case Op::trailing:
      return is_count(amount.operands()[0], layout);
    case Op::months_seen:
      return true;
    default:
      return false;
  }
}

bool is_ledger_ratio(const Amount& amount) {
  return amount.op() == Amount::Op::divide && names_of(amount.operands()[1]).reads_ledger();
}

bool may_be_undefined(const Amount& amount) {
  if (amount.op() == Amount::Op::divide && amount.operands()[1].constant().value_or(0.0) == 0.0) return true;
  return std::ranges::any_of(amount.operands(), may_be_undefined);
}

}  // namespace paystress
