#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/exact/lattice_law.h"
#include "sim/samplers/practice_plan.h"

namespace paystress::exact {

/// Why the months of a practice have no exact law here: path traits, monthly states, memory from day to day,
/// random events, an uncertain code mix, days off that change within a year. Empty where they have one.
[[nodiscard]] std::vector<std::string> why_not_exact(const samplers::PracticePlan& plan);

/// Ledger columns whose months have an exact law: counts of booked visits by fate or code, wRVU, collections.
/// credited_wrvu only where corrections fall into the month worked.
[[nodiscard]] std::vector<std::string> exact_columns(const samplers::PracticePlan& plan);

/// The law of one ledger column (in stored units), month by month, by convolution of its days.
///
/// Given the number of days off in a month the months are independent. A daily shock without memory is
/// integrated by the trapezoid rule in its Gaussian (step 1/4, error below 1e-12); convolutions by FFT, of
/// probabilities with an error of about 1e-15.
/// \source sim/LAW.md
/// \test   tests/unit/sim/exact/exact_practice_test.cpp, tests/statistical/exact_test.cpp
class ExactMonths {
 public:
  /// \pre why_not_exact(plan) is empty and column is one of exact_columns(plan)
  /// \throws std::invalid_argument otherwise
  ExactMonths(const samplers::PracticePlan& plan, std::string_view column);

  /// Days off in a month that have a probability above 1e-18, with it.
  struct DaysOff {
    int days = 0;
    double probability = 0.0;
  };
  struct Month {
    std::vector<DaysOff> days_off;
    std::vector<LatticeLaw> given;  ///< law of the column, for each of days_off
    int workdays = 0;               ///< scheduled, less none: what is worked is workdays - days off
    bool closed = false;            ///< slots stressed to 0: nothing is worked
  };
  [[nodiscard]] const std::vector<Month>& months() const { return months_; }
  /// Law of a month whatever its days off.   \pre 1 <= m <= months
  [[nodiscard]] LatticeLaw month(int m) const;

 private:
  std::vector<Month> months_;
};

/// P(k of `drawn` are marked), where `marked` of `all` are.
[[nodiscard]] double hypergeometric(int k, int drawn, int marked, int all);

}  // namespace paystress::exact
