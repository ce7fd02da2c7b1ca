#pragma once

#include "scenarios/fault.h"
#include "scenarios/read_study.h"

namespace paystress {

/// Faults of the contracts that the other readings of vague clauses make, every combination on every practice
/// that it is priced on, so that nothing of them shows only after a run. `text` is read without faults. \test
/// tests/unit/scenarios/readings_test.cpp
void check_readings(const StudyText& text, Faults& faults);

}  // namespace paystress
