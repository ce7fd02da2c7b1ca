#include "sim/engine/group_run.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "sim/engine/run_plan.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace group_run_test {

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
  std::vector<double> income, told, last_income;
  std::size_t missed = 0;
  friend bool operator==(const Kept&, const Kept&) = default;
};

Kept kept_of(const engine::GroupRun& run) {
  const auto& offer = run.offers().at(0);
  return {offer.income.income(run.practice().periods().front()), run.waterfall().level(0, 0),
          run.offers().back().income.income(run.practice().periods().front()),
          offer.tiers.components().at(0).tiers.at(0).windows.at(0).missed};
}

engine::GroupRun make_run(const Study& study, const engine::SampleGroup& group) {
  const engine::Draws draws{samplers::SamplerKind::fast, 7, {}};
  return {group, study, draws, std::make_shared<engine::ToldRateStore>(study, draws, 512)};
}

Kept run(const Study& study, const std::vector<std::size_t>& steps) {
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, study.months);
  auto run = make_run(study, groups.at(0));
  for (const auto paths : steps) run.extend_to(paths, engine::Execution{});
  return kept_of(run);
}

/// The same practice with fewer booked visits in its second month, and an offer that counts days besides: its
/// ledger has a column more than that of the base.
Study with_a_stress(Study study) {
  StressPart part;
  part.first_month = part.last_month = 2;
  part.counts = {{StressedCount::booked_visits, 0.7}};
  study.stresses.push_back({"dip", {part}});
  study.scenarios.push_back({"clinic/tiered/dip", "clinic", "tiered", "dip", {}});
  auto by_day = pay::contract_of({pay::measured("day", "busy", SingleRate{pay::amount("3")})});
  by_day.name = "by_day";
  SpanColumn busy;
  busy.info = {"busy", ColumnUnit::count, ColumnJoin::sum, 1.0, "visits of a day", ColumnFinest::month};
  busy.value = pay::amount("max(0, completed_visits - 2)");
  by_day.ledger.push_back(busy);
  study.offers.push_back(by_day);
  study.scenarios.push_back({"clinic/by_day/dip", "clinic", "by_day", "dip", {}});
  return study;
}

}  // namespace

TEST_CASE("a group run is the same in one step or many", "[unit][group_run]") {
  const auto study = study_of_three_months();
  const auto at_once = run(study, {1000});
  CHECK(at_once.income.size() == 1000);
  CHECK(at_once == run(study, {256, 512, 1000}));
  CHECK_FALSE(at_once == run(study, {999}));
}

TEST_CASE("runs that are extended together are as each alone", "[unit][group_run]") {
  const auto study = with_a_stress(study_of_three_months());
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, study.months);
  REQUIRE(groups.size() == 2);
  std::vector<Kept> alone;
  for (const auto& group : groups) {
    auto one = make_run(study, group);
    one.extend_to(1000, {});
    alone.push_back(kept_of(one));
  }
  CHECK_FALSE(alone[0] == alone[1]);
  for (const auto& steps : {std::vector<std::size_t>{1000}, std::vector<std::size_t>{256, 512, 1000}}) {
    std::vector<engine::GroupRun> runs;
    for (const auto& group : groups) runs.push_back(make_run(study, group));
    const std::vector<engine::GroupRun*> together{&runs[0], &runs[1]};
    engine::Execution how;
    how.threads = 2;
    std::atomic<std::size_t> done{0};
    how.done = [&](std::size_t paths) { done += paths; };
    for (const auto paths : steps) engine::GroupRun::extend_together(together, paths, how);
    CHECK(done >= 2000);
    for (std::size_t r = 0; r < runs.size(); ++r) CHECK(kept_of(runs[r]) == alone[r]);
  }
}

}  // namespace group_run_test
