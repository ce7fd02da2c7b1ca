#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace paystress::exact {

/// A distribution on the integers first, first + step, ...: probabilities in that order, at least one.
/// \test tests/unit/sim/exact/lattice_law_test.cpp
class LatticeLaw {
 public:
  /// \pre step >= 1, probability not empty   \throws std::invalid_argument otherwise
  LatticeLaw(long first, long step, std::vector<double> probability);

  [[nodiscard]] std::size_t size() const { return probability_.size(); }
  [[nodiscard]] long step() const { return step_; }
  [[nodiscard]] long value(std::size_t i) const { return first_ + static_cast<long>(i) * step_; }
  [[nodiscard]] double probability(std::size_t i) const { return probability_[i]; }

  /// Without the points at both ends whose probability is below `least`.
  [[nodiscard]] LatticeLaw trimmed(double least) const;

  [[nodiscard]] double mean() const;
  [[nodiscard]] double variance() const;
  /// P(X < x), the point x left out.
  [[nodiscard]] double below(double x) const;
  /// Lower inverse: the smallest x of the lattice with P(X <= x) >= level.   \pre 0 < level < 1
  [[nodiscard]] long quantile(double level) const;
  /// Mean of the worst share of outcomes, pro rata at the boundary.   \pre 0 < share <= 1
  [[nodiscard]] double tail_mean(double share) const;

 private:
  long first_, step_;
  std::vector<double> probability_;
};

/// Part of the integer lattice that an FFT holds: `size` points (a power of 2) from `first` on. What lies
/// outside is folded back into it, so it must be negligible.
struct LatticeWindow {
  long first = 0, step = 1;
  std::size_t size = 1;

  /// The window for a sum with these moments: 12 standard deviations and 40 of its largest terms on both
  /// sides, cut to [low, high]. What it folds is below 1e-16.
  static LatticeWindow around(double mean, double variance, double largest, long low, long high, long step);
};

/// The Fourier transform of a law on a window: sums of independent variables are products.
using Spectrum = std::vector<std::complex<double>>;
/// a x b. The standard's product looks for infinities, which costs most of the time and cannot occur here.
[[nodiscard]] inline std::complex<double> times(const std::complex<double>& a,
                                                const std::complex<double>& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
/// Transform of probabilities at values[i].   \pre values are on the lattice through 0 with the window's step
[[nodiscard]] Spectrum spectrum(std::span<const long> values, std::span<const double> probability,
                                const LatticeWindow& window);
/// Back: rounding of about 1e-16 may make a probability negative, which becomes 0.
[[nodiscard]] LatticeLaw law_of(const Spectrum& spectrum, const LatticeWindow& window);

}  // namespace paystress::exact
