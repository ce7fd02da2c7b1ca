#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/counterfactual.h"
#include "model/study.h"
#include "sim/engine/draws.h"
#include "sim/engine/run_plan.h"

namespace paystress::engine {

struct Execution;

/// What one contract is told to pay: rates that are means over sampled paths without losses.
struct ToldRates {
  ToldLadders ladders;
  std::vector<ToldRate> rates;
  /// [ladder][path]: what the path moves the rate by, times the paths; their mean is 0.
  std::vector<std::vector<float>> influence;

  [[nodiscard]] Contract contract() const { return ladders.told(rates); }
  /// The contract with one rate `by` dollars higher.
  [[nodiscard]] Contract moved(std::size_t ladder, double by) const;
};
using SharedToldRates = std::shared_ptr<const ToldRates>;

/// The told rates of a run, kept from group to group: a recruiter says the same under every stress. Each is
/// made on `paths` paths of the practice that the recruiter describes, the own one where he describes none or
/// one that lacks what the contract names. Path i has the luck of path i of the run. Used by one thread.
/// \test tests/unit/sim/engine/told_rates_test.cpp
class ToldRateStore {
 public:
  ToldRateStore(const Study& study, const Draws& draws, std::size_t paths)
      : study_(study), draws_(draws), paths_(paths) {}
  /// By contract of the group.   \throws Interrupted
  [[nodiscard]] std::vector<SharedToldRates> rates_of(const SampleGroup& group, const Execution& how);
  /// How many contracts were told so far, each on a pass over its practice.
  [[nodiscard]] std::size_t made() const { return made_; }

 private:
  const Study& study_;
  Draws draws_;
  std::size_t paths_;
  std::map<std::string, SharedToldRates> kept_;  ///< by practice and contract
  std::size_t kept_bytes_ = 0, made_ = 0;
};

}  // namespace paystress::engine
