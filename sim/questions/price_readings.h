#pragma once

#include <string>

#include "scenarios/read_study.h"
#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// What the vague clauses of a study are worth, every combination priced on the same months.
struct ReadingsReport {
  std::string rows;  ///< of readings.csv; empty when no clause is vague
  std::string text;  ///< for people: the sentences to get in writing, dearest first
};

/// Prices every combination of readings under every scenario whose offer has a vague clause.
/// \pre the study was read: it has no more combinations than are priced, all of them legal (check_readings)
/// \throws Interrupted
[[nodiscard]] ReadingsReport price_readings(const StudyText& text, const engine::RunRequest& request,
                                            const engine::Execution& how);

}  // namespace paystress::questions
