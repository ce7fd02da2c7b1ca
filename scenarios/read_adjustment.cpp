#include <fmt/format.h>

#include <algorithm>

#include "scenarios/contract_values.h"

namespace paystress {
namespace {

constexpr std::array<std::string_view, 8> kinds{"guarantee_usd", "cap_usd", "add_usd",  "multiply",
                                                "gate",          "draw",    "withhold", "carry"};

std::optional<Draw> read_draw(TableReader& adjust) {
  auto* table = adjust.sub("draw");
  if (table == nullptr) return std::nullopt;
  Draw draw;
  require(*table, "usd", "", "Write usd = the dollars of the draw in one period.");
  const auto usd = read_amount(*table, "usd");
  draw.usd = usd.value_or(unread_amount());
  static constexpr std::array<std::pair<std::string_view, Draw::Form>, 3> forms{
      {{"top_up", Draw::Form::top_up}, {"additive", Draw::Form::additive}, {"advance", Draw::Form::advance}}};
  require(*table, "form", "a draw that fills up to an amount pays differently from one that is paid on top",
          "Write form = \"top_up\", \"additive\" or \"advance\".");
  if (const auto form = table->choice<Draw::Form>("form", forms)) draw.form = *form;
  draw.months = read_months(*table, "months");
  if (const auto from = table->integer("recover_from", 1, 1200, "the month in which recovery begins"))
    draw.recover_from = static_cast<int>(*from);
  if (const auto share = table->number("recover_share", {0.0, 1.0, "a share of the excess"}))
    draw.recover_share = *share;
  static constexpr std::array<std::pair<std::string_view, Draw::AtEnd>, 2> ends{
      {{"owed", Draw::AtEnd::owed}, {"forgiven", Draw::AtEnd::forgiven}}};
  if (const auto end = table->choice<Draw::AtEnd>("at_end", ends)) draw.at_end = *end;
  draw.forgive = read_amount(*table, "forgive");
  if (table->has("forgive") && !draw.forgive) draw.forgive = unread_amount();
  if (const auto from = table->integer("forgive_from", 1, 1200, "the first month of forgiveness")) {
    draw.forgive_from = static_cast<int>(*from);
    if (!table->has("forgive"))
      table->error("forgive_from", "is not used without forgive", "a key without an effect is a mistake",
                   "Write forgive = the dollars forgiven each month.");
  }
  return draw;
}

std::optional<Withhold> read_withhold(TableReader& adjust) {
  auto* table = adjust.sub("withhold");
  if (table == nullptr) return std::nullopt;
  Withhold withhold;
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
  return withhold;
}

std::optional<Carry> read_carry(TableReader& adjust) {
  auto* table = adjust.sub("carry");
  if (table == nullptr) return std::nullopt;
  Carry carry;
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
  return carry;
}

template <class Money>
void read_money(TableReader& table, std::string_view key, Adjustment& adjust) {
  adjust.does = Money{read_amount(table, key).value_or(unread_amount())};
}

template <class Part>
void keep(std::optional<Part> part, Adjustment& adjust) {
  if (part) adjust.does = std::move(*part);
}

void read_what(TableReader& table, std::string_view kind, Adjustment& adjust) {
  if (kind == "guarantee_usd")
    read_money<Guarantee>(table, kind, adjust);
  else if (kind == "cap_usd")
    read_money<Cap>(table, kind, adjust);
  else if (kind == "add_usd")
    read_money<AddMoney>(table, kind, adjust);
  else if (kind == "multiply")
    read_money<Multiply>(table, kind, adjust);
  else if (kind == "draw")
    keep(read_draw(table), adjust);
  else if (kind == "withhold")
    keep(read_withhold(table), adjust);
  else if (kind == "carry")
    keep(read_carry(table), adjust);
  else if (const auto open = read_condition(table, kind))
    adjust.does = Gate{*open};
}

// `unread`: what it does could not be read.
void read_per(TableReader& table, std::string_view kind, bool unread, Adjustment& adjust) {
  if (kind == "withhold") {
    static constexpr std::array<std::string_view, 1> only_per{"per"};
    refuse(table, only_per, "withhold: its period is in");
    return;
  }
  table.know("per");
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

Adjustment read_adjustment(TableReader& table, const OfferScope&) {
  Adjustment adjust;
  adjust.does = AddMoney{unread_amount()};  // until it is known what it does
  require(table, "name", "the pay statement calls the adjustment by it", "Write name = \"...\".");
  if (const auto name = table.label("name")) adjust.name = *name;
  if (auto on = table.texts("on")) {
    adjust.on = std::move(*on);
    if (adjust.on.empty())
      table.error("on", "is empty", "", "Name the components, or leave on out for all of them.");
  }
  adjust.months = read_months(table, "months");
  adjust.when = read_condition(table, "when");
  adjust.paid = table.choice<PaidWhen>("paid", paid_names);
  adjust.round = read_rounding(table, Rounding::At::component);

  std::vector<std::string_view> present;
  for (const auto kind : kinds) {
    table.know(kind);
    if (table.has(kind)) present.push_back(kind);
  }
  if (present.empty()) {
    table.know("per");
    table.error("", "has nothing that says what it does", "",
                "Write one of guarantee_usd, cap_usd, add_usd, multiply, gate, draw, withhold or carry.");
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
  read_what(table, present[0], adjust);
  const bool unread = table.faults().error_count() != before;
  if (present[0] == "cap_usd")
    require(table, "on", "a cap binds what it names, and nothing else", "Write on = [\"...\"].");
  read_per(table, present[0], unread, adjust);
  return adjust;
}

}  // namespace paystress
