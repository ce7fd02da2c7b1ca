#pragma once

#include <optional>
#include <string>

#include "analysis/root_search.h"
#include "analysis/statement.h"
#include "scenarios/read_study.h"
#include "sim/engine/group_run.h"

namespace paystress::questions {

/// A reverse question: at which value of `key` does the statement start to hold?
struct ReverseQuestion {
  Statement statement;
  std::string practice, offer, stress;  ///< the scenario that is asked about
  std::string key;                      ///< dotted, any number of the study
  std::size_t paths = 0;
};

/// What the statement is worth at some values of the key, on common random numbers: the same paths at every
/// value and on both sides. The interval is that of the paired difference for two means on the same paths,
/// exact for one statistic against a number, and conservative (both intervals at their ends) otherwise.
/// \throws InputError when the key or a name in the statement means nothing
class ReverseEvaluator {
 public:
  ReverseEvaluator(const StudyText& study, ReverseQuestion question, const engine::Draws& draws,
                   const engine::Execution& how);
  /// The value of the key in the study, where it is a plain number.
  [[nodiscard]] std::optional<double> current() const;
  [[nodiscard]] std::vector<MarginPoint> operator()(std::span<const double> xs);

 private:
  const StudyText& text_;
  ReverseQuestion question_;
  engine::Draws draws_;
  engine::Execution how_;
  std::string other_practice_, other_offer_;  ///< of a side that names another offer
};

}  // namespace paystress::questions
