#pragma once

#include <cstddef>
#include <vector>

namespace paystress {

/// Gaussian (Pearson) correlation whose copula has Spearman rank correlation `rank`: 2 sin(pi rank / 6).
/// \source Kruskal, J. Am. Stat. Assoc. 53 (1958) 814
[[nodiscard]] double gaussian_from_rank(double rank);

/// Correlation of the innovations of two AR(1) states that gives the states the correlation `states` in the
/// same month. Beyond +-1 where no such pair exists.   \pre |ar1_a| < 1, |ar1_b| < 1
[[nodiscard]] double innovation_correlation(double states, double ar1_a, double ar1_b);

/// Is a symmetric matrix of n rows (row by row) positive definite? By its Cholesky factor.
/// \pre matrix.size() == n * n   \test tests/unit/model/correlation_test.cpp
[[nodiscard]] bool is_positive_definite(std::vector<double> matrix, std::size_t n);

}  // namespace paystress
