#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "analysis/fit/log.h"
#include "model/practice.h"

namespace paystress::fit {

/// Numbers of one course of a practice, each drawn from its law.
struct DrawnPractice {
  std::array<double, parameter_count> numbers{};
  std::array<bool, 7> works{};
  std::array<double, 7> weekday{};
  std::array<double, 12> season{};
  std::vector<std::pair<std::string, double>> mix;  ///< code, share

  [[nodiscard]] double operator[](Parameter p) const { return numbers[static_cast<std::size_t>(p)]; }
  double& operator[](Parameter p) { return numbers[static_cast<std::size_t>(p)]; }
};
/// Draws the numbers of `practice` with their rank correlations; the same seed gives the same.
/// \pre correlations are of numbers, not of states
[[nodiscard]] DrawnPractice draw_practice(const Practice& practice, std::uint64_t seed);

/// The log that a practice would keep: the days of the law of the samplers (demand, slots, days off, fates,
/// codes, minutes, items; no events, stresses), a record a day worked.
/// \pre first is the first day of a month  \test tests/statistical/simulated_days_test.cpp
[[nodiscard]] Log simulate_days(const DrawnPractice& practice, std::chrono::sys_days first, int months,
                                std::uint64_t seed);

}  // namespace paystress::fit
