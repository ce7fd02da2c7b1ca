#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/day_ledger.h"
#include "model/ledger.h"
#include "model/settle.h"
#include "sim/engine/group_run.h"
#include "sim/engine/run_plan.h"

namespace paystress::questions {

/// One path of a run, drawn again: the block that holds it, and the contract that priced it.
struct Replay {
  std::unique_ptr<samplers::Sampler> sampler;
  LedgerLayout layout;   ///< of the sampled columns, then those that the contract counts by spans
  LedgerBlock ledger;    ///< the block as the run sampled it, with the visits of a push
  DayLedger days;        ///< behind what was sampled
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
/// Scheduled workdays of the path: a line a day.
[[nodiscard]] std::string replay_days(const Replay& replay);
/// The same for programs: date, is_holiday, then every column that days have. Rows with workdays = 1 are a
/// ledger for `price --rows day`.
[[nodiscard]] std::string replay_days_csv(const Replay& replay);

}  // namespace paystress::questions
