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
  bool was_off = false;
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
    auto next_off = log.absent.begin();
    for (auto day = log.first; day <= log.last; day += std::chrono::days(1)) {
      if (!log.works[weekday_of(day)]) continue;
      auto& year = year_at(day);
      ++year.seen_days;
      const bool is_off = next_off != log.absent.end() && *next_off == day;
      if (is_off) ++next_off;
      year.off += is_off ? 1 : 0;
      year.runs += is_off && (!was_off || year.seen_days == 1) ? 1 : 0;
      was_off = is_off;
    }
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

namespace {

/// P(runs <= seen) over all years together where each day off falls by itself.
double chance_of_so_few(const std::vector<YearOff>& years) {
  std::vector<double> law{1.0};
  std::size_t seen = 0;
  for (const auto& y : years) {
    seen += static_cast<std::size_t>(y.runs);
    std::vector<double> joined(law.size() + static_cast<std::size_t>(y.off), 0.0);
    for (long r = y.off > 0 ? 1 : 0; r <= y.off; ++r) {
      const long worked = y.seen_days - y.off;
      const double p = y.off == 0       ? 1.0
                       : r > worked + 1 ? 0.0
                                        : std::exp(log_choose(y.off - 1, r - 1) + log_choose(worked + 1, r) -
                                                   log_choose(y.seen_days, y.off));
      for (std::size_t before = 0; before < law.size(); ++before)
        joined[before + static_cast<std::size_t>(r)] += law[before] * p;
    }
    law = std::move(joined);
  }
  double sum = 0;
  for (std::size_t r = 0; r < std::min(seen + 1, law.size()); ++r) sum += law[r];
  return sum;
}

}  // namespace

KnownEstimate fit_days_off_spell(const std::vector<YearOff>& years) {
  constexpr double surprising = 0.05, reach_of_a_year = 0.475;  // 90 % of a uniform half
  double off = 0, runs = 0, parts = 0;
  for (const auto& y : years) {
    off += static_cast<double>(y.off);
    runs += static_cast<double>(y.runs);
    parts += y.off > 0 ? 1 : 0;
  }
  const double reach = std::min(reach_of_a_year * std::sqrt(parts), runs / 2);
  const double high = off / (runs - reach);
  if (chance_of_so_few(years) >= surprising) return {1, 1, high};
  return {off / runs, std::max(1.0, off / (runs + reach)), high};
}

}  // namespace paystress::fit
