#pragma once

#include <string>
#include <variant>
#include <vector>

namespace paystress {

/// A practice number that is known.
struct Known {
  double value = 0.0;
};

/// Beta on [low, high] with mode `likely` and shape 4 (PERT).   \source Malcolm et al., Oper. Res. 7 (1959)
/// 646
struct Pert {
  double low = 0.0, likely = 0.0, high = 0.0;
};

/// exp(N(log median, sigma^2)), sigma = sqrt(log(1 + cv^2)) or (log p90 - log p10) / (2
/// * 1.2815515655446004).
struct Lognormal {
  double median = 1.0, sigma = 0.0;
};

/// Beta on [0, 1] with the given mean and standard deviation; for probabilities.
struct BetaMeanSd {
  double mean = 0.5, sd = 0.1;
};

/// Gamma on (0, inf) with the given mean and standard deviation; for positive numbers.
struct GammaMeanSd {
  double mean = 1.0, sd = 0.1;
};

/// The empirical distribution of observed values: quantile u is the ceil(u * n)-th smallest.
struct Empirical {
  std::vector<double> sorted;  ///< ascending, not empty
  std::string source;          ///< "file.csv:column", for messages
};

/// A practice number: a value that is known, or a distribution for what is not, drawn once per path.
using Quantity = std::variant<Known, Pert, Lognormal, BetaMeanSd, GammaMeanSd, Empirical>;

[[nodiscard]] inline bool is_known(const Quantity& q) { return std::holds_alternative<Known>(q); }

}  // namespace paystress
