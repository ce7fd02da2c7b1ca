#include "tests/support/visit_law.h"

namespace paystress::test {

VisitValue Fates::of_completed(std::span<const Outcome> outcomes) const {
  double mean = 0;
  double square = 0;
  for (const auto& [probability, value] : outcomes) {
    mean += probability * value;
    square += probability * value * value;
  }
  return other(completed(), mean, square);
}

DaySum sum_over_booked(const SlotDay& day, const VisitValue& visit) {
  const double booked = day.expect([](double demand, double slots) { return std::min(demand, slots); });
  const double pairs = day.expect([](double demand, double slots) {
    const double b = std::min(demand, slots);
    return b * (b - 1);
  });
  return {booked * visit.mean, booked * visit.square + pairs * visit.pair};
}

LawMoments sum_over_worked(std::span<const DaySum> days, double off) {
  const auto n = static_cast<double>(days.size());
  const double low = std::floor(off);
  const double high = off - low;  // probability of one day more
  const auto worked_pairs = [&](double d) { return (n - d) * (n - d - 1) / (n * (n - 1)); };
  const double one = 1 - off / n;
  const double two = (1 - high) * worked_pairs(low) + high * worked_pairs(low + 1);
  double sum = 0;
  double own = 0;
  double squares = 0;
  for (const auto& day : days) {
    sum += day.mean;
    own += day.mean * day.mean;
    squares += day.square;
  }
  const double mean = one * sum;
  return {mean, one * squares + two * (sum * sum - own) - mean * mean};
}

std::vector<int> january_workdays() {
  std::vector<int> days;
  // 1 January 2026 is a Thursday.
  for (int day = 0; day < 31; ++day)
    if ((day + 3) % 7 < 5) days.push_back((day + 3) % 7);
  return days;
}

}  // namespace paystress::test
