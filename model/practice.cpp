#include "model/practice.h"

#include <algorithm>

namespace paystress {
namespace {

using enum Parameter;
constexpr auto pos = ParameterKind::positive;
constexpr auto prob = ParameterKind::probability;
constexpr auto whole = ParameterKind::integer;

// Sources are ids of scenarios/SOURCES.md (N1, V5, ...).
constexpr std::array<ParameterInfo, parameter_count> infos{{
    {session_hours, "sessions.hours", "hours a day", 0.25, 24, 8, pos, true,
     "length of a working day's session", "V4"},
    {slots_per_hour, "sessions.slots_per_hour", "visits an hour", 0.05, 60, 3, pos, true,
     "visits that can be booked per session hour", "V5"},
    {days_off_per_year, "sessions.days_off_per_year", "days", 0, 366, 25, pos, true,
     "scheduled workdays off per 12 months, at random", "assumption"},
    {days_off_spell, "sessions.days_off_spell", "days", 1, 366, 1, pos, true,
     "days off that are taken together (1: each day by itself)", "assumption", true},
    {holidays_open, "sessions.holidays_open", "1", 0, 1, 0, prob, true,
     "share of the slots that is open on a holiday of the calendar (0: closed)", "assumption", true},
    {overbooked, "sessions.overbooked", "visits a day", 0, 1000, 0, pos, true,
     "places booked on a day beyond its slots; they run over", "assumption", true},
    {visits_per_day, "demand.visits_per_day", "visits", 0, 5000, 20, pos, true,
     "mean demand on a scheduled workday of the mature practice", "V4"},
    {demand_monthly_cv, "demand.monthly_cv", "1", 0, 2, 0.03, pos, true,
     "coefficient of variation of the monthly demand state", "V8"},
    {demand_monthly_ar1, "demand.monthly_ar1", "1", -0.999, 0.999, 0.8, pos, false,
     "month-to-month autocorrelation of the demand state", "V8"},
    {demand_daily_cv, "demand.daily_cv", "1", 0, 2, 0.06, pos, true,
     "coefficient of variation of the daily demand shock, beyond Poisson", "V8"},
    {demand_daily_ar1, "demand.daily_ar1", "1", -0.999, 0.999, 0.6, pos, false,
     "workday-to-workday autocorrelation of the daily shock", "V8"},
    {demand_returning, "demand.returning", "1", 0, 0.95, 0, prob, true,
     "share of patients without a place who ask again on the next scheduled workday", "assumption", true},
    {panel_mature, "panel.mature", "patients", 0, 1e6, 0, pos, true,
     "panel of the mature practice (0: no panel)", "P3"},
    {ramp_start, "ramp.start", "1", 0, 1, 1, prob, true,
     "share of mature volume and panel at the start (1: mature)", "P2"},
    {ramp_months_to_95, "ramp.months_to_95", "months", 0.1, 1200, 20, pos, true,
     "month in which 95 % of mature is reached", "P1"},
    {no_show_rate, "no_show.rate", "1", 0, 1, 0.08, prob, true, "share of booked visits lost to no-shows",
     "N2, N4"},
    {no_show_daily_rho, "no_show.daily_rho", "1", 0, 0.99, 0.0085, prob, true,
     "correlation of two no-shows of the same day (beta-binomial)", "N8"},
    {no_show_monthly_cv, "no_show.monthly_cv", "1", 0, 2, 0, pos, true,
     "coefficient of variation of the monthly no-show state", "assumption"},
    {no_show_monthly_ar1, "no_show.monthly_ar1", "1", -0.999, 0.999, 0, pos, false,
     "month-to-month autocorrelation of the no-show state", "assumption"},
    {late_cancel_rate, "late_cancel.rate", "1", 0, 1, 0.03, prob, true,
     "share of booked visits cancelled too late to refill", "N1"},
    {late_cancel_refilled, "late_cancel.refilled", "1", 0, 1, 0, prob, true,
     "share of late cancels whose place is offered to a patient refused that day", "assumption", true},
    {tech_failure_rate, "tech_failure.rate", "1", 0, 1, 0.10, prob, true,
     "share of booked visits whose video call fails", "T1"},
    {tech_failure_lost, "tech_failure.lost", "1", 0, 1, 0.20, prob, true,
     "share of failed calls that are lost, not moved to the telephone", "assumption"},
    {codes_concentration, "codes.concentration", "1", 0, 1e9, 0, pos, true,
     "Dirichlet concentration of the path's code mix (0: the mix exactly)", "assumption"},
    {audit_reviewed, "audit.reviewed", "1", 0, 1, 0.10, prob, true, "share of completed visits reviewed",
     "assumption"},
    {audit_down, "audit.down", "1", 0, 1, 0.08, prob, true, "share of reviewed visits recoded one level down",
     "A3"},
    {audit_up, "audit.up", "1", 0, 1, 0.02, prob, true, "share of reviewed visits recoded one level up",
     "A4"},
    {audit_lag_months, "audit.lag_months", "months", 0, 120, 3, whole, false,
     "months from the visit to the correction of its credit", "assumption"},
    {audit_extrapolated, "audit.extrapolated", "1", 0, 1, 0, prob, true,
     "share of the claims not reviewed on which the sample's error rates are priced too", "assumption", true},
    {collections_denied, "collections.denied", "1", 0, 1, 0, prob, true,
     "share of the charges of completed visits that is denied", "assumption", true},
    {messages_per_visit, "inbox.messages.per_visit", "items", 0, 1000, 1.2, pos, true,
     "portal messages per expected visit", "I3"},
    {messages_per_member, "inbox.messages.per_member", "items a month", 0, 1000, 0, pos, true,
     "portal messages per panel member and month", "assumption"},
    {messages_monthly_cv, "inbox.messages.monthly_cv", "1", 0, 2, 0.33, pos, true,
     "coefficient of variation of the monthly message state", "I10"},
    {messages_monthly_ar1, "inbox.messages.monthly_ar1", "1", -0.999, 0.999, 0, pos, false,
     "month-to-month autocorrelation of the message state", "assumption"},
    {messages_minutes, "inbox.messages.minutes", "minutes", 0, 600, 2, pos, true, "mean minutes per message",
     "I1, I10"},
    {messages_minutes_sd, "inbox.messages.minutes_sd", "minutes", 0, 600, 2, pos, true,
     "standard deviation of the minutes of one message", "assumption"},
    {results_per_visit, "inbox.results.per_visit", "items", 0, 1000, 0.6, pos, true,
     "test results per expected visit", "I1"},
    {results_per_member, "inbox.results.per_member", "items a month", 0, 1000, 0, pos, true,
     "test results per panel member and month", "assumption"},
    {results_monthly_cv, "inbox.results.monthly_cv", "1", 0, 2, 0, pos, true,
     "coefficient of variation of the monthly results state", "assumption"},
    {results_monthly_ar1, "inbox.results.monthly_ar1", "1", -0.999, 0.999, 0, pos, false,
     "month-to-month autocorrelation of the results state", "assumption"},
    {results_minutes, "inbox.results.minutes", "minutes", 0, 600, 1.4, pos, true, "mean minutes per result",
     "I2"},
    {results_minutes_sd, "inbox.results.minutes_sd", "minutes", 0, 600, 1.4, pos, true,
     "standard deviation of the minutes of one result", "assumption"},
    {other_per_visit, "inbox.other.per_visit", "items", 0, 1000, 0, pos, true,
     "other items (refills, forms, calls) per expected visit", "assumption"},
    {other_per_member, "inbox.other.per_member", "items a month", 0, 1000, 0, pos, true,
     "other items per panel member and month", "assumption"},
    {other_monthly_cv, "inbox.other.monthly_cv", "1", 0, 2, 0, pos, true,
     "coefficient of variation of the monthly state of other items", "assumption"},
    {other_monthly_ar1, "inbox.other.monthly_ar1", "1", -0.999, 0.999, 0, pos, false,
     "month-to-month autocorrelation of the state of other items", "assumption"},
    {other_minutes, "inbox.other.minutes", "minutes", 0, 600, 1.5, pos, true, "mean minutes per other item",
     "I9"},
    {other_minutes_sd, "inbox.other.minutes_sd", "minutes", 0, 600, 1.5, pos, true,
     "standard deviation of the minutes of one other item", "assumption"},
    {visit_minutes, "time.visit_minutes", "minutes", 0, 600, 15, pos, true,
     "mean minutes with the patient per completed visit", "V1, V3"},
    {visit_minutes_sd, "time.visit_minutes_sd", "minutes", 0, 600, 9, pos, true,
     "standard deviation of the minutes of one visit", "V1, V3"},
    {charting_minutes, "time.charting_minutes", "minutes", 0, 600, 6, pos, true,
     "charting per completed visit, done in session", "I5, I6"},
    {late_charting_minutes, "time.late_charting_minutes", "minutes", 0, 600, 3, pos, true,
     "charting per completed visit, never done in session", "I5, I6"},
    {meetings_hours_per_month, "time.meetings_hours_per_month", "hours", 0, 400, 4, pos, true,
     "meetings outside sessions", "assumption"},
    {training_hours, "time.training_hours", "hours", 0, 1000, 0, pos, true,
     "unpaid training in the first month", "assumption"},
    {quality_mean, "quality.mean", "1", 0, 1, 0.7, prob, true, "mean quality score, share of the maximum",
     "assumption"},
    {quality_concentration, "quality.concentration", "1", 0, 1e9, 10, pos, true,
     "concentration of the yearly quality score (0: the mean exactly)", "assumption"},
    {leaving_per_year, "leaving.per_year", "1", 0, 1, 0, prob, true,
     "probability of leaving within a year, at the end of a month", "assumption", true},
    {leaving_by_employer, "leaving.by_employer", "1", 0, 1, 0, prob, true,
     "share of leavings that are the employer's decision", "assumption", true},
}};

constexpr bool parameters_in_order() {
  for (std::size_t i = 0; i < parameter_count; ++i)
    if (static_cast<std::size_t>(infos[i].parameter) != i) return false;
  return true;
}
static_assert(parameters_in_order(), "parameter_infos() is indexed by Parameter");

constexpr std::array<std::string_view, inbox_kind_count> inbox_keys{"inbox.messages", "inbox.results",
                                                                    "inbox.other"};
constexpr std::array<std::string_view, static_cast<std::size_t>(InboxNumber::count_)> inbox_numbers{
    "per_visit", "per_member", "monthly_cv", "monthly_ar1", "minutes", "minutes_sd"};

// Every inbox kind has its numbers, each where parameter_of finds it and under the key of its kind.
constexpr bool inbox_in_order() {
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    for (std::size_t n = 0; n < inbox_numbers.size(); ++n) {
      const auto at = parameter_of(static_cast<InboxKind>(k), static_cast<InboxNumber>(n));
      const std::string_view key = infos[static_cast<std::size_t>(at)].key;
      const std::size_t dot = inbox_keys[k].size();
      if (dot == 0 || key.substr(0, dot) != inbox_keys[k] || key.substr(dot, 1) != "." ||
          key.substr(dot + 1) != inbox_numbers[n])
        return false;
    }
  return true;
}
static_assert(inbox_in_order(), "each inbox kind has its key and all its numbers in Parameter");

constexpr auto states = [] {
  std::array<MonthStateInfo, month_state_count> all{{{"demand", demand_monthly_cv, demand_monthly_ar1},
                                                     {"no_show", no_show_monthly_cv, no_show_monthly_ar1}}};
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    const auto kind = static_cast<InboxKind>(k);
    all[static_cast<std::size_t>(state_of(kind))] = {inbox_keys[k],
                                                     parameter_of(kind, InboxNumber::monthly_cv),
                                                     parameter_of(kind, InboxNumber::monthly_ar1)};
  }
  return all;
}();

}  // namespace

