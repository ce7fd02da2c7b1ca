// Sampled pay against its exact distribution: income of months and of the year, and tier misses.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "model/settle.h"
#include "model/study.h"
#include "sim/exact/exact_pay.h"
#include "sim/random/trait_quantile.h"
#include "tests/support/chi_square.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace exact_pay_test {

using namespace paystress;
using namespace paystress::test;
namespace pay = paystress::testing;
using enum Parameter;

namespace {

constexpr int months = 12;

/// A base, a bonus with two lines that bind, and a guarantee: ties, a cliff and a slope.
Contract cliffs() {
  auto contract = pay::contract_of(
      {pay::fixed("base", 5'000.0),
       pay::measured("bonus", "completed_visits",
                     pay::tiers(TierMode::retroactive, {pay::above(180, 20), pay::at_least(200, 30)}))});
  pay::adjust(contract, "floor", Guarantee{8'900.0}, Span::month);
  return contract;
}

Case simple() {
  Case c;
  c.practice = simple_practice();
  c.months = months;
  c.paths = 6'000;
  return c;
}

PeriodGrid grid() {
  Study study;
  study.months = months;
  return study.grid();
}

/// Income in cents by path: months, then the year; and per tier the paths that missed it, by month and in
/// any.
struct SampledPay {
  std::vector<std::vector<double>> months;
  std::vector<double> year;
  std::vector<std::vector<double>> missed;  // [tier][month], then any
};

SampledPay price(samplers::SamplerKind kind, const Case& sampled, const Contract& contract) {
  const auto sampler =
      samplers::make_sampler(kind, {&sampled.practice, &sampled.stress, sampled.calendar(), sampled.seed});
  const PayPlan plan(contract, sampler->layout(), grid());
  SampledPay result;
  result.months.resize(months);
  const auto& bounds = plan.tiered().front().bounds;
  result.missed.assign(bounds.size(), std::vector<double>(months + 1, 0.0));
  LedgerBlock block(months, sampler->layout().size(), samplers::block_paths);
  Settlement settled;
  for (std::size_t first = 0; first < sampled.paths; first += samplers::block_paths) {
    sampler->sample(first, block);
    plan.settle(block, settled);
    for (std::size_t path = 0; path < std::min(samplers::block_paths, sampled.paths - first); ++path) {
      double year = 0;
      std::vector<bool> any(bounds.size(), false);
      for (std::size_t m = 0; m < months; ++m) {
        result.months[m].push_back(std::round(settled.paid(m)[path] * 100));
        year += result.months[m].back();
        for (std::size_t k = 0; k < bounds.size(); ++k)
          if (settled.tier_reached(0, k, m)[path] == 0) {
            result.missed[k][m] += 1;
            any[k] = true;
          }
      }
      for (std::size_t k = 0; k < bounds.size(); ++k) result.missed[k].back() += any[k] ? 1 : 0;
      result.year.push_back(year);
    }
  }
  return result;
}

/// Chance of the worst of all comparisons, and where it is.
struct Verdict {
  double p_value = 1.0;
  std::string where;
  int checks = 0;

  void add(double p, const std::string& what) {
    ++checks;
    if (p < p_value) p_value = p, where = what;
  }
  [[nodiscard]] double chance() const { return -std::expm1(checks * std::log1p(-p_value)); }
};

Verdict compare(const SampledPay& sampled, const exact::ExactPay& exact) {
  Verdict verdict;
  for (std::size_t m = 0; m < months; ++m)
    verdict.add(chi_square(sampled.months[m], exact.months[m]).p_value,
                fmt::format("income of month {}", m + 1));
  verdict.add(chi_square(sampled.year, exact.horizon).p_value, "income of the year");
  const auto n = static_cast<double>(sampled.year.size());
  for (std::size_t k = 0; k < exact.tiers.size(); ++k)
    for (std::size_t m = 0; m <= months; ++m) {
      const double p = m < months ? exact.tiers[k].windows[m].chances.miss : exact.tiers[k].any.miss;
      const double sd = std::sqrt(p * (1 - p) / n);
      const double off = std::abs(sampled.missed[k][m] / n - p);
      // Where a miss is all but certain the Gaussian says nothing: no more paths may differ than 30.
      const double chance =
          n * p * (1 - p) < 25 ? (off <= 30 / n ? 1.0 : 0.0) : 2 * random::gaussian_probability(-off / sd);
      verdict.add(chance, fmt::format("misses of tier {} in month {}", k + 1, m + 1));
    }
  return verdict;
}

}  // namespace

TEST_CASE("sampled pay follows its exact distribution", "[statistical]") {
  // 39 checks of 6,000 paths, together wrong once in 10,000 seeds. A year's income has mean 113,900 and s.d.
  // 3,600: 1 % of the visits (750 dollars, for most of the pay is base and floor) are 16 standard errors.
  const Case claimed = simple();
  const auto plan = samplers::make_plan(claimed.practice, claimed.stress, claimed.calendar());
  const exact::ExactPay exact = exact::settle_exactly(plan, cliffs(), grid());
  for (const auto kind : sampler_kinds()) {
    const auto verdict = compare(price(kind, claimed, cliffs()), exact);
    INFO(name_of(kind) << ": " << verdict.where << ", p " << verdict.p_value);
    CHECK(verdict.chance() > 1e-4);
    Case biased = claimed;
    biased.practice[visits_per_day] = Known{12 * 1.01};
    const auto sampled = price(kind, biased, cliffs());
    const auto off = compare(sampled, exact);
    INFO("1 % more demand: " << off.where << ", p " << off.p_value);
    CHECK(off.chance() < 1e-4);
    // The income of the year alone sees it.
    CHECK(chi_square(sampled.year, exact.horizon).p_value < 1e-4);
  }
}

}  // namespace exact_pay_test
