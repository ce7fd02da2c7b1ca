// What makes an adjustment illegal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "model/adjustment_fields.h"
#include "model/amount_range.h"
#include "model/contract_order.h"
#include "model/flaw_finder.h"
#include "model/pay_program.h"
#include "model/span_name.h"

namespace paystress {

void FlawFinder::check_adjustment(const std::string& key, const Adjustment& a) {
  check_months(key + ".months", a.months);
  check_days_of_phase(key, a);
  if (a.round) check_round(key + ".round", *a.round);
  if (a.when) check_condition(key + ".when", *a.when, false);
  for (std::size_t i = 0; i < a.on.size(); ++i) check_on(key + ".on", a.on, i);
  if (lines_seen(contract_, a).empty() && a.on.empty() && !contract_.pay.empty()) {
    add(key + ".on", "no component counts", "there is no pay to adjust", "Leave the adjustment out");
  }
  visit_expressions(a.does, [&]<class Expression>(const std::string& below, const Expression& expression) {
    if constexpr (std::is_same_v<Expression, Amount>)
      check_amount(key + "." + below, expression, false);
    else
      check_condition(key + "." + below, expression, false);
  });
  std::visit([&](const auto& rule) { check_rule(fmt::format("{}.{}", key, rule.traits.key), a, rule); },
             a.does);
}

void FlawFinder::check_rule(const std::string& key, const Adjustment& a, const Cap& c) {
  check_not_negative(key, c.usd, "a cap bounds what is paid; it does not take pay back");
  if (a.on.empty()) {
    add(adjust_key(a) + ".on", "missing", "a cap on one component and a cap on all pay very differently",
        "Write on = [ ... ] with the components that are capped");
  }
}

void FlawFinder::check_on(const std::string& key, const std::vector<std::string>& on, std::size_t i) {
  const auto& name = on[i];
  const auto end = on.begin() + static_cast<std::ptrdiff_t>(i);
  if (const auto times = std::count(on.begin(), end, name); times > 0) {
    if (times == 1)
      add(fmt::format("{}.{}", key, i + 1), fmt::format("{} stands there twice", name),
          "an adjustment sees a component once", "Leave one of them out");
    return;
  }
  const auto line = std::ranges::find(contract_.pay, name, &PayLine::name);
  if (line == contract_.pay.end()) {
    const bool adjusts =
        std::ranges::find(contract_.adjust, name, &Adjustment::name) != contract_.adjust.end();
    add(FlawKind::unknown_component, key, fmt::format("unknown component {}", name),
        adjusts ? "it is an adjustment; one sees earlier adjustments through their components"
                : "no pay line has this name",
        "Name pay lines");
  } else if (!line->counts) {
    add(key, fmt::format("{} does not count", name), "money that is not paid cannot be adjusted",
        "Leave it out, or write counts = true");
  }
}

const Adjustment* FlawFinder::cap_just_before(const Adjustment& a) const {
  if (&a == contract_.adjust.data()) return nullptr;
  const Adjustment& before = *std::prev(&a);
  const bool always = std::holds_alternative<Cap>(before.does) && !before.when && !before.months;
  return always && lines_seen(contract_, before) == lines_seen(contract_, a) ? &before : nullptr;
}

double FlawFinder::capped_at(const Adjustment& cap, Span span) const {
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  const auto usd = constant_of(std::get<Cap>(cap.does).usd);
  const double horizon = grid_.empty() ? 12.0 : static_cast<double>(grid_.back().month);
  const double spans = months_of(span, horizon) / months_of(cap.per, horizon);
  return usd && spans >= 1.0 ? *usd * spans : unbounded;
}

void FlawFinder::check_interest(const std::string& key, const Amount& share) {
  const auto e = expand_terms(share, contract_);
  if (e && names_of(*e).reads_ledger())
    add(key, "reads the ledger", "interest is a rate of the paper", "Write a share, such as 0.06");
  const auto value = constant_of(share);
  if (value && !(*value > 0.0 && *value <= 1.0))
    add(key, fmt::format("{} is not a share", *value), "6 % a year is 0.06",
        "Write a number above 0, at most 1, or leave it out");
}

void FlawFinder::check_rule(const std::string& key, const Adjustment& a, const Draw& d) {
  check_not_negative(key + ".usd", d.usd, "a draw is money that is paid ahead");
  if (d.forgive) check_not_negative(key + ".forgive", *d.forgive, "what is forgiven lowers what is owed");
  if (d.interest_per_year) check_interest(key + ".interest_per_year", *d.interest_per_year);
  check_months(key + ".months", d.months);
  if (!(d.recover_share >= 0.0 && d.recover_share <= 1.0)) {
    add(key + ".recover_share", fmt::format("{} is not a share", d.recover_share),
        "it is the part of the excess that repays", "Write a number from 0 to 1");
  }
  if (d.recover_share == 0.0 && d.at_end == Draw::AtEnd::owed && !contract_.may_end() && !d.forgive) {
    add(FlawKind::nothing_to_recover, key, "has nothing to recover from",
        "recover_share is 0, nothing is forgiven and the contract does not end",
        "Write recover_share, forgive, at_end = \"forgiven\" or ends");
    return;
  }
  const auto usd = constant_of(d.usd);
  if (!usd || d.recover_share == 0.0 || d.months || d.form == Draw::Form::advance) return;
  if (const auto* cap = cap_just_before(a); cap && capped_at(*cap, a.per) <= *usd) {
    add(FlawKind::nothing_to_recover, key, "has nothing to recover from",
        fmt::format("the cap {} before it leaves at most {:.2f} a {}, never more than the draw", cap->name,
                    capped_at(*cap, a.per), span_name(a.per)),
        "Write the cap after the draw, or a guarantee");
    return;
  }
  double fixed_usd = 0.0;
  const double horizon = grid_.empty() ? 12.0 : static_cast<double>(grid_.back().month);
  for (const std::size_t l : lines_seen(contract_, a)) {
    const auto* fixed = std::get_if<FixedPay>(&contract_.pay[l].pays);
    const auto each = fixed ? constant_of(fixed->usd) : std::nullopt;
    if (!each) return;
    fixed_usd += *each * months_of(a.per, horizon) / months_of(fixed->per, horizon);
  }
  if (fixed_usd <= *usd) {
    add(FlawKind::nothing_to_recover, key, "has nothing to recover from",
        fmt::format("the pay it sees is fixed at {:.2f} a {} and never exceeds the draw", fixed_usd,
                    span_name(a.per)),
        "Name in `on` a component that can earn more, or write a guarantee");
  }
}

void FlawFinder::check_rule(const std::string& key, const Adjustment&, const Withhold& w) {
  if (const auto share = constant_of(w.share); share && !(*share > 0.0 && *share <= 1.0)) {
    add(key + ".share", fmt::format("{} is not a share of pay", *share), "more than all cannot be withheld",
        "Write a number above 0, at most 1");
  }
  if (const auto part = constant_of(w.released); part && !(*part >= 0.0 && *part <= 1.0)) {
    add(key + ".released", fmt::format("{} is not a share of what is held back", *part),
        "more than all cannot be paid out", "Write a number from 0 to 1");
  }
  const bool always = w.release.op == Condition::Op::all_of && w.release.parts.empty();
  AmountNames names;
  if (const auto e = expand_terms(w.release, contract_)) collect_names(*e, names);
  if (!always && !names.reads_ledger() && !names.month) {
    add(key + ".release", "no measure feeds it", "it is true or false whatever is worked",
        "Compare a ledger column, earned.NAME or month");
  }
}

void FlawFinder::check_rule(const std::string& key, const Adjustment&, const Carry& c) {
  if (c.limit) {
    if (const auto limit = constant_of(*c.limit); limit && *limit < 0.0) {
      add(key + ".limit", fmt::format("{} is below 0", *limit), "it bounds a size",
          "Write a positive number");
    }
  }
  const auto* name = std::get_if<std::string>(&c.into);
  if (!name) return;
  const auto line = std::ranges::find(contract_.pay, *name, &PayLine::name);
  if (line == contract_.pay.end() || !std::holds_alternative<MeasuredPay>(line->pays)) {
    add(key + ".into", fmt::format("{} is not a measured component", *name),
        "units are carried into a measure",
        "Write month, quarter, year or the name of a component with a measure");
  }
}

void FlawFinder::check_caps() {
  const double horizon = grid_.empty() ? 12.0 : static_cast<double>(grid_.back().month);
  for (std::size_t c = 0; c < contract_.adjust.size(); ++c) {
    const auto& capped = contract_.adjust[c];
    const auto* cap = std::get_if<Cap>(&capped.does);
    const auto cap_usd = cap ? constant_of(cap->usd) : std::nullopt;
    if (!cap_usd) continue;
    for (const auto& floor : contract_.adjust) {
      const auto* guarantee = std::get_if<Guarantee>(&floor.does);
      const auto usd = guarantee ? constant_of(guarantee->usd) : std::nullopt;
      if (!usd || lines_seen(contract_, floor) != lines_seen(contract_, capped)) continue;
      if (floor.months || capped.months || floor.when || capped.when) continue;
      const double a_year = *usd / months_of(floor.per, horizon);
      if (*cap_usd / months_of(capped.per, horizon) >= a_year) continue;
      add(FlawKind::cap_below_guarantee, adjust_key(c) + ".cap_usd",
          fmt::format("lies below the guarantee {}", floor.name), "the two cannot both hold",
          "Raise the cap or lower the guarantee");
    }
  }
}

}  // namespace paystress
