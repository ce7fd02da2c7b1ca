#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "model/practice.h"
#include "tests/support/ledger_stats.h"

// Closed forms and enumerations of the model's law, written from sim/LAW.md and apart from the samplers.
namespace paystress::test {

/// A worked day: demand ~ Poisson(mean_demand), slots = floor(mean_slots) or one more, with that mean.
struct SlotDay {
  double mean_demand = 0.0, mean_slots = 0.0;

  /// E f(demand, slots) by enumeration; the tail left out has a probability below 1e-16.
  template <class F>
  [[nodiscard]] double expect(F f) const {
    const double low = std::floor(mean_slots);
    const double last = mean_demand + 12 * std::sqrt(mean_demand) + 40;
    double sum = 0;
    double p = std::exp(-mean_demand);
    for (double n = 0; n <= last; p *= mean_demand / (n + 1), ++n)
      sum += p * ((1 - (mean_slots - low)) * f(n, low) + (mean_slots - low) * f(n, low + 1));
    return sum;
  }
};

/// What a booked visit adds to a column: E v, E v^2, and E v w for two visits of one day, which share the
/// day's no-show rate.
struct VisitValue {
  double mean = 0.0, square = 0.0, pair = 0.0;
};

/// Fates of booked visits of one day: probabilities and the intra-class correlation of no-shows.
struct Fates {
  double no_show = 0.0, late_cancel = 0.0, lost = 0.0, rho = 0.0;

  [[nodiscard]] double completed() const { return 1 - no_show - late_cancel - lost; }
  [[nodiscard]] VisitValue no_shows() const {
    return {no_show, no_show, no_show * no_show + no_show * (1 - no_show) * rho};
  }
  /// A value that visits of a fate other than no-show have: probability of the fate, and the value's moments.
  [[nodiscard]] VisitValue other(double probability, double mean = 1, double square = 1) const {
    const double together = 1 + rho * no_show / (1 - no_show);  // E (1 - q)^2 / (1 - p)^2
    return {probability * mean, probability * square, probability * probability * mean * mean * together};
  }
  /// A value of completed visits with the given probabilities.
  struct Outcome {
    double probability, value;
  };
  [[nodiscard]] VisitValue of_completed(std::span<const Outcome> outcomes) const;
};

/// First two moments of what a worked day adds to a column.
struct DaySum {
  double mean = 0.0, square = 0.0;
};
[[nodiscard]] DaySum sum_over_booked(const SlotDay& day, const VisitValue& visit);

/// A month of `days.size()` scheduled workdays of one study year that is this month: floor(off + u) of them,
/// uniformly chosen, are not worked; the days are independent otherwise.
[[nodiscard]] LawMoments sum_over_worked(std::span<const DaySum> days, double off);

/// Weekdays (0 = Monday) of January 2026 that are scheduled Monday to Friday.
[[nodiscard]] std::vector<int> january_workdays();

}  // namespace paystress::test
