#include "sim/words/explain_adjustment.h"

#include <fmt/format.h>

#include <cmath>

#include "model/amount_facts.h"
#include "model/contract_order.h"
#include "sim/words/money_text.h"

namespace paystress::words {
namespace {

class AdjustmentExplainer : Page {
 public:
  AdjustmentExplainer(const Contract& contract, std::chrono::year_month_day start, Glossary& glossary)
      : contract_(contract), start_(start), glossary_(glossary) {}

  // Rule 1: an adjustment sees its components, and earlier adjustments whose own components lie within them.
  [[nodiscard]] std::vector<std::string> names_of(const Adjustment& a) const {
    if (!a.on.empty()) return a.on;
    std::vector<std::string> names;
    for (const std::size_t l : lines_seen(contract_, a)) names.push_back(contract_.pay[l].name);
    return names;
  }
  [[nodiscard]] std::vector<std::string> earlier_names(std::size_t i) const {
    std::vector<std::string> earlier;
    for (const std::size_t e : earlier_within(contract_, i)) earlier.push_back(contract_.adjust[e].name);
    return earlier;
  }

  std::string adjustment(std::size_t i) {
    const auto& a = contract_.adjust[i];
    line("{}. {}: {}", i + 1, a.name,
         std::visit([&](const auto& does) { return headline(does, a); }, a.does));
    const auto earlier = earlier_names(i);
    const auto seen = names_of(a);
    item("It looks at {}{}{}.", seen.empty() ? "no component" : words::list(seen),
         a.on.empty() && !seen.empty() ? " (everything that is paid)" : "",
         earlier.empty() ? "" : ", after " + words::list(earlier));
    std::visit([&](const auto& does) { details(does, a); }, a.does);
    if (a.months) item("It acts in {} only.", words::months(*a.months, start_));
    if (a.when) {
      item("It acts only while {}.", a.when->text());
      glossary_.note(*a.when);
    }
    if (a.round) item("What it changes {}.", words::rounding(*a.round));
    return std::move(text);
  }

  [[nodiscard]] static std::string period(const Adjustment& a) { return std::string(words::span(a.per)); }

  // "each month", or the one month in which it acts.
  [[nodiscard]] std::string when(const std::optional<MonthRange>& months, Span per) const {
    const bool is_one = per == Span::month && months && months->first == months->last;
    return is_one ? "in " + words::months(*months, start_) : words::each(per);
  }

  std::string headline(const Guarantee& g, const Adjustment& a) {
    glossary_.note(g.usd);
    return fmt::format("at least {} {}.", words::money(g.usd), when(a.months, a.per));
  }
  std::string headline(const Cap& c, const Adjustment& a) {
    glossary_.note(c.usd);
    return fmt::format("at most {} {}.", words::money(c.usd), when(a.months, a.per));
  }
  std::string headline(const AddMoney& m, const Adjustment& a) {
    glossary_.note(m.usd);
    return fmt::format("{} is added {}.", words::money(m.usd), when(a.months, a.per));
  }
  std::string headline(const Multiply& m, const Adjustment&) {
    glossary_.note(m.factor);
    return fmt::format("the money is multiplied by {}.", words::quantity(m.factor));
  }
  std::string headline(const Gate& g, const Adjustment&) {
    glossary_.note(g.open);
    return fmt::format("the money is paid only where {}; otherwise nothing of it.", g.open.text());
  }
  std::string headline(const Draw& d, const Adjustment& a) {
    glossary_.note(d.usd);
    glossary_.note(d.forgive);
    glossary_.note(d.interest_per_year);
    return fmt::format("a draw of {} {}.", words::money(d.usd), when(d.months ? d.months : a.months, a.per));
  }
  std::string headline(const Withhold& w, const Adjustment&) {
    glossary_.note(w.share);
    glossary_.note(w.released);
    glossary_.note(w.release);
    return fmt::format("{} of the money is held back.", share(w.share));
  }
  std::string headline(const Carry& c, const Adjustment& a) {
    glossary_.note(c.amount);
    glossary_.note(c.limit);
    if (const auto* component = std::get_if<std::string>(&c.into))
      return fmt::format("at the end of each {}, {} units are carried into the next total of {}.", period(a),
                         words::quantity(c.amount), *component);
    return fmt::format("{} moves out of each {} and is paid at the start of the next {}.",
                       words::money(c.amount), period(a), words::span(std::get<Span>(c.into)));
  }

  static std::string share(const Amount& amount) {
    const auto constant = amount.constant();
    if (!constant) return "a share (" + amount.text() + ")";
    return fmt::format("{:.10g} %", *constant * 100.0);
  }

