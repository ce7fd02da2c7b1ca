#include "analysis/tier_misses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <span>

#include "model/pay_windows.h"

namespace paystress {
namespace {

std::string window_label(Span reset, const LedgerPeriod& end, std::size_t number) {
  switch (reset) {
    case Span::month:
      return fmt::format("month_{:02}", end.month);
    case Span::quarter:
      return fmt::format("quarter_{}", number);
    case Span::year:
      return fmt::format("year_{}", number);
    case Span::horizon:
      return "horizon";
  }
  return {};
}

void join(TierMisses::Window& to, const TierMisses::Window& from) {
  to.missed += from.missed;
  to.near_share += from.near_share;
  to.near_units += from.near_units;
  to.shortfall_units.merge(from.shortfall_units);
  to.lost_usd.merge(from.lost_usd);
  to.bound.merge(from.bound);
}

void join(TierMisses::Tier& to, const TierMisses::Tier& from) {
  for (std::size_t w = 0; w < to.windows.size(); ++w) join(to.windows[w], from.windows[w]);
  const auto add = [](std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  };
  add(to.paths_by_misses, from.paths_by_misses);
  add(to.first_reached, from.first_reached);
  to.missed_share.merge(from.missed_share);
  to.near_share.merge(from.near_share);
  to.near_units.merge(from.near_units);
  to.any_near_share += from.any_near_share;
  to.any_near_units += from.any_near_units;
  to.shortfall_units.merge(from.shortfall_units);
  to.lost_usd.merge(from.lost_usd);
  to.lost_total_usd.merge(from.lost_total_usd);
}

/// Moments of the values whose weight is 1; weights are 0 or 1.
Moments weighted_moments(std::span<const double> values, std::span<const double> weights) {
  double n = 0.0, sum = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    n += weights[i];
    sum += weights[i] * values[i];
  }
  if (n == 0.0) return {};
  const double mean = sum / n;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double d = values[i] - mean;
    squares += weights[i] * d * d;
  }
  return {static_cast<std::size_t>(n), mean, squares};
}

Moments moments_of(std::span<const double> values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  const double mean = pairwise_sum(values) / n;
  double squares = 0.0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return {values.size(), mean, squares};
}

}  // namespace

std::vector<TierWindow> tier_windows(const TieredLine& tiered, const Contract& contract,
                                     const PeriodGrid& grid) {
  const WindowRules rules{contract.year, contract.pay.at(tiered.line).months, contract.ends,
                          tiered.reset == Span::year && !contract.opening.to_date.empty()};
  const PayWindows all(grid, tiered.reset, rules);
  const bool any_over = std::ranges::any_of(all.all(), &PayWindow::over);
  std::vector<TierWindow> windows;
  for (const auto& w : all.all())
    if (w.over || !any_over)
      windows.push_back({window_label(tiered.reset, grid[w.last], windows.size() + 1), w.last});
  return windows;
}

TierMisses::TierMisses(std::span<const TieredLine> tiered_lines, const Contract& contract,
                       const PeriodGrid& grid, const NearMiss& near, PathDesign design)
    : near_(near), design_(design) {
  for (const auto& tiered : tiered_lines) {
    Component c;
    c.name = tiered.name;
    c.reset = tiered.reset;
    c.windows = tier_windows(tiered, contract, grid);
    c.bounds = tiered.bounds;
    for (std::size_t k = 0; k < c.bounds.size(); ++k) {
      Tier t;
      t.tier = k + 1;
      t.windows.resize(c.windows.size());
      t.paths_by_misses.assign(c.windows.size() + 1, 0);
      t.first_reached.assign(grid.size() + 1, 0);
      c.tiers.push_back(std::move(t));
    }
    components_.push_back(std::move(c));
  }
}

