#include "model/levers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace paystress {
namespace {

/// A lever of every practice: its settings, and numbers without any of which there is nothing to take away.
struct LeverRow {
  std::string_view name;
  LeverKind kind;
  std::vector<Lever::Setting> settings;
  std::vector<Parameter> acts_through;
};

double highest(Parameter p) { return parameter_info(p).high; }

std::vector<LeverRow> lever_rows() {
  using enum Parameter;
  using enum LeverKind;
  std::vector<LeverRow> rows{
      {"unfilled_slots", loss, {{visits_per_day, highest(visits_per_day)}}, {}},
      {"late_cancels", loss, {{late_cancel_rate, 0.0}}, {}},
      {"no_shows", loss, {{no_show_rate, 0.0}}, {}},
      {"failed_calls", loss, {{tech_failure_rate, 0.0}}, {tech_failure_lost}},
      {"review_downgrades", loss, {{audit_down, 0.0}}, {audit_reviewed}},
      {"quality", loss, {{quality_mean, 1.0}, {quality_concentration, 0.0}}, {}},
      {"ramp", event, {{ramp_start, 1.0}}, {}},
      {"days_off", closed, {{days_off_per_year, 0.0}}, {}},
      {"holidays", closed, {{holidays_open, 1.0}}, {}},
      {"charting", unpaid_task, {{charting_minutes, 0.0}, {late_charting_minutes, 0.0}}, {}}};
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    const auto kind = static_cast<InboxKind>(k);
    const auto minutes = parameter_of(kind, InboxNumber::minutes);
    rows.push_back({key_of(kind),
                    unpaid_task,
                    {{minutes, 0.0}, {parameter_of(kind, InboxNumber::minutes_sd), 0.0}},
                    {minutes}});
  }
  rows.push_back({"meetings", unpaid_task, {{meetings_hours_per_month, 0.0}}, {}});
  rows.push_back({"training", unpaid_task, {{training_hours, 0.0}}, {}});
  return rows;
}

// What correlated with a number that is known now.
void drop_correlations(Practice& practice, std::string_view key) {
  std::erase_if(practice.correlation, [&](const RankCorrelation& c) { return c.a == key || c.b == key; });
}

bool is_value(const Quantity& quantity, double value) {
  const auto* known = std::get_if<Known>(&quantity);
  return known != nullptr && known->value == value;
}

// Items that never come take no time.
bool has_items(const Practice& practice, std::string_view kind) {
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    if (key_of(static_cast<InboxKind>(k)) == kind)
      return !is_known_as(practice, parameter_of(static_cast<InboxKind>(k), InboxNumber::per_visit), 0.0) ||
             !is_known_as(practice, parameter_of(static_cast<InboxKind>(k), InboxNumber::per_member), 0.0);
  return true;
}

bool acts(const LeverRow& row, const Practice& practice, bool has_holidays) {
  if (row.name == "holidays" && !has_holidays) return false;
  const bool is_neutral = std::ranges::all_of(row.settings, [&](const Lever::Setting& s) {
    return is_known_as(practice, s.parameter, s.value) &&
           std::ranges::all_of(stand_ins_of(practice, s.parameter), [&](const StandIn& other) {
             return is_value(*practice.shifts[other.shift].numbers[other.number], s.value);
           });
  });
  return !is_neutral && has_items(practice, row.name) &&
         std::ranges::none_of(row.acts_through, [&](Parameter p) { return is_known_as(practice, p, 0.0); });
}

}  // namespace

std::string_view key_of(LeverKind kind) {
  switch (kind) {
    case LeverKind::loss:
      return "loss";
    case LeverKind::event:
      return "event";
    case LeverKind::closed:
      return "closed";
    case LeverKind::unpaid_task:
      return "unpaid_task";
  }
  return {};
}

std::string Lever::text() const {
  if (event) return name + ".per_year = 0";
  std::vector<std::string> texts;
  for (const auto& s : settings)
    texts.push_back(fmt::format("{} = {}", parameter_info(s.parameter).key, s.value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Lever> levers_of(const Practice& practice, bool has_holidays) {
  std::vector<Lever> levers;
  for (auto& row : lever_rows())
    if (acts(row, practice, has_holidays))
      levers.push_back({std::string(row.name), row.kind, std::move(row.settings), {}});
  for (std::size_t e = 0; e < practice.events.size(); ++e) {
    const auto* known = std::get_if<Known>(&practice.events[e].per_year);
    if (known == nullptr || known->value != 0.0)
      levers.push_back({"events." + practice.events[e].name, LeverKind::event, {}, e});
  }
  return levers;
}

bool is_known_as(const Practice& practice, Parameter parameter, double value) {
  return is_value(practice[parameter], value);
}

std::string event_key(const PracticeEvent& event, Quantity PracticeEvent::*number) {
  return fmt::format("events.{}.{}", event.name, number == &PracticeEvent::per_year ? "per_year" : "days");
}

Practice with_number(Practice practice, Parameter parameter, double value) {
  practice[parameter] = Known{value};
  drop_correlations(practice, parameter_info(parameter).key);
  return practice;
}

Practice with_number(Practice practice, std::size_t event, Quantity PracticeEvent::*number, double value) {
  practice.events[event].*number = Known{value};
  drop_correlations(practice, event_key(practice.events[event], number));
  return practice;
}

Practice without(Practice practice, const Lever& lever) {
  for (const auto& s : lever.settings) {
    practice = with_number(std::move(practice), s.parameter, s.value);
    for (const auto& other : stand_ins_of(practice, s.parameter)) {
      practice.shifts[other.shift].numbers[other.number] = Known{s.value};
      drop_correlations(practice, other.key);
    }
  }
  if (lever.event) practice = with_number(std::move(practice), *lever.event, &PracticeEvent::per_year, 0.0);
  return practice;
}

}  // namespace paystress
