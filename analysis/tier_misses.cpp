#include "analysis/tier_misses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <span>

#include "model/pay_windows.h"
#include "model/replicates.h"

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

void add_counts(std::vector<std::size_t>& to, const std::vector<std::size_t>& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

void join(TierMisses::Employed& to, const TierMisses::Employed& from) {
  add_counts(to.judged, from.judged);
  add_counts(to.missed, from.missed);
  add_counts(to.paths_by_misses, from.paths_by_misses);
  add_counts(to.first_reached, from.first_reached);
  to.missed_share.merge(from.missed_share);
}

void join(TierMisses::Tier& to, const TierMisses::Tier& from) {
  for (std::size_t w = 0; w < to.windows.size(); ++w) join(to.windows[w], from.windows[w]);
  add_counts(to.paths_by_misses, from.paths_by_misses);
  add_counts(to.first_reached, from.first_reached);
  to.missed_share.merge(from.missed_share);
  to.near_share.merge(from.near_share);
  to.near_units.merge(from.near_units);
  to.any_near_share += from.any_near_share;
  to.any_near_units += from.any_near_units;
  to.shortfall_units.merge(from.shortfall_units);
  to.lost_usd.merge(from.lost_usd);
  to.lost_total_usd.merge(from.lost_total_usd);
  join(to.employed, from.employed);
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
  const auto all = reset_windows(contract, tiered.line, tiered.reset, grid);
  const bool any_over = std::ranges::any_of(all.all(), &PayWindow::over);
  std::vector<TierWindow> windows;
  for (const auto& w : all.all())
    if (w.over || !any_over)
      windows.push_back({window_label(tiered.reset, grid[w.last], windows.size() + 1), w.last,
                         grid[w.first].month, grid[w.last].month});
  return windows;
}

TierMisses::TierMisses(std::span<const TieredLine> tiered_lines, const Contract& contract,
                       const PeriodGrid& grid, const NearMiss& near, PathDesign design)
    : near_(near), design_(design), may_leave_(contract.ends_by_leaving) {
  for (const auto& period : grid) month_of_.push_back(period.month);
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
      t.employed = {std::vector<std::size_t>(c.windows.size()),
                    std::vector<std::size_t>(c.windows.size()),
                    t.paths_by_misses,
                    t.first_reached,
                    {}};
      c.tiers.push_back(std::move(t));
    }
    components_.push_back(std::move(c));
  }
}

namespace {

/// Whole numbers by path of one block over the windows of one tier, kept as doubles so that every loop runs
/// in vectors.
struct BlockCounts {
  explicit BlockCounts(std::size_t paths)
      : missed(paths),
        judged(paths),
        near_share(paths),
        near_units(paths),
        short_units(paths),
        lost_usd(paths),
        miss(paths),
        defined(paths),
        short_of(paths),
        lost(paths) {}
  void clear() {
    for (auto* v : {&missed, &judged, &near_share, &near_units, &short_units, &lost_usd})
      std::ranges::fill(*v, 0.0);
  }
  std::vector<double> missed, judged, near_share, near_units, short_units, lost_usd;  ///< over the windows
  std::vector<double> miss, defined, short_of, lost;                                  ///< of the last window
};

/// What a block shows of tier k of line t in the window that ends with `period`.
struct WindowView {
  std::span<const double> measure, bound, reached, lost_at_line;
  WindowView(const Settlement& pay, std::size_t t, std::size_t k, std::size_t period)
      : measure(pay.tier_measure(t, period), pay.paths),
        bound(pay.tier_bound(t, k, period), pay.paths),
        reached(pay.tier_reached(t, k, period), pay.paths),
        lost_at_line(pay.tier_lost(t, k, period), pay.paths) {}
};

void count_window(const WindowView& seen, const NearMiss& near, BlockCounts& c, TierMisses::Window& window) {
  const double most_units = near.units.value_or(-1.0);
  double window_near_share = 0.0, window_near_units = 0.0;
  for (std::size_t i = 0; i < seen.measure.size(); ++i) {
    const double measure = seen.measure[i], bound = seen.bound[i], at_line = seen.lost_at_line[i];
    c.miss[i] = seen.reached[i] == 0.0 ? 1.0 : 0.0;
    const bool is_defined = measure == measure && bound == bound;
    c.defined[i] = is_defined ? c.miss[i] : 0.0;
    // A condition other than the bound may keep a tier shut: then nothing is short.
    c.short_of[i] = is_defined ? std::max(0.0, bound - measure) : 0.0;
    c.lost[i] = at_line == at_line ? at_line : 0.0;
    const double within_share = c.short_of[i] <= near.share * std::abs(bound) ? c.defined[i] : 0.0;
    const double within_units = c.short_of[i] <= most_units ? c.defined[i] : 0.0;
    c.missed[i] += c.miss[i];
    c.judged[i] += c.defined[i];
    c.near_share[i] += within_share;
    c.near_units[i] += within_units;
    c.short_units[i] += c.defined[i] * c.short_of[i];
    c.lost_usd[i] += c.miss[i] * c.lost[i];
    window_near_share += within_share;
    window_near_units += within_units;
  }
  window.near_share += static_cast<std::size_t>(window_near_share);
  window.near_units += static_cast<std::size_t>(window_near_units);
  const Moments lost_of_block = weighted_moments(c.lost, c.miss);
  window.missed += lost_of_block.n;
  window.lost_usd.merge(lost_of_block);
  window.shortfall_units.merge(weighted_moments(c.short_of, c.defined));
  window.bound.merge(moments_of(seen.bound));
}

void count_paths(BlockCounts& c, std::size_t windows, TierMisses::Tier& tier) {
  const std::size_t n = c.missed.size();
  std::vector<double> share(n);
  const auto share_of_windows = [&](const std::vector<double>& count) {
    for (std::size_t i = 0; i < n; ++i) share[i] = count[i] / static_cast<double>(windows);
    return moments_of(share);
  };
  tier.missed_share.merge(share_of_windows(c.missed));
  tier.near_share.merge(share_of_windows(c.near_share));
  tier.near_units.merge(share_of_windows(c.near_units));
  for (std::size_t i = 0; i < n; ++i) {
    ++tier.paths_by_misses[static_cast<std::size_t>(c.missed[i])];
    tier.any_near_share += c.near_share[i] > 0.0 ? 1U : 0U;
    tier.any_near_units += c.near_units[i] > 0.0 ? 1U : 0U;
    tier.shortfall_units.add(c.short_units[i], c.judged[i]);
    tier.lost_usd.add(c.lost_usd[i], c.missed[i]);
    c.miss[i] = c.missed[i] > 0.0 ? 1.0 : 0.0;
  }
  tier.lost_total_usd.merge(weighted_moments(c.lost_usd, c.miss));
}

void count_first_reached(const Settlement& pay, std::size_t t, std::size_t k, TierMisses::Tier& tier) {
  std::vector<std::size_t> first(pay.paths, tier.first_reached.size() - 1);
  for (std::size_t p = tier.first_reached.size() - 1; p-- > 0;) {
    const double* reached = pay.tier_reached(t, k, p);
    for (std::size_t i = 0; i < first.size(); ++i)
      if (reached[i] != 0.0) first[i] = p;
  }
  for (const std::size_t p : first) ++tier.first_reached[p];
}

/// A tier of the paths of a block while they are employed.
class WhileEmployed {
 public:
  WhileEmployed(const Settlement& pay, std::size_t t, std::size_t k)
      : pay_(pay),
        t_(t),
        k_(k),
        leaves_(pay.leaving_month()),
        on_leaving_(pay.tier_reached_on_leaving(t, k)) {}

