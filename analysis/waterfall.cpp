#include "analysis/waterfall.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

double in_units(double usd, double per_usd) { return std::floor(usd * per_usd + 0.5); }

std::vector<double> made(const Waterfall& w, std::size_t level, std::size_t paths) {
  auto values = w.levels[level]();
  if (level > 0 && values.size() != paths)
    throw std::invalid_argument("waterfall: levels with different numbers of paths");
  return values;
}

/// NaN (no hours on this path) would leave its lines without a sum: such a path is left out of every line.
std::vector<bool> defined_paths(const Waterfall& w) {
  std::vector<bool> defined;
  for (std::size_t k = 0; k < w.levels.size(); ++k) {
    const auto level = made(w, k, defined.size());
    if (k == 0) defined.assign(level.size(), true);
    for (std::size_t i = 0; i < level.size(); ++i)
      if (!std::isfinite(level[i])) defined[i] = false;
  }
  return defined;
}

/// a - b; empty stands for zeros.
std::vector<double> difference(std::vector<double> a, std::span<const double> b) {
  if (a.empty()) a.assign(b.size(), 0.0);
  for (std::size_t i = 0; i < b.size(); ++i) a[i] -= b[i];
  return a;
}

struct WaterfallRow {
  RowScenario scenario;
  std::string_view view;
  std::size_t step;
  std::string_view cause;
  bool is_change;
  double usd_mean;  ///< as rounded to the unit
  Estimate mean;
  std::array<Estimate, 3> quantiles;  ///< at quantile_levels
  std::optional<double> share;
  double ci_level;
  std::size_t paths;
};
constexpr std::array<double, 3> quantile_levels{0.05, 0.5, 0.95};

const RowTable<WaterfallRow>& waterfall_table() {
  using C = Columns<WaterfallRow>;
  static const RowTable<WaterfallRow> table{
      C::scenario(),
      C::text("view", "usd: dollars over the horizon; hourly: dollars an hour",
              [](const WaterfallRow& r) { return r.view; }),
      C::whole("step", "", "order in which the causes are taken away, from 1",
               [](const WaterfallRow& r) { return r.step; }),
      C::text("cause", "advertised, unfilled_slots, no_shows, ..., realistic",
              [](const WaterfallRow& r) { return r.cause; }),
      C::text("kind", "total: advertised or realistic; change: what the cause takes or gives",
              [](const WaterfallRow& r) { return r.is_change ? "change" : "total"; }),
      C::exact("usd_mean", "usd", "mean over paths; totals and changes add up exactly",
               [](const WaterfallRow& r) { return r.usd_mean; }),
      C::error("std_error", "usd", C::its_error, [](const WaterfallRow& r) { return r.mean.std_error; }),
      C::computed("ci_low", "usd", "lower end of its interval",
                  [](const WaterfallRow& r) { return r.mean.ci_low; }),
      C::computed("ci_high", "usd", "upper end of its interval",
                  [](const WaterfallRow& r) { return r.mean.ci_high; }),
      C::exact("p05", "usd", "5th percentile over paths",
               [](const WaterfallRow& r) { return r.quantiles[0].value; }),
      C::exact("p50", "usd", "median over paths", [](const WaterfallRow& r) { return r.quantiles[1].value; }),
      C::exact("p95", "usd", "95th percentile over paths",
               [](const WaterfallRow& r) { return r.quantiles[2].value; }),
      C::computed("share_of_advertised", "1", "usd_mean / advertised",
                  [](const WaterfallRow& r) { return r.share; }),
      C::ci_level([](const WaterfallRow& r) { return r.ci_level; }),
      C::n_paths([](const WaterfallRow& r) { return r.paths; })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& waterfall_columns() { return waterfall_table().heads(); }

// Dollars an hour are a thousandth as large as dollars, and so are their errors: a cent would show.
double units_per_usd(const Waterfall& w) { return w.view == "hourly" ? 1e5 : 100.0; }

void for_each_line(const Waterfall& w, const std::function<void(WaterfallLine)>& see) {
  if (w.levels.size() != w.causes.size() + 1)
    throw std::invalid_argument("waterfall: a level for the start and one for each cause are needed");
  const auto defined = defined_paths(w);
  const auto paths = static_cast<double>(std::ranges::count(defined, true));
  if (paths == 0.0) return;
  std::vector<double> before, moved_before;
  std::int64_t mean_before = 0;
  const double per_usd = units_per_usd(w);
  for (std::size_t k = 0; k < w.levels.size(); ++k) {
    auto level = made(w, k, defined.size());
    double sum = 0.0;  // whole numbers below 2^53: exact for 1e7 paths of 9e6 dollars, or 9e3 an hour
    for (std::size_t i = 0; i < level.size(); ++i) {
      level[i] = defined[i] ? in_units(level[i], per_usd) : std::numeric_limits<double>::quiet_NaN();
      if (defined[i]) sum += level[i];
    }
    // Whole sums over paths, divided and rounded once.
    const auto mean = static_cast<std::int64_t>(std::floor(sum / paths + 0.5));
    auto moved = w.influence.empty() ? std::vector<double>{} : w.influence[k]();
    if (k == 0) {
      see({"advertised", false, level, moved, mean});
    } else {
      for (std::size_t i = 0; i < level.size(); ++i) before[i] = level[i] - before[i];
      see({w.causes[k - 1], true, std::move(before), difference(moved, moved_before), mean - mean_before});
    }
    moved_before = std::move(moved);
    before = std::move(level);
    mean_before = mean;
  }
  see({"realistic", false, std::move(before), std::move(moved_before), mean_before});
}

std::string waterfall_rows(const Waterfall& w, double ci_level, PathDesign design) {
  CsvRows out;
  std::string tail;
  std::size_t step = 0;
  double start = 0.0;
  const double per_usd = units_per_usd(w);
  for_each_line(w, [&](WaterfallLine line) {
    if (step == 0) {
      tail = batch_cells(*w.scenario);
      start = static_cast<double>(line.mean);
    }
    for (auto& x : line.units) x /= per_usd;
    // In path order, NaN where left out: replicates keep their places.
    auto with_rates = line.influence_usd;
    for (std::size_t i = 0; i < with_rates.size(); ++i) with_rates[i] += line.units[i];
    const PathSample sample(std::move(line.units), design);
    const auto mean =
        with_rates.empty() ? sample.mean(ci_level) : PathSample(std::move(with_rates), design).mean(ci_level);
    const auto units = static_cast<double>(line.mean);
    WaterfallRow row{w.scenario, w.view, ++step, line.cause, line.is_change,     units / per_usd,
                     mean,       {},     {},     ci_level,   sample.all().size()};
    for (std::size_t q = 0; q < quantile_levels.size(); ++q)
      row.quantiles.at(q) = sample.quantile(quantile_levels.at(q), ci_level);
    if (start != 0.0) row.share = units / start;
    waterfall_table().write(out, row, tail);
  });
  return out.take();
}

}  // namespace paystress
