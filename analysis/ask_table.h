#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/estimate.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// A number of the offer that makes up for the worse answer.
struct Remedy {
  std::string key;  ///< dotted, below the offer: "pay.visits.usd"
  double from = 0;  ///< as offered
  Estimate to;      ///< at which the median is that of the better answer
};

/// A question to put before signing: two answers, and what the better one is worth.
struct AskedClause {
  std::string_view kind;           ///< "reading", "uncertain", "published", "grant"
  std::string key;                 ///< what is asked for: a clause or a number
  std::string answer_a, answer_b;  ///< a pays less in the median
  std::string source;              ///< of a published range
  Estimate worth_usd;              ///< median yearly pay under b less that under a
  std::optional<Remedy> remedy = {};
};

/// Rows of ask_before_signing.csv of one scenario.   \pre ranked by worth, dearest first
/// \test tests/unit/analysis/ask_table_test.cpp
[[nodiscard]] std::string ask_rows(const RowScenario& scenario, std::span<const AskedClause> ranked,
                                   double ci_level);

}  // namespace paystress
