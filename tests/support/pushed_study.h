#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/study.h"
#include "sim/engine/group_run.h"
#include "sim/engine/run_plan.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace paystress::testing {

inline Contract tiered(const std::string& name, std::optional<Push> push) {
  auto offer =
      contract_of({measured("bonus", "completed_visits", tiers(TierMode::retroactive, {above(180, 20)})),
                   measured("hours", "session_hours", SingleRate{50.0})});
  offer.name = name;
  offer.push = push;
  return offer;
}

/// A clinic and some of: an offer as it stands, and the same one with visits added.
inline Study pushed_study(const std::vector<std::string>& offers) {
  Study study;
  study.months = 3;
  study.paths = 700;
  auto practice = test::simple_practice();
  practice.name = "clinic";
  study.practices = {std::move(practice)};
  study.stresses = {{"base", {}}};
  for (const auto& name : offers) {
    study.offers.push_back(tiered(name, name == "pushed" ? std::optional(Push{0.06, 8}) : std::nullopt));
    study.scenarios.push_back({"clinic/" + name + "/base", "clinic", name, "base", {}});
  }
  return study;
}

inline const engine::Draws pushed_draws{samplers::SamplerKind::fast, 7, {}};

/// Has no paths yet.   \pre the inputs are of one group
inline engine::GroupRun run_of_pushed(const Study& study, const std::vector<engine::ScenarioInput>& inputs) {
  const auto groups = engine::plan_run(inputs, study.months);
  return {groups.at(0), study, pushed_draws,
          std::make_shared<engine::ToldRateStore>(study, pushed_draws, 512)};
}

/// Paths that miss the one tier of an offer in a window.
inline double missed_in(const TierMisses& tiers, std::size_t window) {
  return static_cast<double>(tiers.components().at(0).tiers.at(0).windows.at(window).missed);
}

}  // namespace paystress::testing
