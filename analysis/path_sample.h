#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/estimate.h"
#include "model/statistic.h"

namespace paystress {

/// How the paths of a column depend on each other.
enum class PathDesign {
  independent,
  replicates  ///< replicates of 1,024 consecutive paths are independent, paths within one are not
};
/// Paths of a replicate beyond a quantile, below which replicates do not show its standard error.
inline constexpr double least_beyond_in_replicate = 5.0;

/// Paths below a tail that is else one value, below which replicates do not show the error of its mean.
inline constexpr double least_below_atom = 100.0;

/// The ranks of some quantiles of samples of one size, made once for many samples.
class RankTable {
 public:
  RankTable(std::size_t paths, std::span<const double> levels, double ci_level);
  /// Those of this size and level, or newly made.
  [[nodiscard]] QuantileRanks find(std::size_t paths, double level) const;

 private:
  std::size_t paths_;
  double ci_level_;
  std::vector<double> levels_;
  std::vector<QuantileRanks> ranks_;
};

/// A column in path order, ready for estimates: the one place that knows how its paths were drawn. Where
/// they are in replicates every error comes from the spread of the whole ones.
/// \test tests/unit/analysis/estimate_test.cpp, tests/statistical/replicate_errors_test.cpp
class PathSample {
 public:
  PathSample(std::vector<double> values, PathDesign design);

  [[nodiscard]] const Sample& all() const { return all_; }
  /// Any statistic of tables, targets and questions; `ranks` may hold those of its quantile.
  [[nodiscard]] Estimate estimate(const Statistic& statistic, double ci_level,
                                  const RankTable* ranks = nullptr) const;
  [[nodiscard]] Estimate mean(double ci_level) const { return estimate({StatisticKind::mean}, ci_level); }
  [[nodiscard]] Estimate quantile(double level, double ci_level) const {
    return estimate({StatisticKind::quantile, level}, ci_level);
  }
  [[nodiscard]] Estimate below(double line, double ci_level) const {  ///< P(X < line)
    return estimate({StatisticKind::shortfall_prob, line}, ci_level);
  }
  [[nodiscard]] Estimate at_least(double line, double ci_level) const;            ///< P(X >= line)
  [[nodiscard]] Estimate above(double line, double ci_level) const;               ///< P(X > line)
  [[nodiscard]] Estimate at_most(double line, double ci_level) const;             ///< P(X <= line)
  [[nodiscard]] Estimate between(double from, double to, double ci_level) const;  ///< P(from <= X < to)
  /// Mean of losses: never negative, most of them often 0.
  [[nodiscard]] Estimate skewed_mean(double ci_level) const;
  /// Of a column of shares, pooled over the periods of each path.
  [[nodiscard]] Estimate pooled_share(double ci_level) const;

 private:
  template <class OfReplicate>
  [[nodiscard]] Moments over_replicates(const OfReplicate& statistic) const;
  template <class OfReplicate>
  [[nodiscard]] Estimate sectioned(Estimate plain, double ci_level, const OfReplicate& statistic) const;
  template <class OfReplicate>
  [[nodiscard]] Estimate sectioned_share(Estimate plain, double ci_level, const OfReplicate& statistic) const;
  template <class OfReplicate>
  [[nodiscard]] Estimate skewed(const Estimate& plain, double ci_level, const OfReplicate& statistic) const;
  [[nodiscard]] Estimate quantile(double level, const QuantileRanks& ranks, double ci_level) const;
  [[nodiscard]] Estimate tail_mean(double share, double ci_level) const;
  Sample all_;
  PathDesign design_;
  std::vector<Sample> replicates_;
};

}  // namespace paystress
