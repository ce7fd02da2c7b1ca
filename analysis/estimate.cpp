#include "analysis/estimate.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "analysis/sort_values.h"
#include "model/replicates.h"

namespace paystress {
namespace {

double upper_tail(double ci_level) { return (1.0 - ci_level) / 2.0; }

double t_quantile(double degrees, double ci_level) {
  return boost::math::quantile(
      boost::math::complement(boost::math::students_t(degrees), upper_tail(ci_level)));
}

double z_quantile(double ci_level) {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), upper_tail(ci_level)));
}

/// Value, error and value +- t * error.
Estimate with_t(double value, double std_error, std::size_t n, double ci_level) {
  const double half = t_quantile(static_cast<double>(n) - 1.0, ci_level) * std_error;
  return {value, std_error, value - half, value + half, n, IntervalMethod::t};
}

/// Clopper-Pearson bounds for x of n, x and n possibly not whole.
std::pair<double, double> exact_bounds(double x, double n, double ci_level) {
  const double tail = upper_tail(ci_level);
  using boost::math::beta_distribution;
  const double low = x <= 0.0 ? 0.0 : boost::math::quantile(beta_distribution<>(x, n - x + 1.0), tail);
  const double high =
      x >= n ? 1.0
             : boost::math::quantile(boost::math::complement(beta_distribution<>(x + 1.0, n - x), tail));
  return {low, high};
}

/// Sum of term(first) ... term(last - 1) by halves, in an order that no machine changes.
template <class Term>
double pairwise(std::size_t first, std::size_t last, const Term& term) {
  constexpr std::size_t leaf = 128, lanes = 8;
  if (last - first > leaf) {
    const std::size_t half = first + (last - first) / 2 / lanes * lanes;
    return pairwise(first, half, term) + pairwise(half, last, term);
  }
  // Eight sums of every eighth term, whatever the machine's vectors are.
  double sums[lanes] = {};
  std::size_t i = first;
  for (; i + lanes <= last; i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) sums[l] += term(i + l);
  for (std::size_t l = 0; i < last; ++i, ++l) sums[l] += term(i);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/// Solves T = z for the studentised W of a mean whose values have skewness g1: T = W + a W^2 / 3 + a^2 W^3 /
/// 27
/// + a / 6 with a = g1 / sqrt(n) has none.
double hall_quantile(double z, double g1, double n) {
  const double a = g1 / std::sqrt(n);
  return std::abs(a) < 1e-9 ? z : 3.0 / a * (std::cbrt(1.0 + a * (z - a / 6.0)) - 1.0);
}

/// m2 and m3: mean second and third power of the deviations.
double skewness(double m2, double m3) { return m2 > 0.0 ? m3 / (m2 * std::sqrt(m2)) : 0.0; }

/// Rank of the lower inverse. n p that should be whole may lie a rounding above it.
std::size_t quantile_rank(double n, double level) {
  return static_cast<std::size_t>(std::clamp(std::ceil(n * level * (1.0 - 1e-15)), 1.0, n));
}

}  // namespace

double pairwise_sum(std::span<const double> values) {
  return pairwise(0, values.size(), [&](std::size_t i) { return values[i]; });
}

Sample::Sample(std::vector<double> values) : sorted_(std::move(values)) {
  std::erase_if(sorted_, [](double v) { return std::isnan(v); });
  sort_values(sorted_);
  if (sorted_.empty()) return;
  const std::size_t size = sorted_.size();
  if (sorted_.front() == sorted_.back()) {  // all equal: exactly that, without variance
    mean_ = sorted_.front();
    return;
  }
  const auto n = static_cast<double>(size);
  const double near = pairwise_sum(sorted_) / n;
  // A second pass takes out what rounding left in the mean.
  const double left = pairwise(0, size, [&](std::size_t i) { return sorted_[i] - near; }) / n;
  mean_ = near + left;
  const double squares = pairwise(0, size, [&](std::size_t i) {
    const double d = sorted_[i] - near;
    return d * d;
  });
  variance_ = std::max(0.0, squares - n * left * left) / (n - 1.0);
}

