#include "analysis/single_years.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "analysis/estimate.h"
#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

// Ranks alone are wanted; any confidence gives the same.
constexpr double any_confidence = 0.95;

struct SingleYearRow {
  RowScenario scenario;
  double level;
  std::size_t path, month;
  std::string_view calendar_month;
  double paid_usd;
};

const RowTable<SingleYearRow>& single_year_table() {
  using C = Columns<SingleYearRow>;
  static const RowTable<SingleYearRow> table{
      C::scenario(),
      C::exact("level", "1", "share of paths that are paid as much or less over the horizon",
               [](const SingleYearRow& r) { return r.level; }),
      C::whole("path", "", "number of the path, from 0, as in paths.csv and for replay",
               [](const SingleYearRow& r) { return r.path; }),
      C::whole("month", "months", "month of the study, from 1",
               [](const SingleYearRow& r) { return r.month; }),
      C::text("calendar_month", "YYYY-MM", [](const SingleYearRow& r) { return r.calendar_month; }),
      C::exact("paid_usd", "usd", "paid on this path in the month",
               [](const SingleYearRow& r) { return r.paid_usd; })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& single_year_columns() { return single_year_table().heads(); }

std::array<std::size_t, single_year_levels.size()> single_year_paths(std::span<const double> income_usd) {
  std::vector<std::size_t> order(income_usd.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto pays_less = [&](std::size_t a, std::size_t b) {
    return std::pair(income_usd[a], a) < std::pair(income_usd[b], b);
  };
  std::array<std::size_t, single_year_levels.size()> paths{};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto rank = quantile_ranks(income_usd.size(), single_year_levels.at(i), any_confidence).value;
    const auto at = order.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(order.begin(), at, order.end(), pays_less);
    paths.at(i) = *at;
  }
  return paths;
}

std::string single_year_rows(const RowScenario& scenario, std::span<const double> income_usd,
                             const IncomeColumns& income, const std::vector<std::string>& calendar_months) {
  CsvRows out;
  const auto tail = batch_cells(*scenario);
  const auto paths = single_year_paths(income_usd);
  const auto& shape = income.shape();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::size_t block = paths.at(i) / shape.block_paths;
    std::vector<double> paid(shape.paths_in(block));
    for (int m = 1; m <= income.months(); ++m) {
      income.income(m, m, block, paid);
      const auto month = static_cast<std::size_t>(m);
      single_year_table().write(out,
                                {scenario, single_year_levels.at(i), paths.at(i), month,
                                 calendar_months.at(month - 1), paid[paths.at(i) % shape.block_paths]},
                                tail);
    }
  }
  return out.take();
}

}  // namespace paystress
