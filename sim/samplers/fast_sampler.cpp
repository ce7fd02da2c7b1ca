#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/pool.h"
#include "sim/samplers/fast_plan.h"
#include "sim/samplers/fast_variables.h"
#include "sim/samplers/fast_workspace.h"

namespace paystress::samplers {
namespace {

using enum Parameter;

using Changes = std::vector<PracticePlan::NumberChange>;

bool is_trait(const PracticePlan& plan, std::size_t number) {
  return std::ranges::any_of(plan.traits, [&](const auto& trait) { return trait.number == number; });
}

/// The law of a yearly score, where its mean and concentration (positions of numbers) are known.
std::optional<random::TraitTable> score_table(const PracticePlan& plan, std::size_t mean_at,
                                              std::size_t concentration_at, const Changes& changes) {
  if (is_trait(plan, mean_at) || is_trait(plan, concentration_at)) return std::nullopt;
  double mean = plan.numbers[mean_at];
  double concentration = plan.numbers[concentration_at];
  for (const auto& change : changes) {
    const auto changed = [&](double x) {
      return std::clamp(change.change.apply(x), change.low, change.high);
    };
    if (change.number == mean_at) mean = changed(mean);
    if (change.number == concentration_at) concentration = changed(concentration);
  }
  if (concentration <= 0 || mean <= 0 || mean >= 1) return random::TraitTable(Known{mean});
  return random::TraitTable(BetaMeanSd{mean, std::sqrt(mean * (1 - mean) / (1 + concentration))});
}

bool has_own_numbers(const PracticePlan& plan) { return !plan.shifts.empty() || !plan.columns.empty(); }

/// Practices whose stages read numbers below names walk with their own stresses only.
bool walk_together(const PracticePlan& a, const PracticePlan& b, bool of_one_practice) {
  if (!of_one_practice && (has_own_numbers(a) || has_own_numbers(b))) return false;
  return FastFeatures(a) == FastFeatures(b) && same_but_numbers(a, b);
}

/// Each walk takes the scenarios that walk together, in their order.
class FastSampler final : public Sampler {
 public:
  FastSampler(std::span<const SamplerInput> inputs, bool always_exact) : scenarios_(inputs.size()) {
    std::vector<PracticePlan> plans;
    for (const auto& input : inputs)
      plans.push_back(make_plan(*input.practice, *input.stress, input.calendar));
    std::vector<bool> taken(plans.size());
    for (std::size_t first = 0; first < plans.size(); ++first) {
      if (taken[first]) continue;
      std::vector<SamplerInput> own;
      std::vector<std::size_t> members;
      for (std::size_t s = first; s < plans.size(); ++s) {
        const bool of_one_practice = inputs[s].practice == inputs[first].practice;
        if (taken[s] || !walk_together(plans[first], plans[s], of_one_practice)) continue;
        taken[s] = true;
        members.push_back(s);
        own.push_back(inputs[s]);
      }
      std::vector<PracticePlan> together;
      for (const std::size_t s : members) together.push_back(std::move(plans[s]));
      walks_.push_back({FastPlan(own, std::move(together), always_exact), std::move(members)});
    }
  }
  using Sampler::sample;
  void sample(std::uint64_t first_path, std::span<const SampleTarget> out) const override {
    if (out.size() != scenarios_) throw std::invalid_argument("a sampler wants a target for each scenario");
    for (const auto& walk : walks_) {
      std::vector<SampleTarget> own;
      for (const std::size_t s : walk.scenarios) own.push_back(out[s]);
      for (const auto& target : own)
        if (target.months->periods() != walk.plan.plan().months.size() ||
            target.months->columns() < walk.plan.plan().layout.size() ||
            target.months->paths() != out.front().months->paths())
          throw std::invalid_argument("the ledger block has another shape than the sampler");
      const auto space = walk.idle->borrow(walk.plan);
      sample_fast(walk.plan, *space, first_path, own);
    }
  }
  [[nodiscard]] const LedgerLayout& layout() const override { return plan().layout; }
  [[nodiscard]] const DayGrid& days() const override { return plan().days; }