double Sample::fourth_moment() const {
  const double sum = pairwise(0, sorted_.size(), [&](std::size_t i) {
    const double d = sorted_[i] - mean_;
    return d * d * d * d;
  });
  return sum / static_cast<double>(sorted_.size());
}

double Sample::quantile(double level) const {
  return sorted_[quantile_rank(static_cast<double>(sorted_.size()), level) - 1];
}

std::size_t Sample::count_below(double line) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(sorted_, line) - sorted_.begin());
}

std::size_t Sample::count_unlike_median() const {
  const auto [first, last] = std::equal_range(sorted_.begin(), sorted_.end(), quantile(0.5));
  return sorted_.size() - static_cast<std::size_t>(last - first);
}

Estimate mean_estimate(const Sample& sample, double ci_level) {
  const std::size_t n = sample.size();
  if (n == 0) return {{}, {}, {}, {}, 0, IntervalMethod::t};
  if (n == 1) return {sample.mean(), {}, {}, {}, 1, IntervalMethod::t};
  return with_t(sample.mean(), std::sqrt(sample.variance() / static_cast<double>(n)), n, ci_level);
}

Estimate sd_estimate(const Sample& sample, double ci_level) {
  constexpr auto method = IntervalMethod::hall;
  const std::size_t paths = sample.size();
  if (paths < 2) return {{}, {}, {}, {}, paths, method};
  const double sd = std::sqrt(sample.variance());
  if (sd == 0.0) return {0.0, 0.0, 0.0, 0.0, paths, method};
  if (paths < 4) return {sd, {}, {}, {}, paths, method};
  const auto n = static_cast<double>(paths);
  const double s2 = sample.variance();
  const double variance_of_s2 = (sample.fourth_moment() - (n - 3.0) / (n - 1.0) * s2 * s2) / n;
  const double error = std::sqrt(std::max(0.0, variance_of_s2));
  // The squares d^2 whose mean the variance is: their spread and skewness.
  const auto values = sample.sorted();
  const double m2 = s2 * (n - 1.0) / n;
  const auto power = [&](double k) {
    return pairwise(0, paths,
                    [&](std::size_t i) {
                      const double d = values[i] - sample.mean();
                      const double y = d * d - m2;
                      return k == 2.0 ? y * y : y * y * y;
                    }) /
           n;
  };
  const double g1 = skewness(power(2.0), power(3.0)), z = z_quantile(ci_level);
  const double low = s2 - hall_quantile(z, g1, n) * error, high = s2 - hall_quantile(-z, g1, n) * error;
  return {sd, error / (2.0 * sd), std::sqrt(std::max(0.0, low)), std::sqrt(high), paths, method};
}

Estimate skewed_mean_estimate(const Sample& sample, double ci_level) {
  auto e = mean_estimate(sample, ci_level);
  e.method = IntervalMethod::hall;
  const auto values = sample.sorted();
  if (values.size() < 2 || values.front() == values.back()) return e;
  const auto above = values.end() - std::ranges::upper_bound(values, values.front());
  const auto below = std::ranges::lower_bound(values, values.back()) - values.begin();
  if (std::min(above, below) < static_cast<std::ptrdiff_t>(least_unlike_paths)) {
    e.ci_low = e.ci_high = std::nullopt;
    return e;
  }
  const auto n = static_cast<double>(values.size());
  const auto power = [&](int k) {
    return pairwise(0, values.size(),
                    [&](std::size_t i) {
                      const double d = values[i] - sample.mean();
                      return k == 2 ? d * d : d * d * d;
                    }) /
           n;
  };
  const double g1 = skewness(power(2), power(3)), t = t_quantile(n - 1.0, ci_level);
  e.ci_low = *e.value - hall_quantile(t, g1, n) * *e.std_error;
  e.ci_high = *e.value - hall_quantile(-t, g1, n) * *e.std_error;
  return e;
}

