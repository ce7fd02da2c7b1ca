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

/// At most this many combinations of an offer's readings are priced.
inline constexpr std::size_t most_combinations = 256;

/// Prices every combination of readings under every scenario whose offer has a vague clause.
/// \throws InputError when there are too many combinations or one of them is no legal contract; Interrupted
[[nodiscard]] ReadingsReport price_readings(const StudyText& text, const engine::RunRequest& request,
                                            const engine::Execution& how);

}  // namespace paystress::questions
