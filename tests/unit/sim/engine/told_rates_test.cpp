#include "sim/engine/told_rates.h"

#include <catch2/catch.hpp>

#include "sim/engine/group_run.h"
#include "sim/engine/run_plan.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace told_rates_test {

namespace {

using namespace paystress;
namespace pay = paystress::testing;

// A clinic, the practice that its recruiter describes, and two stresses of which one changes what is paid.
Study told_study() {
  Study study;
  study.months = 2;
  auto clinic = test::simple_practice(), brochure = clinic;
  clinic.name = "clinic";
  brochure.name = "brochure";
  brochure[Parameter::no_show_rate] = Known{0.0};
  study.practices = {clinic, brochure};
  auto offer = pay::contract_of({pay::measured("bonus", "completed_visits",
                                               pay::tiers(TierMode::retroactive, {pay::at_least(180, 20)}))});
  offer.name = "tiered";
  offer.advertised_practice = "brochure";
  study.offers = {std::move(offer)};
  StressPart fewer, cheaper;
  fewer.last_month = cheaper.last_month = 2;
  fewer.counts = {{StressedCount::booked_visits, 0.5}};
  cheaper.offers = {{"tiered.pay.bonus.tiers.1.usd", Change{0.5, 0.0, {}}}};
  study.stresses = {{"base", {}}, {"dip", {fewer}}, {"cut", {cheaper}}};
  for (const auto* stress : {"base", "dip", "cut"})
    study.scenarios.push_back({std::string("clinic/tiered/") + stress, "clinic", "tiered", stress, {}});
  return study;
}

}  // namespace

TEST_CASE("what a recruiter tells is made once for all stresses that leave the contract alone",
          "[unit][told_rates]") {
  const auto study = told_study();
  const engine::Draws draws{samplers::SamplerKind::fast, 7, {}};
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, study.months);
  REQUIRE(groups.size() == 2);  // the cut leaves the practice alone: two contracts in the first group
  REQUIRE(groups[0].prices.size() == 2);
  engine::ToldRateStore store(study, draws, 512);
  const auto base = store.rates_of(groups[0], {}), dip = store.rates_of(groups[1], {});
  CHECK(store.made() == 2);
  CHECK(dip.at(0) == base.at(0));
  CHECK(base.at(1) != base.at(0));
  CHECK(base.at(1)->rates.at(0).usd == Approx(base.at(0)->rates.at(0).usd / 2));
  // Made alone, the same.
  engine::ToldRateStore alone(study, draws, 512);
  const auto again = alone.rates_of(groups[1], {});
  CHECK(again.at(0)->rates.at(0).usd == base.at(0)->rates.at(0).usd);
  CHECK(again.at(0)->influence == base.at(0)->influence);
}

}  // namespace told_rates_test
