#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/samplers/fast_plan.h"
#include "sim/samplers/fast_variables.h"

namespace paystress::samplers {
namespace {

using enum Parameter;

bool is_trait(const PracticePlan& plan, Parameter p) {
  return std::ranges::any_of(plan.traits,
                             [&](const auto& trait) { return trait.number == PracticePlan::number_of(p); });
}

/// The law of the yearly quality score, where its mean and concentration are known.
std::optional<random::TraitTable> quality_table(const PracticePlan& plan,
                                                const std::vector<ParameterStress>& changes) {
  if (is_trait(plan, quality_mean) || is_trait(plan, quality_concentration)) return std::nullopt;
  double mean = plan.numbers[PracticePlan::number_of(quality_mean)];
  double concentration = plan.numbers[PracticePlan::number_of(quality_concentration)];
  for (const auto& [parameter, change] : changes) {
    const auto& info = parameter_info(parameter);
    if (parameter == quality_mean) mean = std::clamp(change.apply(mean), info.low, info.high);
    if (parameter == quality_concentration)
      concentration = std::clamp(change.apply(concentration), info.low, info.high);
  }
  if (concentration <= 0 || mean <= 0 || mean >= 1) return random::TraitTable(Known{mean});
  return random::TraitTable(BetaMeanSd{mean, std::sqrt(mean * (1 - mean) / (1 + concentration))});
}

/// Each walk takes the scenarios of one FastFeatures, in their order.
class FastSampler final : public Sampler {
 public:
  FastSampler(const SamplerInput& input, std::span<const Stress* const> stresses, bool always_exact)
      : scenarios_(stresses.size()) {
    std::vector<PracticePlan> plans;
    std::vector<FastFeatures> features;
    for (const auto* stress : stresses) {
      plans.push_back(make_plan(*input.practice, *stress, input.calendar));
      features.emplace_back(plans.back());
    }
    std::vector<bool> taken(plans.size());
    for (std::size_t first = 0; first < plans.size(); ++first) {
      if (taken[first]) continue;
      std::vector<PracticePlan> together;
      std::vector<std::size_t> members;
      for (std::size_t s = first; s < plans.size(); ++s) {
        if (features[s] != features[first]) continue;
        taken[s] = true;
        members.push_back(s);
        together.push_back(std::move(plans[s]));
      }
      walks_.push_back({FastPlan(input, std::move(together), always_exact), std::move(members)});
    }
  }
  using Sampler::sample;
  void sample(std::uint64_t first_path, std::span<const SampleTarget> out) const override {
    if (out.size() != scenarios_) throw std::invalid_argument("a sampler wants a target for each stress");
    for (const auto& target : out)
      if (target.months->periods() != plan().months.size() ||
          target.months->columns() < plan().layout.size() ||
          target.months->paths() != out.front().months->paths())
        throw std::invalid_argument("the ledger block has another shape than the sampler");
    for (const auto& walk : walks_) {
      std::vector<SampleTarget> own;
      for (const std::size_t s : walk.scenarios) own.push_back(out[s]);
      sample_fast(walk.plan, first_path, own);
    }
  }
  [[nodiscard]] const LedgerLayout& layout() const override { return plan().layout; }
  [[nodiscard]] const DayGrid& days() const override { return plan().days; }

 private:
  [[nodiscard]] const PracticePlan& plan() const { return walks_.front().plan.plan(); }
  struct Together {
    FastPlan plan;
    std::vector<std::size_t> scenarios;  ///< of the sampler
  };
  std::size_t scenarios_;
  std::vector<Together> walks_;
};

void check(const SamplerInput& input, std::span<const Stress* const> stresses) {
  if (input.practice == nullptr || stresses.empty() || std::ranges::count(stresses, nullptr) > 0)
    throw std::invalid_argument("a sampler needs a practice and a stress");
}

}  // namespace

FastFeatures::FastFeatures(const PracticePlan& plan)
    : spells(plan.may_differ(days_off_spell, 1.0)),
      overbooking(plan.may_differ(Parameter::overbooked, 0.0)),
      waiting_list(plan.keeps_waiting_list) {
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    const auto kind = static_cast<InboxKind>(k);
    items[k] = plan.may_differ(parameter_of(kind, InboxNumber::per_visit), 0.0) ||
               plan.may_differ(parameter_of(kind, InboxNumber::per_member), 0.0);
  }
}

