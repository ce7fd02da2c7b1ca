#include "sim/exact/exact_practice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

namespace paystress::exact {
namespace {

using enum Parameter;

constexpr double negligible_weight = 1e-18;
// Rounding of the transforms: what is less probable than this cannot be told from 0.
constexpr double transform_noise = 1e-16;

/// What a booked visit of each fate adds to the column; completed ones by outcome.
struct VisitLaw {
  struct Outcome {
    double probability;
    long value;
  };
  long no_show = 0, late_cancel = 0, lost = 0;
  std::vector<Outcome> completed{{1.0, 0}};
};

/// Numbers of a month after its stresses.
struct MonthNumbers {
  const samplers::PracticePlan& plan;
  const samplers::PracticePlan::Month& month;
  std::vector<double> numbers;
  int m;

  MonthNumbers(const samplers::PracticePlan& p, std::size_t index)
      : plan(p), month(p.months[index]), numbers(p.numbers), m(static_cast<int>(index) + 1) {
    samplers::cut_back_rates(numbers);
    samplers::apply_changes(month, numbers);
  }
  [[nodiscard]] double operator()(Parameter p) const { return numbers[samplers::PracticePlan::number_of(p)]; }
  [[nodiscard]] double factor(StressedCount c) const {
    return month.count_factor[static_cast<std::size_t>(c)];
  }
  [[nodiscard]] double slots() const {
    return (*this)(session_hours) * (*this)(slots_per_hour)*month.slots_factor;
  }
};

/// Outcomes of coding, recoding and review of a completed visit: first code, code found, probability.
template <class Visit>
void for_each_coding(const MonthNumbers& number, Visit visit) {
  const auto& codes = number.plan.codes;
  std::vector<double> share;
  for (const auto& code : codes) share.push_back(code.share);
  for (const auto& step : number.month.recodes) {
    share[step.to] += share[step.from] * step.share;
    share[step.from] *= 1 - step.share;
  }
  const double down = number(audit_reviewed) * number(audit_down);
  const double up = number(audit_reviewed) * number(audit_up);
  for (std::size_t k = 0; k < codes.size(); ++k) {
    visit(k, number.plan.review.down[k], share[k] * down);
    visit(k, number.plan.review.up[k], share[k] * up);
    visit(k, k, share[k] * (1 - down - up));
  }
}

// Is it a share of completed visits, or of those with a code?
bool is_of_completed(const samplers::PracticePlan& plan, const samplers::PracticePlan::Column& column) {
  const auto& name = plan.layout[column.of].name;
  return name == "completed_visits" || name.starts_with("visits.");
}

VisitLaw visit_law(const MonthNumbers& number, std::string_view column) {
  VisitLaw law;
  for (const auto& drawn : number.plan.columns) {
    if (drawn.name != column) continue;
    // Each visit of the count stays with this probability.
    law = visit_law(number, number.plan.layout[drawn.of].name);
    const double share = number.numbers[drawn.number_of(ColumnNumber::share)];
    double counted = 0;
    for (const auto& outcome : law.completed)
      if (outcome.value == 1) counted += outcome.probability;
    law.completed = {{1 - share * counted, 0}, {share * counted, 1}};
    return law;
  }
  const auto& codes = number.plan.codes;
  const auto& values = number.month.values;
  if (column == "booked_visits") return {1, 1, 1, {{1.0, 1}}};
  if (column == "no_shows") return {1, 0, 0, {{1.0, 0}}};
  if (column == "late_cancels") return {0, 1, 0, {{1.0, 0}}};
  if (column == "tech_failures") return {0, 0, 1, {{1.0, 0}}};
  if (column == "completed_visits") return {0, 0, 0, {{1.0, 1}}};
  std::map<long, double> outcomes;
  for_each_coding(number, [&](std::size_t first, std::size_t found, double probability) {
    long value = 0;
    if (column == "generated_wrvu")
      value = values[first].work_rvu_hundredths;
    else if (column == "credited_wrvu")
      value = values[found].work_rvu_hundredths;
    else if (column == "collections_usd")
      value = values[first].usd_cents.value_or(0);
    else
      value = column == "visits." + codes[first].code ? 1 : 0;
    outcomes[value] += probability;
  });
  law.completed.clear();
  for (const auto& [value, probability] : outcomes) law.completed.push_back({probability, value});
  return law;
}

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

double binomial(int k, int n, double p) {
  if (p <= 0) return k == 0 ? 1 : 0;
  if (p >= 1) return k == n ? 1 : 0;
  return std::exp(log_choose(n, k) + k * std::log(p) + (n - k) * std::log1p(-p));
}

/// P(k no-shows among n bookings of a day), as products in rho / (1 - rho): exact down to rho = 0.
double beta_binomial(int k, int n, double p, double rho) {
  const double spread = rho / (1 - rho);
  double ratio = std::exp(log_choose(n, k));
  for (int i = 0; i < n; ++i) {
    ratio *= i < k ? p + i * spread : 1 - p + (i - k) * spread;
    ratio /= 1 + i * spread;
  }
  return ratio;
}

double poisson(int k, double mean) {
  return mean > 0 ? std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0)) : (k == 0 ? 1.0 : 0.0);
}

