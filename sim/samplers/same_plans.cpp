#include <algorithm>
#include <tuple>
#include <type_traits>
#include <variant>

#include "sim/samplers/practice_plan.h"

namespace paystress::samplers {
namespace {

auto tie(const Known& x) { return std::tie(x.value); }
auto tie(const Pert& x) { return std::tie(x.low, x.likely, x.high); }
auto tie(const Lognormal& x) { return std::tie(x.median, x.sigma); }
auto tie(const BetaMeanSd& x) { return std::tie(x.mean, x.sd); }
auto tie(const GammaMeanSd& x) { return std::tie(x.mean, x.sd); }
auto tie(const Empirical& x) { return std::tie(x.sorted); }

bool same(const Quantity& a, const Quantity& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](const auto& x) { return tie(x) == tie(std::get<std::remove_cvref_t<decltype(x)>>(b)); }, a);
}

bool same(const PracticePlan::Trait& a, const PracticePlan::Trait& b) {
  return a.key == b.key && same(a.quantity, b.quantity);
}

const PracticePlan::Trait* trait_of(const PracticePlan& plan, std::size_t number) {
  const auto it = std::ranges::find(plan.traits, number, &PracticePlan::Trait::number);
  return it == plan.traits.end() ? nullptr : &*it;
}

/// Does the trait's own variate alone make it?
bool stands_alone(const PracticePlan& plan, const PracticePlan::Trait& trait) {
  const auto t = static_cast<Eigen::Index>(&trait - plan.traits.data());
  for (Eigen::Index s = 0; s < t; ++s)
    if (plan.trait_factor(t, s) != 0.0) return false;
  return true;
}

bool same_traits(const PracticePlan& a, const PracticePlan& b) {
  return std::ranges::equal(a.traits, b.traits, [](const auto& x, const auto& y) { return same(x, y); }) &&
         a.trait_factor == b.trait_factor;
}

auto tie(const PracticePlan::Workday& x) {
  return std::tie(x.day, x.demand_factor, x.no_show_class, x.is_holiday);
}
auto tie(const PracticePlan::Event& x) { return std::tie(x.name, x.slots_factor, x.demand_factor); }
auto tie(const VisitCode& x) {
  return std::tie(x.code, x.share, x.work_rvu_hundredths, x.usd_cents, x.family);
}

template <class List>
bool same_members(const List& a, const List& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return tie(x) == tie(y); });
}

bool settle_alike(const PracticePlan& a, const PracticePlan& b) {
  if (!a.settling || !b.settling) return a.settling.has_value() == b.settling.has_value();
  return a.settling->lag_shares == b.settling->lag_shares && a.settling->denied == b.settling->denied;
}

bool same_months(const PracticePlan& a, const PracticePlan& b) {
  return std::ranges::equal(a.months, b.months, [](const auto& x, const auto& y) {
    return x.no_show_factors == y.no_show_factors && same_members(x.workdays, y.workdays);
  });
}

}  // namespace

bool same_number(const PracticePlan& a, const PracticePlan& b, std::size_t number) {
  if (&a == &b) return true;
  const auto *of_a = trait_of(a, number), *of_b = trait_of(b, number);
  if (of_a == nullptr || of_b == nullptr) return of_a == of_b && a.numbers[number] == b.numbers[number];
  if (!same(*of_a, *of_b)) return false;
  return (stands_alone(a, *of_a) && stands_alone(b, *of_b)) || same_traits(a, b);
}

bool same_but_numbers(const PracticePlan& a, const PracticePlan& b) {
  for (std::size_t n = parameter_count; n < std::max(a.numbers.size(), b.numbers.size()); ++n)
    if (n >= a.numbers.size() || n >= b.numbers.size() || !same_number(a, b, n)) return false;
  return same_members(a.events, b.events) && same_members(a.codes, b.codes) &&
         a.has_collections == b.has_collections && settle_alike(a, b) && a.has_leaving == b.has_leaving &&
         a.inbox_follows == b.inbox_follows && a.audit_lag_months == b.audit_lag_months &&
         a.keeps_waiting_list == b.keeps_waiting_list && a.refills_late_cancels == b.refills_late_cancels &&
         a.state_factor == b.state_factor && a.innovation_factor == b.innovation_factor &&
         a.state_ar1 == b.state_ar1 && a.daily_ar1 == b.daily_ar1 &&
         a.workdays_per_year == b.workdays_per_year && a.layout.size() == b.layout.size() &&
         same_months(a, b);
}

}  // namespace paystress::samplers