  void count(std::span<const TierWindow> windows, TierMisses::Employed& counts) const {
    std::vector<double> missed(pay_.paths), judged(pay_.paths);
    for (std::size_t w = 0; w < windows.size(); ++w)
      for (std::size_t i = 0; i < pay_.paths; ++i) {
        if (is_gone(i, windows[w].first_month)) continue;
        const bool misses = !reaches(i, windows[w].period, windows[w].last_month);
        ++counts.judged[w];
        ++judged[i];
        counts.missed[w] += misses ? 1U : 0U;
        missed[i] += misses ? 1.0 : 0.0;
      }
    for (std::size_t i = 0; i < pay_.paths; ++i) {
      ++counts.paths_by_misses[static_cast<std::size_t>(missed[i])];
      counts.missed_share.add(missed[i], judged[i]);
    }
  }

  void count_first_reached(std::span<const int> month_of, TierMisses::Employed& counts) const {
    for (std::size_t i = 0; i < pay_.paths; ++i) {
      std::size_t p = 0;
      while (p < month_of.size() && (is_gone(i, month_of[p]) || !reaches(i, p, month_of[p]))) ++p;
      ++counts.first_reached[p];
    }
  }

 private:
  [[nodiscard]] bool is_gone(std::size_t path, int month) const {
    return leaves_[path] > 0.0 && leaves_[path] < month;
  }
  // At the end of a period, where the path is employed up to `month`, else on leaving.
  [[nodiscard]] bool reaches(std::size_t path, std::size_t period, int month) const {
    const bool leaves = leaves_[path] > 0.0 && leaves_[path] <= month;
    return (leaves ? on_leaving_[path] : pay_.tier_reached(t_, k_, period)[path]) != 0.0;
  }

  const Settlement& pay_;
  std::size_t t_, k_;
  const double* leaves_;
  const double* on_leaving_;
};

}  // namespace

void TierMisses::add(const Settlement& pay) {
  BlockCounts counts(pay.paths);
  for (std::size_t t = 0; t < components_.size(); ++t) {
    Component& c = components_[t];
    if (c.windows.empty()) continue;
    for (std::size_t k = 0; k < c.tiers.size(); ++k) {
      Tier& tier = c.tiers[k];
      counts.clear();
      for (std::size_t w = 0; w < c.windows.size(); ++w)
        count_window({pay, t, k, c.windows[w].period}, near_, counts, tier.windows[w]);
      count_paths(counts, c.windows.size(), tier);
      count_first_reached(pay, t, k, tier);
      if (!may_leave_) continue;
      const WhileEmployed employed(pay, t, k);
      employed.count(c.windows, tier.employed);
      employed.count_first_reached(month_of_, tier.employed);
    }
  }
  paths_ += pay.paths;
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
    for (std::size_t f = 0; f < tier_figures.size(); ++f)
      if (const auto& e = rows[r].figures.*tier_figures[f].estimate; e.value)
        between_replicates_[r][f].add(*e.value);
  }
  replicate_.clear();
}

}  // namespace paystress
