#include "scenarios/check_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "model/settle.h"
#include "model/span_columns.h"
#include "scenarios/contract_columns.h"
#include "scenarios/dotted_key.h"
#include "scenarios/read_contract.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

// A stress of a number that a practice has below a name of its own.
void check_own_numbers_on(const Practice& practice, const Stress& stress, const Place& place,
                          Faults& faults) {
  std::vector<std::string> known;
  for (const auto& number : own_numbers(practice))
    if (number.value->has_value()) known.push_back(number.key);
  for (const auto& part : stress.parts)
    for (const auto& change : part.own_numbers)
      if (std::ranges::find(known, change.key) == known.end())
        faults.error(place, fmt::format("stresses.{}.{}", stress.name, change.key),
                     fmt::format("practice {} has no such number", practice.name),
                     "a stress changes a number that the practice gives", suggestion(change.key, known));
}

// A stress of who leaves, of a practice that nobody leaves.
void check_leaving_on(const Practice& practice, const Stress& stress, const Place& place, Faults& faults) {
  if (practice.has_leaving) return;
  for (const auto& part : stress.parts)
    for (const auto& change : part.parameters)
      if (change.parameter == Parameter::leaving_per_year ||
          change.parameter == Parameter::leaving_by_employer)
        faults.error(place, fmt::format("stresses.{}.{}", stress.name, parameter_info(change.parameter).key),
                     fmt::format("practice {} has no such number", practice.name),
                     "a stress changes a number that the practice gives",
                     fmt::format("Write per_year under [practices.{}.leaving].", practice.name));
}

}  // namespace

void check_stress_on(const Practice& practice, const Stress& stress, const Place& place, Faults& faults) {
  std::vector<std::string> codes;
  for (const auto& c : practice.codes) codes.push_back(c.code);
  for (const auto& part : stress.parts)
    for (const auto& recode : part.recodes)
      for (const auto* code : {&recode.from, &recode.to})
        if (std::ranges::find(codes, *code) == codes.end())
          faults.error(place, "stresses." + stress.name + ".recode",
                       fmt::format("practice {} has no code {}", practice.name, *code),
                       "a visit cannot be moved from or to a code outside its mix", suggestion(*code, codes));
  for (const auto& part : stress.parts)
    for (const auto& revaluation : part.revaluations) {
      const bool of_usd = revaluation.of == Revaluation::Of::usd;
      const auto key =
          fmt::format("stresses.{}.codes.{}.{}", stress.name, of_usd ? "usd" : "work_rvu", revaluation.code);
      const auto code = std::ranges::find(practice.codes, revaluation.code, &VisitCode::code);
      if (code == practice.codes.end())
        faults.error(place, key, fmt::format("practice {} has no code {}", practice.name, revaluation.code),
                     "a code outside its mix is never visited", suggestion(revaluation.code, codes));
      else if (of_usd && !code->usd_cents)
        faults.error(place, key,
                     fmt::format("{} has no dollars on practice {}", revaluation.code, practice.name),
                     "its fee schedule states none", "Fill the usd column of the practice's schedule.");
    }
  check_own_numbers_on(practice, stress, place, faults);
  check_leaving_on(practice, stress, place, faults);
}

void check_schedule_years(const Practice& practice, std::chrono::year_month_day start, const Place& place,
                          Faults& faults) {
  if (!practice.follows_schedule_years) return;
  int first = 0;
  for (const auto& code : practice.codes)
    if (!code.years.empty()) first = std::max(first, code.years.front().year);
  const auto begins = static_cast<int>(start.year());
  if (begins >= first) return;
  faults.error(place, fmt::format("practices.{}.codes.year", practice.name), "missing",
               fmt::format("the schedule begins with {}, the study in {}", first, begins),
               fmt::format("Write year = {}, or add earlier rows to the schedule.", first));
}

LedgerLayout columns_of(const Practice& practice) { return LedgerLayout::sampled(practice); }

LedgerLayout columns_with(const Practice& practice, std::span<const ColumnInfo> user_columns) {
  const auto drawn = columns_of(practice);
  std::vector<ColumnInfo> all;
  for (std::size_t c = 0; c < drawn.size(); ++c) all.push_back(drawn[c]);
  for (const auto& column : user_columns)
    if (!drawn.find(column.name)) all.push_back(column);
  return LedgerLayout::typed(std::move(all), drawn.audit_lag_months());
}

void check_offer_on(const Practice& practice, const Contract& contract, const PeriodGrid& grid,
                    std::span<const ColumnInfo> user_columns, const TomlValue& offer, Faults& faults) {
  const auto layout = columns_of(practice);
  const auto key = "offers." + contract.name;
  bool undrawn = false;
  for (const auto& use : columns_used(contract)) {
    if (layout.find(use.column) ||
        std::ranges::find(user_columns, use.column, &ColumnInfo::name) == user_columns.end())
      continue;
    undrawn = true;
    faults.error(
        deepest_value(offer, use.key).place(), join_key(key, use.key),
        fmt::format("practice {} has no {}", practice.name, use.column),
        "a column of [ledger] stands in ledgers that are typed; a run draws its months from the practice",
        fmt::format("Draw it, under [practices.{}.columns.{}], price this offer on a ledger (paystress price "
                    "--offer {}), or list [[scenarios]] without it.",
                    practice.name, use.column, contract.name));
  }
  for (const auto& column : contract.ledger) {
    if (!layout.find(column.info.name)) continue;
    undrawn = true;
    faults.error(deepest_value(offer, "ledger." + column.info.name).place(),
                 join_key(key, "ledger." + column.info.name),
                 fmt::format("is drawn with practice {} too", practice.name),
                 "a reader could not tell which is meant", "Give one of them another name.");
  }
  if (undrawn) return;
  const auto flaws = find_flaws(contract, layout, grid);
  report_flaws(flaws, Fault::Severity::error, offer, key, faults);
  if (flaws.empty())
    report_flaws(find_oddities(contract, layout, grid), Fault::Severity::warning, offer, key, faults);
}

void warn_no_holidays(const Contract& contract, const TomlValue& offer, Faults& faults) {
  if (!spans_name_holidays(contract)) return;
  faults.warning(offer.place(), "offers." + contract.name + ".ledger", "is_holiday is 0 on every day",
                 "no holidays are given",
                 "Write holidays = \"us_federal\" or a list of dates under [calendar].");
}

}  // namespace paystress
