#include "sim/exact/lattice_law.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <unsupported/Eigen/FFT>

namespace paystress::exact {

LatticeLaw::LatticeLaw(long first, long step, std::vector<double> probability)
    : first_(first), step_(step), probability_(std::move(probability)) {
  if (step < 1 || probability_.empty()) throw std::invalid_argument("a lattice law has points and a step");
}

LatticeLaw LatticeLaw::trimmed(double least) const {
  std::size_t first = 0;
  std::size_t last = size() - 1;
  while (first < last && probability_[first] < least) ++first;
  while (last > first && probability_[last] < least) --last;
  const auto at = [&](std::size_t i) { return probability_.begin() + static_cast<std::ptrdiff_t>(i); };
  return {value(first), step_, std::vector<double>(at(first), at(last) + 1)};
}

double LatticeLaw::mean() const {
  double sum = 0;
  for (std::size_t i = 0; i < size(); ++i) sum += static_cast<double>(i) * probability_[i];
  return static_cast<double>(first_) + sum * static_cast<double>(step_);
}

double LatticeLaw::variance() const {
  const double center = mean();
  double sum = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    const double off = static_cast<double>(value(i)) - center;
    sum += off * off * probability_[i];
  }
  return sum;
}

double LatticeLaw::below(double x) const {
  double sum = 0;
  for (std::size_t i = 0; i < size() && static_cast<double>(value(i)) < x; ++i) sum += probability_[i];
  return sum;
}

long LatticeLaw::quantile(double level) const {
  double sum = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    sum += probability_[i];
    if (sum >= level) return value(i);
  }
  return value(size() - 1);
}

double LatticeLaw::tail_mean(double share) const {
  double left = share;
  double sum = 0;
  for (std::size_t i = 0; i < size() && left > 0; ++i) {
    const double taken = std::min(left, probability_[i]);
    sum += taken * static_cast<double>(value(i));
    left -= taken;
  }
  return sum / (share - std::max(0.0, left));
}

LatticeWindow LatticeWindow::around(double mean, double variance, double largest, long low, long high,
                                    long step) {
  const double reach = 12 * std::sqrt(variance) + 40 * largest;
  // Windows start on the lattice through 0.
  const auto on_lattice = [&](double x) {
    return static_cast<long>(std::floor(x / static_cast<double>(step)));
  };
  const long first = std::max(on_lattice(mean - reach), on_lattice(static_cast<double>(low)));
  const long last = std::min(on_lattice(mean + reach) + 1, on_lattice(static_cast<double>(high)) + 1);
  const auto points = static_cast<std::size_t>(std::max(last - first + 1, 2L));
  return {first * step, step, std::bit_ceil(points)};
}

namespace {

std::size_t folded(long value, const LatticeWindow& window) {
  const auto size = static_cast<long>(window.size);
  const long point = (value - window.first) / window.step % size;
  return static_cast<std::size_t>(point < 0 ? point + size : point);
}

}  // namespace

Spectrum spectrum(std::span<const long> values, std::span<const double> probability,
                  const LatticeWindow& window) {
  // Places count from 0, not from the window's first point, so that products need no shift.
  LatticeWindow at_zero = window;
  at_zero.first = 0;
  std::vector<double> folded_probability(window.size, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i)
    folded_probability[folded(values[i], at_zero)] += probability[i];
  Eigen::FFT<double> fft;
  fft.SetFlag(Eigen::FFT<double>::HalfSpectrum);
  Spectrum result;
  fft.fwd(result, folded_probability);
  return result;
}

LatticeLaw law_of(const Spectrum& spectrum, const LatticeWindow& window) {
  Eigen::FFT<double> fft;
  fft.SetFlag(Eigen::FFT<double>::HalfSpectrum);
  std::vector<double> at_zero;
  fft.inv(at_zero, spectrum, static_cast<Eigen::Index>(window.size));
  std::vector<double> probability(window.size);
  LatticeWindow from_zero = window;
  from_zero.first = 0;
  for (std::size_t i = 0; i < window.size; ++i)
    probability[i] =
        std::max(0.0, at_zero[folded(window.first + static_cast<long>(i) * window.step, from_zero)]);
  return {window.first, window.step, std::move(probability)};
}

}  // namespace paystress::exact
