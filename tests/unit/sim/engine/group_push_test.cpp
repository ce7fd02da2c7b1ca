// Offers whose paths add visits, beside others in one group.
#include <catch2/catch.hpp>

#include "tests/support/pushed_study.h"

namespace group_push_test {

namespace {

using namespace paystress;
using namespace paystress::testing;

/// All that is kept of an offer.
std::vector<std::vector<double>> kept_of(const engine::GroupRun& run, std::size_t o) {
  const auto& offer = run.offers().at(o);
  const auto& practice = run.practice(o);
  const auto& horizon = practice.periods().front();
  std::vector<std::vector<double>> all{
      offer.income.income(horizon),     practice.session_hours(horizon),
      practice.after_hours(horizon),    practice.completed_visits(horizon),
      practice.generated_wrvu(horizon), run.waterfall().late_charting_hours(o)};
  for (std::size_t k = 0; k < engine::WaterfallPricer::level_count; ++k)
    all.push_back(run.waterfall().level(o, k));
  std::vector<double> missed;
  for (const auto& window : offer.tiers.components().at(0).tiers.at(0).windows)
    missed.push_back(static_cast<double>(window.missed));
  all.push_back(missed);
  return all;
}

}  // namespace

TEST_CASE("an offer with push has months of its own, others do not see them", "[unit][group_push]") {
  const auto both = pushed_study({"plain", "pushed"}), plain = pushed_study({"plain"}),
             pushed = pushed_study({"pushed"});
  const auto of_both = engine::scenario_inputs(both), of_plain = engine::scenario_inputs(plain),
             of_pushed = engine::scenario_inputs(pushed);
  auto together = run_of_pushed(both, of_both), alone = run_of_pushed(plain, of_plain),
       pushed_alone = run_of_pushed(pushed, of_pushed);
  for (auto* run : {&together, &alone, &pushed_alone}) run->extend_to(700, {});
  CHECK(kept_of(together, 0) == kept_of(alone, 0));
  CHECK(kept_of(together, 1) == kept_of(pushed_alone, 0));
  CHECK(&together.practice(0) == &together.practice());
  CHECK(&together.practice(1) != &together.practice());
  CHECK_FALSE(together.offers()[0].pushed);
  const auto& without = together.offers()[1].pushed->without;
  for (std::size_t w = 0; w < 3; ++w) {
    CHECK(missed_in(without, w) == missed_in(together.offers()[0].tiers, w));
    CHECK(missed_in(together.offers()[1].tiers, w) < missed_in(without, w));
  }
  // What is paid last in the waterfall is what the run paid.
  const auto kept = kept_of(together, 1);
  CHECK(kept[6 + engine::WaterfallPricer::level_count - 1] == kept[0]);
  CHECK_FALSE(kept[0] == kept_of(together, 0)[0]);
}

TEST_CASE("pushes are the same in one step or many, and go on from a kept state", "[unit][group_push]") {
  const auto study = pushed_study({"plain", "pushed"});
  const auto inputs = engine::scenario_inputs(study);
  auto once = run_of_pushed(study, inputs), steps = run_of_pushed(study, inputs),
       more = run_of_pushed(study, inputs);
  once.extend_to(700, {});
  engine::Execution how;
  how.threads = 3;
  steps.extend_to(256, how);
  more.restore(steps.state(), {});
  steps.extend_to(512, how);
  for (auto* run : {&steps, &more}) {
    run->extend_to(700, {});
    for (std::size_t o = 0; o < 2; ++o) CHECK(kept_of(*run, o) == kept_of(once, o));
    for (std::size_t w = 0; w < 3; ++w)
      CHECK(missed_in(run->offers()[1].pushed->without, w) == missed_in(once.offers()[1].pushed->without, w));
  }
}

}  // namespace group_push_test
