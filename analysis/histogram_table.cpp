#include "analysis/histogram_table.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

constexpr double bins_wanted = 50.0, histogram_cut = 0.001;

struct HistogramRow {
  RowScenario scenario;
  std::string_view measure;
  std::size_t bin;
  std::optional<double> low, high;
  std::size_t paths;
  Estimate share;
  double ci_level;
};

const RowTable<HistogramRow>& histogram_table() {
  using C = Columns<HistogramRow>;
  static const RowTable<HistogramRow> table{
      C::scenario(),
      C::text("measure", "what is measured on each path, over the horizon",
              [](const HistogramRow& r) { return r.measure; }),
      C::whole("bin", "", "number of the bin, from 1", [](const HistogramRow& r) { return r.bin; }),
      C::computed("bin_low", unit_of_measured, "lower edge, inside the bin; empty: everything below",
                  [](const HistogramRow& r) { return r.low; }),
      C::computed("bin_high", unit_of_measured,
                  "upper edge, outside the bin; empty: everything from the lower edge up",
                  [](const HistogramRow& r) { return r.high; }),
      C::whole("paths", "paths", "paths in the bin", [](const HistogramRow& r) { return r.paths; }),
      C::estimate("share", "1", "share of paths in the bin", [](const HistogramRow& r) { return r.share; }),
      C::computed("density", "1/of the measure", "share / width of the bin; empty for an open bin",
                  [](const HistogramRow& r) -> std::optional<double> {
                    if (!r.low || !r.high) return std::nullopt;
                    return *r.share.value / (*r.high - *r.low);
                  }),
      C::ci_level([](const HistogramRow& r) { return r.ci_level; }),
      C::n_paths([](const HistogramRow& r) { return r.share.paths; })};
  return table;
}

/// Width 1, 2 or 5 times a power of ten that cuts `range` into about `bins_wanted` bins.
double round_width(double range) {
  const double raw = range / bins_wanted;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0})
    if (raw <= step * power) return step * power;
  return 10.0 * power;
}

}  // namespace

void add_histogram_rows(CsvRows& out, const RowScenario& scenario, std::string_view measure,
                        const PathSample& path_sample, double ci_level, std::string_view tail) {
  const Sample& sample = path_sample.all();
  const std::size_t n = sample.size();
  if (n == 0) return;
  const auto values = sample.sorted();
  const auto at = [&](double share) {
    return values[std::min(n - 1, static_cast<std::size_t>(share * static_cast<double>(n)))];
  };
  const double low = at(histogram_cut), high = at(1.0 - histogram_cut);
  const double spread = high - low;
  // All equal, or so near that edges of doubles cannot tell them apart: one bin.
  const bool one_bin = !(spread > std::abs(high) * 1e-12);
  const double width = one_bin ? std::max(1.0, std::abs(high) * 1e-9) : round_width(spread);
  const double first = std::floor(low / width);
  const auto bins = static_cast<std::size_t>(std::floor(high / width) - first) + 1;
  std::size_t below = 0, number = 0;
  const auto row = [&](std::optional<double> from, std::optional<double> to, std::size_t end) {
    const std::size_t count = end - below;
    below = end;
    if (count == 0 && (!from || !to)) return;
    const auto share = path_sample.between(from.value_or(-INFINITY), to.value_or(INFINITY), ci_level);
    histogram_table().write(out, {scenario, measure, ++number, from, to, count, share, ci_level}, tail);
  };
  const auto edge = [&](std::size_t i) { return (first + static_cast<double>(i)) * width; };
  row({}, edge(0), sample.count_below(edge(0)));
  for (std::size_t i = 0; i < bins; ++i) row(edge(i), edge(i + 1), sample.count_below(edge(i + 1)));
  row(edge(bins), {}, n);
}

const std::vector<TableColumn>& histogram_columns() { return histogram_table().heads(); }

}  // namespace paystress
