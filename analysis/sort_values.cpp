#include "analysis/sort_values.h"

#include <hwy/contrib/sort/vqsort.h>

namespace paystress {

void sort_values(std::vector<double>& values) {
  // Of 0 and -0, which are equal, every instruction set might leave another order: there is no -0 after this.
  for (double& v : values) v += 0.0;
  const hwy::Sorter sort;
  sort(values.data(), values.size(), hwy::SortAscending());
}

}  // namespace paystress
