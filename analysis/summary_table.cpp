#include "analysis/summary_table.h"

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

struct ScenarioSummary {
  static constexpr bool tells_leaving = true;  // with its interval
  RowScenario scenario;
  const SummaryRow* figures;
  double ci_level;
};

auto figure(Estimate SummaryRow::*of) {
  return [of](const ScenarioSummary& r) -> const Estimate& { return r.figures->*of; };
}
/// `name`, its interval.
RowColumns<ScenarioSummary> with_interval(const std::string& name, std::string_view unit,
                                          std::string description, Estimate SummaryRow::*of) {
  return Columns<ScenarioSummary>::estimate(name, unit, std::move(description), figure(of));
}
/// `name`, its standard error.
RowColumns<ScenarioSummary> with_error(const std::string& name, std::string_view unit,
                                       std::string description, Estimate SummaryRow::*of) {
  auto columns = Columns<ScenarioSummary>::computed(
      name, unit, std::move(description), [of](const ScenarioSummary& r) { return (r.figures->*of).value; });
  for (auto& error :
       Columns<ScenarioSummary>::std_error(name, unit, Columns<ScenarioSummary>::its_error, figure(of)))
    columns.push_back(std::move(error));
  return columns;
}

const RowTable<ScenarioSummary>& summary_table() {
  using C = Columns<ScenarioSummary>;
  using S = SummaryRow;
  static const RowTable<ScenarioSummary> table{
      C::scenario(),
      C::whole("n_paths", "paths", "simulated paths",
               [](const ScenarioSummary& r) { return r.figures->paths; }),
      C::ci_level([](const ScenarioSummary& r) { return r.ci_level; }),
      C::exact("advertised_usd", "usd", "income that the recruiter names, over the horizon",
               [](const ScenarioSummary& r) { return r.figures->advertised_usd; }),
      with_error("income_usd_mean", "usd", "mean income over the horizon", &S::mean_usd),
      C::interval("income_usd_mean", "usd", figure(&S::mean_usd)),
      with_interval("income_usd_sd", "usd", "standard deviation of income over the horizon", &S::sd_usd),
      with_interval("income_usd_p05", "usd", "5th percentile of income", &S::p05_usd),
      with_interval("income_usd_p50", "usd", "median income: the number to insist on", &S::p50_usd),
      with_interval("income_usd_p95", "usd", "95th percentile of income", &S::p95_usd),
      with_interval("income_usd_tail_mean_05", "usd", "mean income of the worst 5 % of paths",
                    &S::tail_mean_05_usd),
      with_interval("target_shortfall_prob", "1", "P(income below target_usd_per_year), over the horizon",
                    &S::target_shortfall_prob),
      with_interval("need_shortfall_share", "1", "share of months with pay below need_usd_per_month",
                    &S::need_shortfall_share),
      with_interval("below_advertised_prob", "1", "P(income below the advertised income)",
                    &S::below_advertised_prob),
      with_interval("paid_hourly_usd_p50", "usd/hour", "median of pay / session hours",
                    &S::paid_hourly_p50_usd),
      with_interval("effective_hourly_usd_p50", "usd/hour", "median of pay / (session and unpaid hours)",
                    &S::effective_hourly_p50_usd),
      with_error("after_hours_per_week_mean", "hours/week", "mean unpaid after-hours work a calendar week",
                 &S::after_hours_per_week_mean),
      with_interval("wrvu_per_hour_p50", "wRVU/hour", "median of generated wRVU / session hours",
                    &S::wrvu_per_hour_p50),
      with_error("completed_visits_mean", "visits", "mean completed visits over the horizon",
                 &S::completed_visits_mean),
      with_interval("left_prob", "1", "P(leaving within the horizon), of an offer that ends with it",
                    &S::left_prob),
      with_interval("income_usd_if_stayed_p50", "usd", "median income had every path stayed",
                    &S::if_stayed_p50_usd),
      with_interval("owing_prob", "1",
                    "P(some of a draw is owed after the last month), of an offer with a draw",
                    &S::owing_prob),
      with_interval("owed_usd_p50", "usd", "median of what is owed then; it is not taken off the income",
                    &S::owed_p50_usd),
      with_interval("owed_usd_p95", "usd", "95th percentile of what is owed then", &S::owed_p95_usd)};
  return table;
}

}  // namespace

std::string summary_row(const RowScenario& scenario, const SummaryRow& figures, double ci_level) {
  CsvRows out;
  summary_table().write(out, {scenario, &figures, ci_level}, batch_cells(*scenario));
  return out.take();
}

const std::vector<TableColumn>& summary_columns() { return summary_table().heads(); }

}  // namespace paystress
