#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/estimate.h"
#include "model/study.h"

namespace paystress {

/// A question to put before signing: two answers, and what the better one is worth.
struct AskedClause {
  std::string_view kind;           ///< "reading", "uncertain", "published", "grant"
  std::string key;                 ///< what is asked for: a clause or a number
  std::string answer_a, answer_b;  ///< a pays less in the median
  std::string source;              ///< of a published range
  Estimate worth_usd;              ///< median yearly pay under b less that under a
};

/// Dearest first; of equal worth in the order given.
void rank_asked(std::vector<AskedClause>& asked);

/// Rows of ask_before_signing.csv of one scenario.   \pre ranked
/// \test tests/unit/analysis/ask_table_test.cpp
[[nodiscard]] std::string ask_rows(const Scenario& scenario, std::span<const AskedClause> ranked,
                                   double ci_level);

}  // namespace paystress
