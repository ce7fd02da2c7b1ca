#include "sim/engine/group_run.h"

#include <catch2/catch.hpp>

#include "sim/engine/run_plan.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace {

using namespace paystress;
namespace pay = paystress::testing;

Study study_of_three_months() {
  Study study;
  study.months = 3;
  auto practice = test::simple_practice();
  practice.name = "clinic";
  study.practices = {std::move(practice)};
  auto offer = pay::contract_of({pay::measured("bonus", "completed_visits",
                                               pay::tiers(TierMode::retroactive, {pay::at_least(180, 20)}))});
  offer.name = "tiered";
  study.offers = {std::move(offer)};
  study.stresses = {{"base", {}}};
  study.scenarios = {{"clinic/tiered/base", "clinic", "tiered", "base", {}}};
  return study;
}

struct Kept {
  std::vector<double> income, told;
  std::size_t missed = 0;
  friend bool operator==(const Kept&, const Kept&) = default;
};

Kept run(const Study& study, const std::vector<std::size_t>& steps) {
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, study.months);
  const engine::Draws draws{samplers::SamplerKind::fast, 7, {}};
  engine::GroupRun run(groups.at(0), study, draws,
                       std::make_shared<engine::ToldRateStore>(study, draws, 512));
  for (const auto paths : steps) run.extend_to(paths, engine::Execution{});
  const auto& offer = run.offers().at(0);
  return {offer.income.income(run.practice().periods().front()), run.waterfall().level(0, 0),
          offer.tiers.components().at(0).tiers.at(0).windows.at(0).missed};
}

}  // namespace

TEST_CASE("a group run is the same in one step or many", "[unit][group_run]") {
  const auto study = study_of_three_months();
  const auto at_once = run(study, {1000});
  CHECK(at_once.income.size() == 1000);
  CHECK(at_once == run(study, {256, 512, 1000}));
  CHECK_FALSE(at_once == run(study, {999}));
}
