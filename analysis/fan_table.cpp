#include "analysis/fan_table.h"

#include <fmt/format.h>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

RowColumns<FanRow> fan_columns() {
  using C = Columns<FanRow>;
  RowColumns<FanRow> columns;
  for (std::size_t i = 0; i < fan_levels.size(); ++i) {
    const auto percent = static_cast<int>(100.0 * fan_levels.at(i) + 0.5);
    for (auto& c : C::estimate(fmt::format("p{:02}", percent), unit_of_measured,
                               percent == 50 ? "median" : fmt::format("{}th percentile", percent),
                               [i](const FanRow& r) -> const Estimate& { return r.fan.at(i); }))
      columns.push_back(std::move(c));
  }
  return columns;
}

const RowTable<FanRow>& fan_table() {
  using C = Columns<FanRow>;
  static const RowTable<FanRow> table{
      C::scenario(),
      C::text("measure", "what is measured on each path; its unit is in its name",
              [](const FanRow& r) { return r.measure; }),
      C::whole("month", "months", "month of the study, from 1", [](const FanRow& r) { return r.month; }),
      C::text("calendar_month", "YYYY-MM", [](const FanRow& r) { return r.calendar_month; }),
      C::computed("mean", unit_of_measured, "mean over paths", [](const FanRow& r) { return r.mean.value; }),
      C::std_error("mean", unit_of_measured, C::its_error, [](const FanRow& r) { return r.mean; }),
      fan_columns(),
      C::ci_level([](const FanRow& r) { return r.ci_level; }),
      C::n_paths([](const FanRow& r) { return r.mean.paths; })};
  return table;
}

}  // namespace

void add_fan_row(CsvRows& out, const FanRow& row, std::string_view tail) {
  fan_table().write(out, row, tail);
}

const std::vector<TableColumn>& month_columns() { return fan_table().heads(); }

}  // namespace paystress
