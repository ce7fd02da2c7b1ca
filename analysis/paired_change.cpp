#include "analysis/paired_change.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "model/replicates.h"

namespace paystress {
namespace {

constexpr std::size_t sections = 32, least_section_paths = 15;
// Where fewer paths differ from the rest, those that were not seen may matter more.
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Pairs {
  std::vector<double> before, after;
};

Pairs defined_pairs(std::span<const double> before, std::span<const double> after) {
  Pairs pairs;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (std::isnan(before[i]) || std::isnan(after[i])) continue;
    pairs.before.push_back(before[i]);
    pairs.after.push_back(after[i]);
  }
  return pairs;
}

double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

std::optional<double> change_of_median(std::span<const double> before, std::span<const double> after) {
  auto pairs = defined_pairs(before, after);
  if (pairs.before.empty()) return std::nullopt;
  return median_of(pairs.after) - median_of(pairs.before);
}

// An odd number of paths has its middle one: no rank leans to one side.
std::size_t section_paths(std::size_t paths, PathDesign design) {
  if (design == PathDesign::replicates) return paths_of_replicate;
  const std::size_t each = paths / sections;
  return each % 2 == 1 ? each : std::max<std::size_t>(each, 1) - 1;
}

void check_sizes(std::span<const double> before, std::span<const double> after) {
  if (before.size() != after.size())
    throw std::invalid_argument("paired change: different numbers of paths before and after");
}

// The estimate with the error that independent sections show. All the same: both medians are what most paths
// are paid, or nothing changes.
Estimate with_spread(Estimate e, const Moments& sections_seen, double ci_level) {
  if (sections_seen.n < least_paired_replicates) return e;
  const auto of_sections = mean_estimate(sections_seen, ci_level);
  const double half = *of_sections.ci_high - *of_sections.value;
  e.std_error = of_sections.std_error;
  e.ci_low = *e.value - half;
  e.ci_high = *e.value + half;
  return e;
}

}  // namespace

Estimate paired_mean(std::span<const double> difference, double ci_level, PathDesign design) {
  const PathSample sample({difference.begin(), difference.end()}, design);
  auto e = sample.mean(ci_level);
  if (design == PathDesign::replicates) {
    Moments spread;
    for (std::size_t r = 0; r < difference.size() / paths_of_replicate; ++r) {
      const auto part = difference.subspan(r * paths_of_replicate, paths_of_replicate);
      const Sample replicate({part.begin(), part.end()});
      if (replicate.size() > 0) spread.add(replicate.mean());
    }
    e = with_spread({e.value, {}, {}, {}, e.paths, IntervalMethod::replicates_t}, spread, ci_level);
  } else if (e.method == IntervalMethod::t) {
    e.method = IntervalMethod::paired_t;
  }
  const auto& all = sample.all();
  if (all.size() > 0 && all.sorted().front() != all.sorted().back() &&
      all.count_unlike_median() < least_unlike_others)
    e.ci_low = e.ci_high = std::nullopt;
  return e;
}

Estimate median_change(std::span<const double> before, std::span<const double> after, double ci_level,
                       PathDesign design) {
  check_sizes(before, after);
  Estimate e;
  e.paths = defined_pairs(before, after).before.size();
  e.method = design == PathDesign::replicates ? IntervalMethod::replicates_t : IntervalMethod::sections_t;
  e.value = change_of_median(before, after);
  const std::size_t each = section_paths(before.size(), design);
  if (!e.value || each < least_section_paths) return e;
  Moments spread;
  const std::size_t whole = design == PathDesign::replicates ? before.size() / each : std::size_t{sections};
  for (std::size_t s = 0; s < whole; ++s)
    if (const auto change = change_of_median(before.subspan(s * each, each), after.subspan(s * each, each)))
      spread.add(*change);
  return with_spread(e, spread, ci_level);
}

PairedChange paired_change(std::span<const double> before, std::span<const double> after, double ci_level,
                           PathDesign design) {
  check_sizes(before, after);
  std::vector<double> difference(before.size()), same(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    difference[i] = after[i] - before[i];
    same[i] = std::isnan(difference[i]) ? undefined : difference[i] == 0.0 ? 1.0 : 0.0;
  }
  return {paired_mean(difference, ci_level, design), median_change(before, after, ci_level, design),
          PathSample(std::move(same), design).at_least(1.0, ci_level)};
}

}  // namespace paystress
