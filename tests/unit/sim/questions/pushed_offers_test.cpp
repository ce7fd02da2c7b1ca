// Everything that prices an offer whose paths add visits sees the same months.
#include <catch2/catch.hpp>

#include "sim/engine/outcomes.h"
#include "sim/questions/replay.h"
#include "sim/questions/tier_reach.h"
#include "sim/questions/what_if.h"
#include "tests/support/pushed_study.h"

namespace pushed_offers_test {

using namespace paystress;
using namespace paystress::testing;

TEST_CASE("replay and questions price the months with their pushes", "[unit][pushed_offers]") {
  const auto study = pushed_study({"plain", "pushed"});
  const auto inputs = engine::scenario_inputs(study);
  auto run = run_of_pushed(study, inputs);
  run.extend_to(700, {});
  const auto income = run.offers()[1].income.income(run.practice().periods().front());
  const auto visits = run.practice(1).completed_visits(run.practice().periods().front());
  const auto sampled = run.practice().completed_visits(run.practice().periods().front());
  std::size_t pushes = 0;
  for (std::size_t path = 0; path < 700; path += 50) {
    const auto replay = questions::replay_path(study, inputs[1], pushed_draws, 700, path);
    Settlement paid;
    replay.plan.settle(replay.ledger, paid);
    double usd = 0, seen = 0;
    for (std::size_t m = 0; m < 3; ++m) {
      usd += paid.paid(m)[replay.lane];
      seen += replay.ledger.at(m, LedgerColumn::completed_visits)[replay.lane];
    }
    CHECK(usd == Approx(income[path]).margin(0.005));
    CHECK(seen == visits[path]);
    pushes += seen > sampled[path];
  }
  CHECK(pushes > 0);
  const engine::RunRequest request{&study, inputs, pushed_draws, 700};
  const auto reach = questions::tier_reach(request, inputs[1], 700, {});
  REQUIRE(reach.size() == 1);
  double reached = 0;
  for (const double share : reach[0].share) reached += share;
  double missed = 0;
  for (std::size_t w = 0; w < 3; ++w) missed += missed_in(run.offers()[1].tiers, w);
  CHECK(reached == Approx(700 - missed / 3));
  const auto described = questions::price_as_described(request, engine::row_scenarios(inputs, {}), {});
  REQUIRE(described.size() == 2);
  for (std::size_t i = 0; i < described[1].income_usd.size(); ++i)
    CHECK(described[1].income_usd[i] == income[i]);
}

}  // namespace pushed_offers_test