FastPlan::FastPlan(const SamplerInput& input, std::vector<PracticePlan> of_scenarios, bool exact)
    : plans(std::move(of_scenarios)),
      features(plan()),
      latin_hypercube(input.latin_hypercube),
      always_exact(exact) {
  register_streams(input.seed);
  find_regimes();
  find_alike();
  for (const auto& changes : regimes) quality_tables.push_back(quality_table(plan(), changes));
  for (const auto variable :
       {day::daily_shock, day::demand, day::no_shows, day::other_losses, day::visit_time, day::inbox_time})
    day_blocks = std::max(day_blocks, variable.block + 1);
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    if (features.items[k]) day_blocks = std::max(day_blocks, day::items[k].block + 1);
  no_show_by_month = plan().may_differ(no_show_monthly_cv, 0.0) || regimes.size() > 1 ||
                     std::ranges::any_of(plan().months, [](const auto& month) {
                       return std::ranges::any_of(month.no_show_factors, [](double f) { return f != 1.0; });
                     });
}

void FastPlan::register_streams(std::uint64_t seed) {
  random::StreamRegistry registry(seed);
  for (const auto& trait : plan().traits) {
    keys.traits.push_back(registry.add(trait.key));
    keys.strata.push_back(registry.add(trait.key + "/strata"));
    tables.emplace_back(trait.quantity);
  }
  for (const auto& event : plan().events) keys.events.push_back(registry.add("events." + event.name));
  keys.path = registry.add("fast.path");
  keys.year = registry.add("fast.year");
  keys.month = registry.add("fast.month");
  keys.day = registry.add("fast.day");
  keys.refine_path = registry.add("fast.path/more");
  keys.refine_month = registry.add("fast.month/more");
  keys.refine_day = registry.add("fast.day/more");
  keys.late_cancel_days = registry.add("late_cancels/days");
  for (const auto& code : plan().codes)
    keys.code_days.push_back(registry.add("visits." + code.code + "/days"));
  std::size_t steps = 0;
  for (const auto& own : plans)
    for (const auto& month : own.months) steps = std::max(steps, month.recodes.size());
  for (std::size_t s = 0; s < steps; ++s)
    keys.recode_days.push_back(registry.add("stress.recode." + std::to_string(s + 1) + "/days"));
}

void FastPlan::find_regimes() {
  const auto all = EnumSet<Parameter>::all();
  const EnumSet<Parameter> of_leave{days_off_per_year, days_off_spell};
  const auto find_or_add = [&](const std::vector<ParameterStress>& changes) {
    const auto known =
        std::ranges::find_if(regimes, [&](const auto& regime) { return same_changes(all, regime, changes); });
    const auto place = static_cast<std::size_t>(known - regimes.begin());
    if (known == regimes.end()) regimes.push_back(changes);
    return place;
  };
  regimes.emplace_back();
  for (const auto& own : plans) {
    auto& of_month = regime_of_month.emplace_back();
    for (const auto& month : own.months) of_month.push_back(find_or_add(month.changes));
  }
  for (std::size_t k = 0; k < regimes.size(); ++k) {
    const auto known = std::ranges::find_if(
        regime_of_leave, [&](std::size_t r) { return same_changes(of_leave, regimes[r], regimes[k]); });
    leave_of_regime.push_back(static_cast<std::size_t>(known - regime_of_leave.begin()));
    if (known == regime_of_leave.end()) regime_of_leave.push_back(k);
  }
}

void FastPlan::find_alike() {
  alike.resize(plan().months.size());
  for (std::size_t m = 0; m < alike.size(); ++m)
    for (const auto& reads : stage_reads)
      for (const auto& own : plans) {
        const auto first = std::ranges::find_if(
            plans, [&](const auto& other) { return same_inputs(reads, other.months[m], own.months[m]); });
        alike[m].at(place_of(reads.stage)).push_back(static_cast<std::size_t>(first - plans.begin()));
      }
}

std::unique_ptr<Sampler> make_fast_sampler(const SamplerInput& input) {
  return make_fast_sampler(input, {&input.stress, 1});
}

std::unique_ptr<Sampler> make_fast_sampler(const SamplerInput& input,
                                           std::span<const Stress* const> stresses) {
  check(input, stresses);
  return std::make_unique<FastSampler>(input, stresses, false);
}

std::unique_ptr<Sampler> make_exact_fast_sampler(const SamplerInput& input) {
  const std::span stresses(&input.stress, 1);
  check(input, stresses);
  return std::make_unique<FastSampler>(input, stresses, true);
}

}  // namespace paystress::samplers
