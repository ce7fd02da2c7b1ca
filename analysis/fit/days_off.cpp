#include "analysis/fit/days_off.h"

#include <algorithm>
#include <cmath>
#include <numbers>
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

double normal(double x, double mean, double variance) {
  return std::exp(-(x - mean) * (x - mean) / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
}

/// Likewise where they come in spells of `length` days, `runs` of which were seen to begin: these stand in
/// different gaps between the days worked, and each has floor or ceiling of the mean length.
double chance_in_spells(const YearOff& y, long n, long length) {
  if (y.seen_days == y.year_days) {
    if (n != y.off) return 0;
    if (n == 0) return 1;
  }
  if (n < y.off || n > y.year_days) return 0;
  const long spells = n == 0 ? 0 : std::max(1L, (2 * n + length) / (2 * length));
  if (y.runs > spells || (n == 0 && y.off > 0)) return 0;
  const long gaps = y.year_days - n + 1, gaps_seen = std::min(gaps, y.seen_days - y.off + 1);
  if (spells > gaps || y.runs > gaps_seen || spells - y.runs > gaps - gaps_seen) return 0;
  const double of_runs = std::exp(log_choose(gaps_seen, y.runs) +
                                  log_choose(gaps - gaps_seen, spells - y.runs) - log_choose(gaps, spells));
  if (y.runs == 0) return of_runs;
  // What floor and ceiling leave open, and a spell that the end of the log cuts.
  constexpr double of_a_spell = 0.25, at_the_ends = 0.35;
  const double mean = static_cast<double>(n) / static_cast<double>(spells) * static_cast<double>(y.runs);
  return of_runs *
         normal(static_cast<double>(y.off), mean, of_a_spell * static_cast<double>(y.runs) + at_the_ends);
}

/// P(runs of a year's days off) where each falls by itself.
double chance_of_runs(const YearOff& y, long runs) {
  if (y.off == 0) return runs == 0 ? 1.0 : 0.0;
  const long worked = y.seen_days - y.off;
  if (runs < 1 || runs > y.off || runs > worked + 1) return 0;
  return std::exp(log_choose(y.off - 1, runs - 1) + log_choose(worked + 1, runs) -
                  log_choose(y.seen_days, y.off));
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
  constexpr double step = 0.125;
  constexpr long last = 300;
  // A log of months has no runs: its days off are taken to fall one by one.
  const bool has_runs = std::ranges::any_of(years, [](const YearOff& y) { return y.runs > 0 || y.off == 0; });
  std::vector<double> weights(static_cast<std::size_t>(static_cast<double>(last) / step), 0.0);
  for (long length = 1; length <= (has_runs ? longest_spell : 1); ++length) {
    std::vector<double> joint(weights.size(), !has_runs ? 1.0 : length == 1 ? one_by_one : in_spells);
    for (const auto& y : years) {
      std::vector<double> of_days;
      for (long n = 0; n <= last; ++n)
        of_days.push_back(length > 1 ? chance_in_spells(y, n, length)
                                     : chance(y, n) * (has_runs ? chance_of_runs(y, y.runs) : 1.0));
      for (std::size_t i = 0; i < joint.size(); ++i) {
        const double x = (static_cast<double>(i) + 0.5) * step;
        const auto whole = static_cast<std::size_t>(x);
        const double rest = x - static_cast<double>(whole);
        joint[i] *= (1 - rest) * of_days[whole] + rest * of_days[whole + 1];
      }
    }
    for (std::size_t i = 0; i < joint.size(); ++i) weights[i] += joint[i];
  }
  double sum = 0, mean = 0, square = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double x = (static_cast<double>(i) + 0.5) * step;
    const double weight = weights[i] * std::exp((shape - 1) * std::log(x / law.mean) - rate * (x - law.mean));
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
      const double p = chance_of_runs(y, r);
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
  constexpr double surprising = 0.05, held = 0.9;
  double off = 0, runs = 0;
  // Spells a day off: a year has as many spells as its days off allow, rounded. Days off differ little from
  // year to year, so what rounding leaves open is not averaged: every whole year must allow it.
  double least = 0, most = 2;
  bool is_whole = false;
  for (const auto& y : years) {
    off += static_cast<double>(y.off);
    runs += static_cast<double>(y.runs);
    if (y.seen_days < y.year_days || y.off == 0) continue;
    is_whole = true;
    least = std::max(least, (static_cast<double>(y.runs) - 0.5) / static_cast<double>(y.off));
    most = std::min(most, (static_cast<double>(y.runs) + 0.5) / static_cast<double>(y.off));
  }
  if (!is_whole || least >= most) {  // a part of a year, or years of different habits: as one of all of them
    least = (runs - 0.5) / off;
    most = (runs + 0.5) / off;
  }
  const double middle = (least + most) / 2, half = held * (most - least) / 2;
  const double low = std::max(1.0, 1 / (middle + half)), high = 1 / (middle - half);
  if (chance_of_so_few(years) >= surprising) return {1, 1, high};
  return {std::clamp(off / runs, low, high), low, high};
}

}  // namespace paystress::fit
