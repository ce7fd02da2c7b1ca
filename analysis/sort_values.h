#pragma once

#include <vector>

namespace paystress {

/// Sorts ascending, -0 as 0, in vectors.
/// \pre no NaN   \test tests/unit/analysis/sort_values_test.cpp
/// \source Blacher, Giesen, Kuehne, Fast and robust vectorized in-place sorting, arXiv:2205.05982
void sort_values(std::vector<double>& values);

}  // namespace paystress
