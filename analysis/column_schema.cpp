#include "analysis/column_schema.h"

#include <cstddef>
#include <vector>

#include "analysis/csv_rows.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

// A table without a schema does not compile; a file without a name ends the list.
TableSchema schema_of(Table table) {
  switch (table) {
    case Table::income_distribution:
      return {"income_distribution.csv",
              "every estimate of every measure, with its error",
              distribution_columns(),
              {"scenario", "measure", "period", "statistic", "level"}};
    case Table::tier_miss:
      return {"tier_miss.csv",
              "how often tiers are missed, by how much and at what cost",
              tier_miss_columns(),
              {"scenario", "component", "tier", "period"}};
    case Table::summary:
      return {"summary.csv", "key figures, one row a scenario", summary_columns(), {"scenario"}};
    case Table::months:
      return {
          "months.csv", "fan of each measure by month", month_columns(), {"scenario", "measure", "month"}};
    case Table::single_years:
      return {"single_years.csv",
              "five single courses month by month, at percentiles of what paths are paid (not of a batch)",
              single_year_columns(),
              {"scenario", "level", "month"}};
    case Table::histogram:
      return {"histogram.csv",
              "density of income and effective hourly pay over the horizon",
              histogram_columns(),
              {"scenario", "measure", "bin"}};
    case Table::comparisons:
      return {"comparisons.csv",
              "paired differences between offers and between stresses",
              comparison_columns(),
              {"comparison", "a", "b", "measure", "statistic", "level", "pairing"}};
    case Table::waterfall:
      return {"waterfall.csv",
              "from the advertised income to the realistic one, by cause",
              waterfall_columns(),
              {"scenario", "view", "step"}};
    case Table::sensitivity:
      return {"sensitivity.csv",
              "where the risk comes from: uncertain parameters and luck",
              sensitivity_columns(),
              {"scenario", "parameter", "measure"}};
    case Table::debt:
      return {"debt.csv",
              "balances of draws and withheld money by month",
              debt_columns(),
              {"scenario", "adjustment", "month", "statistic", "level"}};
    case Table::ranking:
      return {"ranking.csv",
              "offers under each stress, dearest first, and what choosing wrongly costs",
              ranking_columns(),
              {"scenario"}};
    case Table::readings:
      return {"readings.csv",
              "what each vague clause of an offer is worth, and every combination of readings",
              reading_columns(),
              {"scenario", "clause", "reading", "statistic", "level"}};
    case Table::levers:
      return {"levers.csv",
              "what each loss, event and unpaid task is worth when it is taken away alone",
              lever_columns(),
              {"scenario", "measure", "lever"}};
    case Table::productivity:
      return {"productivity.csv",
              "what each offer pays at slow, middle and fast paces, and at the pace that is claimed",
              productivity_columns(),
              {"scenario", "pace", "group", "statistic", "component", "tier"}};
    case Table::ask_before_signing:
      return {"ask_before_signing.csv",
              "what to ask before signing, and what the better answer is worth",
              ask_columns(),
              {"scenario", "kind", "key"}};
    case Table::paths:
      return {"paths.csv", "each path over the horizon (on request)", path_columns(), {"scenario", "path"}};
  }
  return {};
}

const std::vector<TableSchema>& all_schemas() {
  static const std::vector<TableSchema> schemas = [] {
    std::vector<TableSchema> all;
    for (int t = 0;; ++t) {
      auto schema = schema_of(static_cast<Table>(t));
      if (schema.file.empty()) return all;
      all.push_back(schema);
    }
  }();
  return schemas;
}

}  // namespace

const TableSchema& table_schema(Table table) { return all_schemas().at(static_cast<std::size_t>(table)); }

std::span<const TableSchema> table_schemas() { return all_schemas(); }

std::string header_line(Table table, std::span<const std::string> batch_columns) {
  CsvRows row;
  for (const auto& c : table_schema(table).columns) row.text(c.name);
  for (const auto& name : batch_columns) row.text(name);
  return row.end().take();
}

}  // namespace paystress