 private:
  [[nodiscard]] const PracticePlan& plan() const { return walks_.front().plan.plan(); }
  struct Together {
    FastPlan plan;
    std::vector<std::size_t> scenarios;  ///< of the sampler
    std::unique_ptr<Pool<FastWorkspace>> idle = std::make_unique<Pool<FastWorkspace>>();
  };
  std::size_t scenarios_;
  std::vector<Together> walks_;
};

void check(std::span<const SamplerInput> inputs) {
  const bool all = std::ranges::all_of(
      inputs, [](const SamplerInput& input) { return input.practice != nullptr && input.stress != nullptr; });
  if (inputs.empty() || !all) throw std::invalid_argument("a sampler needs a practice and a stress");
}

}  // namespace

FastFeatures::FastFeatures(const PracticePlan& plan)
    : spells(plan.may_differ(days_off_spell, 1.0)),
      overbooking(plan.may_differ(Parameter::overbooked, 0.0)),
      waiting_list(plan.keeps_waiting_list),
      extrapolation(plan.may_differ(audit_extrapolated, 0.0)) {
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    const auto kind = static_cast<InboxKind>(k);
    items[k] = plan.may_differ(parameter_of(kind, InboxNumber::per_visit), 0.0) ||
               plan.may_differ(parameter_of(kind, InboxNumber::per_member), 0.0);
  }
}

FastPlan::FastPlan(std::span<const SamplerInput> inputs, std::vector<PracticePlan> of_scenarios, bool exact)
    : plans(std::move(of_scenarios)), features(plan()), traits(inputs.front().traits), always_exact(exact) {
  find_practices(inputs);
  register_streams(inputs.front().seed);
  find_regimes();
  find_alike();
  find_reads();
  for (const auto& [practice, changes] : regimes) {
    const PracticePlan& own = plans[practices[practice].scenario];
    quality_tables.push_back(score_table(own, PracticePlan::number_of(quality_mean),
                                         PracticePlan::number_of(quality_concentration), changes));
    auto& of_columns = score_tables.emplace_back(own.columns.size());
    for (std::size_t c = 0; c < of_columns.size(); ++c)
      if (const auto& column = own.columns[c]; column.law == DrawnColumn::Law::score)
        of_columns[c] = score_table(own, column.number_of(ColumnNumber::score_mean),
                                    column.number_of(ColumnNumber::score_concentration), changes);
  }
  for (const auto variable :
       {day::daily_shock, day::demand, day::no_shows, day::other_losses, day::visit_time, day::inbox_time})
    day_blocks = std::max(day_blocks, variable.block + 1);
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    if (features.items[k]) day_blocks = std::max(day_blocks, day::items[k].block + 1);
  no_show_by_month =
      regimes.size() > practices.size() ||
      std::ranges::any_of(plans,
                          [](const PracticePlan& own) { return own.may_differ(no_show_monthly_cv, 0.0); }) ||
      std::ranges::any_of(plan().months, [](const auto& month) {
        return std::ranges::any_of(month.no_show_factors, [](double f) { return f != 1.0; });
      });
}

void FastPlan::find_practices(std::span<const SamplerInput> inputs) {
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    const auto known = std::ranges::find_if(
        practices, [&](const Drawn& drawn) { return inputs[drawn.scenario].practice == inputs[s].practice; });
    practice_of.push_back(static_cast<std::size_t>(known - practices.begin()));
    if (known == practices.end()) practices.push_back({s, {}, {}});
  }
}

