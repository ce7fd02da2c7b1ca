#include "analysis/fit/fit_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/csv_rows.h"
#include "analysis/fit/simulate_days.h"
#include "model/calendar.h"
#include "model/date_text.h"

namespace paystress::fit {
namespace {

constexpr double surprising = 0.05;  // shared by all statistics over all days (Bonferroni)
constexpr int months_for_trend = 6;

constexpr std::array<Count, 8> checked{Count::booked,       Count::completed,  Count::no_shows,
                                       Count::late_cancels, Count::lost_calls, Count::messages,
                                       Count::results,      Count::other_items};

/// column, group, statistic
using Key = std::array<std::string, 3>;
using Statistics = std::map<Key, double>;

double average(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double quantile(const std::vector<double>& sorted, double level) {
  return sorted[static_cast<std::size_t>(level * static_cast<double>(sorted.size() - 1))];
}

std::string month_name(std::chrono::sys_days date) {
  const std::chrono::year_month_day d(date);
  return month_text(d.year() / d.month());
}

using Months = std::map<int, std::vector<double>>;

/// Slope of a regression on the month, in shares of the mean a year.
double trend_of(const Months& months) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const auto& [month, values] : months) {
    const double value = average(values);
    ++n;
    x += month;
    y += value;
    xx += static_cast<double>(month) * month;
    xy += month * value;
  }
  const double spread = xx - x * x / n;
  return spread > 0 && y > 0 ? 12 * (xy - x * y / n) / spread / (y / n) : 0;
}

/// Where the mean changes most from the months before to those after, two at least, and by how much of it.
struct Regime {
  double change = 0;
  int from = 0;  ///< month_number of the first month after
};
Regime regime_of(const Months& months) {
  constexpr std::size_t least_months = 2;
  double all = 0, days = 0;
  for (const auto& [month, values] : months)
    for (const double x : values) {
      all += x;
      ++days;
    }
  Regime largest;
  double before = 0, days_before = 0;
  std::size_t passed = 0;
  for (const auto& [month, values] : months) {
    if (passed >= least_months && months.size() - passed >= least_months && all > 0) {
      const double change = ((all - before) / (days - days_before) - before / days_before) / (all / days);
      if (std::abs(change) > std::abs(largest.change)) largest = {change, month};
    }
    for (const double x : values) {
      before += x;
      ++days_before;
    }
    ++passed;
  }
  return largest;
}

/// The coefficient of bimodality; 0 where nothing varies.
double second_peak_of(const std::vector<double>& values) {
  const double mean = average(values);
  double square = 0, cube = 0, fourth = 0;
  for (const double v : values) {
    const double d = v - mean;
    square += d * d;
    cube += d * d * d;
    fourth += d * d * d * d;
  }
  const auto n = static_cast<double>(values.size());
  const double variance = square / n;
  if (variance <= 0) return 0;
  const double skewness = cube / n / std::pow(variance, 1.5);
  return (skewness * skewness + 1) / (fourth / n / (variance * variance));
}

void add_column(const Log& log, Count count, Statistics& out) {
  const std::string column(name_of(count));
  std::vector<double> values;
  std::map<std::string, std::vector<double>> groups;
  std::array<std::vector<double>, 7> weekdays;
  Months months;
  for (const auto& r : log.records) {
    if (!r[count]) continue;
    const auto value = static_cast<double>(*r[count]);
    values.push_back(value);
    months[month_number(r.date)].push_back(value);
    groups[month_name(r.date)].push_back(value);
    weekdays[log.grain != Grain::month ? weekday_of(r.date) : 0].push_back(value);
  }
  if (values.size() < 2) return;
  const auto put = [&](const std::string& group, const char* statistic, double x) {
    out[{column, group, statistic}] = x;
  };
  for (const auto& [group, of] : groups) put(group, "mean", average(of));
  std::vector<double> shares;
  for (std::size_t d = 0; d < 7; ++d) {
    if (weekdays[d].empty()) continue;
    const double usual = average(weekdays[d]);
    if (log.grain != Grain::month) put(std::string(weekday_names[d]), "mean", usual);
    for (const double value : weekdays[d]) shares.push_back(usual > 0 ? value / usual : 1);
  }
  const double mean = average(values);
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
  put("all", "second_peak", second_peak_of(shares));
  if (static_cast<int>(months.size()) >= months_for_trend) {
    put("all", "trend", trend_of(months));
    put("all", "regime", std::abs(regime_of(months).change));
  }
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

Months months_of(const Log& log, std::string_view column) {
  Months months;
  const auto count = std::ranges::find(checked, column, [](Count c) { return name_of(c); });
  for (const auto& r : log.records)
    if (r[*count]) months[month_number(r.date)].push_back(static_cast<double>(*r[*count]));
  return months;
}

/// More regular days than the law's are no fault of these two.
bool is_one_sided(const CheckRow& row) { return row.statistic == "regime" || row.statistic == "second_peak"; }

std::string warning_of(const CheckRow& row, const Log& log) {
  const auto range = fmt::format("{:.3g} to {:.3g}", row.fitted_low, row.fitted_high);
  if (row.statistic == "trend")
    return fmt::format(
        "{}: a trend of {:+.0f} % a year; a fitted practice shows {:+.0f} to {:+.0f} %. The law "
        "has no trend but the filling of a young practice (--opened): fit the months that are like "
        "those to come",
        row.column, 100 * row.seen, 100 * row.fitted_low, 100 * row.fitted_high);
  if (row.statistic == "regime") {
    const auto regime = regime_of(months_of(log, row.column));
    return fmt::format(
        "{}: the mean changes by {:+.0f} % from {} on; in a fitted practice the largest "
        "change is {:.0f} to {:.0f} %. The law has no lasting change: fit the months that are "
        "like those to come",
        row.column, 100 * regime.change,
        month_text(std::chrono::year(regime.from / 12) / (regime.from % 12 + 1)), 100 * row.fitted_low,
        100 * row.fitted_high);
  }
  if (row.statistic == "second_peak")
    return fmt::format(
        "{}: the days have a second peak (second_peak {:.3g} where a fitted practice shows {}). "
        "The law has one: fit the kinds of days apart with --only, as kinds of shift",
        row.column, row.seen, range);
  return fmt::format("{}: {} {:.3g} where a fitted practice shows {}", row.column, row.statistic, row.seen,
                     range);
}

}  // namespace

FitCheck check_fit(const Log& log, const FittedPractice& fitted, int draws) {
  Statistics seen;
  for (const auto count : checked) add_column(log, count, seen);
  std::map<Key, std::vector<double>> shown;
  Practice practice = fitted.as_logged;
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
    check.rows.push_back({key[0],
                          key[1],
                          key[2],
                          at,
                          average(values),
                          quantile(values, 0.05),
                          quantile(values, 0.95),
                          tail,
                          {}});
  }
  const auto over_all = std::ranges::count(check.rows, std::string("all"), &CheckRow::group);
  // What lies beyond every log that was drawn is told, however many statistics there are.
  const double limit =
      std::max(surprising / static_cast<double>(std::max<std::ptrdiff_t>(over_all, 1)), 2.5 / (draws + 1));
  for (auto& row : check.rows)
    if (row.group == "all" && row.tail_prob < limit && (!is_one_sided(row) || row.seen > row.fitted_high))
      row.warning = warning_of(row, log);
  return check;
}

std::vector<std::string> FitCheck::warnings() const {
  std::vector<std::string> all;
  for (const auto& row : rows)
    if (!row.warning.empty()) all.push_back(row.warning);
  return all;
}

std::string fit_check_csv(const FitCheck& check) {
  CsvRows rows;
  for (const auto* name : {"column", "group", "statistic", "seen", "fitted_mean", "fitted_p05", "fitted_p95",
                           "tail_prob", "warning"})
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
        .text(r.warning)
        .end();
  return rows.take();
}

}  // namespace paystress::fit
