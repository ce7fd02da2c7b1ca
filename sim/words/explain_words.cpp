#include "sim/words/explain_words.h"

#include <fmt/format.h>

#include <cmath>

#include "model/amount_facts.h"
#include "model/date_text.h"
#include "sim/words/money_text.h"

namespace paystress::words {

std::string quantity(const Amount& amount) {
  return amount.op() == Amount::Op::number ? number_text(amount.value()) : amount.text();
}

std::string money(const Amount& amount) {
  if (amount.op() != Amount::Op::number) return "(" + amount.text() + ") dollars";
  const double usd = amount.value();
  return (usd < 0 ? "-$" : "$") + number_text(usd < 0 ? -usd : usd);
}

bool is_zero(const Amount& amount) { return amount.constant() == 0.0; }

std::string_view span(Span s) {
  switch (s) {
    case Span::month:
      return "month";
    case Span::quarter:
      return "quarter";
    case Span::year:
      return "year";
    case Span::horizon:
      break;
  }
  return "whole contract";
}

std::string whole(Span s) { return (s == Span::horizon ? "" : "whole ") + std::string(span(s)); }

std::string each(Span s) { return (s == Span::horizon ? "over the " : "each ") + std::string(span(s)); }

std::string months(const MonthRange& range, std::chrono::year_month_day start) {
  auto text = range.first == range.last ? fmt::format("month {}", range.first)
                                        : fmt::format("months {} to {}", range.first, range.last);
  if (!range.is_of_days()) return text;
  const auto last_day = [&](int number) {
    return std::chrono::sys_days((start.year() / start.month() + std::chrono::months(number - 1)) /
                                 std::chrono::last);
  };
  const auto days_of = [&](double part, int number) {
    const std::chrono::year_month_day last(last_day(number));
    return std::chrono::days(std::lround(part * static_cast<double>(static_cast<unsigned>(last.day()))));
  };
  text += " (";
  if (range.first_part < 1.0)
    text += "from " +
            date_text(last_day(range.first) - days_of(range.first_part, range.first) + std::chrono::days(1));
  if (range.last_part < 1.0) {
    text += range.first_part < 1.0 ? " " : "";
    text += "up to " + date_text(last_day(range.last) - days_of(1.0 - range.last_part, range.last));
  }
  return text + ")";
}

std::string rounding(const Rounding& r) {
  if (!r.unit_usd) return "is not rounded";
  const double unit = *r.unit_usd;
  const auto to = unit == 0.01  ? std::string("to the cent")
                  : unit == 1.0 ? std::string("to the dollar")
                                : fmt::format("to multiples of ${}", number_text(unit));
  switch (r.how) {
    case Rounding::How::half_up:
      return "is rounded " + to + ", halves up";
    case Rounding::How::half_even:
      return "is rounded " + to + ", halves to the even one";
    case Rounding::How::truncate:
      break;
  }
  return "is cut off " + to + ", never rounded up";
}

std::string ordinal(long long n) {
  const auto last = n % 10, teens = n % 100;
  const char* end = teens >= 11 && teens <= 13 ? "th"
                    : last == 1                ? "st"
                    : last == 2                ? "nd"
                    : last == 3                ? "rd"
                                               : "th";
  return number_text(static_cast<double>(n)) + end;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

void Glossary::note(const Amount& amount) {
  using Op = Amount::Op;
  this_month_ = this_month_ || amount.op() == Op::this_month;
  to_date_ = to_date_ || amount.op() == Op::to_date;
  annualised_ = annualised_ || amount.op() == Op::annualised;
  trailing_ = trailing_ || amount.op() == Op::trailing || amount.op() == Op::months_seen;
  last_year_ = last_year_ || amount.op() == Op::last_year;
  earned_ = earned_ || amount.op() == Op::earned;
  month_ = month_ || amount.op() == Op::month;
  ratio_ = ratio_ || (amount.op() == Op::divide && !amount.operands()[1].constant());
  for (const auto& operand : amount.operands()) note(operand);
}

void Glossary::note(const Condition& condition) {
  for (const auto& amount : condition.amounts) note(amount);
  for (const auto& part : condition.parts) note(part);
}

void Glossary::note(const std::optional<Amount>& amount) {
  if (amount) note(*amount);
}

void Glossary::note(const std::optional<Condition>& condition) {
  if (condition) note(*condition);
}

std::vector<std::string> Glossary::sentences() const {
  std::vector<std::string> all;
  if (ratio_)
    all.emplace_back(
        "A ratio is the ratio of what both sides add up to over the period; where the lower side is 0 it is "
        "undefined: no tier is reached, a condition fails, and it pays nothing.");
  if (this_month_) all.emplace_back("this_month(...) is the amount over the month alone.");
  if (to_date_) all.emplace_back("to_date(...) is the amount over the year so far.");
  if (annualised_)
    all.emplace_back(
        "annualised(...) is the amount over the year so far x 12 / months of the year that have passed.");
  if (trailing_)
    all.emplace_back(
        "trailing(..., n) is the amount over the last n months, this month included; the first months have "
        "fewer, of which months_seen is the number.");
  if (last_year_)
    all.emplace_back(
        "last_year(...) is the amount over the year before the running one; in the first year it is what the "
        "opening says of the year before, else 0.");
  if (earned_) all.emplace_back("earned.X is what component X earns, before any adjustment.");
  if (month_) all.emplace_back("month is the month of the contract, 1 for the first.");
  return all;
}

std::optional<std::pair<Amount, Amount>> floor_of(const SpanColumn& column, const Contract& contract) {
  const auto& value = column.value;
  if (column.info.unit != ColumnUnit::usd || value.op() != Amount::Op::maximum) return std::nullopt;
  const auto& parts = value.operands();
  if (parts.size() != 2 || parts[0].constant() != 0.0 || parts[1].op() != Amount::Op::subtract)
    return std::nullopt;
  const auto& sides = parts[1].operands();
  const auto is_of_days = [&](const Amount& amount) {
    const auto expanded = expand_terms(amount, contract);
    return !expanded || names_of(*expanded).reads_ledger();
  };
  if (is_of_days(sides[0]) || !is_of_days(sides[1])) return std::nullopt;
  return std::pair(sides[0], sides[1]);
}

}  // namespace paystress::words
