#pragma once

#include <array>
#include <string>
#include <vector>

#include "analysis/fit/demand.h"
#include "analysis/fit/log.h"
#include "model/practice.h"

namespace paystress::fit {

/// Where a number of a fitted practice comes from.
enum class Basis {
  data,         ///< the log and the published figure as prior
  little_data,  ///< likewise, but the prior weighs as much as the log or more
  prior         ///< the log does not tell it: the published figure alone
};
/// One number of a fitted practice.
struct FittedNumber {
  Parameter parameter;
  Quantity law;
  Basis basis = Basis::data;
  double low = 0, high = 0;  ///< 90 % interval
  std::string data;          ///< "231 days", "3,210 coded visits", why the log does not tell it
  std::string method;        ///< "beta-binomial days, lognormal months: posterior by quadrature"
  std::string prior;         ///< ids of the README's sources, or "assumption"
};

/// A practice as a log tells it. `practice` holds the same numbers, for runs that begin after the log;
/// `as_logged` is the practice as the log began, which differs where it was young.
struct FittedPractice {
  Practice practice, as_logged;
  std::vector<FittedNumber> numbers;     ///< in the order of the study's parameters
  std::array<KnownEstimate, 7> weekday;  ///< factors; 1 where not scheduled
  std::array<KnownEstimate, 12> season;
  Basis weekday_basis = Basis::prior, season_basis = Basis::prior;  ///< prior: not told at all
  long coded_visits = 0;
  std::vector<std::string> left_codes;  ///< in no schedule: not in the mix
  std::vector<std::string> warnings;    ///< what the law cannot show, what the log does not tell
};

struct FitOptions {
  std::string name = "clinic";
  double session_hours = 0;              ///< of a day, where no column says; 0: the default of a practice
  std::optional<int> opened;             ///< month_number in which a young practice opened; else it is mature
  std::vector<std::string> known_codes;  ///< of the fee schedule; a code outside is left out of the mix
};
/// Posterior of every number that the log can tell.  \pre log.records is not empty
/// \test tests/unit/analysis/fit/fit_practice_test.cpp
[[nodiscard]] FittedPractice fit_practice(const Log& log, const FitOptions& options);

}  // namespace paystress::fit
