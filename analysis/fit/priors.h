#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/practice.h"

namespace paystress::fit {

/// What is held of a number before a log is seen: the law between practices, not within one.
struct Prior {
  Parameter parameter;
  Quantity law;             ///< Lognormal, BetaMeanSd or GammaMeanSd
  std::string_view source;  ///< ids of the README's sources, or "assumption"
};
/// Every number that `fit` may tell; the law of those that have none here is not touched.
[[nodiscard]] const Prior& prior_of(Parameter p);
[[nodiscard]] std::span<const Prior> priors();

/// Of the logarithm of a Lognormal.  \pre the prior of p is one
struct LogNormalPrior {
  double mean, sd;
};
[[nodiscard]] LogNormalPrior log_prior(Parameter p);
/// Shapes of a BetaMeanSd.  \pre the prior of p is one
struct BetaShapes {
  double a, b;
};
[[nodiscard]] BetaShapes beta_prior(Parameter p);

/// Autocorrelations are known numbers in a study; here atanh of them is Gaussian.
struct GaussianPrior {
  double mean, sd;
};
inline constexpr GaussianPrior daily_ar1_prior{0.6931, 0.4};    ///< 0.6 (V8), 80 % 0.18 to 0.84
inline constexpr GaussianPrior monthly_ar1_prior{1.0986, 0.5};  ///< 0.8 (V8), 80 % 0.43 to 0.94
/// A young practice: the logit of the share of 0.95 at which it opens, 80 % 0.25 to 0.70 (P2), and the
/// logarithm of the months to 95 %, 80 % 12 to 30 (P1: 18 to 24, widened).
inline constexpr GaussianPrior ramp_start_prior{0.0, 0.8}, ramp_months_prior{2.943, 0.358};
/// Standard deviations of the logarithms of a weekday's and a calendar month's factor.
inline constexpr double weekday_sd = 0.12;  ///< V6, clinic bookings: 0.90 to 1.13 over the week
inline constexpr double season_sd = 0.05;   ///< V7, V8: peak month 1.02 to 1.16 of the mean

/// Days off fall one by one in a third of the practices, else in spells of two days to eight, each length as
/// likely as another (assumption).
inline constexpr long longest_spell = 8;
inline constexpr double one_by_one = 1.0 / 3, in_spells = (1 - one_by_one) / (longest_spell - 1);

/// Pseudo-visits of the published mix; codes beyond it start with one visit each.
struct MixPrior {
  std::vector<std::pair<std::string, double>> visits;
};
inline constexpr double mix_concentration = 200;  ///< assumption: moves the level-4 share by 3.5 points
[[nodiscard]] MixPrior mix_prior(std::span<const std::string> codes_seen);

/// The 5 % and 95 % points of a law; both the value itself where it is known.
struct Interval {
  double low, high;
};
[[nodiscard]] Interval interval90(const Quantity& q);
[[nodiscard]] double mean_of(const Quantity& q);
[[nodiscard]] double quantile_of(const Quantity& q, double u);

}  // namespace paystress::fit
