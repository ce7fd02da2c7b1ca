#include "analysis/distribution_table.h"

#include "analysis/table_columns.h"

namespace paystress {
namespace {

/// A number of the estimate, with the digits that it deserves.
template <class Get>
RowColumns<DistributionRow> observed(std::string name, std::string description, Get get) {
  return {{{std::move(name), "number", unit_of_measured, std::move(description)},
           [get](CsvRows& out, const DistributionRow& row) {
             if (row.digits == Digits::as_observed) {
               out.exact(get(row.estimate));
             } else {
               out.computed(get(row.estimate));
             }
           }}};
}

}  // namespace

const RowTable<DistributionRow>& distribution_table() {
  using C = Columns<DistributionRow>;
  static const RowTable<DistributionRow> table{
      C::scenario(),
      C::text("measure", "what is measured on each path; its unit is in its name",
              [](const DistributionRow& r) { return r.measure; }),
      C::text("period", "horizon, year_K or month_MM of the study",
              [](const DistributionRow& r) { return r.period; }),
      C::text("statistic", "mean, sd, quantile, tail_mean, shortfall_prob, ...",
              [](const DistributionRow& r) { return r.statistic; }),
      C::exact(
          "level", "",
          "share for quantile and tail_mean, line in dollars for *_prob, months for at_least_prob; empty "
          "otherwise",
          [](const DistributionRow& r) { return r.level; }),
      observed("value", "the estimate", [](const Estimate& e) { return e.value; }),
      C::error("std_error", unit_of_measured, "standard error; empty where it has no meaning",
               [](const DistributionRow& r) { return r.estimate.std_error; }),
      observed("ci_low", "lower end of the confidence interval", [](const Estimate& e) { return e.ci_low; }),
      observed("ci_high", "upper end of the confidence interval",
               [](const Estimate& e) { return e.ci_high; }),
      C::ci_level([](const DistributionRow& r) { return r.ci_level; }),
      C::n_paths([](const DistributionRow& r) { return r.paths; }),
      C::method([](const DistributionRow& r) { return method_name(r.estimate.method); })};
  return table;
}

DistributionRow exact_row(const RowScenario& scenario, std::string_view measure, std::string_view period,
                          std::string_view statistic, std::optional<double> level, double value,
                          IntervalMethod method) {
  DistributionRow row{scenario, measure, period, statistic, level, {}, {}, {}, Digits::rounded};
  row.estimate.value = value;
  row.estimate.method = method;
  return row;
}

const std::vector<TableColumn>& distribution_columns() { return distribution_table().heads(); }

}  // namespace paystress
