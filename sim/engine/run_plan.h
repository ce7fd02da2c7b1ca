#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "model/study.h"

namespace paystress::engine {

/// One result row, resolved: what is sampled and what is priced. The pointees outlive the plan.
struct ScenarioInput {
  const Scenario* scenario = nullptr;
  const Practice* practice = nullptr;
  const Contract* offer = nullptr;
  const Stress* stress = nullptr;
  bool offer_is_stressed = false;  ///< does `offer` hold the stress's changes of its amounts already?
};
/// The scenarios of a study, in its order.   \throws std::invalid_argument on an unknown name
[[nodiscard]] std::vector<ScenarioInput> scenario_inputs(const Study& study);

/// A contract and the scenarios (indices into the inputs, ascending) whose pay it gives.
struct PriceGroup {
  std::shared_ptr<const Contract> contract;  ///< with the stress's changes of its amounts
  std::vector<std::size_t> scenarios;
};
/// A practice under a stress, sampled once, and every contract priced on its ledgers.
struct SampleGroup {
  const Practice* practice = nullptr;
  const Stress* stress = nullptr;  ///< of the first scenario; the others touch the practice in the same way
  std::vector<PriceGroup> prices;
};

/// Groups rows that share their sampling, and within it rows that share their pricing, in order of first
/// appearance.   \test tests/unit/sim/engine/run_plan_test.cpp
[[nodiscard]] std::vector<SampleGroup> plan_run(std::span<const ScenarioInput> inputs, int months);

/// What groups that are sampled in one walk may hold together, columns of their paths (at most; usually 0.4
/// of it) and ledgers of the blocks that are at work, in bytes and in number; one alone may hold more.
inline constexpr double walk_budget_bytes = 300e6;
inline constexpr std::size_t most_groups_in_a_walk = 8;  // more ledgers than caches hold cost what is shared
/// Bytes of the columns that are kept of the paths of a group, at most.
[[nodiscard]] double column_bytes(const SampleGroup& group, std::size_t paths, int months);
/// Groups (positions among them) that are sampled in one walk: the stresses of a practice, and practices that
/// differ in numbers only, in order of first appearance, as many as the budget holds.   \test
/// tests/unit/sim/engine/run_plan_test.cpp
[[nodiscard]] std::vector<std::vector<std::size_t>> plan_walks(std::span<const SampleGroup> groups,
                                                               std::size_t paths, int months, int threads);

}  // namespace paystress::engine
