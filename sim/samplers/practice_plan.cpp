#include "sim/samplers/practice_plan.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "model/correlation.h"
#include "sim/errors.h"

namespace paystress::samplers {
namespace {

using enum Parameter;

// Rates of events and their lengths are bounded by the year: a longer illness is a stress, not an event.
constexpr double most_event_days = 366;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

template <class Range, class Name>
std::optional<std::size_t> position_of(const Range& range, std::string_view name, Name name_of) {
  const auto it = std::ranges::find(range, name, name_of);
  if (it == range.end()) return std::nullopt;
  return static_cast<std::size_t>(it - range.begin());
}

Eigen::MatrixXd cholesky(const Eigen::MatrixXd& correlation, std::string_view whose) {
  const Eigen::LLT<Eigen::MatrixXd> factor(correlation);
  if (factor.info() != Eigen::Success)
    throw InputError(
        fmt::format("the correlations of {} are not positive definite: no joint law has them", whose));
  return factor.matrixL();
}

void add_number(PracticePlan& plan, const Quantity& quantity, std::string key, double low, double high) {
  if (const auto* known = std::get_if<Known>(&quantity)) {
    plan.numbers.push_back(known->value);
  } else {
    plan.traits.push_back({std::move(key), plan.numbers.size(), quantity, low, high});
    plan.numbers.push_back(0.0);
  }
}

void add_columns(PracticePlan& plan, const Practice& practice, std::size_t first_number) {
  for (const auto& column : practice.columns) {
    const bool is_share = column.law == DrawnColumn::Law::share;
    const auto of = is_share ? plan.layout.find(column.of) : std::optional<std::size_t>(0);
    if (!of) refuse(fmt::format("columns.{}: the practice has no {}", column.name, column.of));
    plan.columns.push_back({column.name, column.law, plan.layout.find(column.name).value(), *of, first_number,
                            column.has_days()});
    first_number += column_number_count;
  }
}

void add_shifts(PracticePlan& plan, const Practice& practice, std::size_t first_number) {
  std::array<bool, 7> taken{};
  for (std::size_t s = 0; s < practice.shifts.size(); ++s) {
    const auto& kind = practice.shifts[s];
    auto& shift = plan.shifts.emplace_back();
    shift.name = kind.name;
    shift.place = plan.layout.find(column_of_shift(kind.name)).value();
    for (std::size_t n = 0; n < shift_number_count; ++n) {
      const auto parameter = replaced_by(static_cast<ShiftNumber>(n));
      shift.numbers[n] = kind.has(static_cast<ShiftNumber>(n)) || !parameter
                             ? first_number + n
                             : PracticePlan::number_of(*parameter);
    }
    first_number += shift_number_count;
    if (kind.has(ShiftNumber::share) || !kind.weekdays) continue;
    for (std::size_t w = 0; w < 7; ++w)
      if ((*kind.weekdays)[w]) {
        plan.shifts_of_weekday[w] = {{s, true}};
        taken[w] = true;
      }
  }
  for (std::size_t s = 0; s < practice.shifts.size(); ++s) {
    const auto& kind = practice.shifts[s];
    if (!kind.has(ShiftNumber::share)) continue;
    for (std::size_t w = 0; w < 7; ++w)
      if (!taken[w] && (!kind.weekdays || (*kind.weekdays)[w]))
        plan.shifts_of_weekday[w].push_back({s, false});
  }
}

/// \pre all numbers are added: denied shares by code are the last
void add_settling(PracticePlan& plan, const Practice& practice) {
  auto& settling = plan.settling.emplace();
  settling.lag_shares = practice.collections->lag_shares;
  const bool by_code = has_denied_by_code(practice);
  for (std::size_t c = 0; c < practice.codes.size(); ++c)
    settling.denied.push_back(by_code ? plan.numbers.size() - practice.codes.size() + c
                                      : PracticePlan::number_of(collections_denied));
}

void add_numbers(PracticePlan& plan, const Practice& practice) {
  for (const auto& info : parameter_infos())
    add_number(plan, practice[info.parameter], std::string(info.key), info.low, info.high);
  for (const auto& event : practice.events) {
    add_number(plan, event.per_year, "events." + event.name + ".per_year", 0, most_event_days);
    add_number(plan, event.days, "events." + event.name + ".days", 0, most_event_days);
    plan.events.push_back({event.name, event.slots_factor, event.demand_factor});
  }
  const std::size_t first_own = plan.numbers.size();
  for (const auto& number : own_numbers(practice))
    add_number(plan, number.value->value_or(Known{0.0}), number.key, number.info->low, number.info->high);
  add_columns(plan, practice, first_own);
  add_shifts(plan, practice, first_own + column_number_count * practice.columns.size());
  if (practice.collections) add_settling(plan, practice);
  std::ranges::sort(plan.traits, {}, &PracticePlan::Trait::key);
  for (const auto& info : parameter_infos())
    if (!info.may_be_uncertain && !is_known(practice[info.parameter]))
      refuse(fmt::format("{} cannot be uncertain", info.key));
  plan.audit_lag_months = static_cast<int>(plan.numbers[PracticePlan::number_of(audit_lag_months)]);
  plan.daily_ar1 = plan.numbers[PracticePlan::number_of(demand_daily_ar1)];
  for (std::size_t i = 0; i < month_state_count; ++i)
    plan.state_ar1[i] = plan.numbers[PracticePlan::number_of(month_state_infos()[i].ar1)];
}

void correlate(PracticePlan& plan, const Practice& practice) {
  const auto n = static_cast<Eigen::Index>(plan.traits.size());
  Eigen::MatrixXd traits = Eigen::MatrixXd::Identity(n, n);
  Eigen::MatrixXd states = Eigen::MatrixXd::Identity(month_state_count, month_state_count);
  Eigen::MatrixXd innovations = states;
  const auto place = [](Eigen::MatrixXd& matrix, std::size_t a, std::size_t b, double r) {
    const auto i = static_cast<Eigen::Index>(a);
    const auto j = static_cast<Eigen::Index>(b);
    matrix(i, j) = matrix(j, i) = r;
  };
  for (const auto& [a, b, rho] : practice.correlation) {
    const double r = gaussian_from_rank(rho);
    const auto state_a = position_of(month_state_infos(), a, &MonthStateInfo::name);
    const auto state_b = position_of(month_state_infos(), b, &MonthStateInfo::name);
    const auto trait_a = position_of(plan.traits, a, &PracticePlan::Trait::key);
    const auto trait_b = position_of(plan.traits, b, &PracticePlan::Trait::key);
    if (a == b) refuse(fmt::format("{} cannot be correlated with itself", a));
    if (state_a && state_b) {
      // A path of two AR(1) states keeps the correlation r of a month if its innovations have this one.
      place(states, *state_a, *state_b, r);
      place(innovations, *state_a, *state_b,
            innovation_correlation(r, plan.state_ar1[*state_a], plan.state_ar1[*state_b]));
    } else if (trait_a && trait_b) {
      place(traits, *trait_a, *trait_b, r);
    } else {
      refuse(fmt::format("{} and {} cannot be correlated: two uncertain numbers or two monthly states can", a,
                         b));
    }
  }
  plan.trait_factor = cholesky(traits, "the uncertain numbers");
  plan.state_factor = cholesky(states, "the monthly states");
  plan.innovation_factor = cholesky(innovations, "the innovations of the monthly states");
}

std::size_t place_of(std::vector<double>& values, double value) {
  const auto it = std::ranges::find(values, value);
  const auto place = static_cast<std::size_t>(it - values.begin());
  if (it == values.end()) values.push_back(value);
  return place;
}

void lay_out_calendar(PracticePlan& plan, const Practice& practice, const Calendar& calendar) {
  plan.workdays_per_year = static_cast<double>(std::ranges::count(practice.works, true)) * 365.25 / 7;
  plan.days.first = std::chrono::sys_days(calendar.start());
  int day = 0;
  double holidays = 0;
  double scheduled = 0;
  for (int m = 1; m <= calendar.months(); ++m) {
    auto& month = plan.months.emplace_back();
    month.year = static_cast<std::size_t>(Calendar::year_of(m) - 1);
    const auto calendar_month = static_cast<unsigned>(calendar.calendar_month(m).month()) - 1;
    const double season = practice.season.at(calendar_month);
    const double no_show_season = practice.no_show_season.at(calendar_month);
    unsigned day_of_month = 0;
    for (const int weekday : calendar.weekdays(m)) {
      const auto w = static_cast<std::size_t>(weekday);
      const bool is_holiday = calendar.is_holiday(m, ++day_of_month);
      if (practice.works[w]) {
        const std::size_t no_show =
            place_of(month.no_show_factors, practice.no_show_weekday[w] * no_show_season);
        month.workdays.push_back({day, practice.weekday_factor[w] * season, no_show, is_holiday, w});
        plan.days.days.push_back({plan.days.first + std::chrono::days(day), m, is_holiday});
      }
      ++day;
    }
    const auto month_holidays = std::ranges::count(month.workdays, true, &PracticePlan::Workday::is_holiday);
    holidays += static_cast<double>(month_holidays);
    scheduled += static_cast<double>(month.workdays.size());
    if (month.year == plan.years.size()) plan.years.push_back({m, 0.0, 0});
    plan.years.back().workdays += month.workdays.size() - static_cast<std::size_t>(month_holidays);
    plan.years.back().share = (m - plan.years.back().first_month + 1) / 12.0;
  }
  if (scheduled > 0) plan.holiday_share = holidays / scheduled;
  plan.days.last = plan.days.first + std::chrono::days(day - 1);
}

// Changes of numbers below names: of drawn columns and kinds of shift.
void apply_own_numbers(PracticePlan::Month& month, const StressPart& part,
                       const std::vector<OwnNumber>& known, std::size_t first_number) {
  for (const auto& [key, change] : part.own_numbers) {
    const auto at = position_of(known, key, &OwnNumber::key);
    if (!at || !known[*at].value->has_value())
      refuse(fmt::format("{} cannot change: the practice has no such number", key));
    const auto& info = *known[*at].info;
    std::optional<Parameter> acts_as;
    for (std::size_t n = 0; n < shift_number_count; ++n)  // a share of the days changes their length
      if (&info == &shift_number_infos()[n])
        acts_as = replaced_by(static_cast<ShiftNumber>(n)).value_or(session_hours);
    if (!change.is_identity())
      month.changes.push_back({first_number + *at, change, info.low, info.high, acts_as});
  }
}

void apply_part(PracticePlan::Month& month, const StressPart& part, const PracticePlan& plan) {
  const auto& codes = plan.codes;
  for (const auto& [count, factor] : part.counts) {
    if (!(factor >= 0)) refuse(fmt::format("{} x {} is not a count", key_of(count), factor));
    if (count == StressedCount::booked_visits && factor > 1)
      refuse("booked_visits can only be multiplied by up to 1: raise demand or slots instead");
    month.count_factor[static_cast<std::size_t>(count)] *= factor;
  }
  for (const auto& slots : part.slots) month.slots_factor *= slots.factor;
  for (const auto& change : part.parameters) {
    const auto& info = parameter_info(change.parameter);
    // What may not be uncertain (autocorrelations, the audit's lag) ties months together.
    if (!info.may_be_uncertain) refuse(fmt::format("{} cannot change for some months", info.key));
    if (change.change.is_identity()) continue;
    const auto number = PracticePlan::number_of(change.parameter);
    if (change.parameter == collections_denied && plan.settling && !plan.settling->denied.empty() &&
        plan.settling->denied.front() != number) {  // of every code
      for (const std::size_t of_code : plan.settling->denied)
        month.changes.push_back({of_code, change.change, info.low, info.high});
      continue;
    }
    month.changes.push_back({number, change.change, info.low, info.high, change.parameter});
  }
  for (const auto& revaluation : part.revaluations)
    if (std::ranges::find(codes, revaluation.code, &VisitCode::code) == codes.end())
      refuse(fmt::format("no revaluation of {}: the practice has no such code", revaluation.code));
  for (const auto& [from, to, share] : part.recodes) {
    const auto a = std::ranges::find(codes, from, &VisitCode::code);
    const auto b = std::ranges::find(codes, to, &VisitCode::code);
    if (a == codes.end() || b == codes.end())
      refuse(fmt::format("no recoding from {} to {}: the practice has no such code", from, to));
    if (share > 0)
      month.recodes.push_back(
          {static_cast<std::size_t>(a - codes.begin()), static_cast<std::size_t>(b - codes.begin()), share});
  }
}

}  // namespace

PracticePlan make_plan(const Practice& practice, const Stress& stress, const Calendar& calendar) {
  PracticePlan plan;
  plan.layout = LedgerLayout::sampled(practice);
  plan.works = practice.works;
  add_numbers(plan, practice);
  correlate(plan, practice);
  lay_out_calendar(plan, practice, calendar);
  plan.codes = practice.codes;
  auto values = code_values(practice, stress, calendar);
  for (std::size_t m = 0; m < values.size(); ++m) plan.months[m].values = std::move(values[m]);
  plan.review = review_steps(plan.codes);
  plan.has_collections = !plan.codes.empty() && std::ranges::all_of(plan.codes, [](const VisitCode& code) {
    return code.usd_cents.has_value();
  });
  plan.inbox_follows = practice.inbox_follows;
  plan.has_leaving = practice.has_leaving;
  const auto own = own_numbers(practice);
  const std::size_t first_own = plan.numbers.size() - own.size();
  for (const auto& part : stress.parts) {
    if (part.first_month < 1) refuse(fmt::format("stress {} starts before month 1", stress.name));
    const int last = std::min(part.last_month, calendar.months());
    for (int m = part.first_month; m <= last; ++m)
      apply_part(plan.months[static_cast<std::size_t>(m - 1)], part, plan);
    for (int m = part.first_month; m <= last; ++m)
      apply_own_numbers(plan.months[static_cast<std::size_t>(m - 1)], part, own, first_own);
  }
  plan.keeps_waiting_list = plan.may_differ(demand_returning, 0.0);
  plan.refills_late_cancels = plan.may_differ(late_cancel_refilled, 0.0);
  if (plan.refills_late_cancels && !plan.layout.place_of_refilled()) {
    // A stress refills what the practice does not: losses are given back by the column.
    auto refilling = practice;
    refilling[late_cancel_refilled] = Known{1.0};
    plan.layout = LedgerLayout::sampled(refilling);
  }
  return plan;
}

bool PracticePlan::may_differ(Parameter p, double value) const {
  const std::size_t number = number_of(p);
  return std::ranges::any_of(traits, [&](const Trait& trait) { return trait.number == number; }) ||
         numbers[number] != value || std::ranges::any_of(months, [&](const Month& month) {
           return std::ranges::find(month.changes, number, &NumberChange::number) != month.changes.end();
         });
}

double ramp_share(double start, double months_to_95, int m) {
  if (start >= 0.95) return 1.0;
  const double pace = std::log((1 - start) / 0.05) / months_to_95;
  return 1 - (1 - start) * std::exp(-pace * (m - 0.5));
}

void cut_back_rates(std::vector<double>& numbers) {
  const auto number = [&](Parameter p) -> double& { return numbers[PracticePlan::number_of(p)]; };
  const double left = 1 - number(no_show_rate);
  number(late_cancel_rate) = std::min(number(late_cancel_rate), left);
  const double most_lost = left - number(late_cancel_rate);
  if (number(tech_failure_rate) * number(tech_failure_lost) > most_lost)
    number(tech_failure_lost) = most_lost / number(tech_failure_rate);
  number(audit_up) = std::min(number(audit_up), 1 - number(audit_down));
}

void apply_changes(const PracticePlan::Month& month, std::vector<double>& numbers) {
  for (const auto& change : month.changes)
    numbers[change.number] = std::clamp(change.change.apply(numbers[change.number]), change.low, change.high);
  if (!month.changes.empty()) cut_back_rates(numbers);
}

double expected_visits_per_workday(const std::vector<double>& numbers, double ramp, double workdays_per_year,
                                   double holiday_share) {
  const auto number = [&](Parameter p) { return numbers[PracticePlan::number_of(p)]; };
  const double asks = number(visits_per_day) * ramp;
  const double places = number(session_hours) * number(slots_per_hour) + number(overbooked);
  const double kept = std::max(0.0, 1 - number(no_show_rate) - number(late_cancel_rate) -
                                        number(tech_failure_rate) * number(tech_failure_lost));
  const double present = std::max(0.0, 1 - number(days_off_per_year) / workdays_per_year - holiday_share);
  const double open = number(holidays_open);
  if (number(demand_returning) > 0) return std::min(asks, places * (present + holiday_share * open)) * kept;
  return std::min(asks, places) * kept * present + std::min(asks, places * open) * kept * holiday_share;
}

std::optional<std::size_t> shift_of_day(const PracticePlan& plan, std::size_t weekday,
                                        const std::vector<double>& numbers, double u) {
  for (const auto& [shift, is_certain] : plan.shifts_of_weekday[weekday]) {
    if (is_certain) return shift;
    u -= numbers[plan.shifts[shift].number_of(ShiftNumber::share)];
    if (u < 0) return shift;
  }
  return std::nullopt;
}

std::vector<double> numbers_of_shift(const PracticePlan::Shift& shift, std::vector<double> numbers) {
  for (std::size_t n = 0; n < shift_number_count; ++n)
    if (const auto parameter = replaced_by(static_cast<ShiftNumber>(n)))
      numbers[PracticePlan::number_of(*parameter)] = numbers[shift.numbers[n]];
  return numbers;
}

double expected_visits(const PracticePlan& plan, const std::vector<double>& numbers, double ramp) {
  const auto of = [&](const std::vector<double>& day) {
    return expected_visits_per_workday(day, ramp, plan.workdays_per_year, plan.holiday_share);
  };
  if (plan.shifts.empty()) return of(numbers);
  const double plain = of(numbers);
  std::vector<double> of_shift;
  for (const auto& shift : plan.shifts) of_shift.push_back(of(numbers_of_shift(shift, numbers)));
  double sum = 0;
  double weekdays = 0;
  for (std::size_t w = 0; w < 7; ++w) {
    if (!plan.works[w]) continue;
    ++weekdays;
    double rest = 1;
    for (const auto& [shift, is_certain] : plan.shifts_of_weekday[w]) {
      const double share =
          is_certain ? 1 : std::min(rest, numbers[plan.shifts[shift].number_of(ShiftNumber::share)]);
      sum += share * of_shift[shift];
      rest -= share;
    }
    sum += rest * plain;
  }
  return weekdays > 0 ? sum / weekdays : 0;
}

}  // namespace paystress::samplers