QuantileRanks quantile_ranks(std::size_t paths, double level, double ci_level) {
  if (!(level > 0.0 && level < 1.0)) throw std::invalid_argument("quantile_ranks: level outside (0, 1)");
  QuantileRanks ranks;
  if (paths == 0) return ranks;
  const auto n = static_cast<double>(paths);
  ranks.value = quantile_rank(n, level);
  const boost::math::binomial below(n, level);
  const double tail = upper_tail(ci_level);
  // X_(r) > quantile needs fewer than r values at or below it: P(B <= r - 1).
  const double mean = n * level, reach = 4.0 + 10.0 * std::sqrt(mean * (1.0 - level) + 1.0);
  const auto cdf = [&](double r) {
    if (r < 0.0) return 0.0;
    return r >= n ? 1.0 : boost::math::cdf(below, r);
  };
  // Largest low with P(B <= low - 1) <= tail; smallest high with P(B >= high) <= tail. Both by halving.
  const auto largest_true = [](double yes, double no, const auto& holds) {
    while (no - yes > 1.0) {
      const double middle = std::floor((yes + no) / 2.0);
      (holds(middle) ? yes : no) = middle;
    }
    return yes;
  };
  const double low = largest_true(std::max(0.0, std::floor(mean - reach)), std::ceil(mean) + 1.0,
                                  [&](double r) { return r <= 0.0 || cdf(r - 1.0) <= tail; });
  const double high =
      1.0 + largest_true(std::max(0.0, std::floor(mean)) - 1.0, std::min(n + 1.0, std::ceil(mean + reach)),
                         [&](double r) { return r <= 0.0 || 1.0 - cdf(r - 1.0) > tail; });
  ranks.low = static_cast<std::size_t>(low);
  ranks.high = high > n ? 0 : static_cast<std::size_t>(high);
  return ranks;
}

Estimate quantile_estimate(const Sample& sample, const QuantileRanks& ranks) {
  Estimate e{{}, {}, {}, {}, sample.size(), IntervalMethod::order_statistic};
  const auto at = [&](std::size_t rank) -> std::optional<double> {
    if (rank == 0) return std::nullopt;
    return sample.sorted()[rank - 1];
  };
  e.value = at(ranks.value);
  e.ci_low = at(ranks.low);
  e.ci_high = at(ranks.high);
  return e;
}

Estimate quantile_estimate(const Sample& sample, double level, double ci_level) {
  return quantile_estimate(sample, quantile_ranks(sample.size(), level, ci_level));
}

