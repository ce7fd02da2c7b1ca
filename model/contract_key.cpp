#include "model/contract_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

#include "model/adjustment_fields.h"
#include "model/list_place.h"

namespace paystress {
namespace {

using Visit = std::function<void(std::string key, Amount& amount)>;

void visit_schedule(const std::string& at, Schedule& schedule, const Visit& visit) {
  if (auto* rate = std::get_if<SingleRate>(&schedule)) visit(at + "usd", rate->usd);
  if (auto* table = std::get_if<CodeTable>(&schedule))
    for (auto& [code, usd] : table->usd_by_code) visit(at + "usd." + code, usd);
  if (auto* ladder = std::get_if<TierLadder>(&schedule)) {
    for (std::size_t k = 0; k < ladder->tiers.size(); ++k) {
      auto& tier = ladder->tiers[k];
      const auto row = fmt::format("{}tiers.{}.", at, k + 1);
      visit(row + (tier.from.included ? "at_least" : "above"), tier.from.at);
      visit(row + "usd", tier.usd);
      visit(row + "flat_usd", tier.flat_usd);
    }
  }
}

void visit_pay(const std::string& at, PayLine& line, const Visit& visit) {
  if (auto* fixed = std::get_if<FixedPay>(&line.pays)) visit(at + "fixed_usd", fixed->usd);
  if (auto* measured = std::get_if<MeasuredPay>(&line.pays)) {
    visit_schedule(at, measured->schedule, visit);
    if (measured->blocks) {
      visit(at + "blocks.free", measured->blocks->free);
      visit(at + "blocks.size", measured->blocks->size);
      visit(at + "blocks.min", measured->blocks->min);
    }
    if (auto& corridor = measured->corridor) {
      visit(at + "corridor.target", corridor->target);
      if (corridor->low) visit(at + "corridor.low", *corridor->low);
      if (corridor->high) visit(at + "corridor.high", *corridor->high);
    }
  }
}

void visit_adjustment(const std::string& at, Adjustment& a, const Visit& visit) {
  visit_expressions(a.does, [&]<class Expression>(const std::string& key, Expression& expression) {
    if constexpr (std::is_same_v<Expression, Amount>) visit(at + key, expression);
  });
}

void visit_amounts(Contract& contract, const Visit& visit) {
  for (auto& [name, amount] : contract.terms) visit("terms." + name, amount);
  for (auto& line : contract.pay) visit_pay("pay." + line.name + ".", line, visit);
  for (auto& a : contract.adjust) visit_adjustment("adjust." + a.name + ".", a, visit);
}

constexpr std::array<PushNumber, 2> of_push{{
    {"push.within", 0.0, 1.0, false, "a share of the line"},
    {"push.max_per_month", 1.0, 1000.0, true, "visits added in a month"},
}};

void change_push(Push& push, const PushNumber& number, const Change& change) {
  const double value = change.apply(value_of(number, push));
  // Beyond its range it is a flaw of the contract; here it has to be some whole number.
  if (number.whole)
    push.max_per_month = static_cast<int>(std::lround(std::clamp(value, -number.high, 2.0 * number.high)));
  else
    push.within = value;
}

Amount product(Amount a, Amount b) {
  return Amount::apply(Amount::Op::multiply, {std::move(a), std::move(b)});
}
Amount sum(Amount a, Amount b) { return Amount::apply(Amount::Op::add, {std::move(a), std::move(b)}); }

Amount changed(const Amount& amount, const Change& change) {
  if (change.set) return {*change.set};
  if (const auto value = amount.constant()) return {change.apply(*value)};
  return sum(product(amount, change.multiply), change.add);
}

// 1 in months first..last and 0 elsewhere. `month` is whole, so both factors are exactly 0 or 1 and neither
// the amount nor its changed value moves by a digit.
Amount in_months(int first, int last) {
  const auto month = Amount::apply(Amount::Op::month, {});
  const auto step = [](Amount x) {
    return Amount::apply(Amount::Op::maximum, {0.0, Amount::apply(Amount::Op::minimum, {1.0, std::move(x)})});
  };
  return product(step(sum(month, 1.0 - first)),
                 step(Amount::apply(Amount::Op::subtract, {last + 1.0, month})));
}

Amount changed_in_months(const Amount& amount, const OfferStress& stress, const StressPart& part,
                         int months) {
  auto with = changed(amount, stress.change);
  if (part.first_month <= 1 && part.last_month >= months) return with;
  const auto inside = in_months(part.first_month, part.last_month);
  const auto outside = Amount::apply(Amount::Op::subtract, {1.0, inside});
  return sum(product(amount, outside), product(std::move(with), inside));
}

}  // namespace

namespace {

// The part of a list that a key enters by its place, which it may where no part has that number as its name.
template <class Part>
Part* part_at_place(std::string_view number, std::vector<Part>& parts) {
  const auto place = place_in_list(number, parts.size());
  return !place || std::ranges::find(parts, number, &Part::name) != parts.end() ? nullptr : &parts[*place];
}

}  // namespace

Amount* find_amount(Contract& contract, std::string_view key) {
  Amount* found = nullptr;
  const Visit compare = [&](const std::string& at, Amount& amount) {
    if (at == key) found = &amount;
  };
  visit_amounts(contract, compare);
  const auto dot = key.find('.');
  if (found != nullptr || dot == std::string_view::npos) return found;
  const auto group = key.substr(0, dot);
  const auto end = std::min(key.find('.', dot + 1), key.size());
  const auto number = key.substr(dot + 1, end - dot - 1);
  const auto at = std::string(key.substr(0, end)) + ".";
  if (group == "pay")
    if (auto* line = part_at_place(number, contract.pay)) visit_pay(at, *line, compare);
  if (group == "adjust")
    if (auto* adjustment = part_at_place(number, contract.adjust)) visit_adjustment(at, *adjustment, compare);
  return found;
}

std::span<const PushNumber> push_numbers() { return of_push; }

const PushNumber* find_push_number(std::string_view key) {
  const auto* const found = std::ranges::find(of_push, key, &PushNumber::key);
  return found == of_push.end() ? nullptr : found;
}

double value_of(const PushNumber& number, const Push& push) {
  return number.whole ? push.max_per_month : push.within;
}

std::vector<std::string> amount_keys(const Contract& contract) {
  auto copy = contract;
  std::vector<std::string> keys;
  visit_amounts(copy, [&](std::string at, Amount&) { keys.push_back(std::move(at)); });
  return keys;
}

std::optional<Contract> stressed(const Contract& contract, const Stress& stress, int months) {
  std::optional<Contract> result;
  const auto prefix = contract.name + ".";
  for (const auto& part : stress.parts) {
    for (const auto& o : part.offers) {
      if (!o.key.starts_with(prefix) || o.change.is_identity()) continue;
      if (!result) result = contract;
      const auto key = std::string_view(o.key).substr(prefix.size());
      if (const auto* number = find_push_number(key); number != nullptr && result->push) {
        change_push(*result->push, *number, o.change);
        continue;
      }
      Amount* amount = find_amount(*result, key);
      if (amount == nullptr) throw std::invalid_argument("no amount of the offer is named " + o.key);
      *amount = changed_in_months(*amount, o, part, months);
    }
  }
  return result;
}

}  // namespace paystress
