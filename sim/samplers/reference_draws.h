#pragma once

#include <cstddef>
#include <vector>

#include "model/practice.h"
#include "sim/random/streams.h"

/// The distributions of the definition of the model, with their degenerate cases.
namespace paystress::samplers::reference {

[[nodiscard]] double uniform(random::Stream& bits);
[[nodiscard]] bool happens(double probability, random::Stream& bits);
/// x whole, or one more, so that the mean is x.   \pre 0 < u < 1
[[nodiscard]] long whole(double x, double u);
[[nodiscard]] long poisson(double mean, random::Stream& bits);
[[nodiscard]] long binomial(long n, double p, random::Stream& bits);
/// The sum of n gamma times of the given mean and standard deviation.
[[nodiscard]] double total_minutes(long n, double mean, double sd, random::Stream& bits);
/// The no-show probability of a day: a beta variate of this mean and intra-class correlation.
[[nodiscard]] double beta_rate(double mean, double rho, random::Stream& bits);
/// Shares of the codes: Dirichlet(concentration x shares), or the shares where the concentration is 0.
/// Under another concentration than the path's `own` each gamma variate moves to its new shape at the same
/// probability; where `own` is 0 it is drawn at shape 1.
[[nodiscard]] std::vector<double> dirichlet(const std::vector<VisitCode>& codes, double own,
                                            double concentration, random::Stream bits);
[[nodiscard]] double quality_score(double mean, double concentration, double u);
/// A factor with mean 1 and the given coefficient of variation, at a standard Gaussian.
[[nodiscard]] double lognormal_factor(double cv, double gaussian);
[[nodiscard]] std::size_t draw_code(const std::vector<double>& mix, random::Stream& bits);

}  // namespace paystress::samplers::reference
