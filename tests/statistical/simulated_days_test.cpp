// The days that `fit` compares a log with follow the law of the samplers: their monthly sums against the
// ledgers of the reference sampler.

#include <catch2/catch.hpp>
#include <map>

#include "analysis/fit/simulate_days.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/simple_practice.h"

namespace paystress::test::simulated_days_test {
namespace {

using enum Parameter;

/// Sums of a month, a value a log.
std::map<std::string, std::vector<double>> sums_of(const Practice& practice, int month, std::size_t logs) {
  using fit::Count;
  const std::map<std::string, Count> columns{
      {"booked_visits", Count::booked},     {"completed_visits", Count::completed},
      {"no_shows", Count::no_shows},        {"late_cancels", Count::late_cancels},
      {"tech_failures", Count::lost_calls}, {"slots", Count::slots}};
  std::map<std::string, std::vector<double>> sums;
  const std::chrono::sys_days first(std::chrono::year(2026) / 1 / 1);
  const int number = fit::month_number(first) + month - 1;
  for (std::uint64_t i = 0; i < logs; ++i) {
    const auto log = fit::simulate_days(fit::draw_practice(practice, 2 * i), first, month, 2 * i + 1);
    std::map<std::string, double> sum;
    for (const auto& r : log.records) {
      if (fit::month_number(r.date) != number) continue;
      for (const auto& [name, count] : columns) sum[name] += static_cast<double>(*r[count]);
      sum["workdays"] += 1;
    }
    for (const auto& [name, count] : columns) sums[name].push_back(sum[name]);
    sums["workdays"].push_back(sum["workdays"]);
  }
  return sums;
}

Deviations compare(const Practice& sampled, const Practice& simulated) {
  Deviations d;
  constexpr int month = 3;
  Case reference;
  reference.practice = sampled;
  reference.months = month;
  reference.paths = 4000;
  const LedgerSample ledgers(samplers::SamplerKind::reference, reference);
  for (const auto& [name, values] : sums_of(simulated, month, 4000))
    d.same_moments(name, ledgers.of(month, name), values);
  return d;
}

}  // namespace

// Seven columns, mean and variance, of 4,000 paths each: a false alarm once in 10,000 seeds. A no-show rate
// that is 5 % off moves the mean of a month's no-shows (sd about 6) by 1.2, nine standard errors.
TEST_CASE("simulated days have the monthly law of the samplers", "[statistical][fit]") {
  auto practice = simple_practice();
  practice[demand_monthly_cv] = Known{0.1};
  practice[demand_daily_ar1] = Known{0.5};
  practice[no_show_monthly_cv] = Known{0.2};
  practice[days_off_per_year] = GammaMeanSd{25, 5};
  practice.weekday_factor = {1.2, 1, 1, 1, 0.8, 1, 1};
  practice.season = {1, 1, 1.2, 1, 1, 1, 1, 1, 1, 1, 0.9, 0.9};
  const auto right = compare(practice, practice);
  INFO(right.report());
  CHECK(right.pass());
  auto other = practice;
  other[no_show_rate] = Known{std::get<Known>(practice[no_show_rate]).value * 1.05};
  CHECK_FALSE(compare(practice, other).pass());
}

}  // namespace paystress::test::simulated_days_test
