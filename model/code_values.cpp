#include "model/code_values.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "model/amount_facts.h"

namespace paystress {
namespace {

CodeValue value_in(const VisitCode& code, bool follows_years, int year) {
  if (!follows_years || code.years.empty()) return {code.work_rvu_hundredths, code.usd_cents};
  const auto later = std::ranges::upper_bound(code.years, year, {}, &CodeYear::year);
  const auto& in_force = later == code.years.begin() ? *later : *std::prev(later);
  return {in_force.work_rvu_hundredths, in_force.usd_cents};
}

// As a schedule would state it: to the hundredth, and never below nothing.
long changed(long hundredths, const Change& change, double most) {
  constexpr double hundred = 100.0;
  const double value = std::clamp(change.apply(static_cast<double>(hundredths) / hundred), 0.0, most);
  return std::lround(value * hundred);
}

void revalue(CodeValue& value, const Revaluation& revaluation) {
  if (revaluation.change.is_identity()) return;
  if (revaluation.of == Revaluation::Of::work_rvu)
    value.work_rvu_hundredths = changed(value.work_rvu_hundredths, revaluation.change, most_work_rvu);
  else if (value.usd_cents)
    value.usd_cents = changed(*value.usd_cents, revaluation.change, most_usd_a_visit);
}

}  // namespace

std::vector<std::vector<CodeValue>> code_values(const Practice& practice, const Stress& stress,
                                                const Calendar& calendar) {
  std::vector<std::vector<CodeValue>> all(static_cast<std::size_t>(calendar.months()));
  for (int m = 1; m <= calendar.months(); ++m) {
    const auto year = static_cast<int>(calendar.calendar_month(m).year());
    auto& of_month = all[static_cast<std::size_t>(m - 1)];
    for (const auto& code : practice.codes)
      of_month.push_back(value_in(code, practice.follows_schedule_years, year));
    for (const auto& part : stress.parts) {
      if (m < part.first_month || m > part.last_month) continue;
      for (const auto& revaluation : part.revaluations) {
        const auto code = std::ranges::find(practice.codes, revaluation.code, &VisitCode::code);
        if (code != practice.codes.end())
          revalue(of_month[static_cast<std::size_t>(code - practice.codes.begin())], revaluation);
      }
    }
  }
  return all;
}

bool is_counted_by_schedule(std::string_view column) {
  return column == ledger_column_info(LedgerColumn::generated_wrvu).name ||
         column == ledger_column_info(LedgerColumn::credited_wrvu).name;
}

bool has_own_work_rvus(const Contract& contract) {
  return contract.schedule_year.has_value() || !contract.work_rvu_hundredths.empty();
}

bool reads_work_rvus(const Contract& contract) {
  return std::ranges::any_of(names_of(contract).columns, is_counted_by_schedule);
}

std::optional<long> own_work_rvu(const Contract& contract, const LedgerLayout& layout, std::size_t code) {
  if (contract.schedule_year) return layout.work_rvu_of(code, *contract.schedule_year);
  const auto& own = contract.work_rvu_hundredths;
  const auto it = std::ranges::find(own, layout.codes()[code], &std::pair<std::string, long>::first);
  return it == own.end() ? std::nullopt : std::optional(it->second);
}

std::vector<CountedCode> counted_codes(const Contract& contract, const LedgerLayout& layout,
                                       std::string_view column) {
  std::vector<CountedCode> all;
  if (!has_own_work_rvus(contract) || !is_counted_by_schedule(column)) return all;
  if (!layout.is_sampled() && layout.find(column)) return all;
  const bool corrected = column == ledger_column_info(LedgerColumn::credited_wrvu).name;
  for (std::size_t c = 0; c < layout.codes().size(); ++c) {
    const auto& code = layout.codes()[c];
    const auto work_rvu = own_work_rvu(contract, layout, c);
    if (!work_rvu) continue;
    CountedCode counted{layout.find("visits." + code).value(), std::nullopt, static_cast<double>(*work_rvu)};
    if (corrected) counted.change = layout.find("code_change." + code);
    all.push_back(counted);
  }
  return all;
}

}  // namespace paystress