/// P(b visits are booked), b = 0, 1, ... on a worked day.
std::vector<double> booked_law(const MonthNumbers& number, double demand_factor) {
  const double slots = number.slots();
  const int full = static_cast<int>(std::floor(slots));
  const double one_more = slots - full;
  const double ramp = samplers::ramp_share(number(ramp_start), number(ramp_months_to_95), number.m);
  const double mean = number(visits_per_day) * ramp * demand_factor * number.factor(StressedCount::demand);
  // Demand below the slots, then all the rest at the slots.
  std::vector<double> demand(static_cast<std::size_t>(full) + 2, 0.0);
  const double variance = std::log1p(number(demand_daily_cv) * number(demand_daily_cv));
  double mass = 0;
  for (int i = variance > 0 ? -36 : 0; i <= (variance > 0 ? 36 : 0); ++i) {
    const double z = i * 0.25;
    const double weight = std::exp(-z * z / 2);
    const double day_mean = mean * std::exp(std::sqrt(variance) * z - variance / 2);
    mass += weight;
    for (std::size_t n = 0; n < demand.size(); ++n)
      demand[n] += weight * poisson(static_cast<int>(n), day_mean);
  }
  std::vector<double> booked(demand.size(), 0.0);
  double below_full = 0;
  for (int n = 0; n < full; ++n) {
    booked[static_cast<std::size_t>(n)] = demand[static_cast<std::size_t>(n)] / mass;
    below_full += booked[static_cast<std::size_t>(n)];
  }
  const auto last = static_cast<std::size_t>(full);
  const double at_full = demand[last] / mass;
  booked[last] = (1 - one_more) * std::max(0.0, 1 - below_full) + one_more * at_full;
  booked[last + 1] = one_more * std::max(0.0, 1 - below_full - at_full);

  const double kept = number.factor(StressedCount::booked_visits);
  if (kept >= 1) return booked;
  std::vector<double> thinned(booked.size(), 0.0);
  for (std::size_t b = 0; b < booked.size(); ++b)
    for (std::size_t k = 0; k <= b; ++k)
      thinned[k] += booked[b] * binomial(static_cast<int>(k), static_cast<int>(b), kept);
  return thinned;
}

using Pmf = std::map<long, double>;  // value -> probability

Pmf convolve(const Pmf& a, const Pmf& b) {
  Pmf sum;
  for (const auto& [x, p] : a)
    for (const auto& [y, q] : b) sum[x + y] += p * q;
  return sum;
}

/// Law of what a worked day adds to the column.
Pmf day_law(const MonthNumbers& number, const VisitLaw& visit, double demand_factor) {
  const auto booked = booked_law(number, demand_factor);
  const double no_show = number(no_show_rate);
  const double attends = 1 - no_show;
  // A visit whose patient does not fail to come: late cancel, lost call or completed, the same on every day.
  Pmf attended;
  if (attends > 0) {
    const double late = number(late_cancel_rate) / attends;
    const double lost = number(tech_failure_rate) * number(tech_failure_lost) / attends;
    attended[visit.late_cancel] += late;
    attended[visit.lost] += lost;
    for (const auto& [probability, value] : visit.completed)
      attended[value] += std::max(0.0, 1 - late - lost) * probability;
  }
  std::erase_if(attended, [](const auto& entry) { return entry.second <= 0; });

  // P(n attended, k no-shows) over all bookings; no-shows add a value of their own.
  const auto most = static_cast<int>(booked.size()) - 1;
  Pmf day;
  Pmf sum_of_attended{{0, 1.0}};
  for (int n = 0; n <= most; ++n) {
    for (int b = n; b <= most; ++b) {
      const double weight =
          booked[static_cast<std::size_t>(b)] * beta_binomial(b - n, b, no_show, number(no_show_daily_rho));
      if (weight < negligible_weight) continue;
      for (const auto& [value, probability] : sum_of_attended)
        day[value + (b - n) * visit.no_show] += weight * probability;
    }
    sum_of_attended = convolve(sum_of_attended, attended);
  }
  return day;
}

