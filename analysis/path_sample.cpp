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
  if (design == PathDesign::replicates) {
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

// The plain interval leans as the skewness of all paths wants it; replicates say how long it is.
template <class OfReplicate>
Estimate PathSample::skewed(const Estimate& plain, double ci_level, const OfReplicate& statistic) const {
  auto e = sectioned(plain, ci_level, statistic);
  if (e.method != IntervalMethod::replicates_t) return e;
  e.method = IntervalMethod::replicates_hall;
  if (!e.ci_low) return e;
  const double half = *e.ci_high - *e.value;
  e.ci_low = e.ci_high = std::nullopt;
  if (!plain.ci_low || !plain.ci_high || !(*plain.ci_high > *plain.ci_low)) return e;
  const double scale = 2.0 * half / (*plain.ci_high - *plain.ci_low);
  e.ci_low = *e.value - (*e.value - *plain.ci_low) * scale;
  e.ci_high = *e.value + (*plain.ci_high - *e.value) * scale;
  return e;
}

Estimate PathSample::estimate(const Statistic& s, double ci_level, const RankTable* ranks) const {
  switch (s.kind) {
    case StatisticKind::mean:
      return sectioned(mean_estimate(all_, ci_level), ci_level, [](const Sample& r) { return r.mean(); });
    case StatisticKind::sd:
      return skewed(sd_estimate(all_, ci_level), ci_level,
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

// Replicates tell how far the share of paths up to the quantile may be off; the order statistics at those
// shares hold the quantile, at a jump or on a lattice too.   \source Woodruff 1952, JASA 47:635
Estimate PathSample::quantile(double level, const QuantileRanks& ranks, double ci_level) const {
  auto e = quantile_estimate(all_, ranks);
  if (design_ == PathDesign::independent || !e.value) return e;
  const auto at_most =
      over_replicates([&](const Sample& r) { return share_below(r, std::nextafter(*e.value, INFINITY)); });
  auto shares = over_replicates([&](const Sample& r) { return share_below(r, *e.value); });
  shares.m2 = std::max(shares.m2, at_most.m2);
  if (shares.n >= least_replicates && shares.m2 == 0.0) return e;  // the same in all: plain, too wide
  e.method = IntervalMethod::replicates_order_statistic;
  e.ci_low = e.ci_high = std::nullopt;
  if (shares.n < least_replicates) return e;
  const Estimate plain{level, {}, {}, {}, all_.size(), IntervalMethod::none};
  const auto share = share_with_replicates(plain, shares, ci_level);
  const auto n = static_cast<double>(all_.size());
  const auto low = static_cast<std::size_t>(n * *share.ci_low);
  const auto high = static_cast<std::size_t>(std::ceil(n * *share.ci_high)) + 1;
  if (low >= 1) e.ci_low = all_.sorted()[low - 1];
  if (high <= all_.size()) e.ci_high = all_.sorted()[high - 1];
  // So far out the quantile of a replicate is its extreme, whose spread is not that of the pooled quantile.
  const double beyond = std::min(level, 1.0 - level) * static_cast<double>(paths_of_replicate);
  if (beyond >= least_beyond_in_replicate)
    e.std_error =
        std::sqrt(variance_of_mean(over_replicates([level](const Sample& r) { return r.quantile(level); })));
  return e;
}

Estimate PathSample::tail_mean(double share, double ci_level) const {
  auto e = sectioned(tail_mean_estimate(all_, share, ci_level), ci_level,
                     [share](const Sample& r) { return *tail_mean_estimate(r, share, 0.5).value; });
  if (design_ == PathDesign::independent) return e;
  const double tail = share * static_cast<double>(all_.size());
  // Most of the tail one value and few below it: a shortfall so rare that replicates are skewed by it.
  const auto below = all_.size() == 0 ? 0.0 : static_cast<double>(all_.count_below(all_.quantile(share)));
  const bool rare = below > 0.0 && 2.0 * below < tail && below < least_below_atom;
  if (tail < least_tail_paths || rare) e.ci_low = e.ci_high = std::nullopt;
  return e;
}

// No loss is negative, so no interval of its mean reaches below 0.
Estimate PathSample::skewed_mean(double ci_level) const {
  auto e = skewed(skewed_mean_estimate(all_, ci_level), ci_level, [](const Sample& r) { return r.mean(); });
  if (e.ci_low) e.ci_low = std::max(0.0, *e.ci_low);
  return e;
}

Estimate PathSample::between(double from, double to, double ci_level) const {
  const std::size_t inside = all_.count_below(to) - all_.count_below(from);
  return sectioned_share(proportion_estimate(inside, all_.size(), ci_level), ci_level,
                         [&](const Sample& r) { return share_below(r, to) - share_below(r, from); });
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
