#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/ledger.h"
#include "sim/samplers/sampler.h"

namespace paystress::test {

/// The samplers that a test of the law runs on: every one that exists.
[[nodiscard]] std::vector<samplers::SamplerKind> sampler_kinds();
[[nodiscard]] std::string name_of(samplers::SamplerKind kind);

/// What is sampled: `practice` under `stress` from January 2026.
struct Case {
  Practice practice;
  Stress stress{"base", {}};
  int months = 1;
  std::size_t paths = 20'000;
  TraitSampling traits = TraitSampling::independent;
  std::uint64_t seed = 20260107;
  std::vector<std::chrono::year_month_day> holidays;

  [[nodiscard]] Calendar calendar() const { return {std::chrono::year(2026) / 1 / 1, months, holidays}; }
};

/// Every month and column of the paths of a case, in the ledger's stored units.
class LedgerSample {
 public:
  LedgerSample(samplers::SamplerKind kind, const Case& sampled);

  [[nodiscard]] std::size_t paths() const { return paths_; }
  [[nodiscard]] std::size_t months() const { return months_; }
  [[nodiscard]] const LedgerLayout& layout() const { return layout_; }
  /// One value a path.   \pre month counts from 1   \throws std::invalid_argument on an unknown column
  [[nodiscard]] std::span<const double> of(int month, std::string_view column) const;
  /// Whether all months and columns are the same to the byte.
  friend bool operator==(const LedgerSample& a, const LedgerSample& b);

 private:
  std::size_t paths_, months_;
  LedgerLayout layout_ = LedgerLayout::sampled({}, 0);
  std::vector<double> values_;  // [month][column][path]
};

/// Mean and variance that a column should have.
struct LawMoments {
  double mean = 0.0, variance = 0.0;
};

/// Checks of a sample against its law, each as a deviation in standard errors. The checks of one object share
/// one budget of false alarms: `limit()` is the two-sided Gaussian quantile at which the largest of all
/// deviations is exceeded by chance once in 10,000 seeds (Sidak). The seeds are fixed, so that a failure is a
/// change and not bad luck.
class Deviations {
 public:
  static constexpr double false_alarms = 1e-4;

  /// Sample mean against the law's, in the law's standard error.
  void mean(const std::string& what, std::span<const double> x, const LawMoments& law);
  /// Mean against the law's where the variance is not known: in the sample's standard error.
  void mean(const std::string& what, std::span<const double> x, double expected);
  /// Mean square about the law's mean; standard error from the sample's fourth moment.
  void variance(const std::string& what, std::span<const double> x, const LawMoments& law);
  void moments(const std::string& what, std::span<const double> x, const LawMoments& law);
  /// Mean product about the laws' means.
  void covariance(const std::string& what, std::span<const double> x, double mean_x,
                  std::span<const double> y, double mean_y, double expected);

  /// Means and variances of two independent samples of one law.
  void same_moments(const std::string& what, std::span<const double> x, std::span<const double> y);

  [[nodiscard]] double worst() const;
  [[nodiscard]] double limit() const;
  [[nodiscard]] bool pass() const { return worst() <= limit(); }
  /// The checks beyond the limit, or the nearest to it, by name.
  [[nodiscard]] std::string report() const;

 private:
  void add(const std::string& what, double estimate, double expected, double std_error);

  struct Deviation {
    std::string what;
    double estimate, expected, z;
  };
  std::vector<Deviation> all_;
};

/// Spearman's rank correlation of two columns without ties.
[[nodiscard]] double spearman(std::span<const double> x, std::span<const double> y);

}  // namespace paystress::test
