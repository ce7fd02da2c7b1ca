#include "analysis/productivity_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

struct GroupBounds {
  std::string_view name;
  double from, to;  // shares of the paths by pace
};
constexpr std::array groups{GroupBounds{"bottom_quarter", 0.0, 0.25}, GroupBounds{"median", 0.45, 0.55},
                            GroupBounds{"top_tenth", 0.9, 1.0}};

struct PaceRow {
  RowScenario scenario;
  std::string_view pace;
  const PacedResult* group;
  const PacedResult::Told* told;
  double ci_level;
};

const RowTable<PaceRow>& productivity_table() {
  using C = Columns<PaceRow>;
  constexpr std::string_view unit = "usd, usd/hour, hours/week or 1", pace_unit = "of the pace";
  static const RowTable<PaceRow> table{
      C::scenario(),
      C::text("pace", "visits_per_hour, wrvu_per_hour: of a session hour, over the horizon",
              [](const PaceRow& r) { return r.pace; }),
      C::text("group",
              "bottom_quarter, median (45 to 55 %), top_tenth of the paths by pace; claim: the practice at "
              "the pace that the recruiter's has; plus_10_percent: at a tenth more than its own",
              [](const PaceRow& r) { return r.group->name; }),
      C::whole("n", "paths", "paths of the group, or of the practice at that pace",
               [](const PaceRow& r) { return r.group->paths; }),
      C::computed("low", pace_unit,
                  "slowest pace of the group; of claim and plus_10_percent the pace aimed at",
                  [](const PaceRow& r) { return r.group->low; }),
      C::computed("high", pace_unit, "fastest pace of the group, or the pace aimed at",
                  [](const PaceRow& r) { return r.group->high; }),
      C::computed("pace_mean", pace_unit, "mean pace of its paths",
                  [](const PaceRow& r) { return r.group->mean; }),
      C::text("statistic",
              "income_usd_p50, paid_hourly_usd_p50, effective_hourly_usd_p50, after_hours_per_week_p50; "
              "tier_reached_prob: share of its windows; as_described_prob: P(a path of the practice as "
              "described keeps the pace aimed at)",
              [](const PaceRow& r) { return r.told->statistic; }),
      C::text("component", "of a tier", [](const PaceRow& r) { return std::string_view(r.told->component); }),
      C::whole(
          "tier", "", "number of the tier, from 1",
          [](const PaceRow& r) { return r.told->tier == 0 ? std::nullopt : std::optional(r.told->tier); }),
      C::computed("value", unit, "over the horizon", [](const PaceRow& r) { return r.told->estimate.value; }),
      C::error("std_error", unit, C::its_error, [](const PaceRow& r) { return r.told->estimate.std_error; }),
      C::interval("", unit, [](const PaceRow& r) { return r.told->estimate; }),
      C::ci_level([](const PaceRow& r) { return r.ci_level; }),
      C::n_paths([](const PaceRow& r) { return r.told->estimate.paths; }),
      C::method([](const PaceRow& r) { return method_name(r.told->estimate.method); })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& productivity_columns() { return productivity_table().heads(); }

std::vector<PaceGroup> pace_groups(std::span<const double> pace) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pace.size(); ++i)
    if (!std::isnan(pace[i])) order.push_back(i);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return pace[a] < pace[b]; });
  std::vector<PaceGroup> all;
  for (const auto& g : groups) all.push_back({g.name, std::vector<bool>(pace.size()), 0, {}, {}, {}});
  const auto n = static_cast<double>(order.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && pace[order[last]] == pace[order[first]]) ++last;
    const double middle = (static_cast<double>(first) + static_cast<double>(last)) / 2 / n;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (middle < groups[g].from || middle > groups[g].to) continue;
      auto& group = all[g];
      for (std::size_t i = first; i < last; ++i) group.holds[order[i]] = true;
      const auto count = last - first;
      const double value = pace[order[first]];
      group.mean =
          (group.mean.value_or(0.0) * static_cast<double>(group.paths) + value * static_cast<double>(count)) /
          static_cast<double>(group.paths + count);
      group.paths += count;
      if (!group.low) group.low = value;
      group.high = value;
    }
    first = last;
  }
  return all;
}

std::string productivity_rows(const RowScenario& scenario, std::string_view pace,
                              std::span<const PacedResult> results, double ci_level) {
  CsvRows out;
  for (const auto& result : results)
    for (const auto& told : result.told)
      productivity_table().write(out, {scenario, pace, &result, &told, ci_level}, batch_cells(*scenario));
  return out.take();
}

}  // namespace paystress
