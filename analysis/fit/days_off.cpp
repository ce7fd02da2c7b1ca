#include "analysis/fit/days_off.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/fit/priors.h"

namespace paystress::fit {
namespace {

double log_choose(long n, long k) {
  return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
         std::lgamma(static_cast<double>(n - k) + 1);
}

/// P(`off` of `seen_days`) when n of `year_days` are off.
double chance(const YearOff& y, long n) {
  const long elsewhere = n - y.off, room = y.year_days - y.seen_days;
  if (n < 0 || n > y.year_days || elsewhere < 0 || elsewhere > room || y.off > y.seen_days) return 0;
  return std::exp(log_choose(y.seen_days, y.off) + log_choose(room, elsewhere) - log_choose(y.year_days, n));
}

}  // namespace

std::vector<YearOff> years_of(const Log& log) {
  std::vector<YearOff> years;
  if (log.records.empty()) return years;
  const int first = month_number(log.records.front().date);
  const auto year_at = [&](std::chrono::sys_days date) -> YearOff& {
    const auto y = static_cast<std::size_t>((month_number(date) - first) / 12);
    if (years.size() <= y) years.resize(y + 1);
    return years[y];
  };
  if (log.grain == Grain::month) {
    for (const auto& r : log.records) {
      if (!r[Count::workdays]) continue;
      const long days = scheduled_days(r.date, log.works);
      auto& year = year_at(r.date);
      year.seen_days += days;
      year.off += std::max(0L, days - *r[Count::workdays]);
    }
  } else {
    for (auto day = log.first; day <= log.last; day += std::chrono::days(1))
      if (log.works[weekday_of(day)]) ++year_at(day).seen_days;
    for (const auto day : log.absent) ++year_at(day).off;
  }
  const std::chrono::year_month_day start(log.records.front().date);
  for (std::size_t y = 0; y < years.size(); ++y)
    for (int m = 0; m < 12; ++m) {
      const auto month = start.year() / start.month() + std::chrono::months(static_cast<int>(y) * 12 + m);
      years[y].year_days += scheduled_days(std::chrono::sys_days(month / 1), log.works);
    }
  for (auto& y : years) y.year_days = std::max(y.year_days, y.seen_days);
  return years;
}

GammaMeanSd fit_days_off(const std::vector<YearOff>& years) {
  const auto law = std::get<GammaMeanSd>(prior_of(Parameter::days_off_per_year).law);
  const double shape = law.mean * law.mean / (law.sd * law.sd), rate = shape / law.mean;
  constexpr double step = 0.125, last = 300;
  double sum = 0, mean = 0, square = 0;
  for (double x = step / 2; x < last; x += step) {
    double weight = std::exp((shape - 1) * std::log(x / law.mean) - rate * (x - law.mean));
    const auto whole = static_cast<long>(x);
    const double rest = x - static_cast<double>(whole);
    for (const auto& y : years) weight *= (1 - rest) * chance(y, whole) + rest * chance(y, whole + 1);
    sum += weight;
    mean += weight * x;
    square += weight * x * x;
  }
  if (sum <= 0) return law;  // more days off than a year allows under the law: told by the check
  mean /= sum;
  return {mean, std::sqrt(std::max(square / sum - mean * mean, 1e-6))};
}

}  // namespace paystress::fit
