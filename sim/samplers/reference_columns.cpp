// Columns drawn with the practice, day by day; what no day has, month by month.
#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "sim/samplers/reference_path.h"

namespace paystress::samplers::reference {

void Path::begin_columns() {
  before_columns_.clear();
  for (const auto& column : plan_.columns)
    before_columns_.push_back(column.law == DrawnColumn::Law::share ? cell(month_, column.of) : 0.0);
}

double Path::column_state(std::size_t c) const {
  random::Stream bits = at(keys_.column_states[c], month_ + 1);
  return lognormal_factor(number(plan_.columns[c], ColumnNumber::monthly_cv),
                          boost::random::normal_distribution<double>()(bits));
}

void Path::draw_columns(std::size_t time, bool is_worked, long completed) {
  for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
    const auto& column = plan_.columns[c];
    if (!column.has_days) continue;
    random::Stream bits = at(keys_.columns[c], time);
    long n = 0;
    if (column.law == DrawnColumn::Law::share) {
      const auto of = std::lround(cell(month_, column.of) - before_columns_[c]);
      n = binomial(of, number(column, ColumnNumber::share), bits);
    } else {
      const double mean = number(column, ColumnNumber::per_workday) * (is_worked ? 1 : 0) +
                          number(column, ColumnNumber::per_visit) * static_cast<double>(completed);
      n = poisson(column_state(c) * mean, bits);
    }
    cell(month_, column.place) += static_cast<double>(n);
  }
}

void Path::draw_monthly_columns() {
  for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
    const auto& column = plan_.columns[c];
    if (column.has_days) continue;
    if (column.law == DrawnColumn::Law::score) {
      const auto first_month = plan_.years[plan_.months[month_].year].first_month;
      random::Stream bits = at(keys_.columns[c], static_cast<std::size_t>(first_month));
      cell(month_, column.place) =
          quality_score(number(column, ColumnNumber::score_mean),
                        number(column, ColumnNumber::score_concentration), random::uniform52(bits));
      continue;
    }
    random::Stream bits = at(keys_.columns[c], month_ + 1);
    const double mean = number(column, ColumnNumber::per_month) +
                        number(column, ColumnNumber::per_workday) * cell(LedgerColumn::workdays) +
                        number(column, ColumnNumber::per_visit) * cell(LedgerColumn::completed_visits) +
                        number(column, ColumnNumber::per_member) * cell(LedgerColumn::panel_members);
    cell(month_, column.place) = static_cast<double>(poisson(column_state(c) * mean, bits));
  }
}

}  // namespace paystress::samplers::reference
