#include "sim/engine/run_plan.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "model/contract_key.h"
#include "sim/engine/identity.h"

namespace paystress::engine {

std::vector<ScenarioInput> scenario_inputs(const Study& study) {
  std::vector<ScenarioInput> inputs;
  inputs.reserve(study.scenarios.size());
  for (const auto& s : study.scenarios) {
    const ScenarioInput in{&s, study.find_practice(s.practice), study.find_offer(s.offer),
                           study.find_stress(s.stress)};
    if (in.practice == nullptr || in.offer == nullptr || in.stress == nullptr)
      throw std::invalid_argument("scenario " + s.id + " names what the study does not have");
    inputs.push_back(in);
  }
  return inputs;
}

std::vector<SampleGroup> plan_run(std::span<const ScenarioInput> inputs, int months) {
  std::vector<SampleGroup> groups;
  std::unordered_map<std::string, std::size_t> group_of, price_of;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& in = inputs[i];
    const auto sampling = sampling_identity(*in.practice) + "|" + sampling_identity(*in.stress);
    const auto [group, is_new_group] = group_of.try_emplace(sampling, groups.size());
    if (is_new_group) groups.push_back({in.practice, in.stress, {}});
    auto& prices = groups[group->second].prices;
    const auto changed = in.offer_is_stressed ? std::nullopt : stressed(*in.offer, *in.stress, months);
    const auto pay = std::to_string(group->second) + "|" + pay_identity(changed ? *changed : *in.offer);
    const auto [price, is_new_price] = price_of.try_emplace(pay, prices.size());
    // One that nothing changes is not copied: the pointees outlive the plan.
    if (is_new_price)
      prices.push_back({changed ? std::make_shared<const Contract>(*changed)
                                : std::shared_ptr<const Contract>(std::shared_ptr<void>(), in.offer),
                        {}});
    prices[price->second].scenarios.push_back(i);
  }
  return groups;
}

double column_bytes(const SampleGroup& group, std::size_t paths, int months) {
  // By month of the practice and of each contract, besides of each contract over the horizon.
  constexpr double practice_month = 20.0, contract_month = 8.0, contract = 60.0;
  const auto m = static_cast<double>(months);
  // Offers with push have months of their own beside those that were sampled.
  const auto of_practice =
      1.0 + static_cast<double>(std::ranges::count_if(
                group.prices, [](const PriceGroup& price) { return price.contract->push.has_value(); }));
  return static_cast<double>(paths) *
         (of_practice * m * practice_month +
          static_cast<double>(group.prices.size()) * (m * contract_month + contract));
}

namespace {

/// Packs groups, or walks, of one kind as they come, into as few walks as hold them.
class WalkPacker {
 public:
  struct Walk {
    std::vector<std::size_t> groups;
    double bytes = 0.0;
  };
  void add(const std::string& kind, const Walk& more) {
    auto [it, is_new] = open_.try_emplace(kind, walks_.size());
    if (is_new || !holds(walks_[it->second], more)) {
      it->second = walks_.size();
      walks_.emplace_back();
    }
    auto& walk = walks_[it->second];
    walk.groups.insert(walk.groups.end(), more.groups.begin(), more.groups.end());
    walk.bytes += more.bytes;
  }
  [[nodiscard]] const std::vector<Walk>& walks() const { return walks_; }

 private:
  [[nodiscard]] static bool holds(const Walk& walk, const Walk& more) {
    return walk.bytes + more.bytes <= walk_budget_bytes &&
           walk.groups.size() + more.groups.size() <= most_groups_in_a_walk;
  }
  std::vector<Walk> walks_;
  std::unordered_map<std::string, std::size_t> open_;  // by kind
};

}  // namespace

std::vector<std::vector<std::size_t>> plan_walks(std::span<const SampleGroup> groups, std::size_t paths,
                                                 int months, int threads) {
  constexpr double ledger_month = 64.0 * 256.0 * sizeof(double);  // columns and paths of a block, about
  WalkPacker of_practice, of_kind;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double bytes = column_bytes(groups[g], paths, months) + ledger_month * months * threads;
    of_practice.add(sampling_identity(*groups[g].practice), {{g}, bytes});
  }
  // Stresses of a practice share most; practices that differ in numbers share what stands before them.
  for (const auto& walk : of_practice.walks())
    of_kind.add(identity_but_numbers(*groups[walk.groups.front()].practice), walk);
  std::vector<std::vector<std::size_t>> walks;
  for (const auto& walk : of_kind.walks()) walks.push_back(walk.groups);
  return walks;
}

}  // namespace paystress::engine
