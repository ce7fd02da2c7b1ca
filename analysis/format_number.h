#pragma once

#include <string>

namespace paystress {

/// Appends `value` in the shortest decimal form that reads back to the same double; nothing for nan and inf,
/// so that a cell without a meaning is empty.   \test tests/unit/analysis/format_number_test.cpp
void append_number(std::string& out, double value);

}  // namespace paystress