  void details(const Guarantee&, const Adjustment& a) {
    const auto paid = a.paid.value_or(PaidWhen::period_end);
    item("It compares the money paid within the {}, whenever it was earned, and pays what is missing {}.",
         period(a), paid == PaidWhen::period_end ? "at the end of the " + period(a) : when_paid(paid, a));
    if (paid == PaidWhen::running && a.per != Span::month)
      item(
          "Of its sum, the months gone by are due in even parts; what was filled up and turns out not to be "
          "missing is taken back.");
  }
  void details(const Cap&, const Adjustment& a) {
    item("It binds the running total of the {}; what goes beyond it is lost.", period(a));
    details_paid(a);
  }
  void details(const AddMoney& m, const Adjustment& a) {
    const auto expanded = expand_terms(m.usd, contract_);
    const auto usd = expanded ? expanded->constant() : std::nullopt;
    const bool in_parts = usd && !a.when && a.paid.value_or(PaidWhen::running) == PaidWhen::running;
    if (!in_parts || a.per == Span::month || a.per == Span::horizon) return details_paid(a);
    const double part = *usd / (a.per == Span::year ? 12.0 : 3.0), cents = std::round(part * 100.0) / 100.0;
    item("It is paid in even parts, month by month; in a whole {} that is {}{} a month.", period(a),
         std::abs(part - cents) > 1e-9 ? "about " : "", words::money(cents));
  }
  void details(const Multiply& m, const Adjustment& a) {
    if (!m.factor.constant()) item("The factor is that of the {}.", period(a));
    details_paid(a);
  }
  void details(const Gate&, const Adjustment& a) {
    item("The condition is looked at over the {}.", period(a));
    details_paid(a);
  }
  void details(const Draw& d, const Adjustment& a) {
    switch (d.form) {
      case Draw::Form::top_up:
        item("Where less is earned, pay is filled up to the draw and the difference is owed.");
        break;
      case Draw::Form::additive:
        item("The draw is paid on top of what is earned, and all of it is owed.");
        break;
      case Draw::Form::advance:
        item("The draw is paid at the start of the {} and set off against what is earned, at its end.",
             period(a));
        break;
    }
    if (d.months)
      item("The draw is paid in {} only{}.", words::months(*d.months, start_),
           d.recover_share == 0.0 ? "" : "; recovery goes on after that");
    const auto later = d.recover_from > 1 ? fmt::format(", from month {} on", d.recover_from) : std::string();
    if (d.recover_share == 0.0)
      item("Nothing of it is taken out of pay while the contract runs.");
    else if (d.form == Draw::Form::advance)
      item("{} of what is owed is taken out of pay at the end of the {}{}, even below zero.",
           d.recover_share == 1.0 ? std::string("All") : fmt::format("{:.10g} %", d.recover_share * 100.0),
           period(a), later);
    else
      item(
          "What is owed is taken out of {} beyond the draw{}, after earlier adjustments{}; a later cap never "
          "reopens the balance.",
          d.recover_share == 1.0 ? std::string("what is earned")
                                 : fmt::format("{:.10g} % of what is earned", d.recover_share * 100.0),
          d.months ? ", in months without a draw out of all that is earned" : "", later);
    if (d.forgive)
      item("{} of what is owed is forgiven each month{}.", words::money(*d.forgive),
           d.forgive_from > 1
               ? fmt::format(
                     ", but nothing before month {}, in which all that has accrued is forgiven at once",
                     d.forgive_from)
               : std::string());
    if (d.interest_per_year)
      item(
          "What a month finds owed bears {} a year of interest, a twelfth of it each month, owed like the "
          "rest.",
          share(*d.interest_per_year));
    item("{}",
         d.at_end == Draw::AtEnd::forgiven ? "When the contract ends, the balance is forgiven."
         : contract_.may_end()
             ? "When the contract ends, what is still owed is taken out of the last pay, even below zero; "
               "before that it is reported and not deducted."
             : "When the contract ends, the balance is due; otherwise it is reported and not deducted.");
  }
  void details(const Withhold& w, const Adjustment&) {
    item("At the end of each {}, {} is paid out if, over it, {}; otherwise it is lost.", words::span(w.in),
         w.released.constant() == 1.0 ? "what was held back" : share(w.released) + " of what was held back",
         w.release.text());
    if (w.released.constant() != 1.0) item("The rest of it is lost.");
    item(
        "Later guarantees, caps and draws count the money as if it had not been held back; later gates, "
        "multipliers and withholds see what is left of it. Paying it out bypasses them all.");
  }
  void details(const Carry& c, const Adjustment&) {
    if (c.limit) item("At most {} is carried, in either direction.", words::quantity(*c.limit));
  }

  static std::string when_paid(PaidWhen paid, const Adjustment& a) {
    switch (paid) {
      case PaidWhen::running:
        return "month by month, on the running total";
      case PaidWhen::period_end:
        return "at the end of the " + period(a);
      case PaidWhen::interim:
        break;
    }
    return "for each month as if it stood alone, and settles the difference at the end of the " + period(a);
  }
  void details_paid(const Adjustment& a) {
    if (a.per != Span::month) item("It acts {}.", when_paid(a.paid.value_or(PaidWhen::running), a));
  }

  const Contract& contract_;
  std::chrono::year_month_day start_;
  Glossary& glossary_;
};

}  // namespace

std::string explain_adjustment(const Contract& contract, std::size_t i, std::chrono::year_month_day start,
                               Glossary& glossary) {
  return AdjustmentExplainer(contract, start, glossary).adjustment(i);
}

}  // namespace paystress::words
