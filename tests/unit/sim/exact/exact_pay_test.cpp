#include "sim/exact/exact_pay.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "model/study.h"
#include "sim/exact/exact_practice.h"
#include "tests/support/full_practice.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace exact_pay_test {

using namespace paystress;
using namespace paystress::test;
namespace pay = paystress::testing;
using enum Parameter;

namespace {

constexpr int months = 12;

samplers::PracticePlan plan_of(const Practice& practice) {
  return samplers::make_plan(practice, {"base", {}}, Calendar(std::chrono::year(2026) / 1 / 1, months));
}

PeriodGrid grid() {
  Study study;
  study.months = months;
  return study.grid();
}

Practice steady() {
  Practice practice = simple_practice();
  practice[demand_daily_cv] = Known{0};
  return practice;
}

/// Moments of a year's completed visits: 261 like days of which exactly 25 are off.
test::LawMoments year_of_visits(double off = 25) {
  const Fates fates = simple_fates();
  const std::vector<DaySum> days(261, sum_over_booked(simple_day(), fates.other(fates.completed())));
  return sum_over_worked(days, off);
}

}  // namespace

TEST_CASE("exact income of a linear contract has the closed moments of its year", "[exact]") {
  // Months share the year's days off: independent months would have 0.6 % more variance.
  const auto contract = pay::contract_of({pay::fixed("base", 60'000.0, Span::year),
                                          pay::measured("visits", "completed_visits", SingleRate{42.5})});
  const auto exact = exact::settle_exactly(plan_of(steady()), contract, grid());
  const auto visits = year_of_visits();
  CHECK(exact.column == "completed_visits");
  CHECK(exact.horizon.step() == 4250);
  CHECK(exact.horizon.mean() == Approx(100 * (60'000 + 42.5 * visits.mean)).epsilon(1e-11));
  CHECK(exact.horizon.variance() == Approx(1e4 * 42.5 * 42.5 * visits.variance).epsilon(1e-9));
  CHECK(exact.years.size() == 1);
  CHECK(exact.years[0].mean() == exact.horizon.mean());
  CHECK(exact.largest_rounding_usd == Approx(0.06));
  // A month is a hypergeometric share of it.
  const exact::LatticeLaw january = exact::ExactMonths(plan_of(steady()), "completed_visits").month(1);
  CHECK(exact.months[0].mean() == Approx(100 * (5'000 + 42.5 * january.mean())).epsilon(1e-11));
  CHECK(exact.months[0].variance() == Approx(1e4 * 42.5 * 42.5 * january.variance()).epsilon(1e-9));
}

TEST_CASE("exact tier misses are the tails of the months", "[exact]") {
  Practice practice = steady();
  practice[days_off_per_year] = Known{0};
  const auto contract = pay::contract_of(
      {pay::measured("bonus", "completed_visits",
                     pay::tiers(TierMode::retroactive, {pay::above(195, 20), pay::at_least(210, 30)}))});
  const auto exact = exact::settle_exactly(plan_of(practice), contract, grid());
  const exact::ExactMonths visits(plan_of(practice), "completed_visits");
  REQUIRE(exact.tiers.size() == 2);
  double never_first = 1;
  double shares = 0;
  for (int m = 1; m <= months; ++m) {
    const auto at = static_cast<std::size_t>(m) - 1;
    const exact::LatticeLaw month = visits.month(m);
    CHECK(exact.tiers[0].windows[at].chances.miss == Approx(month.below(195.5)).epsilon(1e-12));
    CHECK(exact.tiers[1].windows[at].chances.miss == Approx(month.below(210)).epsilon(1e-12));
    // Near: within 5 % of 195, from 186 on.
    const auto& first = exact.tiers[0].windows[at].chances;
    CHECK(first.near_share == Approx(month.below(195.5) - month.below(185.5)).epsilon(1e-10));
    double short_of = 0;
    for (std::size_t i = 0; i < month.size(); ++i)
      if (month.value(i) <= 195) short_of += month.probability(i) * static_cast<double>(195 - month.value(i));
    CHECK(*first.shortfall_units == Approx(short_of / month.below(195.5)).epsilon(1e-10));
    never_first *= 1 - month.below(195.5);
    shares += month.below(195.5) / months;
    // Pay: nothing to 195, 20 a visit to 209, 30 from 210 on.
    double mean = 0;
    for (std::size_t i = 0; i < month.size(); ++i) {
      const auto v = static_cast<double>(month.value(i));
      mean += month.probability(i) * v * (v >= 210 ? 30 : v > 195 ? 20 : 0);
    }
    CHECK(exact.months[at].mean() == Approx(100 * mean).epsilon(1e-11));
    // Below the first line every miss costs the pay just above it.
    CHECK(*exact.tiers[0].windows[at].chances.lost_usd == Approx(20.0 * 195).epsilon(0.01));
  }
  CHECK(exact.tiers[0].share.miss == Approx(shares).epsilon(1e-12));
  CHECK(exact.tiers[0].any.miss == Approx(1 - never_first).epsilon(1e-12));
  CHECK(exact.tiers[1].component == "bonus");
  CHECK(exact.tiers[1].tier == 2);
}

TEST_CASE("days off that months share tie their tiers", "[exact]") {
  // Two months in which one day in 40 is off, in one of them: missing "all days worked" in both is
  // impossible, in one certain. Independent months would say 3/4.
  Practice practice = steady();
  practice[days_off_per_year] = Known{6};
  Calendar calendar(std::chrono::year(2026) / 1 / 1, 2);
  const auto plan = samplers::make_plan(practice, {"base", {}}, calendar);
  Study study;
  study.months = 2;
  const auto contract = pay::contract_of(
      {pay::measured("full", "workdays - 19.5", pay::tiers(TierMode::lump_sum, {pay::at_least(0.0, 100)})),
       pay::measured("january", "workdays", pay::tiers(TierMode::lump_sum, {pay::at_least(22, 100)}))});
  const auto exact = exact::settle_exactly(plan, contract, study.grid());
  CHECK(exact.column.empty());
  // January has 22 workdays, February 20: the day off falls into February with probability 20 / 42.
  CHECK(exact.tiers[0].windows[0].chances.miss == Approx(0).margin(1e-12));
  CHECK(exact.tiers[0].windows[1].chances.miss == Approx(20.0 / 42).epsilon(1e-12));
  CHECK(exact.tiers[1].windows[0].chances.miss == Approx(22.0 / 42).epsilon(1e-12));
  // 100 for January's 22, 100 + 100 for more than 19.5 days in each month: 300 or 200 with certainty.
  CHECK(exact.horizon.mean() == Approx(100 * (200.0 * 20 / 42 + 200.0 * 22 / 42)).epsilon(1e-12));
  CHECK(exact.horizon.variance() == Approx(0).margin(1e-6));
}

TEST_CASE("a ratio to the days worked has an exact law", "[exact]") {
  const auto contract =
      pay::contract_of({pay::measured("rate", "generated_wrvu / session_hours",
                                      pay::tiers(TierMode::lump_sum, {pay::at_least(2.2, 1'000)}))});
  const auto plan = plan_of(steady());
  const auto exact = exact::settle_exactly(plan, contract, grid());
  const exact::ExactMonths wrvu(plan, "generated_wrvu");
  for (std::size_t m = 0; m < 12; ++m) {
    double missed = 0;
    const auto& month = wrvu.months()[m];
    for (std::size_t off = 0; off < month.given.size(); ++off)
      missed += month.days_off[off].probability *
                month.given[off].below(220 * 6.5 * (month.workdays - month.days_off[off].days) - 0.5);
    CHECK(exact.tiers[0].windows[m].chances.miss == Approx(missed).epsilon(1e-10));
  }
}

TEST_CASE("a lattice too fine is split between neighbours and keeps the mean", "[exact]") {
  const auto contract = pay::contract_of({pay::measured("wrvu", "generated_wrvu", SingleRate{45.37})});
  const auto exact = exact::settle_exactly(plan_of(steady()), contract, grid());
  const Fates fates = simple_fates();
  std::vector<Fates::Outcome> coded;
  for (const auto& code : steady().codes)
    coded.push_back({code.share, static_cast<double>(code.work_rvu_hundredths) / 100});
  const std::vector<DaySum> days(261, sum_over_booked(simple_day(), fates.of_completed(coded)));
  const auto year = sum_over_worked(days, 25);
  CHECK(exact.horizon.size() <= std::size_t{1} << 16);
  // Pay per hundredth is 45.37 cents: to the nearest cent each month, or split.
  CHECK(exact.horizon.mean() / 100 == Approx(45.37 * year.mean).margin(exact.largest_rounding_usd));
  CHECK(exact.horizon.variance() / 1e4 == Approx(45.37 * 45.37 * year.variance).epsilon(1e-4));
  CHECK(exact.largest_rounding_usd < 45.0);
}

TEST_CASE("pay that ties months is refused with the reason", "[exact]") {
  const auto plan = plan_of(steady());
  const auto reasons = [&](const Contract& contract) { return exact::why_not_exact(plan, contract, grid()); };
  using Texts = std::vector<std::string>;
  auto contract = pay::contract_of({pay::measured(
      "bonus", "completed_visits", pay::tiers(TierMode::marginal, {pay::above(100, 20)}), Span::quarter)});
  CHECK(reasons(contract) == Texts{"pay.bonus adds up over a longer reset than a month"});
  contract = pay::contract_of(
      {pay::measured("bonus", "completed_visits", pay::tiers(TierMode::marginal, {pay::above(100, 20)}))});
  CHECK(reasons(contract).empty());
  contract.push = Push{0.05, 12};
  CHECK(reasons(contract) ==
        Texts{"the offer has push: what a month adds hangs on what its window has reached"});
  contract = pay::contract_of({pay::measured("bonus", "to_date(completed_visits)", SingleRate{1.0})});
  CHECK(reasons(contract) == Texts{"it reads totals to date"});
  contract = pay::contract_of({pay::measured("both", "completed_visits + no_shows", SingleRate{1.0})});
  CHECK(reasons(contract) == Texts{"pay depends on more than one random column: completed_visits, no_shows"});
  contract = pay::contract_of({pay::measured("mail", "messages", SingleRate{1.0})});
  CHECK(reasons(contract) == Texts{"pay depends on messages, whose months have no exact law"});
  contract = pay::contract_of({pay::measured("visits", "completed_visits", SingleRate{40.0})});
  pay::adjust(contract, "floor", Guarantee{200'000.0}, Span::year);
  CHECK(reasons(contract) == Texts{"adjust.floor acts on more than a month"});
  contract.adjust.clear();
  Draw draw;
  draw.usd = 5'000.0;
  pay::adjust(contract, "advance", draw);
  CHECK(reasons(contract) == Texts{"adjust.advance keeps a balance from month to month"});
  contract.adjust.clear();
  pay::adjust(contract, "floor", Guarantee{9'000.0}, Span::month);
  CHECK(reasons(contract).empty());
  CHECK_THROWS_WITH(exact::settle_exactly(plan_of(full_practice()), contract, grid()),
                    Catch::Contains("is uncertain: all months of a path share what is drawn for it"));
}

}  // namespace exact_pay_test
