#include "analysis/waterfall.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "analysis/csv_rows.h"
#include "analysis/scenario_cells.h"

namespace paystress {
namespace {

constexpr double cents = 100.0;

std::int64_t in_cents(double usd) { return static_cast<std::int64_t>(std::floor(usd * cents + 0.5)); }

void require_fit(const Waterfall& w) {
  if (w.scenario == nullptr || w.levels.size() != w.causes.size() + 1)
    throw std::invalid_argument("waterfall: a level for the start and one for each cause are needed");
  for (const auto& level : w.levels)
    if (level.size() != w.levels.front().size())
      throw std::invalid_argument("waterfall: levels with different numbers of paths");
}

/// NaN (no hours on this path) would leave its lines without a sum: such a path is left out of every line.
std::vector<std::size_t> defined_paths(const Waterfall& w) {
  std::vector<std::size_t> paths;
  for (std::size_t i = 0; i < w.levels.front().size(); ++i)
    if (std::ranges::all_of(w.levels, [&](const auto& level) { return std::isfinite(level[i]); }))
      paths.push_back(i);
  return paths;
}

}  // namespace

std::vector<std::vector<std::int64_t>> changes_in_cents(const Waterfall& w) {
  require_fit(w);
  const auto paths = defined_paths(w);
  std::vector<std::vector<std::int64_t>> changes(w.causes.size(), std::vector<std::int64_t>(paths.size()));
  for (std::size_t k = 0; k < w.causes.size(); ++k)
    for (std::size_t i = 0; i < paths.size(); ++i)
      changes[k][i] = in_cents(w.levels[k + 1][paths[i]]) - in_cents(w.levels[k][paths[i]]);
  return changes;
}

std::string waterfall_rows(const Waterfall& w, double ci_level, PathDesign design) {
  const auto changes = changes_in_cents(w);
  const auto paths = defined_paths(w);
  CsvRows out;
  if (paths.empty()) return {};
  const std::string tail = batch_cells(*w.scenario);
  // Printed levels, in cents: whole sums over paths, divided and rounded once.
  std::vector<std::int64_t> printed;
  for (const auto& level : w.levels) {
    double sum = 0.0;  // whole numbers below 2^53: exact for 1e7 paths of 9e6 dollars
    for (const std::size_t i : paths) sum += static_cast<double>(in_cents(level[i]));
    printed.push_back(static_cast<std::int64_t>(std::floor(sum / static_cast<double>(paths.size()) + 0.5)));
  }
  std::size_t step = 0;
  const auto row = [&](std::string_view cause, std::string_view kind, std::int64_t mean_cents,
                       std::span<const double> by_path) {
    // In path order, NaN where left out: replicates of a Latin hypercube keep their places.
    std::vector<double> values(w.levels.front().size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < paths.size(); ++i) values[paths[i]] = by_path[i];
    const PathSample sample(std::move(values), design);
    const auto mean = sample.mean(ci_level);
    scenario_cells(out, *w.scenario);
    out.text(w.view).count(++step).text(cause).text(kind).exact(static_cast<double>(mean_cents) / cents);
    out.error(mean.std_error).computed(mean.ci_low).computed(mean.ci_high);
    for (const double p : {0.05, 0.5, 0.95}) out.exact(sample.quantile(p, ci_level).value);
    const auto start = static_cast<double>(printed.front());
    out.computed(start != 0.0 ? std::optional(static_cast<double>(mean_cents) / start) : std::nullopt);
    out.exact(ci_level).count(sample.all().size()).end(tail);
  };
  const auto level_by_path = [&](const std::vector<double>& level) {
    std::vector<double> values;
    for (const std::size_t i : paths) values.push_back(static_cast<double>(in_cents(level[i])) / cents);
    return values;
  };
  row("advertised", "total", printed.front(), level_by_path(w.levels.front()));
  for (std::size_t k = 0; k < changes.size(); ++k) {
    std::vector<double> values;
    values.reserve(paths.size());
    for (const std::int64_t c : changes[k]) values.push_back(static_cast<double>(c) / cents);
    row(w.causes[k], "change", printed[k + 1] - printed[k], values);
  }
  row("realistic", "total", printed.back(), level_by_path(w.levels.back()));
  return out.take();
}

}  // namespace paystress