struct DayMoments {
  double mean = 0, variance = 0, largest = 0;
};
DayMoments moments(const Pmf& day) {
  DayMoments m;
  for (const auto& [x, p] : day) {
    m.mean += p * static_cast<double>(x);
    m.largest = std::max(m.largest, static_cast<double>(x));
  }
  for (const auto& [x, p] : day) {
    const double off = static_cast<double>(x) - m.mean;
    m.variance += p * off * off;
  }
  return m;
}

/// Days off of the year, floor or one more, with their probabilities.
std::vector<ExactMonths::DaysOff> days_off_of_year(const samplers::PracticePlan& plan,
                                                   const samplers::PracticePlan::Year& year) {
  const double mean =
      std::min(year.share * plan.numbers[samplers::PracticePlan::number_of(days_off_per_year)],
               static_cast<double>(year.workdays));
  const int low = static_cast<int>(std::floor(mean));
  std::vector<ExactMonths::DaysOff> days{{low, 1 - (mean - low)}};
  if (mean > low) days.push_back({low + 1, mean - low});
  return days;
}

/// Month of days with these laws, for 0, 1, ... `most_off` days off, uniformly chosen among them.
std::vector<Spectrum> month_spectra(const std::vector<const Spectrum*>& days, int most_off) {
  const std::size_t points = days.front()->size();
  std::vector<Spectrum> off(static_cast<std::size_t>(most_off) + 1, Spectrum(points, 0.0));
  off[0].assign(points, 1.0);
  // Among the first d + 1 days k are off: the last of them with probability k / (d + 1).
  double d = 0;
  for (const auto* day : days) {
    d += 1;
    for (std::size_t k = off.size(); k-- > 0;) {
      const double last_off = static_cast<double>(k) / d;
      if (last_off > 1) continue;
      auto& sum = off[k];
      if (k == 0) {
        for (std::size_t i = 0; i < points; ++i) sum[i] = times((*day)[i], sum[i]);
        continue;
      }
      const auto& one_less = off[k - 1];
      for (std::size_t i = 0; i < points; ++i)
        sum[i] = (1 - last_off) * times((*day)[i], sum[i]) + last_off * one_less[i];
    }
  }
  return off;
}

/// The first month with the same days under the same numbers; the month itself when there is none before.
std::size_t first_equal_month(const samplers::PracticePlan& plan, std::size_t index) {
  const MonthNumbers own(plan, index);
  const auto ramp = [](const MonthNumbers& n) {
    return samplers::ramp_share(n(ramp_start), n(ramp_months_to_95), n.m);
  };
  for (std::size_t before = 0; before < index; ++before) {
    const MonthNumbers other(plan, before);
    const auto& year = plan.years[own.month.year];
    const auto& other_year = plan.years[other.month.year];
    if (own.numbers == other.numbers && ramp(own) == ramp(other) &&
        own.month.slots_factor == other.month.slots_factor &&
        own.month.count_factor == other.month.count_factor && own.month.recodes.empty() &&
        other.month.recodes.empty() && own.month.values == other.month.values &&
        year.workdays == other_year.workdays && year.share == other_year.share &&
        std::ranges::equal(own.month.workdays, other.month.workdays, {},
                           &samplers::PracticePlan::Workday::demand_factor,
                           &samplers::PracticePlan::Workday::demand_factor))
      return before;
  }
  return index;
}

}  // namespace

double hypergeometric(int k, int drawn, int marked, int all) {
  if (k < 0 || k > drawn || k > marked || drawn - k > all - marked) return 0.0;
  return std::exp(log_choose(marked, k) + log_choose(all - marked, drawn - k) - log_choose(all, drawn));
}

