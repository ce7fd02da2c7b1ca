#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/tables.h"
#include "model/contract.h"
#include "model/study.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::exact {

/// Exact means to hold estimates against: for practices whose months have an exact law
/// (sim/exact/exact_practice.h), completed visits of every month and the horizon, and the income of contracts
/// that are linear in columns with an exact law. Nothing for other practices. \test
/// tests/unit/sim/exact/controls_test.cpp
class PracticeControls {
 public:
  PracticeControls(const Practice& practice, const Stress& stress, const Calendar& calendar);
  /// Controls of one contract priced on this practice.
  [[nodiscard]] std::vector<Control> of(const Contract& contract) const;

 private:
  [[nodiscard]] std::optional<double> horizon_mean(const std::string& column) const;
  /// Of what visits are charged over the horizon, dollars.
  [[nodiscard]] double mean_charges(const samplers::PracticePlan& plan) const;
  int months_;
  std::vector<Control> visits_;
  /// Mean over the horizon of each column with an exact law, in its own unit.
  std::vector<std::pair<std::string, double>> means_;
};

}  // namespace paystress::exact
