#include "analysis/path_sample.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/replicates.h"

namespace paystress {
namespace {

double share_below(const Sample& s, double line) {
  return static_cast<double>(s.count_below(line)) / static_cast<double>(s.size());
}

}  // namespace

RankTable::RankTable(std::size_t paths, std::span<const double> levels, double ci_level)
    : paths_(paths), ci_level_(ci_level), levels_(levels.begin(), levels.end()) {
  for (const double level : levels_) ranks_.push_back(quantile_ranks(paths, level, ci_level));
}

QuantileRanks RankTable::find(std::size_t paths, double level) const {
  const auto it = std::ranges::find(levels_, level);
  if (paths != paths_ || it == levels_.end()) return quantile_ranks(paths, level, ci_level_);
  return ranks_[static_cast<std::size_t>(it - levels_.begin())];
}

PathSample::PathSample(std::vector<double> values, PathDesign design) : all_({}), design_(design) {
  if (design == PathDesign::latin_hypercube) {
    const std::size_t whole = values.size() / paths_of_replicate;
    const std::span<const double> in_order = values;
    for (std::size_t r = 0; r < whole; ++r) {
      const auto part = in_order.subspan(r * paths_of_replicate, paths_of_replicate);
      replicates_.emplace_back(std::vector<double>(part.begin(), part.end()));
    }
  }
  all_ = Sample(std::move(values));
}

template <class OfReplicate>
Moments PathSample::over_replicates(const OfReplicate& statistic) const {
  Moments moments;
  for (const auto& r : replicates_)
    if (r.size() > 1) moments.add(statistic(r));
  return moments;
}

template <class OfReplicate>
Estimate PathSample::sectioned(Estimate plain, double ci_level, const OfReplicate& statistic) const {
  if (design_ == PathDesign::independent) return plain;
  return with_replicates(plain, over_replicates(statistic), ci_level);
}

template <class OfReplicate>
Estimate PathSample::sectioned_share(Estimate plain, double ci_level, const OfReplicate& statistic) const {
  if (design_ == PathDesign::independent) return plain;
  return share_with_replicates(plain, over_replicates(statistic), ci_level);
}

Estimate PathSample::estimate(const Statistic& s, double ci_level, const RankTable* ranks) const {
  switch (s.kind) {
    case StatisticKind::mean:
      return sectioned(mean_estimate(all_, ci_level), ci_level, [](const Sample& r) { return r.mean(); });
    case StatisticKind::sd:
      return sectioned(sd_estimate(all_, ci_level), ci_level,
                       [](const Sample& r) { return std::sqrt(r.variance()); });
    case StatisticKind::quantile:
      return quantile(s.argument,
                      ranks != nullptr ? ranks->find(all_.size(), s.argument)
                                       : quantile_ranks(all_.size(), s.argument, ci_level),
                      ci_level);
    case StatisticKind::tail_mean:
      return tail_mean(s.argument, ci_level);
    case StatisticKind::shortfall_prob:
      return sectioned_share(shortfall_estimate(all_, s.argument, ci_level), ci_level,
                             [&](const Sample& r) { return share_below(r, s.argument); });
  }
  return {};
}

Estimate PathSample::quantile(double level, const QuantileRanks& ranks, double ci_level) const {
  auto e = sectioned(quantile_estimate(all_, ranks), ci_level,
                     [level](const Sample& r) { return r.quantile(level); });
  // So far out the quantile of a replicate is its extreme, whose spread is not that of the pooled quantile.
  const double beyond = std::min(level, 1.0 - level) * static_cast<double>(paths_of_replicate);
  if (design_ == PathDesign::latin_hypercube && beyond < least_beyond_in_replicate)
    e.std_error = e.ci_low = e.ci_high = std::nullopt;
  return e;
}

Estimate PathSample::tail_mean(double share, double ci_level) const {
  auto e = sectioned(tail_mean_estimate(all_, share, ci_level), ci_level,
                     [share](const Sample& r) { return *tail_mean_estimate(r, share, 0.5).value; });
  if (share * static_cast<double>(all_.size()) < least_tail_paths) e.ci_low = e.ci_high = std::nullopt;
  return e;
}

Estimate PathSample::at_least(double line, double ci_level) const {
  return sectioned_share(proportion_estimate(all_.size() - all_.count_below(line), all_.size(), ci_level),
                         ci_level, [line](const Sample& r) { return 1.0 - share_below(r, line); });
}

Estimate PathSample::above(double line, double ci_level) const {
  return at_least(std::nextafter(line, INFINITY), ci_level);
}

Estimate PathSample::at_most(double line, double ci_level) const {
  return below(std::nextafter(line, INFINITY), ci_level);
}

Estimate PathSample::pooled_share(double ci_level) const {
  Moments shares;
  if (all_.size() > 0) shares = {all_.size(), all_.mean(), 0.0};
  if (all_.size() > 1) shares.m2 = all_.variance() * static_cast<double>(all_.size() - 1);
  return sectioned_share(pooled_share_estimate(shares, ci_level), ci_level,
                         [](const Sample& s) { return s.mean(); });
}

}  // namespace paystress
