#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/samplers/fast_plan.h"
#include "sim/samplers/fast_variables.h"

namespace paystress::samplers {
namespace {

using enum Parameter;

bool same(const std::vector<ParameterStress>& a, const std::vector<ParameterStress>& b) {
  return std::ranges::equal(a, b, [](const ParameterStress& x, const ParameterStress& y) {
    return x.parameter == y.parameter && x.change.multiply == y.change.multiply &&
           x.change.add == y.change.add && x.change.set == y.change.set;
  });
}

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

class FastSampler final : public Sampler {
 public:
  FastSampler(const SamplerInput& input, bool always_exact) : plan_(input, always_exact) {}
  void sample_days(std::uint64_t first_path, LedgerBlock& out, DayLedger* days) const override {
    if (out.periods() != plan_.plan.months.size() || out.columns() < plan_.plan.layout.size())
      throw std::invalid_argument("the ledger block has another shape than the sampler");
    sample_fast(plan_, first_path, out, days);
  }
  [[nodiscard]] const LedgerLayout& layout() const override { return plan_.plan.layout; }
  [[nodiscard]] const DayGrid& days() const override { return plan_.plan.days; }

 private:
  FastPlan plan_;
};

void check(const SamplerInput& input) {
  if (input.practice == nullptr || input.stress == nullptr)
    throw std::invalid_argument("a sampler needs a practice and a stress");
}

}  // namespace

FastPlan::FastPlan(const SamplerInput& input, bool exact)
    : plan(make_plan(*input.practice, *input.stress, input.calendar)),
      latin_hypercube(input.latin_hypercube),
      always_exact(exact) {
  random::StreamRegistry registry(input.seed);
  for (const auto& trait : plan.traits) {
    keys.traits.push_back(registry.add(trait.key));
    keys.strata.push_back(registry.add(trait.key + "/strata"));
    tables.emplace_back(trait.quantity);
  }
  for (const auto& event : plan.events) keys.events.push_back(registry.add("events." + event.name));
  keys.path = registry.add("fast.path");
  keys.year = registry.add("fast.year");
  keys.month = registry.add("fast.month");
  keys.day = registry.add("fast.day");
  keys.refine_path = registry.add("fast.path/more");
  keys.refine_month = registry.add("fast.month/more");
  keys.refine_day = registry.add("fast.day/more");
  keys.late_cancel_days = registry.add("late_cancels/days");
  for (const auto& code : plan.codes) keys.code_days.push_back(registry.add("visits." + code.code + "/days"));
  std::size_t steps = 0;
  for (const auto& month : plan.months) steps = std::max(steps, month.recodes.size());
  for (std::size_t s = 0; s < steps; ++s)
    keys.recode_days.push_back(registry.add("stress.recode." + std::to_string(s + 1) + "/days"));

  regimes.emplace_back();
  for (const auto& month : plan.months) {
    const auto known =
        std::ranges::find_if(regimes, [&](const auto& regime) { return same(regime, month.changes); });
    regime_of_month.push_back(static_cast<std::size_t>(known - regimes.begin()));
    if (known == regimes.end()) regimes.push_back(month.changes);
  }
  for (const auto& changes : regimes) quality_tables.push_back(quality_table(plan, changes));
  for (const auto variable :
       {day::daily_shock, day::demand, day::no_shows, day::other_losses, day::visit_time, day::inbox_time})
    day_blocks = std::max(day_blocks, variable.block + 1);
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    const auto kind = static_cast<InboxKind>(k);
    kind_used[k] = plan.may_differ(parameter_of(kind, InboxNumber::per_visit), 0.0) ||
                   plan.may_differ(parameter_of(kind, InboxNumber::per_member), 0.0);
    if (kind_used[k]) day_blocks = std::max(day_blocks, day::items[k].block + 1);
  }
  no_show_by_month = plan.may_differ(no_show_monthly_cv, 0.0) || regimes.size() > 1 ||
                     std::ranges::any_of(plan.months, [](const auto& month) {
                       return std::ranges::any_of(month.no_show_factors, [](double f) { return f != 1.0; });
                     });
  has_spells = plan.may_differ(days_off_spell, 1.0);
  has_overbooking = plan.may_differ(Parameter::overbooked, 0.0);
}

std::unique_ptr<Sampler> make_fast_sampler(const SamplerInput& input) {
  check(input);
  return std::make_unique<FastSampler>(input, false);
}

std::unique_ptr<Sampler> make_exact_fast_sampler(const SamplerInput& input) {
  check(input);
  return std::make_unique<FastSampler>(input, true);
}

}  // namespace paystress::samplers
