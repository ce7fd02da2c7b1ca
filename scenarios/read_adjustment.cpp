#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <variant>

#include "model/calendar.h"
#include "scenarios/contract_values.h"
#include "scenarios/read_span_column.h"

namespace paystress {
namespace {

// What a kind is made of, read from the table of the adjustment, which has the kind's key.
template <class Money>
void read_money(TableReader& adjust, Amount& usd) {
  usd = read_amount(adjust, Money::traits.key).value_or(unread_amount());
}
void read_rule(TableReader& adjust, Guarantee& g) { read_money<Guarantee>(adjust, g.usd); }
void read_rule(TableReader& adjust, Cap& c) { read_money<Cap>(adjust, c.usd); }
void read_rule(TableReader& adjust, AddMoney& m) { read_money<AddMoney>(adjust, m.usd); }
void read_rule(TableReader& adjust, Multiply& m) { read_money<Multiply>(adjust, m.factor); }
void read_rule(TableReader& adjust, Gate& g) {
  if (const auto open = read_condition(adjust, Gate::traits.key)) g.open = *open;
}

void read_rule(TableReader& adjust, Draw& draw) {
  auto* table = adjust.sub(Draw::traits.key);
  if (table == nullptr) return;
  require(*table, "usd", "", "Write usd = the dollars of the draw in one period.");
  const auto usd = read_amount(*table, "usd");
  draw.usd = usd.value_or(unread_amount());
  static constexpr std::array<std::pair<std::string_view, Draw::Form>, 3> forms{
      {{"top_up", Draw::Form::top_up}, {"additive", Draw::Form::additive}, {"advance", Draw::Form::advance}}};
  require(*table, "form", "a draw that fills up to an amount pays differently from one that is paid on top",
          "Write form = \"top_up\", \"additive\" or \"advance\".");
  if (const auto form = table->choice<Draw::Form>("form", forms)) draw.form = *form;
  draw.months = read_months(*table, "months");
  if (const auto from = table->integer("recover_from", 1, most_months, "the month in which recovery begins"))
    draw.recover_from = static_cast<int>(*from);
  if (const auto share = table->number("recover_share", {0.0, 1.0, "a share of the excess"}))
    draw.recover_share = *share;
  static constexpr std::array<std::pair<std::string_view, Draw::AtEnd>, 2> ends{
      {{"owed", Draw::AtEnd::owed}, {"forgiven", Draw::AtEnd::forgiven}}};
  if (const auto end = table->choice<Draw::AtEnd>("at_end", ends)) draw.at_end = *end;
  draw.forgive = read_amount(*table, "forgive");
  if (table->has("forgive") && !draw.forgive) draw.forgive = unread_amount();
  draw.interest_per_year = read_amount(*table, "interest_per_year");
  if (const auto from = table->integer("forgive_from", 1, most_months, "the first month of forgiveness")) {
    draw.forgive_from = static_cast<int>(*from);
    if (!table->has("forgive"))
      table->error("forgive_from", "is not used without forgive", "a key without an effect is a mistake",
                   "Write forgive = the dollars forgiven each month.");
  }
}

void read_rule(TableReader& adjust, Withhold& withhold) {
  auto* table = adjust.sub(Withhold::traits.key);
  if (table == nullptr) return;
  require(*table, "share", "", "Write share = the part of the pay that is held back.");
  const auto share = read_amount(*table, "share");
  withhold.share = share.value_or(unread_amount());
  require(*table, "release", "money that nothing releases is lost",
          "Write release = the condition under which it is paid out.");
  const auto release = read_condition(*table, "release");
  if (release) withhold.release = *release;
  require(*table, "in", "the condition is looked at once in each such period, at its end",
          "Write in = \"month\", \"quarter\", \"year\" or \"horizon\".");
  if (const auto in = read_span(*table, "in")) withhold.in = *in;
  if (const auto released = read_amount(*table, "released")) withhold.released = *released;
}

void read_rule(TableReader& adjust, Carry& carry) {
  auto* table = adjust.sub(Carry::traits.key);
  if (table == nullptr) return;
  require(*table, "amount", "",
          "Write amount = what moves to the next period: dollars, or units of a component.");
  const auto amount = read_amount(*table, "amount");
  carry.amount = amount.value_or(unread_amount());
  require(*table, "into", "",
          "Write into = \"month\", \"quarter\", \"year\" or \"horizon\", or the name of the component whose "
          "units are carried.");
  if (const auto into = table->text("into")) {
    const auto span = std::ranges::find(span_names, *into, &std::pair<std::string_view, Span>::first);
    if (span != span_names.end())
      carry.into = span->second;
    else
      carry.into = *into;
  }
  carry.limit = read_amount(*table, "limit");
}

template <class... Kind>
constexpr std::array<std::string_view, sizeof...(Kind)> keys_of(const std::variant<Kind...>*) {
  return {Kind::traits.key...};
}
constexpr auto kinds = keys_of(static_cast<const AdjustmentRule*>(nullptr));

template <class... Kind>
void read_what(TableReader& table, std::string_view key, std::variant<Kind...>& does) {
  const auto read_if = [&]<class One>(One rule) {
    if (key != One::traits.key) return;
    read_rule(table, rule);
    does = std::move(rule);
  };
  (read_if(Kind{}), ...);
}

// `unread`: what it does could not be read.
void read_per(TableReader& table, std::string_view kind, bool unread, Adjustment& adjust) {
  if (kind == Withhold::traits.key) {
    static constexpr std::array<std::string_view, 1> only_per{"per"};
    refuse(table, only_per, "withhold: its period is in");
    return;
  }
  table.know("per");
  if (is_span_of_days(table, "per")) return;  // read_span_rule
  if (const auto per = read_span(table, "per")) {
    adjust.per = *per;
    return;
  }
  const auto* multiply = std::get_if<Multiply>(&adjust.does);
  const bool cannot_matter = multiply != nullptr && (unread || multiply->factor.constant());
  if (!table.has("per") && !cannot_matter)
    require(table, "per", fmt::format("{} of a month and of a year pay very differently", kind),
            "Write per = \"month\", \"quarter\", \"year\" or \"horizon\".");
}

}  // namespace

Adjustment read_adjustment(TableReader& table, const OfferScope& scope) {
  Adjustment adjust;
  adjust.does = AddMoney{unread_amount()};  // until it is known what it does
  require(table, "name", "the pay statement calls the adjustment by it", "Write name = \"...\".");
  if (const auto name = table.label("name")) adjust.name = *name;
  if (auto on = table.texts("on")) {
    adjust.on = std::move(*on);
    if (adjust.on.empty())
      table.error("on", "is empty", "", "Name the components, or leave on out for all of them.");
  }
  adjust.months = read_phase(table, "months", scope);
  adjust.when = read_condition(table, "when");
  adjust.paid = table.choice<PaidWhen>("paid", paid_names);
  adjust.round = read_rounding(table, Rounding::At::component);
  if (adjust.round && adjust.round->at != Rounding::At::component)
    table.sub("round")->error("at", "an adjustment rounds what it changes and nothing else",
                              "rates, subtotals and payments are rounded by the components and the offer",
                              "Remove it, or move it to the round of the offer.");

  std::vector<std::string_view> present;
  for (const auto kind : kinds) {
    table.know(kind);
    if (table.has(kind)) present.push_back(kind);
  }
  if (present.empty()) {
    table.know("per");
    table.error("", "has nothing that says what it does", "",
                fmt::format("Write one of {} or {}.",
                            fmt::join(std::span(kinds).first(kinds.size() - 1), ", "), kinds.back()));
    return adjust;
  }
  if (present.size() > 1) {
    table.know("per");
    for (std::size_t i = 1; i < present.size(); ++i)
      table.error(present[i], fmt::format("cannot stand beside {}", present[0]),
                  "an adjustment does one thing, and their order matters",
                  "Write a second [[adjust]] table for it.");
    return adjust;
  }
  const auto before = table.faults().error_count();
  read_what(table, present[0], adjust.does);
  const bool unread = table.faults().error_count() != before;
  if (present[0] == Cap::traits.key)
    require(table, "on", "a cap binds what it names, and nothing else", "Write on = [\"...\"].");
  read_per(table, present[0], unread, adjust);
  return adjust;
}

}  // namespace paystress