Estimate tail_mean_estimate(const Sample& sample, double share, double ci_level) {
  if (!(share > 0.0 && share <= 1.0)) throw std::invalid_argument("tail_mean: share outside (0, 1]");
  Estimate e{{}, {}, {}, {}, sample.size(), IntervalMethod::tail_t};
  const auto values = sample.sorted();
  if (values.empty()) return e;
  const auto n = static_cast<double>(values.size());
  const double tail_paths = n * share;
  const auto whole = static_cast<std::size_t>(tail_paths);
  const double part = tail_paths - static_cast<double>(whole);
  double sum = pairwise_sum(values.first(whole));
  if (part > 0.0) sum += part * values[whole];
  // Where the tail holds one value, that value and not a rounding of it.
  e.value = values.front() == values[std::min(whole, values.size() - 1)] ? values.front() : sum / tail_paths;
  if (values.size() < 2 || tail_paths < 2.0) return e;

  // With the threshold known, threshold - mean of (threshold - X)+ / share is a plain mean over all paths.
  struct Linear {
    double value, error;
  };
  const auto with_threshold = [&](std::size_t rank) {
    const double threshold = values[rank - 1];
    const auto short_of = [&](std::size_t i) { return threshold - values[i]; };
    const double mean = pairwise(0, rank, short_of) / n;
    const double squares = pairwise(0, rank, [&](std::size_t i) { return short_of(i) * short_of(i); });
    const double variance = std::max(0.0, squares / n - mean * mean) * n / (n - 1.0);
    return Linear{threshold - mean / share, std::sqrt(variance / n) / share};
  };
  const std::size_t threshold_rank = std::min(values.size(), whole + (part > 0.0 ? 1 : 0));
  const Linear at_estimate = with_threshold(threshold_rank);
  e.std_error = at_estimate.error;
  if (tail_paths < least_tail_paths) return e;
  // Most of the tail is one value: what varies is a rare shortfall of it, which is skewed.
  const double threshold = values[threshold_rank - 1];
  const auto below = sample.count_below(threshold);
  if (below > 0 && 2.0 * static_cast<double>(below) < tail_paths) {
    std::vector<double> short_of(values.size(), 0.0);
    for (std::size_t i = 0; i < below; ++i) short_of[i] = threshold - values[i];
    const auto mean = skewed_mean_estimate(Sample(std::move(short_of)), ci_level);
    if (below < least_unlike_paths || !mean.ci_low || !mean.ci_high) return e;
    e.ci_low = threshold - *mean.ci_high / share;
    e.ci_high = threshold - std::max(0.0, *mean.ci_low) / share;
    return e;
  }
  // The threshold is itself estimated: where a cliff leaves a gap beside it, the true one may lie across. The
  // interval spans those with the threshold one standard error of its rank lower and higher.
  const double t = t_quantile(tail_paths - 1.0, ci_level);
  const double reach = std::sqrt(n * share * (1.0 - share));
  const auto rank_at = [&](double rank) { return static_cast<std::size_t>(std::clamp(rank, 1.0, n)); };
  e.ci_low = *e.value - t * at_estimate.error;
  e.ci_high = *e.value + t * at_estimate.error;
  for (const double rank : {std::floor(tail_paths - reach), std::ceil(tail_paths + reach)}) {
    const Linear other = with_threshold(rank_at(rank));
    e.ci_low = std::min(*e.ci_low, other.value - t * other.error);
    e.ci_high = std::max(*e.ci_high, other.value + t * other.error);
  }
  return e;
}

Estimate proportion_estimate(std::size_t hits, std::size_t n, double ci_level) {
  Estimate e{{}, {}, {}, {}, n, IntervalMethod::clopper_pearson};
  if (n == 0) return e;
  if (hits > n) throw std::invalid_argument("proportion: more hits than paths");
  const double p = static_cast<double>(hits) / static_cast<double>(n);
  e.value = p;
  // With no hits or nothing but hits the plain formula gives 0, which is no error; the interval is.
  if (hits != 0 && hits != n) e.std_error = std::sqrt(p * (1.0 - p) / static_cast<double>(n));
  std::tie(e.ci_low, e.ci_high) = exact_bounds(static_cast<double>(hits), static_cast<double>(n), ci_level);
  return e;
}

Estimate shortfall_estimate(const Sample& sample, double line, double ci_level) {
  return proportion_estimate(sample.count_below(line), sample.size(), ci_level);
}

void Moments::add(double x) {
  ++n;
  const double d = x - mean;
  mean += d / static_cast<double>(n);
  m2 += d * (x - mean);
}

void Moments::merge(const Moments& other) {
  if (other.n == 0) return;
  if (n == 0) {
    *this = other;
    return;
  }
  const auto a = static_cast<double>(n), b = static_cast<double>(other.n);
  const double d = other.mean - mean;
  mean += d * (b / (a + b));
  m2 += other.m2 + d * d * (a * b / (a + b));
  n += other.n;
}

Estimate mean_estimate(const Moments& m, double ci_level) {
  if (m.n == 0) return {{}, {}, {}, {}, 0, IntervalMethod::t};
  if (m.n == 1) return {m.mean, {}, {}, {}, 1, IntervalMethod::t};
  const auto n = static_cast<double>(m.n);
  return with_t(m.mean, std::sqrt(m.m2 / (n - 1.0) / n), m.n, ci_level);
}

void RatioMoments::add(double numerator, double denominator) {
  ++n;
  a += numerator;
  b += denominator;
  aa += numerator * numerator;
  ab += numerator * denominator;
  bb += denominator * denominator;
}

void RatioMoments::merge(const RatioMoments& o) {
  n += o.n;
  a += o.a;
  b += o.b;
  aa += o.aa;
  ab += o.ab;
  bb += o.bb;
}

