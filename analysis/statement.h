#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/scenario_columns.h"

namespace paystress {

/// One side of a statement about pay: a number, or a statistic of an offer.
struct StatementSide {
  enum class Function { number, mean, quantile, tail_mean, shortfall_prob, miss_prob };
  Function function = Function::number;
  double number = 0.0;  ///< the number, the level of a quantile or tail mean, the line of a shortfall
  Measure measure = Measure::income_usd;
  std::string period = "horizon";  ///< "horizon", "year_1", "month_03"; of a miss also "any", "share"
  std::string component;           ///< miss_prob: the tiered component
  std::size_t tier = 1;            ///< miss_prob: 1-based
  std::string offer;               ///< empty: the offer that is asked about
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
/// the strict ones mean the same, as a statistic meets a line exactly with probability 0 or at a cliff. \test
/// tests/unit/analysis/statement_test.cpp
[[nodiscard]] std::variant<Statement, StatementFault> parse_statement(std::string_view text);

}  // namespace paystress