std::span<const ParameterInfo> parameter_infos() { return infos; }

const ParameterInfo& parameter_info(Parameter p) { return infos.at(static_cast<std::size_t>(p)); }

std::optional<Parameter> find_parameter(std::string_view key) {
  const auto it = std::ranges::find(infos, key, &ParameterInfo::key);
  if (it == infos.end()) return std::nullopt;
  return it->parameter;
}

Practice::Practice() {
  for (std::size_t day = 0; day < 5; ++day) works[day] = true;
  weekday_factor.fill(1.0);
  season.fill(1.0);
  no_show_weekday.fill(1.0);
  no_show_season.fill(1.0);
  for (const auto& info : infos) (*this)[info.parameter] = Known{info.default_value};
}

std::string_view key_of(InboxKind kind) { return inbox_keys.at(static_cast<std::size_t>(kind)); }

std::span<const MonthStateInfo, month_state_count> month_state_infos() { return states; }

std::string_view key_of(StressedCount c) {
  if (c == StressedCount::booked_visits) return "booked_visits";
  if (c == StressedCount::demand) return "demand";
  return inbox_keys.at(static_cast<std::size_t>(c) - static_cast<std::size_t>(StressedCount::messages));
}

ReviewSteps review_steps(std::span<const VisitCode> codes) {
  ReviewSteps steps;
  for (std::size_t c = 0; c < codes.size(); ++c) {
    steps.down.push_back(c);
    steps.up.push_back(c);
    for (std::size_t lower = c; lower-- > 0;) {
      if (codes[lower].family != codes[c].family) continue;
      steps.down[c] = lower;
      steps.up[lower] = c;
      break;
    }
  }
  return steps;
}

}  // namespace paystress
