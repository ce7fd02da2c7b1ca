#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/ledger.h"
#include "model/settle.h"
#include "sim/engine/group_run.h"
#include "sim/engine/run_plan.h"

namespace paystress::questions {

/// One path of a run, drawn again: the block that holds it, and the contract that priced it.
struct Replay {
  LedgerLayout layout;
  LedgerBlock ledger;    ///< the block as the run sampled it
  std::size_t lane = 0;  ///< of the path within the block
  PayPlan plan;
  PeriodGrid grid;
};

/// \pre path < paths of the run   \throws std::invalid_argument when the scenario is outside the model
[[nodiscard]] Replay replay_path(const Study& study, const engine::ScenarioInput& scenario,
                                 const engine::Draws& draws, std::size_t paths, std::size_t path);

/// Months of the path: a line a month and a total, the pay of each in the last column.
[[nodiscard]] std::string replay_months(const Replay& replay);
/// The same for programs: every ledger column, then paid_usd.
[[nodiscard]] std::string replay_csv(const Replay& replay);

}  // namespace paystress::questions