std::vector<std::string> why_not_exact(const samplers::PracticePlan& plan) {
  std::vector<std::string> reasons;
  for (const auto& trait : plan.traits)
    reasons.push_back(
        fmt::format("{} is uncertain: all months of a path share what is drawn for it", trait.key));
  const auto number = [&](Parameter p) { return plan.numbers[samplers::PracticePlan::number_of(p)]; };
  const auto in_any_month = [&](Parameter p) {
    return number(p) != 0 || std::ranges::any_of(plan.months, [&](const auto& month) {
             return std::ranges::any_of(month.changes, [&](const auto& c) {
               return c.number == samplers::PracticePlan::number_of(p);
             });
           });
  };
  const auto key = [](Parameter p) { return parameter_info(p).key; };
  for (const auto state : {demand_monthly_cv, no_show_monthly_cv})
    if (in_any_month(state))
      reasons.push_back(fmt::format("{} is not 0: months share their state", key(state)));
  if (in_any_month(demand_daily_cv) && plan.daily_ar1 != 0)
    reasons.push_back(fmt::format("{} is not 0: days remember each other", key(demand_daily_ar1)));
  if (in_any_month(codes_concentration))
    reasons.push_back(
        fmt::format("{} is not 0: all months of a path share a code mix", key(codes_concentration)));
  for (std::size_t e = 0; e < plan.events.size(); ++e)
    if (plan.numbers[samplers::PracticePlan::per_year_of(e)] != 0)
      reasons.push_back(fmt::format("events.{} covers several days and months", plan.events[e].name));
  if (plan.holiday_share > 0)
    reasons.emplace_back("calendar.holidays make the days of a month differ, and no day off falls on them");
  if (plan.may_differ(days_off_spell, 1.0))
    reasons.push_back(fmt::format("{} is not 1: days off of a month hang together", key(days_off_spell)));
  if (!plan.shifts.empty()) reasons.emplace_back("shifts make the days of a month differ");
  if (plan.keeps_waiting_list)
    reasons.push_back(fmt::format("{} is not 0: days share their waiting list", key(demand_returning)));
  if (plan.refills_late_cancels)
    reasons.push_back(
        fmt::format("{} is not 0: refilled visits have no exact law here", key(late_cancel_refilled)));
  if (plan.may_differ(overbooked, 0.0))
    reasons.push_back(
        fmt::format("{} is not 0: visits beyond the slots have no exact law here", key(overbooked)));
  if (plan.may_differ(audit_extrapolated, 0.0))
    reasons.push_back(fmt::format("{} is not 0: the claims of a month share the error rates of their sample",
                                  key(audit_extrapolated)));
  if (std::ranges::any_of(plan.months, [](const auto& month) {
        return std::ranges::any_of(month.no_show_factors, [](double f) { return f != 1.0; });
      }))
    reasons.emplace_back("no_show.weekday or no_show.season make the days' no-show rates differ");
  for (const auto& month : plan.months)
    for (const auto& change : month.changes)
      if (change.number == samplers::PracticePlan::number_of(days_off_per_year)) {
        reasons.push_back(fmt::format("the stress changes {} within a year", key(days_off_per_year)));
        return reasons;
      }
  return reasons;
}

std::vector<std::string> exact_columns(const samplers::PracticePlan& plan) {
  std::vector<std::string> columns{"booked_visits", "no_shows", "late_cancels", "tech_failures",
                                   "completed_visits"};
  // A share of a count that the law of a visit tells: a completed visit counts with its probability.
  for (const auto& column : plan.columns)
    if (column.law == DrawnColumn::Law::share && is_of_completed(plan, column))
      columns.push_back(column.name);
  if (plan.codes.empty()) return columns;
  for (const auto& code : plan.codes) columns.push_back("visits." + code.code);
  columns.emplace_back("generated_wrvu");
  if (plan.has_collections) columns.emplace_back("collections_usd");
  if (plan.audit_lag_months == 0) columns.emplace_back("credited_wrvu");
  return columns;
}

