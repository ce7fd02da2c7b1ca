#include "sim/exact/exact_refusals.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/amount_facts.h"
#include "sim/exact/exact_pay.h"
#include "sim/exact/exact_practice.h"

namespace paystress::exact {
namespace {

using enum Parameter;

/// Ledger columns that are a function of the days worked in the month.
bool follows_days_worked(std::string_view column, const samplers::PracticePlan& plan) {
  if (column == "quality_score") {
    const auto number = [&](Parameter p) { return plan.numbers[samplers::PracticePlan::number_of(p)]; };
    return number(quality_concentration) == 0 &&
           std::ranges::all_of(plan.months, [](const samplers::PracticePlan::Month& month) {
             return std::ranges::none_of(month.changes, [](const auto& change) {
               return change.number == samplers::PracticePlan::number_of(quality_concentration);
             });
           });
  }
  return column == "workdays" || column == "session_hours" || column == "meeting_hours" ||
         column == "panel_members";
}

bool looks_back(const Amount& amount) {
  switch (amount.op()) {
    case Amount::Op::to_date:
    case Amount::Op::annualised:
    case Amount::Op::trailing:
    case Amount::Op::last_year:
      return true;
    default:
      break;
  }
  return std::ranges::any_of(amount.operands(), looks_back);
}
bool looks_back(const Condition& condition) {
  return std::ranges::any_of(condition.amounts, [](const Amount& a) { return looks_back(a); }) ||
         std::ranges::any_of(condition.parts, [](const Condition& c) { return looks_back(c); });
}

/// What a contract reads, and which of its parts join months.
struct Reading {
  AmountNames names;
  std::vector<std::string> joins;
};

Reading read(const Contract& contract) {
  Reading reading;
  bool back = false;
  const auto take = [&](const auto& what) {
    if (const auto written_out = expand_terms(what, contract)) {
      collect_names(*written_out, reading.names);
      back = back || looks_back(*written_out);
    }
  };
  visit_amounts(contract, take, take);
  if (back) reading.joins.emplace_back("it reads totals to date");
  for (const auto& line : contract.pay) {
    const auto* pays = std::get_if<MeasuredPay>(&line.pays);
    if (!pays) continue;
    const bool one_rate =
        std::holds_alternative<SingleRate>(pays->schedule) && !pays->blocks && !pays->corridor;
    if (!one_rate && pays->reset != Span::month)
      reading.joins.push_back(fmt::format("pay.{} adds up over a longer reset than a month", line.name));
    if (pays->pay_over && *pays->pay_over != Span::month)
      reading.joins.push_back(fmt::format("pay.{} pays over more than a month", line.name));
    if (pays->each_code || std::holds_alternative<CodeTable>(pays->schedule))
      reading.joins.push_back(fmt::format("pay.{} depends on the visits of several codes", line.name));
    if (pays->restate && *pays->restate != Restate::net_units)
      reading.joins.push_back(fmt::format("pay.{} restates the month worked", line.name));
  }
  for (const auto& adjustment : contract.adjust) {
    if (traits_of(adjustment.does).keeps_balance)
      reading.joins.push_back(fmt::format("adjust.{} keeps a balance from month to month", adjustment.name));
    else if (adjustment.per != Span::month)
      reading.joins.push_back(fmt::format("adjust.{} acts on more than a month", adjustment.name));
  }
  return reading;
}

/// Random ledger columns that the contract reads.
std::vector<std::string> random_names(const AmountNames& names, const samplers::PracticePlan& plan) {
  std::vector<std::string> columns;
  for (const auto& column : names.columns)
    if (!follows_days_worked(column, plan)) columns.push_back(column);
  return columns;
}

}  // namespace

std::vector<std::string> random_columns(const Contract& contract, const samplers::PracticePlan& plan) {
  return random_names(read(contract).names, plan);
}

std::vector<std::string> why_not_exact(const samplers::PracticePlan& plan, const Contract& contract,
                                       const PeriodGrid& grid) {
  auto reasons = why_not_exact(plan);
  if (grid.size() != plan.months.size()) reasons.emplace_back("pay periods are not months");
  if (!contract.ledger.empty())
    reasons.emplace_back("the contract counts by day, week or fortnight: ledger." +
                         contract.ledger.front().info.name);
  if (contract.ends_by_leaving)
    reasons.emplace_back("the offer ends when the clinician leaves: months hang on those before");
  if (contract.push)
    reasons.emplace_back("the offer has push: what a month adds hangs on what its window has reached");
  const Reading reading = read(contract);
  reasons.insert(reasons.end(), reading.joins.begin(), reading.joins.end());
  const auto random = random_names(reading.names, plan);
  const auto known = exact_columns(plan);
  for (const auto& column : random)
    if (const auto place = plan.layout.find(column);
        plan.settling && place == plan.layout.place_of(CollectionColumn::collected_usd))
      reasons.push_back(fmt::format("pay depends on {}: a month settles charges of months before", column));
    else if (std::ranges::find(known, column) == known.end())
      reasons.push_back(fmt::format("pay depends on {}, whose months have no exact law", column));
  if (random.size() > 1)
    reasons.push_back(fmt::format("pay depends on more than one random column: {}", fmt::join(random, ", ")));
  return reasons;
}

}  // namespace paystress::exact
