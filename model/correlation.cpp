#include "model/correlation.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace paystress {

double gaussian_from_rank(double rank) { return 2 * std::sin(std::numbers::pi * rank / 6); }

double innovation_correlation(double states, double ar1_a, double ar1_b) {
  return states * (1 - ar1_a * ar1_b) / std::sqrt((1 - ar1_a * ar1_a) * (1 - ar1_b * ar1_b));
}

bool is_positive_definite(std::vector<double> m, std::size_t n) {
  assert(m.size() == n * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double rest = m[i * n + j];
      for (std::size_t k = 0; k < j; ++k) rest -= m[i * n + k] * m[j * n + k];
      if (i == j && !(rest > 0)) return false;
      m[i * n + j] = i == j ? std::sqrt(rest) : rest / m[j * n + j];
    }
  }
  return true;
}

}  // namespace paystress
