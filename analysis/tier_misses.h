#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/estimate.h"
#include "analysis/path_sample.h"
#include "analysis/state_bytes.h"
#include "model/ledger.h"
#include "model/settle.h"
#include "model/study.h"

namespace paystress {

/// One reset window of a tiered component: what it is called and the period at whose end it is judged.
struct TierWindow {
  std::string label;       ///< "month_03", "quarter_1", "year_2", "horizon"
  std::size_t period = 0;  ///< 0-based ledger period
  int first_month = 1, last_month = 1;
};
/// The reset windows of a tiered component within the months in which it counts: those of its pay. A window
/// that the study ends before its time is left out, unless no window comes to its end.
[[nodiscard]] std::vector<TierWindow> tier_windows(const TieredLine& tiered, const Contract& contract,
                                                   const PeriodGrid& grid);

/// What is told of a missed tier over a window, or over several.
struct TierFigures {
  Estimate miss, near_share, near_units;  ///< probabilities, or shares of windows
  Estimate miss_employed;                 ///< of an offer that ends by leaving: of the windows employed
  Estimate shortfall_units, lost_usd;     ///< means, given a miss
};
struct TierFigure {
  Estimate TierFigures::*estimate;
  bool is_share;
};
inline constexpr std::array<TierFigure, 6> tier_figures{{{&TierFigures::miss, true},
                                                         {&TierFigures::near_share, true},
                                                         {&TierFigures::near_units, true},
                                                         {&TierFigures::miss_employed, true},
                                                         {&TierFigures::shortfall_units, false},
                                                         {&TierFigures::lost_usd, false}}};

/// Tier misses of one offer over a run, reduced block by block. A tier is missed in a window when it is not
/// reached at the window's end, an undefined measure included. Of an offer that ends by leaving that is told
/// as if all stayed and, apart, of the windows in which a path is employed.
/// \test tests/unit/analysis/tier_misses_test.cpp
class TierMisses {
 public:
  TierMisses(std::span<const TieredLine> tiered, const Contract& contract, const PeriodGrid& grid,
             const NearMiss& near = {}, PathDesign design = PathDesign::independent);
  TierMisses(const PayPlan& plan, const PeriodGrid& grid, const NearMiss& near = {},
             PathDesign design = PathDesign::independent)
      : TierMisses(plan.tiered(), plan.contract(), grid, near, design) {}

  /// Adds a block of paths. One object per block or thread; not safe to call at once on one object.
  void add(const Settlement& pay);
  /// Joins what a later block counted. Join in block order: sums then are the same for any thread count.
  /// Where paths are in replicates a block must lie within one.
  void merge(const TierMisses& later);

  struct Window {
    std::size_t missed = 0, near_share = 0, near_units = 0;
    Moments shortfall_units;  ///< over paths that missed on a defined measure
    Moments lost_usd;         ///< over paths that missed
    Moments bound;            ///< over all paths: derived bounds differ
  };
  /// The windows in which a path is employed, up to that in which it leaves, which `partial` cuts.
  struct Employed {
    std::vector<std::size_t> judged, missed;   ///< [window]: paths employed in it, and those that miss it
    std::vector<std::size_t> paths_by_misses;  ///< [k]: paths that missed in exactly k of them
    std::vector<std::size_t> first_reached;    ///< as of a tier
    RatioMoments missed_share;                 ///< windows missed by windows employed
    template <class Archive, class Self>
    static void state(Archive& archive, Self& self) {
      auto& [judged, missed, by_misses, first, share] = self;
      archive(judged), archive(missed), archive(by_misses), archive(first), archive(share);
    }
  };
  struct Tier {
    std::size_t tier = 0;  ///< 1-based
    std::vector<Window> windows;
    std::vector<std::size_t> paths_by_misses;  ///< [k]: paths that missed in exactly k windows
    std::vector<std::size_t> first_reached;    ///< [period]: paths that reached it first then; last: never
    Moments missed_share, near_share, near_units;  ///< shares of windows by path
    std::size_t any_near_share = 0, any_near_units = 0;
    RatioMoments shortfall_units;  ///< shortfall by window missed on a defined measure
    RatioMoments lost_usd;         ///< dollars lost by missed window
    Moments lost_total_usd;        ///< over windows, of paths that missed at least one
    Employed employed;             ///< nothing counted where the offer does not end by leaving
    template <class Archive, class Self>
    static void state(Archive& archive, Self& self) {
      auto& [number, windows, by_misses, first, missed, near_s, near_u, any_s, any_u, short_of, lost, total,
             employed] = self;
      archive(windows), archive(by_misses), archive(first), archive(missed), archive(near_s), archive(near_u);
      archive(any_s), archive(any_u), archive(short_of), archive(lost), archive(total);
      archive(employed);
    }
  };
  struct Component {
    std::string name;
    Span reset = Span::month;
    std::vector<TierWindow> windows;
    std::vector<Bound> bounds;
    std::vector<Tier> tiers;
    template <class Archive, class Self>
    static void state(Archive& archive, Self& self) {
      archive(self.tiers);
    }
  };
  [[nodiscard]] const std::vector<Component>& components() const { return components_; }
  [[nodiscard]] std::size_t paths() const { return paths_; }
  [[nodiscard]] PathDesign design() const { return design_; }
  /// Does the offer end by leaving?
  [[nodiscard]] bool may_leave() const { return may_leave_; }
  /// Spread between replicates of each of tier_figures, by row of tier_miss_estimates();
  /// none of independent paths.
  using Spreads = std::array<Moments, tier_figures.size()>;
  [[nodiscard]] const std::vector<Spreads>& between_replicates() const { return between_replicates_; }
  [[nodiscard]] const NearMiss& near() const { return near_; }

  /// Of the same contract.
  template <class Archive, class Self>
  static void state(Archive& archive, Self& self) {
    archive(self.components_);
    archive(self.paths_);
    archive(self.between_replicates_);
    std::size_t open = self.replicate_.size();
    archive(open);
    if constexpr (Archive::reads)
      if (open > 0 && self.replicate_.empty()) self.replicate_ = {self};
    for (auto& counts : self.replicate_) archive(counts);
  }

 private:
  void merge_counts(const TierMisses& later);
  void close_replicate();

  std::vector<Component> components_;
  std::size_t paths_ = 0;
  NearMiss near_;
  PathDesign design_;
  bool may_leave_;
  std::vector<int> month_of_;          ///< by period
  std::vector<TierMisses> replicate_;  ///< counts of the one being merged; none or one
  std::vector<Spreads> between_replicates_;
};

/// A row of tier_miss.csv.
struct TierMissRow {
  std::size_t component = 0, tier = 0;  ///< positions in components() and tiers
  std::string period;                   ///< window, any, at_least_K, share, by_month_MM
  std::optional<double> bound;
  TierFigures figures;
};
[[nodiscard]] std::vector<TierMissRow> tier_miss_estimates(const TierMisses& tiers, double ci_level);
/// The same rows with values alone: no errors, no intervals.
[[nodiscard]] std::vector<TierMissRow> tier_miss_values(const TierMisses& tiers);

}  // namespace paystress