ExactMonths::ExactMonths(const samplers::PracticePlan& plan, std::string_view column) {
  if (const auto reasons = why_not_exact(plan); !reasons.empty())
    throw std::invalid_argument(reasons.front());
  if (const auto columns = exact_columns(plan); std::ranges::find(columns, column) == columns.end())
    throw std::invalid_argument(fmt::format("the months of {} have no exact law", column));

  for (std::size_t index = 0; index < plan.months.size(); ++index) {
    const MonthNumbers number(plan, index);
    auto& month = months_.emplace_back();
    const auto& scheduled = number.month.workdays;
    const auto& year = plan.years[number.month.year];
    month.workdays = static_cast<int>(scheduled.size());
    month.closed = number.slots() <= 0;
    std::map<int, double> off;
    for (const auto& [days, probability] : days_off_of_year(plan, year))
      for (int k = 0; k <= std::min(days, month.workdays); ++k)
        off[k] += probability * hypergeometric(k, month.workdays, days, static_cast<int>(year.workdays));
    std::erase_if(off, [](const auto& entry) { return entry.second < negligible_weight; });
    for (const auto& [k, probability] : off) month.days_off.push_back({k, probability});
    if (const auto equal = first_equal_month(plan, index); equal < index) {
      month = Month(months_[equal]);
      continue;
    }
    if (month.closed || scheduled.empty()) {
      month.given.assign(month.days_off.size(), LatticeLaw(0, 1, {1.0}));
      continue;
    }

    const VisitLaw visit = visit_law(number, column);
    std::map<double, Pmf> day_laws;  // by demand factor: weekdays repeat
    for (const auto& day : scheduled)
      if (!day_laws.contains(day.demand_factor))
        day_laws[day.demand_factor] = day_law(number, visit, day.demand_factor);

    double mean = 0;
    double variance = 0;
    double largest = 0;
    long high = 0;
    long step = 0;
    for (const auto& day : scheduled) {
      const auto& law = day_laws[day.demand_factor];
      const auto m = moments(law);
      mean += m.mean;
      variance += m.variance;
      largest = std::max(largest, m.mean);
      high += law.empty() ? 0 : law.rbegin()->first;
    }
    for (const auto& [_, law] : day_laws)
      for (const auto& entry : law) step = std::gcd(step, entry.first);
    // Days off move the mean by up to a day each; their number is within eight deviations of its mean.
    const double mean_off = std::accumulate(off.begin(), off.end(), 0.0, [](double sum, const auto& entry) {
      return sum + entry.first * entry.second;
    });
    const double most =
        static_cast<double>(visit.completed.back().value + visit.no_show + visit.late_cancel + visit.lost);
    const auto window =
        LatticeWindow::around(mean * (1 - mean_off / month.workdays), variance + mean_off * largest * largest,
                              std::max(most, 1.0), 0, high, std::max(step, 1L));

    std::map<double, Spectrum> spectra;
    for (const auto& [factor, law] : day_laws) {
      std::vector<long> values;
      std::vector<double> probability;
      for (const auto& [value, p] : law) {
        values.push_back(value);
        probability.push_back(p);
      }
      spectra[factor] = spectrum(values, probability, window);
    }
    std::vector<const Spectrum*> days;
    for (const auto& day : scheduled) days.push_back(&spectra[day.demand_factor]);
    const auto by_days_off = month_spectra(days, month.days_off.back().days);
    for (const auto& [k, _] : month.days_off)
      month.given.push_back(
          law_of(by_days_off[static_cast<std::size_t>(k)], window).trimmed(transform_noise));
  }
}

LatticeLaw ExactMonths::month(int m) const {
  const auto& month = months_.at(static_cast<std::size_t>(m) - 1);
  long first = month.given.front().value(0);
  long last = first;
  for (const auto& law : month.given) {
    first = std::min(first, law.value(0));
    last = std::max(last, law.value(law.size() - 1));
  }
  const long step = month.given.front().step();
  std::vector<double> probability(static_cast<std::size_t>((last - first) / step) + 1, 0.0);
  for (std::size_t k = 0; k < month.given.size(); ++k) {
    const LatticeLaw& law = month.given[k];
    const auto shift = static_cast<std::size_t>((law.value(0) - first) / step);
    for (std::size_t i = 0; i < law.size(); ++i)
      probability[shift + i] += month.days_off[k].probability * law.probability(i);
  }
  return {first, step, std::move(probability)};
}

}  // namespace paystress::exact