namespace {
double error_of(const RatioMoments& m, double ratio) {
  const auto n = static_cast<double>(m.n);
  const double residual = std::max(0.0, m.aa - 2.0 * ratio * m.ab + ratio * ratio * m.bb);
  return std::sqrt(residual * n / (n - 1.0)) / std::abs(m.b);
}
}  // namespace

Estimate ratio_estimate(const RatioMoments& m, double ci_level) {
  Estimate e{{}, {}, {}, {}, m.n, IntervalMethod::ratio_t};
  if (m.b == 0.0) return e;
  const double ratio = m.a / m.b;
  e.value = ratio;
  if (m.n < 2) return e;
  const double error = error_of(m, ratio);
  auto out = with_t(ratio, error, m.n, ci_level);
  out.method = e.method;
  return out;
}

namespace {
// Share p whose mean over n independent units has this variance: Clopper-Pearson at the number of independent
// trials that has the same variance.
void set_share_bounds(Estimate& e, double p, double variance, double n, double ci_level) {
  e.std_error = std::sqrt(variance);
  const double t = t_quantile(n - 1.0, ci_level), z = z_quantile(ci_level);
  const double effective = p * (1.0 - p) / variance * (z / t) * (z / t);
  std::tie(e.ci_low, e.ci_high) = exact_bounds(p * effective, effective, ci_level);
}
}  // namespace

double variance_of_mean(const Moments& m) {
  const auto n = static_cast<double>(m.n);
  return m.n < 2 ? 0.0 : m.m2 / (n - 1.0) / n;
}

Estimate pooled_share_estimate(const Moments& shares, double ci_level) {
  Estimate e{{}, {}, {}, {}, shares.n, IntervalMethod::korn_graubard};
  if (shares.n == 0) return e;
  const auto n = static_cast<double>(shares.n);
  const double p = std::clamp(shares.mean, 0.0, 1.0);
  e.value = p;
  const double variance = variance_of_mean(shares);
  if (variance <= 0.0 || p <= 0.0 || p >= 1.0) {
    std::tie(e.ci_low, e.ci_high) = exact_bounds(p * n, n, ci_level);
    return e;
  }
  set_share_bounds(e, p, variance, n, ci_level);
  return e;
}

Estimate pooled_share_estimate(const RatioMoments& hits, double ci_level) {
  Estimate e{{}, {}, {}, {}, hits.n, IntervalMethod::korn_graubard};
  if (hits.b == 0.0) return e;
  const auto n = static_cast<double>(hits.n);
  const double p = std::clamp(hits.a / hits.b, 0.0, 1.0);
  e.value = p;
  const double error = hits.n > 1 ? error_of(hits, p) : 0.0;
  if (error <= 0.0 || p <= 0.0 || p >= 1.0) {
    std::tie(e.ci_low, e.ci_high) = exact_bounds(p * n, n, ci_level);
  } else {
    set_share_bounds(e, p, error * error, n, ci_level);
  }
  return e;
}

Estimate share_with_replicates(Estimate plain, const Moments& replicates, double ci_level) {
  Estimate e{plain.value, {}, {}, {}, plain.paths, IntervalMethod::replicates_korn_graubard};
  if (!plain.value || replicates.n < least_replicates) return e;
  const double variance = variance_of_mean(replicates);
  if (variance <= 0.0 || *plain.value <= 0.0 || *plain.value >= 1.0) return plain;
  set_share_bounds(e, *plain.value, variance, static_cast<double>(replicates.n), ci_level);
  return e;
}

Estimate with_replicates(Estimate plain, const Moments& replicates, double ci_level) {
  Estimate e{plain.value, {}, {}, {}, plain.paths, IntervalMethod::replicates_t};
  if (!plain.value || replicates.n < least_replicates) return e;
  const double error = std::sqrt(variance_of_mean(replicates));
  if (!(error > 0.0)) return plain;
  auto out = with_t(*plain.value, error, replicates.n, ci_level);
  out.paths = e.paths;
  out.method = e.method;
  return out;
}

}  // namespace paystress
