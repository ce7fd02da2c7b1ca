#pragma once

#include <optional>
#include <string>

#include "analysis/csv_rows.h"
#include "model/study.h"

namespace paystress {

/// A scenario as the rows of a table tell it: which it is, and P(leaving within the horizon) where its offer
/// ends by leaving, nothing elsewhere. Whoever makes rows has to say both.
class RowScenario {
 public:
  RowScenario(const Scenario& scenario, std::optional<double> left_prob)
      : scenario_(&scenario), left_prob_(left_prob) {}
  [[nodiscard]] const Scenario& operator*() const { return *scenario_; }
  [[nodiscard]] const Scenario* operator->() const { return scenario_; }
  [[nodiscard]] std::optional<double> left_prob() const { return left_prob_; }

 private:
  const Scenario* scenario_;
  std::optional<double> left_prob_;
};

/// The four cells that name a scenario.
void scenario_cells(CsvRows& row, const Scenario& scenario);
/// The cells of a batch row that end each of its result rows, each with a comma before it.
[[nodiscard]] std::string batch_cells(const Scenario& scenario);

}  // namespace paystress
