#include "analysis/precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "model/replicates.h"

namespace paystress {
namespace {

/// Paths at which a tail mean gets an interval at all.
std::optional<double> paths_for_interval(const PrecisionTarget& target) {
  if (target.statistic.kind == StatisticKind::tail_mean) return least_tail_paths / target.statistic.argument;
  return std::nullopt;
}

double missing_factor(const TargetStatus& s) {
  if (s.met) return 0.0;
  if (!s.half_width || !s.wanted) return std::numeric_limits<double>::infinity();
  return *s.half_width / *s.wanted;
}

/// The statistic with its argument: the line of a shortfall is the study's, scaled to the horizon.
Statistic statistic_of(const PrecisionTarget& target, const ReportPeriod& horizon,
                       const TableOptions& options) {
  auto statistic = target.statistic;
  if (statistic_info(statistic.kind).argument != StatisticArgument::line) return statistic;
  if (!options.target_usd_per_year)
    throw std::invalid_argument(target_text(target) + ": target_usd_per_year is needed");
  statistic.argument = *options.target_usd_per_year * (horizon.last - horizon.first + 1) / 12.0;
  return statistic;
}

}  // namespace

std::string target_text(const PrecisionTarget& t) {
  const auto info = statistic_info(t.statistic.kind);
  const auto level =
      info.argument == StatisticArgument::level ? fmt::format(", {}", t.statistic.argument) : std::string();
  const auto name = t.of == PrecisionTarget::Of::difference ? "difference" : info.name;
  return t.relative
             ? fmt::format("{}({}{}) +- {} %", name, measure_name(t.measure), level, 100.0 * t.half_width)
             : fmt::format("{}({}{}) +- {}", name, measure_name(t.measure), level, t.half_width);
}

TargetStatus judge_target(const PrecisionTarget& target, const Estimate& e) {
  TargetStatus s;
  if (!target.relative) {
    s.wanted = target.half_width;
  } else if (e.value && *e.value != 0.0) {
    s.wanted = target.half_width * std::abs(*e.value);
  }
  const auto paths = static_cast<double>(e.paths);
  if (!e.ci_low || !e.ci_high) {
    const auto least = paths_for_interval(target);
    if (least && paths < *least) s.paths_needed = std::ceil(*least);
    return s;
  }
  s.half_width = (*e.ci_high - *e.ci_low) / 2.0;
  if (!s.wanted) return s;
  s.met = *s.half_width <= *s.wanted;
  if (s.met) return s;
  // Widths shrink with the root of the paths; the bound of a probability without hits with the paths.
  const double factor = *s.half_width / *s.wanted;
  const bool no_hits = e.method == IntervalMethod::clopper_pearson && !e.std_error;
  s.paths_needed = std::ceil(paths * (no_hits ? factor : factor * factor));
  return s;
}

std::vector<TargetStatus> check_targets(std::span<const PrecisionTarget> targets, const Scenario& scenario,
                                        const PracticeColumns& practice, const IncomeColumns& income,
                                        const TableOptions& options) {
  std::vector<TargetStatus> out;
  const ReportPeriod& horizon = practice.periods().front();
  std::optional<std::pair<Measure, StatisticKind>> held;
  std::optional<PathSample> sample;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    if (targets[t].of == PrecisionTarget::Of::difference) continue;
    const std::pair wanted{targets[t].measure, targets[t].statistic.kind};
    if (held != wanted)
      sample.emplace(statistic_column(wanted.second, wanted.first, horizon, practice, income),
                     options.design);
    held = wanted;
    auto status = judge_target(
        targets[t], sample->estimate(statistic_of(targets[t], horizon, options), options.ci_level));
    status.target = t;
    status.scenario = scenario.id;
    out.push_back(std::move(status));
  }
  return out;
}

std::vector<TargetStatus> check_differences(std::span<const PrecisionTarget> targets,
                                            std::span<const ComparedScenario> scenarios,
                                            const TableOptions& options) {
  std::vector<TargetStatus> out;
  if (std::ranges::none_of(targets, [](const auto& t) { return t.of == PrecisionTarget::Of::difference; }))
    return out;
  std::vector<const Scenario*> ids;
  for (const auto& s : scenarios) ids.push_back(&*s.scenario);
  for (const auto& pair : compared_pairs(ids)) {
    // In other months the mean difference and its error are those of shared luck, orbit by orbit.
    if (pair.of_stresses || pair.pairing == Pairing::other_months) continue;
    const auto &a = scenarios[pair.a], &b = scenarios[pair.b];
    std::vector<double> difference(a.income_usd.size());
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = a.income_usd[i] - b.income_usd[i];
    const auto mean = PathSample(std::move(difference), options.design).mean(options.ci_level);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      if (targets[t].of != PrecisionTarget::Of::difference) continue;
      auto status = judge_target(targets[t], mean);
      status.target = t;
      status.scenario = a.scenario->id + " - " + b.scenario->id;
      out.push_back(std::move(status));
    }
  }
  return out;
}

std::optional<std::size_t> worst_target(std::span<const TargetStatus> statuses) {
  const auto worst = std::ranges::max_element(statuses, {}, missing_factor);
  if (worst == statuses.end() || worst->met) return std::nullopt;
  return static_cast<std::size_t>(worst - statuses.begin());
}

std::vector<std::size_t> checkpoints(const Precision& precision, std::size_t unit, PathDesign design) {
  if (unit == 0 || precision.max_paths < 1 || precision.min_paths > precision.max_paths)
    throw std::invalid_argument("precision: max_paths below 1 or below min_paths");
  const auto up = [&](std::int64_t paths) {
    return (static_cast<std::size_t>(std::max<std::int64_t>(1, paths)) + unit - 1) / unit * unit;
  };
  auto last = static_cast<std::size_t>(precision.max_paths);
  auto first = up(precision.min_paths);
  if (design == PathDesign::replicates) {
    last = last / unit * unit;
    first = std::max(first, (least_replicates * paths_of_replicate + unit - 1) / unit * unit);
    if (last < first)
      throw std::invalid_argument(fmt::format("precision: replicates need max_paths of at least {}", first));
  }
  std::vector<std::size_t> counts;
  for (std::size_t n = first; n < last; n += up(precision.checkpoint)) counts.push_back(n);
  counts.push_back(last);
  return counts;
}

}  // namespace paystress
