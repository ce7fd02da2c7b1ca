#include <fmt/format.h>

#include <span>

#include "analysis/tier_misses.h"

namespace paystress {
namespace {

enum class Errors { with, without };

/// Makes the rows of every tier, in the order of the table.
class TierMissRows {
 public:
  TierMissRows(const TierMisses& tiers, double ci_level, Errors errors)
      : tiers_(tiers), ci_level_(ci_level), errors_(errors) {}

  std::vector<TierMissRow> make() {
    for (component_ = 0; component_ < tiers_.components().size(); ++component_) {
      const auto& component = tiers_.components()[component_];
      for (tier_ = 0; tier_ < component.tiers.size(); ++tier_)
        if (!component.windows.empty()) add_tier(component, component.tiers[tier_]);
    }
    return std::move(rows_);
  }

 private:
  void add_tier(const TierMisses::Component& component, const TierMisses::Tier& tier) {
    const auto first = rows_.size();
    add_as_if_stayed(component, tier);
    if (tiers_.may_leave()) add_employed(tier.employed, std::span(rows_).subspan(first));
  }

  // In the order of the rows.
  void add_employed(const TierMisses::Employed& employed, std::span<TierMissRow> rows) const {
    std::size_t at = 0;
    const auto add = [&](const Estimate& e) { rows[at++].figures.miss_employed = e; };
    for (std::size_t w = 0; w < employed.judged.size(); ++w)
      add(employed.judged[w] > 0 ? count(employed.missed[w], employed.judged[w]) : Estimate{});
    std::size_t at_least = tiers_.paths();
    for (std::size_t k = 1; k <= employed.judged.size(); ++k) {
      at_least -= employed.paths_by_misses[k - 1];
      add(count(at_least));
    }
    add(errors_ == Errors::with ? pooled_share_estimate(employed.missed_share, ci_level_)
                                : ratio(employed.missed_share));
    std::size_t never = tiers_.paths();
    for (std::size_t p = 0; p + 1 < employed.first_reached.size(); ++p) {
      never -= employed.first_reached[p];
      add(count(never));
    }
  }

  void add_as_if_stayed(const TierMisses::Component& component, const TierMisses::Tier& tier) {
    Moments bound;
    for (std::size_t w = 0; w < tier.windows.size(); ++w) {
      const auto& seen = tier.windows[w];
      bound.merge(seen.bound);
      add(component.windows[w].label, seen.bound, count(seen.missed), count(seen.near_share),
          count(seen.near_units), mean(seen.shortfall_units), mean(seen.lost_usd));
    }
    std::size_t at_least = tiers_.paths() - tier.paths_by_misses[0];
    add("any", bound, count(at_least), count(tier.any_near_share), count(tier.any_near_units), {},
        mean(tier.lost_total_usd));
    for (std::size_t k = 2; k <= tier.windows.size(); ++k) {
      at_least -= tier.paths_by_misses[k - 1];
      add(fmt::format("at_least_{}", k), bound, count(at_least));
    }
    add("share", bound, share(tier.missed_share), share(tier.near_share), share(tier.near_units),
        ratio(tier.shortfall_units), ratio(tier.lost_usd));
    std::size_t never = tiers_.paths();
    for (std::size_t p = 0; p + 1 < tier.first_reached.size(); ++p) {
      never -= tier.first_reached[p];
      add(fmt::format("by_month_{:02}", p + 1), bound, count(never));
    }
  }

  void add(std::string period, const Moments& bound, Estimate miss, Estimate near_share = {},
           Estimate near_units = {}, Estimate shortfall = {}, Estimate lost = {}) {
    rows_.push_back({component_,
                     tier_,
                     std::move(period),
                     bound.n > 0 ? std::optional(bound.mean) : std::nullopt,
                     {miss, near_share, near_units, {}, shortfall, lost}});
  }

  [[nodiscard]] Estimate count(std::size_t hits) const { return count(hits, tiers_.paths()); }
  [[nodiscard]] Estimate count(std::size_t hits, std::size_t n) const {
    if (errors_ == Errors::with) return proportion_estimate(hits, n, ci_level_);
    return value(static_cast<double>(hits) / static_cast<double>(n));
  }
  [[nodiscard]] Estimate mean(const Moments& m) const {
    if (errors_ == Errors::with) return mean_estimate(m, ci_level_);
    return m.n > 0 ? value(m.mean) : Estimate{};
  }
  [[nodiscard]] Estimate share(const Moments& m) const {
    return errors_ == Errors::with ? pooled_share_estimate(m, ci_level_) : mean(m);
  }
  [[nodiscard]] Estimate ratio(const RatioMoments& m) const {
    if (errors_ == Errors::with) return ratio_estimate(m, ci_level_);
    return m.b != 0.0 ? value(m.a / m.b) : Estimate{};
  }
  [[nodiscard]] Estimate value(double v) const { return {v, {}, {}, {}, tiers_.paths(), {}}; }

  const TierMisses& tiers_;
  double ci_level_;
  Errors errors_;
  std::size_t component_ = 0, tier_ = 0;
  std::vector<TierMissRow> rows_;
};

}  // namespace

std::vector<TierMissRow> tier_miss_values(const TierMisses& tiers) {
  return TierMissRows(tiers, 0.0, Errors::without).make();
}

std::vector<TierMissRow> tier_miss_estimates(const TierMisses& tiers, double ci_level) {
  auto rows = TierMissRows(tiers, ci_level, Errors::with).make();
  if (tiers.design() == PathDesign::independent) return rows;
  const auto& between = tiers.between_replicates();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t f = 0; f < tier_figures.size(); ++f) {
      auto& figure = rows[r].figures.*tier_figures[f].estimate;
      const auto spread = r < between.size() ? between[r][f] : Moments{};
      figure = (tier_figures[f].is_share ? share_with_replicates : with_replicates)(figure, spread, ci_level);
    }
  }
  return rows;
}

}  // namespace paystress