void TierMisses::add(const Settlement& pay) {
  const std::size_t n = pay.paths;
  // Whole numbers by path, kept as doubles so that every loop below runs in vectors.
  std::vector<double> missed(n), judged(n), near_share(n), near_units(n), short_units(n), lost_usd(n);
  std::vector<double> miss(n), defined(n), short_of(n), lost(n), share(n);
  std::vector<std::size_t> first(n);
  const double most_units = near_.units.value_or(-1.0);
  for (std::size_t t = 0; t < components_.size(); ++t) {
    Component& c = components_[t];
    if (c.windows.empty()) continue;
    for (std::size_t k = 0; k < c.tiers.size(); ++k) {
      Tier& tier = c.tiers[k];
      for (auto* v : {&missed, &judged, &near_share, &near_units, &short_units, &lost_usd})
        std::ranges::fill(*v, 0.0);
      for (std::size_t w = 0; w < c.windows.size(); ++w) {
        const std::size_t period = c.windows[w].period;
        const double* measure = pay.tier_measure(t, period);
        const double* bound = pay.tier_bound(t, k, period);
        const double* reached = pay.tier_reached(t, k, period);
        const double* at_line = pay.tier_lost(t, k, period);
        Window& window = tier.windows[w];
        double window_near_share = 0.0, window_near_units = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
          miss[i] = reached[i] == 0.0 ? 1.0 : 0.0;
          const bool is_defined = measure[i] == measure[i] && bound[i] == bound[i];
          defined[i] = is_defined ? miss[i] : 0.0;
          // A condition other than the bound may keep a tier shut: then nothing is short.
          short_of[i] = is_defined ? std::max(0.0, bound[i] - measure[i]) : 0.0;
          lost[i] = at_line[i] == at_line[i] ? at_line[i] : 0.0;
          const double within_share = short_of[i] <= near_.share * std::abs(bound[i]) ? defined[i] : 0.0;
          const double within_units = short_of[i] <= most_units ? defined[i] : 0.0;
          missed[i] += miss[i];
          judged[i] += defined[i];
          near_share[i] += within_share;
          near_units[i] += within_units;
          short_units[i] += defined[i] * short_of[i];
          lost_usd[i] += miss[i] * lost[i];
          window_near_share += within_share;
          window_near_units += within_units;
        }
        window.near_share += static_cast<std::size_t>(window_near_share);
        window.near_units += static_cast<std::size_t>(window_near_units);
        const Moments lost_of_block = weighted_moments(lost, miss);
        window.missed += lost_of_block.n;
        window.lost_usd.merge(lost_of_block);
        window.shortfall_units.merge(weighted_moments(short_of, defined));
        window.bound.merge(moments_of({bound, n}));
      }
      const auto windows = static_cast<double>(c.windows.size());
      const auto share_of_windows = [&](const std::vector<double>& count) {
        for (std::size_t i = 0; i < n; ++i) share[i] = count[i] / windows;
        return moments_of(share);
      };
      tier.missed_share.merge(share_of_windows(missed));
      tier.near_share.merge(share_of_windows(near_share));
      tier.near_units.merge(share_of_windows(near_units));
      for (std::size_t i = 0; i < n; ++i) {
        ++tier.paths_by_misses[static_cast<std::size_t>(missed[i])];
        tier.any_near_share += near_share[i] > 0.0 ? 1U : 0U;
        tier.any_near_units += near_units[i] > 0.0 ? 1U : 0U;
        tier.shortfall_units.add(short_units[i], judged[i]);
        tier.lost_usd.add(lost_usd[i], missed[i]);
        miss[i] = missed[i] > 0.0 ? 1.0 : 0.0;
      }
      tier.lost_total_usd.merge(weighted_moments(lost_usd, miss));
      std::ranges::fill(first, tier.first_reached.size() - 1);
      for (std::size_t p = tier.first_reached.size() - 1; p-- > 0;) {
        const double* reached = pay.tier_reached(t, k, p);
        for (std::size_t i = 0; i < n; ++i)
          if (reached[i] != 0.0) first[i] = p;
      }
      for (const std::size_t p : first) ++tier.first_reached[p];
    }
  }
  paths_ += n;
}

void TierMisses::merge_counts(const TierMisses& later) {
  assert(components_.size() == later.components_.size());
  for (std::size_t c = 0; c < components_.size(); ++c)
    for (std::size_t k = 0; k < components_[c].tiers.size(); ++k)
      join(components_[c].tiers[k], later.components_[c].tiers[k]);
  paths_ += later.paths_;
}

void TierMisses::merge(const TierMisses& later) {
  merge_counts(later);
  if (design_ == PathDesign::independent) return;
  if (replicate_.empty()) {
    replicate_.push_back(later);
  } else {
    replicate_.front().merge_counts(later);
  }
  if (replicate_.front().paths() >= paths_of_replicate) close_replicate();
}

void TierMisses::close_replicate() {
  const auto rows = tier_miss_values(replicate_.front());
  between_replicates_.resize(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::array<const Estimate*, 5> figures{&rows[r].miss, &rows[r].near_share, &rows[r].near_units,
                                                 &rows[r].shortfall_units, &rows[r].lost_usd};
    for (std::size_t f = 0; f < figures.size(); ++f)
      if (figures[f]->value) between_replicates_[r][f].add(*figures[f]->value);
  }
  replicate_.clear();
}

}  // namespace paystress
