#include "model/contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "model/date_text.h"

namespace paystress {
namespace {

// Binding strength: an operand that binds more loosely than its operator is written in brackets.
enum Strength { sum_strength = 1, product_strength = 2, atom_strength = 3 };

Strength strength_of(const Amount& a) {
  switch (a.op()) {
    case Amount::Op::add:
    case Amount::Op::subtract:
      return sum_strength;
    case Amount::Op::multiply:
    case Amount::Op::divide:
      return product_strength;
    default:
      return atom_strength;
  }
}

std::string bracketed(const Amount& a, Strength needed) {
  return strength_of(a) < needed ? fmt::format("({})", a.text()) : a.text();
}

std::string joined(const std::vector<Amount>& operands) {
  std::string out;
  for (const auto& o : operands) out += fmt::format("{}{}", out.empty() ? "" : ", ", o.text());
  return out;
}

double divide_or_undefined(double a, double b) {
  return b == 0.0 ? std::numeric_limits<double>::quiet_NaN() : a / b;
}

// What an operation makes of constant operands; nothing where the time or a ledger has a say.
std::optional<double> constant_of(Amount::Op op, const std::vector<Amount>& operands) {
  using Op = Amount::Op;
  switch (op) {
    case Op::number:
    case Op::column:
    case Op::term:
    case Op::earned:
    case Op::month:
    case Op::this_month:
    case Op::to_date:
    case Op::annualised:
    case Op::trailing:
    case Op::last_year:
    case Op::months_seen:
      return std::nullopt;
    default:
      break;
  }
  std::vector<double> values;
  for (const auto& o : operands) {
    const auto v = o.constant();
    if (!v) return std::nullopt;
    values.push_back(*v);
  }
  switch (op) {
    case Op::add:
      return std::accumulate(values.begin() + 1, values.end(), values[0]);
    case Op::subtract:
      return values[0] - values[1];
    case Op::multiply:
      return values[0] * values[1];
    case Op::divide:
      return divide_or_undefined(values[0], values[1]);
    case Op::negate:
      return -values[0];
    default:
      break;
  }
  for (const double v : values) {
    if (std::isnan(v)) return v;
  }
  return op == Op::minimum ? std::ranges::min(values) : std::ranges::max(values);
}

}  // namespace

Amount Amount::name(Op op, std::string name) {
  if (op != Op::column && op != Op::term && op != Op::earned) {
    throw std::invalid_argument("an amount of this kind has no name");
  }
  Amount a;
  a.op_ = op;
  a.is_constant_ = false;
  a.name_ = std::move(name);
  return a;
}

Amount Amount::apply(Op op, std::vector<Amount> operands) {
  const auto n = operands.size();
  const bool fits = [&] {
    switch (op) {
      case Op::month:
        return n == 0;
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::trailing:
        return n == 2;
      case Op::negate:
      case Op::this_month:
      case Op::to_date:
      case Op::annualised:
      case Op::last_year:
      case Op::months_seen:
        return n == 1;
      case Op::add:
      case Op::minimum:
      case Op::maximum:
        return n >= 2;
      default:
        return false;
    }
  }();
  if (!fits) throw std::invalid_argument("wrong number of operands of an amount");
  const bool is_sum = op == Op::add || op == Op::subtract;
  if (is_sum && (operands[0].op_ == Op::add || operands[0].op_ == Op::subtract)) {
    // (a + b) + c is a + b + c: one list, so that a sum of thousands of terms is not nested thousands deep.
    std::vector<Amount> terms = operands[0].operands();
    if (operands[0].op_ == Op::subtract) terms[1] = apply(Op::negate, {std::move(terms[1])});
    if (op == Op::subtract) operands[1] = apply(Op::negate, {std::move(operands[1])});
    terms.insert(terms.end(), operands.begin() + 1, operands.end());
    operands = std::move(terms);
    op = Op::add;
  }
  Amount a;
  a.op_ = op;
  for (const auto& o : operands) a.depth_ = std::max(a.depth_, o.depth_ + 1);
  const auto value = constant_of(op, operands);
  a.is_constant_ = value.has_value();
  a.value_ = value.value_or(0.0);
  a.operands_ = std::make_shared<const std::vector<Amount>>(std::move(operands));
  return a;
}

const std::vector<Amount>& Amount::operands() const {
  static const std::vector<Amount> none;
  return operands_ ? *operands_ : none;
}

std::string Amount::text() const {
  const auto& args = operands();
  switch (op_) {
    case Op::number:
      return fmt::format("{}", value_);
    case Op::column:
    case Op::term:
      return name_;
    case Op::earned:
      return "earned." + name_;
    case Op::month:
      return "month";
    case Op::add: {
      std::string out = bracketed(args[0], sum_strength);
      for (std::size_t i = 1; i < args.size(); ++i) {
        const bool less = args.size() > 2 && args[i].op() == Op::negate;
        out += (less ? " - " : " + ") + bracketed(less ? args[i].operands()[0] : args[i], product_strength);
      }
      return out;
    }
    case Op::subtract:
      return bracketed(args[0], sum_strength) + " - " + bracketed(args[1], product_strength);
    case Op::multiply:
      return bracketed(args[0], product_strength) + " * " + bracketed(args[1], atom_strength);
    case Op::divide:
      return bracketed(args[0], product_strength) + " / " + bracketed(args[1], atom_strength);
    case Op::negate:
      // A bare number would be read back as a negative number, so it keeps its brackets.
      return args[0].op() == Op::number ? fmt::format("-({})", args[0].text())
                                        : "-" + bracketed(args[0], atom_strength);
    case Op::minimum:
      return "min(" + joined(args) + ")";
    case Op::maximum:
      return "max(" + joined(args) + ")";
    case Op::this_month:
      return "this_month(" + joined(args) + ")";
    case Op::to_date:
      return "to_date(" + joined(args) + ")";
    case Op::annualised:
      return "annualised(" + joined(args) + ")";
    case Op::trailing:
      return "trailing(" + joined(args) + ")";
    case Op::last_year:
      return "last_year(" + joined(args) + ")";
    case Op::months_seen:
      return "months_seen(" + joined(args) + ")";
  }
  return {};
}

namespace {

// The day of this number, as a condition writes it.
std::string quoted_date(double number) {
  return fmt::format("\"{}\"", date_text(std::chrono::sys_days(std::chrono::days(std::lround(number)))));
}

}  // namespace

std::string Condition::text() const {
  const auto comparison = [&](std::string_view sign) {
    const bool of_date = amounts[0].op() == Amount::Op::column && amounts[0].name() == "date";
    return fmt::format("{} {} {}", amounts[0].text(), sign,
                       of_date ? quoted_date(amounts[1].value()) : amounts[1].text());
  };
  const auto list = [&](std::string_view word) {
    std::string out;
    for (const auto& p : parts) {
      const bool is_list = (p.op == Op::all_of || p.op == Op::any_of) && !p.parts.empty();
      if (!out.empty()) out += fmt::format(" {} ", word);
      out += is_list ? fmt::format("({})", p.text()) : p.text();
    }
    return out;
  };
  switch (op) {
    case Op::less:
      return comparison("<");
    case Op::less_equal:
      return comparison("<=");
    case Op::equal:
      return comparison("==");
    case Op::not_equal:
      return comparison("!=");
    case Op::greater_equal:
      return comparison(">=");
    case Op::greater:
      return comparison(">");
    case Op::all_of:
      return parts.empty() ? "0 == 0" : list("and");
    case Op::any_of:
      return parts.empty() ? "0 != 0" : list("or");
    case Op::none_of:
      return fmt::format("not ({})", parts.empty() ? "0 != 0" : parts[0].text());
  }
  return {};
}

}  // namespace paystress
