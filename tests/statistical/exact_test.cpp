// The samplers against the exact laws, by chi-square.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/exact/exact_practice.h"
#include "tests/support/chi_square.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/simple_practice.h"

namespace exact_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

/// The smallest p-value of all months and exact columns, as a chance: 1 - (1 - p)^k (Sidak).
struct Worst {
  double p_value = 1.0;
  std::string where;
};

Worst compare(const LedgerSample& s, const Case& claimed, const std::vector<std::string>& columns) {
  const auto plan = samplers::make_plan(claimed.practice, claimed.stress, claimed.calendar());
  Worst worst;
  int checks = 0;
  for (const auto& column : columns) {
    const exact::ExactMonths exact(plan, column);
    for (int m = 1; m <= claimed.months; ++m, ++checks) {
      const auto result = chi_square(s.of(m, column), exact.month(m));
      if (result.p_value < worst.p_value)
        worst = {result.p_value, fmt::format("{} of month {}: chi-square {:.1f} with {} degrees of freedom",
                                             column, m, result.statistic, result.degrees)};
    }
  }
  worst.p_value = -std::expm1(checks * std::log1p(-worst.p_value));
  return worst;
}

Case simple(Stress stress = {"base", {}}) {
  Case c;
  c.practice = simple_practice();
  c.stress = std::move(stress);
  c.months = 2;
  c.paths = 20'000;
  return c;
}

Stress stressed() {
  StressPart part;
  part.first_month = part.last_month = 2;
  part.counts = {{StressedCount::booked_visits, 0.8}, {StressedCount::demand, 1.3}};
  part.recodes = {{"99214", "99213", 0.6}};
  part.slots = {{0.9}};
  part.parameters = {{no_show_rate, {1.5, 0, {}}}};
  return {"stressed", {part}};
}

}  // namespace

TEST_CASE("samplers follow the exact laws of monthly counts and wRVU", "[statistical]") {
  // False alarms: 1 in 10,000 seeds for all 18 chi-squares (20,000 paths, about 40 to 200 cells) together.
  // Power: a month's completed visits have mean 187 and s.d. 11, so that 1 % is 24 standard errors of the
  // sample's mean; 1 % of no-shows (27 of s.d. 6) are 6, spread over 35 cells.
  const std::vector<std::string> columns{"booked_visits",  "no_shows",         "late_cancels",
                                         "tech_failures",  "completed_visits", "visits.99214",
                                         "generated_wrvu", "credited_wrvu",    "collections_usd"};
  for (const auto kind : sampler_kinds()) {
    for (const auto& stress : {Stress{"base", {}}, stressed()}) {
      const Case claimed = simple(stress);
      const auto worst = compare(LedgerSample(kind, claimed), claimed, columns);
      INFO(name_of(kind) << " " << stress.name << ": " << worst.where << ", " << worst.p_value);
      CHECK(worst.p_value > 1e-4);
    }
  }
}

TEST_CASE("the exact laws see a sampler that is biased by 1 %", "[statistical]") {
  const auto [parameter, factor, column] = GENERATE(table<Parameter, double, std::string>(
      {{visits_per_day, 1.01, "completed_visits"},
       {visits_per_day, 1.01, "generated_wrvu"},
       {tech_failure_lost, 0.8, "completed_visits"},  // 1 % of the completed visits
       {no_show_rate, 1.03, "no_shows"},
       {audit_down, 1.5, "credited_wrvu"}}));  // 1 % of the wRVU
  for (const auto kind : sampler_kinds()) {
    Case claimed = simple();
    claimed.months = 1;
    Case biased = claimed;
    std::get<Known>(biased.practice[parameter]).value *= factor;
    const auto worst = compare(LedgerSample(kind, biased), claimed, {column});
    INFO(name_of(kind) << " " << column << ": " << worst.where << ", " << worst.p_value);
    CHECK(worst.p_value < 1e-4);
  }
}

}  // namespace exact_test
