#include "sim/bench/bench.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/errors.h"
#include "tests/support/contracts.h"
#include "tests/support/full_practice.h"

namespace bench_test {

using namespace paystress;
using namespace paystress::test;
using namespace paystress::testing;

namespace {

Study study() {
  Study s;
  s.months = 3;
  return s;
}

Contract per_visit() {
  TierLadder ladder;
  ladder.tiers = {tier_above(300, 18)};
  return contract_of("per_visit", {pay_line("visits", measured_pay("completed_visits", SingleRate{60.0})),
                                   pay_line("bonus", measured_pay("completed_visits", ladder)),
                                   pay_line("base", fixed_pay(24'000, Span::year))});
}

std::string input_of(const Practice& practice, const Stress& stress, const Contract& offer) {
  const auto group = bench::group_of(practice, stress, {&offer, 1});
  return bench::peer_input_json(study(), {&group, 1}, 100, 2);
}

}  // namespace

// 2 x 2,048 paths, about 100 comparisons, limit 5: a false alarm once in 17,000 seeds, and the seeds are
// fixed.
TEST_CASE("two seeds of one law agree, and a bias of one visit in fifty is seen", "[unit][bench]") {
  const Practice practice = full_practice();
  const auto ours =
      bench::simulate(samplers::SamplerKind::fast, study(), practice, {per_visit()}, 2048, 2, 1);
  const auto other =
      bench::simulate(samplers::SamplerKind::fast, study(), practice, {per_visit()}, 2048, 1, 2);
  CHECK(bench::disagreement(ours, bench::answer_of(other)) == "");
  auto biased = bench::answer_of(other);
  biased.mean *= 1.05;  // the traits spread income by 15 %, so 5 % are 10 standard errors of 2,048 paths
  CHECK(bench::disagreement(ours, biased) != "");
  biased = bench::answer_of(other);
  biased.sd *= 1.2;
  CHECK(bench::disagreement(ours, biased) != "");
  biased = bench::answer_of(other);
  biased.q05 *= 1.15;  // 0.7 standard deviations of income: rank 0.17 instead of 0.05, with room of 0.034
  CHECK(bench::disagreement(ours, biased) != "");
  biased = bench::answer_of(other);
  biased.columns["late_cancels"].mean *= 1.2;  // spread 0.6 of the mean: ten standard errors
  CHECK(bench::disagreement(ours, biased) != "");
  biased.columns.erase("late_cancels");
  CHECK(bench::disagreement(ours, biased) != "");
}

TEST_CASE("the bench's simulation does not depend on threads", "[unit][bench]") {
  const Practice practice = full_practice();
  const auto one = bench::simulate(samplers::SamplerKind::fast, study(), practice, {per_visit()}, 1000, 1, 1);
  const auto three =
      bench::simulate(samplers::SamplerKind::fast, study(), practice, {per_visit()}, 1000, 3, 1);
  CHECK(one.income_usd == three.income_usd);
  for (std::size_t c = 0; c < one.columns.size(); ++c) CHECK(one.columns[c].mean == three.columns[c].mean);
}

TEST_CASE("peers are told the whole practice and the offer", "[unit][bench]") {
  const auto j = nlohmann::json::parse(input_of(full_practice(), {"base", {}}, per_visit())).at("rows").at(0);
  // Numbers that are off by default are left out: a practice that sets one is refused.
  const auto told =
      std::ranges::count_if(parameter_infos(), [](const auto& info) { return !info.is_optional; });
  CHECK(j.at("numbers").size() == static_cast<std::size_t>(told));
  CHECK(j.at("numbers").at("no_show.rate").at("law") == "pert");
  CHECK(j.at("calendar").size() == 64);            // January to March 2026 have 22, 20 and 22 weekdays
  CHECK(j.at("calendar").at(22).at("day") == 32);  // Monday, 2 February
  CHECK(j.at("codes").at(1).at("wrvu") == 1.3);
  CHECK(j.at("offer").at("pay").at(1).at("tiers").at(0).at("above") == 300);
  CHECK(j.at("offer").at("pay").at(2).at("usd_per_month") == 2000);
}

TEST_CASE("an offer that the peers cannot price is refused by name", "[unit][bench]") {
  auto offer = per_visit();
  std::get<MeasuredPay>(offer.pay[1].pays).each_code = true;
  CHECK_THROWS_WITH(input_of(full_practice(), {"base", {}}, offer),
                    "the peers of the bench do not price the measure of bonus");
}

TEST_CASE("a peer that cannot start says so", "[unit][bench]") {
  CHECK_THROWS_AS(bench::PeerProcess("/usr/bin/false", "telemedicine_numpy.py", "none.json"), InputError);
}

TEST_CASE("a study's rows in one walk are the rows one by one", "[unit][bench]") {
  const Practice practice = full_practice();
  const Contract offer = per_visit();
  StressPart part;
  part.first_month = 2;
  part.last_month = 3;
  part.counts = {{StressedCount::booked_visits, 0.8}, {StressedCount::messages, 2.0}};
  const Stress base{"base", {}};
  const Stress dip{"dip", {part}};
  const std::vector groups{bench::group_of(practice, base, {&offer, 1}),
                           bench::group_of(practice, dip, {&offer, 1})};
  const auto together = bench::simulate(samplers::SamplerKind::fast, study(), groups, 600, 2, 1);
  REQUIRE(together.size() == 2);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto alone =
        bench::simulate(samplers::SamplerKind::fast, study(), {&groups[g], 1}, 600, 1, 1).front();
    CHECK(together[g].income_usd == alone.income_usd);
  }
  CHECK(together[0].income_usd != together[1].income_usd);
}

TEST_CASE("peers are told a stress by month, and one that they do not know is refused", "[unit][bench]") {
  StressPart part;
  part.first_month = 2;
  part.last_month = 3;
  part.counts = {{StressedCount::booked_visits, 0.8}, {StressedCount::messages, 2.0}};
  const auto j = nlohmann::json::parse(input_of(full_practice(), {"dip", {part}}, per_visit()))
                     .at("rows")
                     .at(0)
                     .at("stress");
  CHECK(j.at("booked_visits") == nlohmann::json({1.0, 0.8, 0.8}));
  CHECK(j.at("messages") == nlohmann::json({1.0, 2.0, 2.0}));
  part.counts = {{StressedCount::demand, 0.8}};
  CHECK_THROWS_AS(input_of(full_practice(), {"dip", {part}}, per_visit()), InputError);
}

}  // namespace bench_test
