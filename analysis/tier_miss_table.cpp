#include "analysis/tier_miss_table.h"

#include "analysis/table_columns.h"
#include "model/span_name.h"

namespace paystress {

const RowTable<TierTableRow>& tier_miss_table() {
  using Row = TierTableRow;
  using C = Columns<Row>;
  constexpr auto miss = [](const Row& r) { return r.figures.miss; };
  constexpr auto shortfall = [](const Row& r) { return r.figures.shortfall_units; };
  constexpr auto lost = [](const Row& r) { return r.figures.lost_usd; };
  static const RowTable<Row> table{
      C::scenario(),
      C::text("component", "pay component that has tiers", [](const Row& r) { return r.component; }),
      C::whole("tier", "", "number of the tier, from 1", [](const Row& r) { return r.tier; }),
      C::computed("bound", unit_of_measured,
                  "where the tier starts; the mean over paths where bounds are derived",
                  [](const Row& r) { return r.bound; }),
      C::text("bound_kind", "above: the bound itself is outside; at_least: inside",
              [](const Row& r) { return r.included ? "at_least" : "above"; }),
      C::text("reset", "month, quarter, year or horizon: the window on which the tier is judged",
              [](const Row& r) { return span_name(r.reset); }),
      C::text(
          "period",
          "month_MM, quarter_K, year_K, horizon: that window; any: in at least one window; at_least_K: in "
          "K or more; share: share of windows; by_month_MM: not reached in any month up to then",
          [](const Row& r) { return r.period; }),
      C::computed("miss_prob", "1",
                  "probability (or share of windows) that the tier is not reached; windows are those of a "
                  "path that stays: leaving neither cuts nor ends one, here and in the columns behind",
                  [](const Row& r) { return r.figures.miss.value; }),
      C::std_error("miss_prob", "1", "standard error of miss_prob", miss),
      C::interval("miss_prob", "1", miss),
      C::estimate("miss_without_push_prob", "1",
                  "miss_prob if no visits were added; empty where the offer has no push",
                  [](const Row& r) { return r.miss_without_push; }),
      C::estimate("near_miss_prob", "1", "probability of missing by at most near_share of the bound",
                  [](const Row& r) { return r.figures.near_share; }),
      C::exact("near_share", "1", "near_miss.share of the study: 0.05 unless it says otherwise",
               [](const Row& r) { return r.near_share; }),
      C::estimate(
          "near_units_miss_prob", "1",
          "probability of missing by at most near_units; empty where the study has no near_miss.units",
          [](const Row& r) { return r.near_units ? r.figures.near_units : Estimate{}; }),
      C::exact("near_units", unit_of_measured, "near_miss.units of the study",
               [](const Row& r) { return r.near_units; }),
      C::computed("shortfall_units_mean", unit_of_measured, "mean distance to the bound, given a miss",
                  [](const Row& r) { return r.figures.shortfall_units.value; }),
      C::std_error("shortfall_units_mean", unit_of_measured, "standard error of shortfall_units_mean",
                   shortfall),
      C::computed("lost_usd_mean", "usd",
                  "mean pay at the bound (from above) less pay, given a miss; the paid quantity of a ratio "
                  "held still",
                  [](const Row& r) { return r.figures.lost_usd.value; }),
      C::std_error("lost_usd_mean", "usd", "standard error of lost_usd_mean", lost),
      C::ci_level([](const Row& r) { return r.ci_level; }),
      C::n_paths([](const Row& r) { return r.paths; }),
      C::method([](const Row& r) { return method_name(r.figures.miss.method); }),
      C::estimate("miss_while_employed_prob", "1",
                  "of an offer that ends by leaving: the same of the windows in which a path is employed, of "
                  "paths that are; that in which it leaves is cut there as partial says, those after it do "
                  "not count; empty where the offer does not end by leaving",
                  [](const Row& r) { return r.figures.miss_employed; })};
  return table;
}

std::string tier_miss_rows(const RowScenario& scenario, const TierMisses& tiers, const TierMisses* without,
                           double ci_level) {
  CsvRows out;
  const std::string tail = batch_cells(*scenario);
  const auto rows = tier_miss_estimates(tiers, ci_level);
  // Of the same tiers and windows, so row by row.
  const auto rows_without =
      without != nullptr ? tier_miss_estimates(*without, ci_level) : std::vector<TierMissRow>();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    const auto& component = tiers.components()[row.component];
    tier_miss_table().write(out,
                            {scenario, component.name, row.tier + 1, row.bound,
                             component.bounds[row.tier].included, component.reset, row.period, row.figures,
                             without != nullptr ? rows_without[r].figures.miss : Estimate{},
                             tiers.near().share, tiers.near().units, ci_level, tiers.paths()},
                            tail);
  }
  return out.take();
}

const std::vector<TableColumn>& tier_miss_columns() { return tier_miss_table().heads(); }

}  // namespace paystress
