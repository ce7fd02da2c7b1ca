#include "sim/exact/lattice_law.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

namespace lattice_law_test {

using namespace paystress;

TEST_CASE("a lattice law knows its moments, quantiles and tail", "[exact]") {
  // The textbook sample {4, 10, 10, 20} as a law: the mean of its worse half is 7.
  const exact::LatticeLaw law(4, 2, {0.25, 0, 0, 0.5, 0, 0, 0, 0, 0.25});
  CHECK(law.mean() == 11);
  CHECK(law.variance() == 33);
  CHECK(law.below(10) == 0.25);
  CHECK(law.below(10.5) == 0.75);
  CHECK(law.quantile(0.25) == 4);
  CHECK(law.quantile(0.2500001) == 10);
  CHECK(law.quantile(0.99) == 20);
  CHECK(law.tail_mean(0.5) == 7);
  CHECK(law.tail_mean(0.1) == 4);
  CHECK(law.tail_mean(1.0) == 11);
  CHECK_THROWS_AS(exact::LatticeLaw(0, 0, {1.0}), std::invalid_argument);
  CHECK_THROWS_AS(exact::LatticeLaw(0, 1, {}), std::invalid_argument);
}

TEST_CASE("products of spectra are sums of variables", "[exact]") {
  // 30 throws of a coin worth 0 or 3: binomial, on a window that starts beyond 0.
  const std::vector<long> values{0, 3};
  const std::vector<double> probability{0.3, 0.7};
  const exact::LatticeWindow window = exact::LatticeWindow::around(30 * 2.1, 30 * 9 * 0.21, 1, 0, 90, 3);
  CHECK(window.step == 3);
  const exact::Spectrum one = exact::spectrum(values, probability, window);
  exact::Spectrum sum(one.size(), 1.0);
  for (int throws = 0; throws < 30; ++throws)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] *= one[i];
  const exact::LatticeLaw law = exact::law_of(sum, window);
  double mass = 0;
  double choose = std::pow(0.3, 30);
  for (int k = 0; k <= 30; choose *= (30 - k) / (k + 1.0) * 0.7 / 0.3, ++k)
    for (std::size_t i = 0; i < law.size(); ++i)
      if (law.value(i) == 3 * k) {
        CHECK(law.probability(i) == Approx(choose).margin(1e-15));
        mass += law.probability(i);
      }
  CHECK(mass == Approx(1).epsilon(1e-13));
}

TEST_CASE("a window shifted from 0 keeps its values", "[exact]") {
  const std::vector<long> value{1000};
  const std::vector<double> certain{1.0};
  const exact::LatticeWindow window{988, 4, 8};
  const exact::LatticeLaw law = exact::law_of(exact::spectrum(value, certain, window), window);
  CHECK(law.mean() == Approx(1000).epsilon(1e-14));
  CHECK(law.value(0) == 988);
}

}  // namespace lattice_law_test
