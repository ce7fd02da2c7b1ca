#pragma once

#include <vector>

namespace paystress {

/// Sorts ascending. Values are dealt into buckets of equal width first, then each bucket is sorted: several
/// times as fast as comparing for columns of paths, and never slower by more than the dealing.
/// \pre no NaN   \test tests/unit/analysis/sort_values_test.cpp
void sort_values(std::vector<double>& values);

}  // namespace paystress
