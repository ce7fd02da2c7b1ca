#include "scenarios/check_readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "model/settle.h"
#include "scenarios/check_scenario.h"
#include "scenarios/dotted_key.h"
#include "scenarios/read_contract.h"
#include "scenarios/readings.h"

namespace paystress {
namespace {

// The practices on which an offer is priced.
std::vector<const Practice*> practices_of(const Study& study, const std::string& offer) {
  std::set<std::string> names;
  for (const auto& s : study.scenarios)
    if (s.offer == offer) names.insert(s.practice);
  std::vector<const Practice*> all;
  for (const auto& practice : study.practices)
    if (names.contains(practice.name)) all.push_back(&practice);
  return all;
}

void check_offer(const StudyText& text, const std::string& name, const std::vector<VagueClause>& clauses,
                 Faults& faults) {
  const auto combinations = combinations_of(clauses);
  if (!combinations) {
    faults.error(clauses.front().place, "offers." + name,
                 fmt::format("its readings make more than {} combinations", most_combinations), "",
                 "Leave some out.");
    return;
  }
  const auto& table = *text.source->document.find("offers")->find(name);
  const auto practices = practices_of(text.study, name);
  for (const auto& reading : *combinations) {
    const auto contract = read_with(name, table, text.study.user_columns, text.study.shared_spans,
                                    text.study.start, clauses, reading, faults);
    if (!contract) continue;
    for (const auto* practice : practices)
      report_flaws(find_flaws(*contract, columns_of(*practice), text.study.grid()), Fault::Severity::error,
                   table, "offers." + name, faults);
  }
}

}  // namespace

void check_readings(const StudyText& text, Faults& faults) {
  std::set<std::string> seen;
  for (const auto& clause : text.vague) {
    if (!seen.insert(clause.offer).second) continue;
    std::vector<VagueClause> clauses;
    std::ranges::copy_if(text.vague, std::back_inserter(clauses),
                         [&](const VagueClause& c) { return c.offer == clause.offer; });
    check_offer(text, clause.offer, clauses, faults);
  }
}

}  // namespace paystress
