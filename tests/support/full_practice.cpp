#include "tests/support/full_practice.h"

namespace paystress::test {

using enum Parameter;

Practice full_practice() {
  Practice p;
  p.name = "full";
  p.weekday_factor = {1.07, 1.01, 1.01, 1.0, 0.91, 1, 1};
  p.season = {1.1, 1.05, 1, 1, 1, 0.9, 0.85, 0.9, 1, 1, 1.05, 1.1};
  p[session_hours] = Pert{6, 8, 9};
  p[slots_per_hour] = Known{2.9};
  p[visits_per_day] = Lognormal{24, 0.2};
  p[panel_mature] = GammaMeanSd{1500, 200};
  p[ramp_start] = Known{0.4};
  p[ramp_months_to_95] = Known{10};
  p[no_show_rate] = Pert{0.033, 0.08, 0.18};
  p[no_show_monthly_cv] = Known{0.2};
  p[no_show_monthly_ar1] = Known{0.3};
  p[late_cancel_rate] = BetaMeanSd{0.04, 0.02};
  p[tech_failure_lost] = Empirical{{0.1, 0.2, 0.4}, "calls.csv:lost"};
  p[codes_concentration] = Known{200};
  p[audit_reviewed] = Known{0.5};
  p[audit_down] = Known{0.3};
  p[audit_up] = Known{0.1};
  p[messages_per_member] = Known{0.1};
  p[messages_monthly_ar1] = Known{0.5};
  p[other_per_visit] = Known{0.2};
  p[other_monthly_cv] = Known{0.1};
  p[training_hours] = Known{12};
  p.codes = {{"99212", 0.05, 70, 5512},
             {"99213", 0.5, 130, 9021},
             {"99214", 0.4, 192, 12876},
             {"99215", 0.05, 280, 18111}};
  p.events = {{"illness", Known{1.5}, GammaMeanSd{4, 2}, 0.0, 1.0},
              {"outage", Known{6}, Known{1.5}, 0.5, 0.8}};
  p.correlation = {{"demand", "inbox.messages", 0.3},
                   {"demand.visits_per_day", "panel.mature", 0.7},
                   {"no_show.rate", "late_cancel.rate", 0.4}};
  return p;
}

void add_own_numbers(Practice& p) {
  const auto at = [](auto number) { return static_cast<std::size_t>(number); };
  using enum ColumnNumber;
  DrawnColumn calls{"calls", DrawnColumn::Law::events, "", {}};
  calls.numbers[at(per_month)] = Known{3.5};
  calls.numbers[at(per_member)] = GammaMeanSd{0.02, 0.005};
  DrawnColumn forms{"forms", DrawnColumn::Law::events, "", {}};
  forms.numbers[at(per_workday)] = Known{0.5};
  forms.numbers[at(per_visit)] = Known{0.1};
  forms.numbers[at(monthly_cv)] = Known{0.3};
  DrawnColumn intakes{"intakes", DrawnColumn::Law::share, "completed_visits", {}};
  intakes.numbers[at(share)] = BetaMeanSd{0.2, 0.05};
  DrawnColumn on_time{"on_time", DrawnColumn::Law::score, "", {}};
  on_time.numbers[at(score_mean)] = Known{0.9};
  on_time.numbers[at(score_concentration)] = Known{30};
  DrawnColumn urgent{"urgent", DrawnColumn::Law::share, "visits.99214", {}};
  urgent.numbers[at(share)] = Known{0.4};
  p.columns = {calls, forms, intakes, on_time, urgent};
  ShiftKind late{"late", std::array<bool, 7>{false, false, false, false, true, false, false}, {}};
  late.numbers[at(ShiftNumber::hours)] = Known{6};
  late.numbers[at(ShiftNumber::no_show)] = Pert{0.1, 0.2, 0.3};
  ShiftKind swing{"swing", {}, {}};
  swing.numbers[at(ShiftNumber::share)] = Known{0.3};
  swing.numbers[at(ShiftNumber::slots_per_hour)] = Known{2.5};
  swing.numbers[at(ShiftNumber::demand)] = Known{18};
  swing.numbers[at(ShiftNumber::no_show)] = Known{0.15};
  p.shifts = {late, swing};
}

Stress everything_stressed() {
  StressPart first;
  first.first_month = 2;
  first.last_month = 5;
  first.counts = {{StressedCount::booked_visits, 0.8},
                  {StressedCount::demand, 1.3},
                  {StressedCount::messages, 2.0},
                  {StressedCount::results, 0.5},
                  {StressedCount::other_items, 1.5}};
  first.slots = {{0.9}};
  first.recodes = {{"99214", "99213", 0.7}, {"99215", "99214", 1.0}};
  StressPart second;
  second.first_month = 4;
  second.last_month = 8;
  second.counts = {{StressedCount::demand, 0.6}};
  second.parameters = {{no_show_rate, {1, 0.05, {}}},         {days_off_per_year, {2, 0, {}}},
                       {visit_minutes, {1.2, 0, {}}},         {audit_down, {1, 0, 0.5}},
                       {quality_mean, {1, -0.1, {}}},         {codes_concentration, {0.5, 0, {}}},
                       {meetings_hours_per_month, {1, 3, {}}}};
  second.recodes = {{"99213", "99212", 0.2}};
  return {"everything", {first, second}};
}

Stress nothing_stressed() {
  Stress stress = everything_stressed();
  stress.name = "nothing";
  for (auto& part : stress.parts) {
    for (auto& count : part.counts) count.factor = 1.0;
    for (auto& slots : part.slots) slots.factor = 1.0;
    for (auto& parameter : part.parameters) parameter.change = {};
    for (auto& recode : part.recodes) recode.share = 0.0;
  }
  return stress;
}

}  // namespace paystress::test
