#include "tests/support/ledger_stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <stdexcept>

#include "sim/random/trait_quantile.h"

namespace paystress::test {

std::vector<samplers::SamplerKind> sampler_kinds() {
  return {samplers::SamplerKind::reference, samplers::SamplerKind::fast};
}

std::string name_of(samplers::SamplerKind kind) {
  return kind == samplers::SamplerKind::reference ? "reference" : "fast";
}

LedgerSample::LedgerSample(samplers::SamplerKind kind, const Case& sampled)
    : paths_(sampled.paths), months_(static_cast<std::size_t>(sampled.months)) {
  const auto sampler = samplers::make_sampler(
      kind, {&sampled.practice, &sampled.stress, sampled.calendar(), sampled.seed, sampled.traits});
  layout_ = sampler->layout();
  values_.resize(months_ * layout_.size() * paths_);
  for (std::size_t first = 0; first < paths_; first += samplers::block_paths) {
    LedgerBlock block(months_, layout_.size(), std::min(samplers::block_paths, paths_ - first));
    sampler->sample(first, block);
    for (std::size_t m = 0; m < months_; ++m)
      for (std::size_t c = 0; c < layout_.size(); ++c)
        std::copy_n(block.at(m, c), block.paths(), &values_[(m * layout_.size() + c) * paths_ + first]);
  }
}

std::span<const double> LedgerSample::of(int month, std::string_view column) const {
  const auto c = layout_.find(column);
  if (!c || month < 1 || static_cast<std::size_t>(month) > months_)
    throw std::invalid_argument(fmt::format("no column {} in month {}", column, month));
  return {&values_[(static_cast<std::size_t>(month - 1) * layout_.size() + *c) * paths_], paths_};
}

bool operator==(const LedgerSample& a, const LedgerSample& b) {
  return a.values_.size() == b.values_.size() &&
         std::memcmp(a.values_.data(), b.values_.data(), a.values_.size() * sizeof(double)) == 0;
}

void Deviations::add(const std::string& what, double estimate, double expected, double std_error) {
  const double off = std::abs(estimate - expected);
  // A quantity without spread must be right to the rounding of its sums.
  const bool exact = off <= 1e-9 * std::max(1.0, std::abs(expected));
  all_.push_back({what, estimate, expected, exact ? 0.0 : off / std_error});
}

void Deviations::mean(const std::string& what, std::span<const double> x, const LawMoments& law) {
  const auto n = static_cast<double>(x.size());
  add(what + " mean", std::reduce(x.begin(), x.end()) / n, law.mean, std::sqrt(law.variance / n));
}

void Deviations::mean(const std::string& what, std::span<const double> x, double expected) {
  const auto n = static_cast<double>(x.size());
  const double mean = std::reduce(x.begin(), x.end()) / n;
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  add(what + " mean", mean, expected, std::sqrt(squares / (n - 1) / n));
}

void Deviations::variance(const std::string& what, std::span<const double> x, const LawMoments& law) {
  covariance(what + " variance", x, law.mean, x, law.mean, law.variance);
}

void Deviations::moments(const std::string& what, std::span<const double> x, const LawMoments& law) {
  mean(what, x, law);
  variance(what, x, law);
}

void Deviations::covariance(const std::string& what, std::span<const double> x, double mean_x,
                            std::span<const double> y, double mean_y, double expected) {
  const auto n = static_cast<double>(x.size());
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double product = (x[i] - mean_x) * (y[i] - mean_y);
    sum += product;
    squares += product * product;
  }
  const double mean = sum / n;
  add(what, mean, expected, std::sqrt((squares / n - mean * mean) / n));
}

void Deviations::same_moments(const std::string& what, std::span<const double> x, std::span<const double> y) {
  // Mean and variance of a sample, each with the variance of its error.
  struct Estimates {
    double mean, mean_error, variance, variance_error;
  };
  const auto estimate = [](std::span<const double> v) {
    const auto n = static_cast<double>(v.size());
    const double mean = std::reduce(v.begin(), v.end()) / n;
    double second = 0;
    double fourth = 0;
    for (const double e : v) {
      const double square = (e - mean) * (e - mean);
      second += square / n;
      fourth += square * square / n;
    }
    return Estimates{mean, second / n, second, (fourth - second * second) / n};
  };
  const auto a = estimate(x);
  const auto b = estimate(y);
  add(what + " mean", a.mean, b.mean, std::sqrt(a.mean_error + b.mean_error));
  add(what + " variance", a.variance, b.variance, std::sqrt(a.variance_error + b.variance_error));
}

double Deviations::worst() const {
  double worst = 0;
  for (const auto& d : all_) worst = std::isnan(d.z) ? d.z : std::max(worst, d.z);
  return worst;
}

double Deviations::limit() const {
  // The chance that one check stays inside is (1 - false_alarms)^(1/k); log1p and expm1 keep its digits.
  const double one = -std::expm1(std::log1p(-false_alarms) / static_cast<double>(all_.size()));
  return -random::gaussian_quantile(one / 2);
}

std::string Deviations::report() const {
  auto ordered = all_;
  std::ranges::sort(ordered, std::greater{}, &Deviation::z);
  std::string text = fmt::format("{} checks, limit {:.2f}\n", all_.size(), limit());
  for (std::size_t i = 0; i < ordered.size() && (i < 3 || ordered[i].z > limit()); ++i)
    text += fmt::format("{}: {} instead of {}, {:.2f} standard errors\n", ordered[i].what,
                        ordered[i].estimate, ordered[i].expected, ordered[i].z);
  return text;
}

double spearman(std::span<const double> x, std::span<const double> y) {
  const auto ranks = [](std::span<const double> v) {
    std::vector<std::size_t> order(v.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return v[i]; });
    std::vector<double> rank(v.size());
    for (std::size_t r = 0; r < order.size(); ++r) rank[order[r]] = static_cast<double>(r);
    return rank;
  };
  const auto rx = ranks(x);
  const auto ry = ranks(y);
  const auto n = static_cast<double>(x.size());
  double d2 = 0;
  for (std::size_t i = 0; i < rx.size(); ++i) d2 += (rx[i] - ry[i]) * (rx[i] - ry[i]);
  return 1 - 6 * d2 / (n * (n * n - 1));
}

}  // namespace paystress::test