void FastPlan::register_streams(std::uint64_t seed) {
  random::StreamRegistry registry(seed);
  std::map<std::string, random::TraitStreams> of_traits;  // the practices' may have the same names
  for (auto& drawn : practices)
    for (const auto& trait : plans[drawn.scenario].traits) {
      const auto [it, is_new] = of_traits.try_emplace(trait.key);
      if (is_new) it->second = random::trait_streams(registry, trait.key);
      drawn.traits.push_back(it->second);
      drawn.tables.emplace_back(trait.quantity);
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
  keys.shifts = registry.add("shifts");
  keys.leaving = registry.add("leaving");
  keys.points = registry.add(random::order_of_points);
  for (const auto& state : month_state_infos())
    keys.states_strata.push_back(registry.add(std::string(state.name) + ".monthly/strata"));
  for (const auto& column : plan().columns) {
    const auto name = "columns." + column.name;
    keys.columns.push_back({registry.add(name), registry.add(name + "/more"), registry.add(name + "/days")});
  }
  if (plan().settling)
    for (const auto& code : plan().codes) {
      keys.settling.push_back(registry.add("collections." + code.code));
      keys.refine_settling.push_back(registry.add("collections." + code.code + "/more"));
    }
  std::size_t steps = 0;
  for (const auto& own : plans)
    for (const auto& month : own.months) steps = std::max(steps, month.recodes.size());
  for (std::size_t s = 0; s < steps; ++s)
    keys.recode_days.push_back(registry.add("stress.recode." + std::to_string(s + 1) + "/days"));
}

void FastPlan::find_regimes() {
  const EnumSet<Parameter> of_leave{days_off_per_year, days_off_spell};
  const auto find_or_add = [&](std::size_t practice, const Changes& changes) {
    const auto known = std::ranges::find_if(regimes, [&](const Regime& regime) {
      return regime.practice == practice && same_changes(regime.changes, changes);
    });
    const auto place = static_cast<std::size_t>(known - regimes.begin());
    if (known == regimes.end()) regimes.push_back({practice, changes});
    return place;
  };
  for (std::size_t p = 0; p < practices.size(); ++p) regimes.push_back({p, {}});
  for (std::size_t s = 0; s < plans.size(); ++s) {
    auto& of_month = regime_of_month.emplace_back();
    for (const auto& month : plans[s].months) of_month.push_back(find_or_add(practice_of[s], month.changes));
  }
  const auto& plan_of = [&](const Regime& regime) -> const PracticePlan& {
    return plans[practices[regime.practice].scenario];
  };
  for (const auto& regime : regimes) {
    const auto known = std::ranges::find_if(regime_of_leave, [&](std::size_t other) {
      return same_changes(of_leave, regimes[other].changes, regime.changes) &&
             same_numbers(of_leave, plan_of(regimes[other]), plan_of(regime));
    });
    leave_of_regime.push_back(static_cast<std::size_t>(known - regime_of_leave.begin()));
    if (known == regime_of_leave.end())
      regime_of_leave.push_back(static_cast<std::size_t>(&regime - regimes.data()));
  }
}

void FastPlan::find_alike() {
  alike.resize(plan().months.size());
  for (std::size_t m = 0; m < alike.size(); ++m)
    for (const auto& reads : stage_reads)
      for (const auto& own : plans) {
        const auto first =
            std::ranges::find_if(plans, [&](const auto& other) { return same_inputs(reads, other, own, m); });
        alike[m].at(place_of(reads.stage)).push_back(static_cast<std::size_t>(first - plans.begin()));
      }
}

void FastPlan::find_reads() {
  for (const auto& of_reader : stage_reads) {
    auto& bits = reads.at(place_of(of_reader.stage)) = 0;
    for (std::size_t s = 0; s < place_of(of_reader.stage); ++s) {
      const auto rows = static_cast<Stage>(s);
      if (of_reader.stages.contains(rows) ||
          (plan().inbox_follows == InboxFollows::completed && of_reader.if_items_follow.contains(rows)) ||
          (plan().refills_late_cancels && of_reader.if_refilled.contains(rows)))
        bits |= bit_of(rows);
    }
  }
}

std::unique_ptr<Sampler> make_fast_sampler(const SamplerInput& input) {
  return make_fast_sampler(std::span(&input, 1));
}

std::unique_ptr<Sampler> make_fast_sampler(std::span<const SamplerInput> inputs) {
  check(inputs);
  return std::make_unique<FastSampler>(inputs, false);
}

std::unique_ptr<Sampler> make_exact_fast_sampler(const SamplerInput& input) {
  check({&input, 1});
  return std::make_unique<FastSampler>(std::span(&input, 1), true);
}

}  // namespace paystress::samplers
