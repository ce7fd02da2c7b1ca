#include "model/correlation.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace paystress::correlation_test {
namespace {

TEST_CASE("rank and Gaussian correlation agree at the ends and in the middle", "[unit][correlation]") {
  CHECK(gaussian_from_rank(0) == 0.0);
  CHECK(gaussian_from_rank(1) == Approx(1).epsilon(1e-15));
  CHECK(gaussian_from_rank(-1) == Approx(-1).epsilon(1e-15));
  // The inverse: rank = 6 / pi asin(r / 2).
  CHECK(6 / 3.14159265358979323846 * std::asin(gaussian_from_rank(0.3) / 2) == Approx(0.3).epsilon(1e-14));
}

TEST_CASE("innovations give the states their correlation", "[unit][correlation]") {
  CHECK(innovation_correlation(0.3, 0.5, 0.5) == Approx(0.3).epsilon(1e-15));
  // Stationary covariance of s = phi s + sqrt(1 - phi^2) e: c sqrt((1 - a^2)(1 - b^2)) / (1 - a b).
  const double c = innovation_correlation(0.3, 0.8, 0.0);
  CHECK(c * std::sqrt(1 - 0.64) == Approx(0.3).epsilon(1e-15));
  CHECK(std::abs(innovation_correlation(0.9, 0.95, 0.0)) > 1);
}

TEST_CASE("positive definite matrices of two and three", "[unit][correlation]") {
  CHECK(is_positive_definite({}, 0));
  CHECK(is_positive_definite({1, 0.99, 0.99, 1}, 2));
  CHECK_FALSE(is_positive_definite({1, 1, 1, 1}, 2));
  // Determinant 1 + 2abc - a^2 - b^2 - c^2 with a = b = -c = 0.6: -0.512.
  CHECK_FALSE(is_positive_definite({1, 0.6, 0.6, 0.6, 1, -0.6, 0.6, -0.6, 1}, 3));
  CHECK(is_positive_definite({1, 0.6, 0.6, 0.6, 1, 0.6, 0.6, 0.6, 1}, 3));
}

}  // namespace
}  // namespace paystress::correlation_test
