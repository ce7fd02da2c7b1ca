#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/debt.h"
#include "analysis/scenario_columns.h"
#include "analysis/state_bytes.h"
#include "analysis/tier_misses.h"
#include "model/settle.h"
#include "model/study.h"
#include "model/visit_push.h"
#include "sim/engine/draws.h"
#include "sim/engine/for_blocks.h"
#include "sim/engine/group_waterfall.h"
#include "sim/engine/ledger_store.h"
#include "sim/engine/run_plan.h"
#include "sim/engine/span_ledger.h"
#include "sim/engine/stage_clock.h"
#include "sim/engine/told_rates.h"
#include "sim/samplers/practice_plan.h"
#include "sim/samplers/sampler.h"

namespace paystress::engine {

/// How a run is carried out; changes no number.
struct Execution {
  int threads = 1;
  BlockRunner* run_blocks = for_blocks;
  std::function<bool()> stop;             ///< asked between blocks; may be empty
  std::function<void(std::size_t)> done;  ///< told the paths of each finished block; may be empty
  StageClock* clock = nullptr;            ///< told how long each stage takes; may be null
  std::shared_ptr<LedgerStore> ledgers = std::make_shared<LedgerStore>();  ///< of walks that have ended
};

/// What an offer with `push` has of its own: its paths work other months than those of other offers.
struct PushedMonths {
  VisitPush push;
  PracticeColumns practice;
  TierMisses without;  ///< tiers of the months as they were sampled
};

/// One contract priced on the ledgers of a group.
struct PricedOffer {
  PayPlan plan;
  IncomeColumns income;
  BalanceColumns balances;
  TierMisses tiers;
  std::optional<PushedMonths> pushed;
};

/// A practice under a stress, sampled once, with every contract of its group priced on the same ledgers.
/// Threads share nothing: each block writes its own slot of the columns, counts merge in block order.
/// \test tests/unit/sim/engine/group_run_test.cpp
class GroupRun {
 public:
  /// Has no paths yet. `told`: what recruiters tell, for the waterfall; null where nobody asks for it.
  /// \throws std::invalid_argument when practice or contract are outside the model
  GroupRun(const SampleGroup& group, const Study& study, const Draws& draws,
           std::shared_ptr<ToldRateStore> told = nullptr);

  /// Samples and prices the paths that are missing to `paths`. The result is the same in one step or many.
  /// \pre the paths so far fill whole blocks   \throws Interrupted when asked to stop
  void extend_to(std::size_t paths, const Execution& how);
  /// The same for several runs, which are sampled in one walk: what they have in common is made once, and
  /// each has the bytes that it has alone.   \pre of one study and draws, with as many paths so far
  static void extend_together(std::span<GroupRun* const> runs, std::size_t paths, const Execution& how);

  /// The paths so far, to be gone on from by a run of the same group.   \pre they fill whole blocks
  [[nodiscard]] std::string state() const;
  /// Takes the paths of such a run; this one has none yet.   \throws StateError, Interrupted
  void restore(std::string_view state, const Execution& how);
  [[nodiscard]] std::size_t paths() const { return shape_.paths; }

  /// The months as they were sampled.
  [[nodiscard]] const PracticeColumns& practice() const { return practice_; }
  /// Those that an offer is priced on.
  [[nodiscard]] const PracticeColumns& practice(std::size_t offer) const {
    const auto& pushed = offers_[offer].pushed;
    return pushed ? pushed->practice : practice_;
  }
  /// What the ledgers were drawn from.
  [[nodiscard]] const samplers::SamplerInput& sampled() const { return input_; }
  [[nodiscard]] const std::vector<PricedOffer>& offers() const { return offers_; }
  [[nodiscard]] const GroupWaterfall& waterfall() const { return waterfall_; }

 private:
  struct Workspace;
  struct Ledgers;
  void grow(std::size_t paths);
  void tell(const Execution& how);
  template <class Archive, class Self>
  static void put(Archive& archive, Self& self);
  /// Tiers of an offer on some blocks; `without` of one with push.
  struct Counted {
    TierMisses tiers;
    std::optional<TierMisses> without;
  };
  void price_block(std::size_t block, Ledgers& ledgers, Workspace& work, std::vector<Counted>& counted);
  void merge(const std::vector<Counted>& counted);

  SampleGroup group_;
  std::shared_ptr<ToldRateStore> told_;
  samplers::SamplerKind kind_;
  PeriodGrid grid_;
  PathShape shape_;
  samplers::SamplerInput input_;
  std::unique_ptr<const samplers::PracticePlan> plan_;
  SpanLedger spans_;
  PracticeColumns practice_;
  std::vector<PricedOffer> offers_;
  GroupWaterfall waterfall_;
  std::vector<Counted> no_counts_;  ///< one per offer, nothing counted
};

}  // namespace paystress::engine
