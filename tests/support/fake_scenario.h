#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/tables.h"
#include "model/study.h"

namespace paystress::testing {

/// Columns of one scenario filled from functions of path and month (0-based), without sampling or pay rules.
struct FakeScenario {
  Scenario scenario{"continuity/hybrid/base", "continuity", "hybrid", "base", {}};
  PeriodGrid grid;
  std::unique_ptr<PracticeColumns> practice;
  std::unique_ptr<IncomeColumns> income;

  using Value = std::function<double(std::size_t path, std::size_t month)>;
  FakeScenario(
      std::size_t paths, int months, const Value& pay_usd,
      const Value& session_hours = [](std::size_t, std::size_t) { return 160.0; });
  [[nodiscard]] ScenarioResult result() const;
};

/// The cells of a CSV text, row by row; quotes are read as RFC 4180 says.
[[nodiscard]] std::vector<std::vector<std::string>> csv_cells(const std::string& text);

}  // namespace paystress::testing
