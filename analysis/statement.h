#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "model/measure.h"
#include "model/statistic.h"

namespace paystress {

/// A statistic of a measure over a period, "horizon", "year_1" or "month_03".
struct MeasureStatistic {
  Statistic statistic;
  Measure measure = Measure::income_usd;
  std::string period = "horizon";
};
/// The chance of missing a tier of a component, or its share of windows: a row of tier_miss.csv.
struct MissProb {
  std::string component;
  std::size_t tier = 1;  ///< 1-based
  std::string period = "any";
};
/// One side of a statement about pay: a number, or a figure of an offer.
struct StatementSide {
  std::variant<double, MeasureStatistic, MissProb> what = 0.0;
  std::string offer;  ///< empty: the offer that is asked about
  [[nodiscard]] bool is_number() const { return std::holds_alternative<double>(what); }
};
/// `left at_least right` or `left at_most right`, about a sample of paths.
struct Statement {
  StatementSide left, right;
  bool at_least = true;
};
struct StatementFault {
  std::size_t offset = 0;  ///< into the text, 0-based
  std::string why;
};

/// Reads `quantile(income_usd, 0.05) >= 180000`, `mean(income_usd) >= mean(income_usd) of current_job`,
/// `miss_prob(visit_bonus, 1, any) <= 0.5`, `median(income_usd.year_1) >= 200_000`. Comparisons: >= <= > <;
/// the strict ones mean the same, as a statistic meets a line exactly with probability 0 or at a cliff.
/// \test tests/unit/analysis/statement_test.cpp
[[nodiscard]] std::variant<Statement, StatementFault> parse_statement(std::string_view text);

}  // namespace paystress
