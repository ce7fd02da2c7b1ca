#include "analysis/lever_table.h"

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

struct LeverTableRow {
  RowScenario scenario;
  std::string_view measure, lever, kind, setting;
  PairedChange change;
  double ci_level;
};

const RowTable<LeverTableRow>& lever_table() {
  using C = Columns<LeverTableRow>;
  static const RowTable<LeverTableRow> table{
      C::scenario(),
      C::text("measure", "income_usd, over the horizon, or effective_hourly_usd",
              [](const LeverTableRow& r) { return r.measure; }),
      C::text("lever",
              "what is taken away alone; all_together: all of them at once; interaction: all_together less "
              "the sum of the single changes",
              [](const LeverTableRow& r) { return r.lever; }),
      C::text("kind", "loss, event, closed, unpaid_task; sum: all_together and interaction",
              [](const LeverTableRow& r) { return r.kind; }),
      C::text("set", "the numbers of the practice at which there is none",
              [](const LeverTableRow& r) { return r.setting; }),
      C::estimate("mean_change", unit_of_measured,
                  "mean over paths of the measure without it less the measure with it",
                  [](const LeverTableRow& r) { return r.change.mean; }),
      C::std_error("mean_change", unit_of_measured, C::its_error,
                   [](const LeverTableRow& r) { return r.change.mean; }),
      C::estimate("median_change", unit_of_measured,
                  "median without it less median with it; empty for interaction",
                  [](const LeverTableRow& r) { return r.change.median; }),
      C::estimate("unchanged_prob", "1", "P(the measure is the same on a path without it as with it)",
                  [](const LeverTableRow& r) { return r.change.unchanged; }),
      C::ci_level([](const LeverTableRow& r) { return r.ci_level; }),
      C::whole("n_paths", "paths", "paths sampled for each lever: a sixteenth of the run's, 512 or more",
               [](const LeverTableRow& r) { return r.change.mean.paths; }),
      C::text("method", "how the interval of median_change was made",
              [](const LeverTableRow& r) { return method_name(r.change.median.method); })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& lever_columns() { return lever_table().heads(); }

std::string lever_rows(const RowScenario& scenario, const std::vector<Lever>& levers,
                       const LeverColumns& columns, double ci_level, PathDesign design) {
  CsvRows out;
  const auto row = [&](std::string_view lever, std::string_view kind, std::string_view setting,
                       const PairedChange& change) {
    lever_table().write(out, {scenario, columns.measure, lever, kind, setting, change, ci_level},
                        batch_cells(*scenario));
  };
  const auto& base = columns.base;
  std::vector<double> interaction(base.size());
  for (std::size_t i = 0; i < base.size(); ++i) interaction[i] = columns.together[i] - base[i];
  for (std::size_t l = 0; l < levers.size(); ++l) {
    const auto& alone = columns.alone[l];
    for (std::size_t i = 0; i < base.size(); ++i) interaction[i] -= alone[i] - base[i];
    row(levers[l].name, key_of(levers[l].kind), levers[l].text(),
        paired_change(base, alone, ci_level, design));
  }
  row("all_together", "sum", "", paired_change(base, columns.together, ci_level, design));
  row("interaction", "sum", "", {paired_mean(interaction, ci_level, design), {}, {}});
  return out.take();
}

}  // namespace paystress
