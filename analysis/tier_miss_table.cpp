#include <fmt/format.h>

#include "analysis/csv_rows.h"
#include "analysis/scenario_cells.h"
#include "analysis/tables.h"

namespace paystress {
namespace {

std::string_view reset_name(Span reset) {
  switch (reset) {
    case Span::month:
      return "month";
    case Span::quarter:
      return "quarter";
    case Span::year:
      return "year";
    case Span::horizon:
      return "horizon";
  }
  return {};
}

/// Rows of one tier of one component.
class TierRows {
 public:
  TierRows(CsvRows& out, const Scenario& scenario, const TierMisses& all,
           const TierMisses::Component& component, const TierMisses::Tier& tier, double ci_level)
      : out_(out),
        scenario_(scenario),
        all_(all),
        component_(component),
        tier_(tier),
        ci_level_(ci_level),
        tail_(batch_cells(scenario)) {}

  void write() {
    Moments bound;
    for (std::size_t w = 0; w < tier_.windows.size(); ++w) {
      window(w);
      bound.merge(tier_.windows[w].bound);
    }
    bound_ = bound;
    const std::size_t n = all_.paths();
    const std::size_t windows = tier_.windows.size();
    std::size_t at_least = n - tier_.paths_by_misses[0];
    row("any", count(at_least), count(tier_.any_near_share), count(tier_.any_near_units), {},
        mean_estimate(tier_.lost_total_usd, ci_level_));
    for (std::size_t k = 2; k <= windows; ++k) {
      at_least -= tier_.paths_by_misses[k - 1];
      row(fmt::format("at_least_{}", k), count(at_least), {}, {}, {}, {});
    }
    row("share", pooled_share_estimate(tier_.missed_share, ci_level_),
        pooled_share_estimate(tier_.near_share, ci_level_),
        pooled_share_estimate(tier_.near_units, ci_level_), ratio_estimate(tier_.shortfall_units, ci_level_),
        ratio_estimate(tier_.lost_usd, ci_level_));
    std::size_t never = n;
    for (std::size_t p = 0; p + 1 < tier_.first_reached.size(); ++p) {
      never -= tier_.first_reached[p];
      row(fmt::format("by_month_{:02}", p + 1), count(never), {}, {}, {}, {});
    }
  }

 private:
  [[nodiscard]] Estimate count(std::size_t hits) const {
    return proportion_estimate(hits, all_.paths(), ci_level_);
  }

  void window(std::size_t w) {
    const auto& seen = tier_.windows[w];
    bound_ = seen.bound;
    row(component_.windows[w].label, count(seen.missed), count(seen.near_share), count(seen.near_units),
        mean_estimate(seen.shortfall_units, ci_level_), mean_estimate(seen.lost_usd, ci_level_));
  }

  void row(std::string_view period, const Estimate& miss, const Estimate& near_share,
           const Estimate& near_units, const Estimate& shortfall, const Estimate& lost) {
    scenario_cells(out_, scenario_);
    out_.text(component_.name).count(tier_.tier);
    out_.computed(bound_.n > 0 ? std::optional(bound_.mean) : std::nullopt);
    out_.text(component_.bounds[tier_.tier - 1].included ? "at_least" : "above");
    out_.text(reset_name(component_.reset)).text(period);
    out_.computed(miss.value).error(miss.std_error).computed(miss.ci_low).computed(miss.ci_high);
    interval(near_share);
    interval(near_units);
    out_.exact(all_.near_units());
    out_.computed(shortfall.value).error(shortfall.std_error);
    out_.computed(lost.value).error(lost.std_error);
    out_.exact(ci_level_).count(all_.paths()).text(miss.method).end(tail_);
  }

  void interval(const Estimate& e) { out_.computed(e.value).computed(e.ci_low).computed(e.ci_high); }

  CsvRows& out_;
  const Scenario& scenario_;
  const TierMisses& all_;
  const TierMisses::Component& component_;
  const TierMisses::Tier& tier_;
  double ci_level_;
  std::string tail_;
  Moments bound_;
};

}  // namespace

std::string tier_miss_rows(const Scenario& scenario, const TierMisses& tiers, double ci_level) {
  CsvRows out;
  for (const auto& component : tiers.components())
    for (const auto& tier : component.tiers)
      if (!tier.windows.empty()) TierRows(out, scenario, tiers, component, tier, ci_level).write();
  return out.take();
}

}  // namespace paystress
