#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/interval_method.h"

namespace paystress {

/// An estimate from independent paths and its error. Cells that are empty are undefined or not meaningful.
struct Estimate {
  std::optional<double> value, std_error, ci_low, ci_high;
  std::size_t paths = 0;  ///< paths that the value rests on
  IntervalMethod method = IntervalMethod::none;
};

/// Sum in a fixed order by halves: relative error below 1e-14 for any length in use here, same bytes for any
/// SIMD width.
[[nodiscard]] double pairwise_sum(std::span<const double> values);

/// Confidence of an interval where nobody asked for another.
inline constexpr double usual_ci_level = 0.95;
/// Where fewer paths differ from the value that most have, what was not seen may matter more than what was.
inline constexpr std::size_t least_unlike_others = 20;

/// One number per path, sorted once. NaN marks a path on which the number is undefined: it is left out.
class Sample {
 public:
  explicit Sample(std::vector<double> values);

  [[nodiscard]] std::size_t size() const { return sorted_.size(); }
  [[nodiscard]] std::span<const double> sorted() const { return sorted_; }
  [[nodiscard]] double mean() const { return mean_; }          ///< \pre size() >= 1
  [[nodiscard]] double variance() const { return variance_; }  ///< divisor n - 1   \pre size() >= 2
  [[nodiscard]] double fourth_moment() const;                  ///< mean of (x - mean)^4, divisor n
  [[nodiscard]] double quantile(double level) const;           ///< ceil(n p)-th smallest   \pre size() >= 1
  /// How many values lie strictly below `line`.
  [[nodiscard]] std::size_t count_below(double line) const;
  /// How many values differ from the median: few of them where most share one value.   \pre size() >= 1
  [[nodiscard]] std::size_t count_unlike_median() const;

 private:
  std::vector<double> sorted_;
  double mean_ = 0.0, variance_ = 0.0;
};

/// Mean, s / sqrt(n) and the Student t interval. One path: no error.
[[nodiscard]] Estimate mean_estimate(const Sample& sample, double ci_level);
/// Standard deviation (divisor n - 1). Its error is that of any distribution with a fourth moment; the
/// interval is that of the variance, a skewed mean of squares.
/// \source Stuart & Ord, Kendall's Advanced Theory vol. 1, 10.15; Hall 1992, J. R. Stat. Soc. B 54:221
[[nodiscard]] Estimate sd_estimate(const Sample& sample, double ci_level);

/// Mean of numbers that are skewed, rare and large ones among many zeros: the interval of Student t leans the
/// wrong way there. The statistic is transformed so that its skewness is gone. Empty below
/// least_unlike_paths values that differ from the most frequent end.   \source Hall 1992, see sd_estimate
[[nodiscard]] Estimate skewed_mean_estimate(const Sample& sample, double ci_level);
inline constexpr std::size_t least_unlike_paths = 5;

/// Ranks (1-based) of the order statistics that enclose the level-p quantile with at least the stated
/// confidence, each side missing with at most (1 - ci_level) / 2; 0 where no rank does.
/// 10,000 paths, 5 %: 458 and 544.   \source David & Nagaraja, Order Statistics, 7.1
struct QuantileRanks {
  std::size_t value = 0, low = 0, high = 0;
};
[[nodiscard]] QuantileRanks quantile_ranks(std::size_t paths, double level, double ci_level);
/// Lower inverse of the sample distribution, ceil(n p)-th smallest, with the exact order-statistic interval.
[[nodiscard]] Estimate quantile_estimate(const Sample& sample, double level, double ci_level);
/// The same with ranks made once for many samples of one size.
[[nodiscard]] Estimate quantile_estimate(const Sample& sample, const QuantileRanks& ranks);

/// Mean of the lowest share of paths, the boundary path counted pro rata: {4, 10, 10, 20}, 0.5 -> 7.
/// The error holds the threshold's own; the interval is empty below 250 tail paths, and where most of the
/// tail is one value and fewer than least_unlike_paths lie below it. \source Acerbi & Tasche 2002; Brazauskas
/// et al. 2008 (influence function of the tail mean)
[[nodiscard]] Estimate tail_mean_estimate(const Sample& sample, double share, double ci_level);
inline constexpr double least_tail_paths = 250.0;

/// hits / n with the Clopper-Pearson interval. 0 of n: upper bound near 3.7 / n at 95 %.
[[nodiscard]] Estimate proportion_estimate(std::size_t hits, std::size_t n, double ci_level);
/// P(X < line) over the defined paths.
[[nodiscard]] Estimate shortfall_estimate(const Sample& sample, double line, double ci_level);

/// Mean and second moment about it of what is added, joined in order.
/// \source Chan, Golub & LeVeque 1983
struct Moments {
  std::size_t n = 0;
  double mean = 0.0, m2 = 0.0;
  void add(double x);
  void merge(const Moments& other);
};
[[nodiscard]] Estimate mean_estimate(const Moments& moments, double ci_level);

/// Per path a numerator and a denominator: the ratio of their sums and its error across paths.
struct RatioMoments {
  std::size_t n = 0;
  double a = 0.0, b = 0.0, aa = 0.0, ab = 0.0, bb = 0.0;
  void add(double numerator, double denominator);
  void merge(const RatioMoments& other);
};
/// \source Cochran, Sampling Techniques, 6.4
[[nodiscard]] Estimate ratio_estimate(const RatioMoments& moments, double ci_level);

/// A share pooled over the periods of each path: mean of the paths' shares with its error across paths. The
/// interval is Clopper-Pearson at the effective number of independent periods; with no variation between
/// paths it is that of the paths.   \source Korn & Graubard 1998, Survey Methodology 24:193
[[nodiscard]] Estimate pooled_share_estimate(const Moments& shares, double ci_level);
/// The same where paths have different numbers of periods: hits of all by periods of all.
[[nodiscard]] Estimate pooled_share_estimate(const RatioMoments& hits, double ci_level);

/// `plain` with the error that the spread of independent replicates shows: Student t about its value. Empty
/// below least_replicates; where no replicate varies (no hits anywhere) it keeps its plain interval, which is
/// then too wide, not too narrow.   \source Owen 1992; Asmussen & Glynn 2007, Stochastic Simulation, III.5
[[nodiscard]] Estimate with_replicates(Estimate plain, const Moments& replicates, double ci_level);
/// The same of a probability or a share: Clopper-Pearson at the number of independent paths with that spread.
[[nodiscard]] Estimate share_with_replicates(Estimate plain, const Moments& replicates, double ci_level);
/// Variance of the mean of independent values.
[[nodiscard]] double variance_of_mean(const Moments& moments);

}  // namespace paystress
