#include "analysis/csv_rows.h"
#include "analysis/scenario_cells.h"
#include "analysis/tables.h"
#include "model/span_name.h"

namespace paystress {
std::string tier_miss_rows(const Scenario& scenario, const TierMisses& tiers, double ci_level) {
  CsvRows out;
  const std::string tail = batch_cells(scenario);
  const auto interval = [&](const Estimate& e) {
    out.computed(e.value).computed(e.ci_low).computed(e.ci_high);
  };
  for (const auto& row : tier_miss_estimates(tiers, ci_level)) {
    const auto& component = tiers.components()[row.component];
    scenario_cells(out, scenario);
    out.text(component.name).count(row.tier + 1).computed(row.bound);
    out.text(component.bounds[row.tier].included ? "at_least" : "above");
    out.text(span_name(component.reset)).text(row.period);
    out.computed(row.miss.value).error(row.miss.std_error);
    out.computed(row.miss.ci_low).computed(row.miss.ci_high);
    interval(row.near_share);
    out.exact(tiers.near().share);
    interval(tiers.near().units ? row.near_units : Estimate{});
    out.exact(tiers.near().units);
    out.computed(row.shortfall_units.value).error(row.shortfall_units.std_error);
    out.computed(row.lost_usd.value).error(row.lost_usd.std_error);
    out.exact(ci_level).count(tiers.paths()).text(row.miss.method).end(tail);
  }
  return out.take();
}

}  // namespace paystress
