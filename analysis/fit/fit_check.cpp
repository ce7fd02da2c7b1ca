#include "analysis/fit/fit_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/csv_rows.h"
#include "analysis/fit/simulate_days.h"

namespace paystress::fit {
namespace {

constexpr std::array<std::string_view, 7> weekday_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr double surprising = 0.05;  // shared by all statistics over all days (Bonferroni)
constexpr int months_for_trend = 6;

constexpr std::array<Count, 8> checked{Count::booked,       Count::completed,  Count::no_shows,
                                       Count::late_cancels, Count::lost_calls, Count::messages,
                                       Count::results,      Count::other_items};

/// column, group, statistic
using Key = std::array<std::string, 3>;
using Statistics = std::map<Key, double>;

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double quantile(const std::vector<double>& sorted, double level) {
  return sorted[static_cast<std::size_t>(level * static_cast<double>(sorted.size() - 1))];
}

std::string month_name(std::chrono::sys_days date) {
  const std::chrono::year_month_day d(date);
  return fmt::format("{}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()));
}

/// Slope of a regression on the month, in shares of the mean a year.
double trend_of(const std::map<int, std::vector<double>>& months) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& [month, values] : months) {
    const double value = mean_of(values);
    ++n;
    x += month;
    y += value;
    xx += static_cast<double>(month) * month;
    xy += month * value;
  }
  const double spread = xx - x * x / n;
  return spread > 0 && y > 0 ? 12 * (xy - x * y / n) / spread / (y / n) : 0;
}

void add_column(const Log& log, Count count, Statistics& out) {
  const std::string column(name_of(count));
  std::vector<double> values;
  std::map<std::string, std::vector<double>> groups;
  std::map<int, std::vector<double>> months;
  for (const auto& r : log.records) {
    if (!r[count]) continue;
    const auto value = static_cast<double>(*r[count]);
    values.push_back(value);
    months[month_number(r.date)].push_back(value);
    groups[month_name(r.date)].push_back(value);
    if (log.grain != Grain::month) groups[std::string(weekday_names[weekday_of(r.date)])].push_back(value);
  }
  if (values.size() < 2) return;
  const auto put = [&](const std::string& group, const char* statistic, double x) {
    out[{column, group, statistic}] = x;
  };
  for (const auto& [group, of] : groups) put(group, "mean", mean_of(of));
  const double mean = mean_of(values);
  double square = 0, next = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    square += (values[i] - mean) * (values[i] - mean);
    if (i > 0) next += (values[i] - mean) * (values[i - 1] - mean);
  }
  put("all", "mean", mean);
  put("all", "sd", std::sqrt(square / static_cast<double>(values.size() - 1)));
  put("all", "lag_1", square > 0 ? next / square : 0);
  put("all", "zero_share",
      static_cast<double>(std::ranges::count(values, 0.0)) / static_cast<double>(values.size()));
  if (static_cast<int>(months.size()) >= months_for_trend) put("all", "trend", trend_of(months));
  std::ranges::sort(values);
  put("all", "quantile_05", quantile(values, 0.05));
  put("all", "quantile_50", quantile(values, 0.5));
  put("all", "quantile_95", quantile(values, 0.95));
}

/// The days of a simulated log as the observed one tells them: by month where it does.
Log by_month(const Log& days) {
  Log months;
  months.grain = Grain::month;
  for (const auto& day : days.records) {
    const std::chrono::year_month_day d(day.date);
    const std::chrono::sys_days first(d.year() / d.month() / 1);
    if (months.records.empty() || months.records.back().date != first) {
      months.records.emplace_back();
      months.records.back().date = first;
    }
    for (std::size_t c = 0; c < count_kinds; ++c)
      if (day.counts[c])
        months.records.back().counts[c] = months.records.back().counts[c].value_or(0) + *day.counts[c];
  }
  return months;
}

void warn(const CheckRow& row, double limit, std::vector<std::string>& warnings) {
  if (row.tail_prob >= limit || row.group != "all") return;
  if (row.statistic == "trend")
    warnings.push_back(
        fmt::format("{}: a trend of {:+.0f} % a year; a fitted practice shows {:+.0f} to {:+.0f} %. The law "
                    "has no trend but a "
                    "ramp: fit the months that are like those to come",
                    row.column, 100 * row.seen, 100 * row.fitted_low, 100 * row.fitted_high));
  else
    warnings.push_back(fmt::format("{}: {} {:.3g} where a fitted practice shows {:.3g} to {:.3g}", row.column,
                                   row.statistic, row.seen, row.fitted_low, row.fitted_high));
}

}  // namespace

FitCheck check_fit(const Log& log, const FittedPractice& fitted, int draws) {
  Statistics seen;
  for (const auto count : checked) add_column(log, count, seen);
  std::map<Key, std::vector<double>> shown;
  Practice practice = fitted.practice;
  practice[Parameter::visit_minutes_sd] = Known{0};  // times are not checked
  const std::chrono::year_month_day start(log.records.front().date);
  const std::chrono::sys_days first(start.year() / start.month() / 1);
  for (int i = 0; i < draws; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    const auto days = simulate_days(draw_practice(practice, 2 * seed), first, log.months(), 2 * seed + 1);
    if (days.records.size() < 2) continue;
    Statistics drawn;
    const Log seen_as = log.grain == Grain::month ? by_month(days) : days;
    for (const auto count : checked)
      if (log.tells(count)) add_column(seen_as, count, drawn);
    for (const auto& [key, value] : drawn)
      if (seen.contains(key)) shown[key].push_back(value);
  }
  FitCheck check;
  for (auto& [key, values] : shown) {
    std::ranges::sort(values);
    const double at = seen.at(key);
    const auto below = static_cast<double>(std::ranges::upper_bound(values, at) - values.begin());
    const auto above = static_cast<double>(values.end() - std::ranges::lower_bound(values, at));
    const auto n = static_cast<double>(values.size());
    const double tail = std::min(1.0, 2 * (std::min(below, above) + 1) / (n + 1));
    check.rows.push_back(
        {key[0], key[1], key[2], at, mean_of(values), quantile(values, 0.05), quantile(values, 0.95), tail});
  }
  const auto over_all = std::ranges::count(check.rows, std::string("all"), &CheckRow::group);
  for (const auto& row : check.rows)
    warn(row, surprising / static_cast<double>(std::max<std::ptrdiff_t>(over_all, 1)), check.warnings);
  return check;
}

std::string fit_check_csv(const FitCheck& check) {
  CsvRows rows;
  for (const auto* name :
       {"column", "group", "statistic", "seen", "fitted_mean", "fitted_p05", "fitted_p95", "tail_prob"})
    rows.text(name);
  rows.end();
  for (const auto& r : check.rows)
    rows.text(r.column)
        .text(r.group)
        .text(r.statistic)
        .computed(r.seen)
        .computed(r.fitted_mean)
        .computed(r.fitted_low)
        .computed(r.fitted_high)
        .error(r.tail_prob)
        .end();
  return rows.take();
}

}  // namespace paystress::fit
