#include "analysis/fan_table.h"

#include <fmt/format.h>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

using Row = FanRow;
using C = Columns<Row>;
constexpr std::string_view unit = "of the measure";

RowColumns<Row> fan_columns() {
  RowColumns<Row> columns;
  for (std::size_t i = 0; i < fan_levels.size(); ++i) {
    const auto percent = static_cast<int>(100.0 * fan_levels.at(i) + 0.5);
    for (auto& c : C::estimate(fmt::format("p{:02}", percent), unit,
                               percent == 50 ? "median" : fmt::format("{}th percentile", percent),
                               [i](const Row& r) -> const Estimate& { return r.fan.at(i); }))
      columns.push_back(std::move(c));
  }
  return columns;
}

const RowTable<Row>& fan_table() {
  static const RowTable<Row> table{
      C::scenario(),
      C::text("measure", "what is measured on each path; its unit is in its name",
              [](const Row& r) { return r.measure; }),
      C::whole("month", "months", "month of the study, from 1", [](const Row& r) { return r.month; }),
      C::text("calendar_month", "YYYY-MM", [](const Row& r) { return r.calendar_month; }),
      C::computed("mean", unit, "mean over paths", [](const Row& r) { return r.mean.value; }),
      C::std_error("mean", unit, C::its_error, [](const Row& r) { return r.mean; }),
      fan_columns(),
      C::ci_level([](const Row& r) { return r.ci_level; }),
      C::n_paths([](const Row& r) { return r.mean.paths; })};
  return table;
}

}  // namespace

void add_fan_row(CsvRows& out, const FanRow& row, std::string_view tail) {
  fan_table().write(out, row, tail);
}

const std::vector<TableColumn>& month_columns() { return fan_table().heads(); }

}  // namespace paystress
