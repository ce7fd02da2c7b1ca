#include "sim/questions/compare_slips.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "model/contract_key.h"
#include "model/money_bound.h"
#include "model/settle.h"
#include "scenarios/contract_values.h"

namespace paystress::questions {
namespace {

// Two sums of a slip are the same where they agree to the cent, whatever their last binary digit.
constexpr double same_cent = 0.005 + 1e-9;

/// What a contract pays by period: the payment, then the parts that the slips name.
using Paid = std::vector<std::vector<double>>;  // [sum][period]

/// A change that may explain slips.
struct Change {
  std::string text;
  Paid paid;
  std::vector<bool> explains;  ///< by slip
  std::size_t explained = 0;
};

class SlipComparer {
 public:
  SlipComparer(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid,
               const LedgerBlock& ledger, const PaySlips& slips)
      : contract_(contract), layout_(layout), grid_(grid), ledger_(ledger), slips_(slips) {}

  SlipComparison compare() {
    paid_ = price(contract_, ledger_).value_or(Paid());
    SlipComparison out;
    out.slips = slips_.slips.size();
    for (std::size_t s = 0; s < slips_.slips.size(); ++s) {
      if (agrees(s, paid_))
        ++out.agreeing;
      else
        differing_.push_back(s);
    }
    if (differing_.empty()) return out;
    try_changes();
    for (const auto s : differing_) {
      const auto explanations = explanations_of(s);
      for (std::size_t i = 0; i <= slips_.names.size(); ++i) {
        const auto stated = stated_sum(s, i);
        const auto period = slips_.slips[s].period;
        if (stated && !same(*stated, paid_[i][period]))
          out.differences.push_back(
              {period, i == 0 ? "total" : slips_.names[i - 1], *stated, paid_[i][period], explanations});
      }
    }
    return out;
  }

 private:
  static bool same(double a, double b) { return std::abs(a - b) < same_cent; }

  // Sum 0 is the payment.
  [[nodiscard]] std::optional<double> stated_sum(std::size_t slip, std::size_t sum) const {
    const auto& s = slips_.slips[slip];
    return sum == 0 ? s.paid_usd : s.usd[sum - 1];
  }

  [[nodiscard]] bool agrees(std::size_t slip, const Paid& paid) const {
    for (std::size_t i = 0; i <= slips_.names.size(); ++i) {
      const auto stated = stated_sum(slip, i);
      if (stated && !same(*stated, paid[i][slips_.slips[slip].period])) return false;
    }
    return true;
  }

  // Nothing where the contract is not legal on this ledger.
  [[nodiscard]] std::optional<Paid> price(const Contract& contract, const LedgerBlock& ledger) const {
    if (!find_flaws(contract, layout_, grid_).empty()) return std::nullopt;
    Settlement pay;
    try {
      PayPlan(contract, layout_, grid_).settle(ledger, pay, SettleDetail::pay);
    } catch (const MoneyBeyondBound&) {
      return std::nullopt;
    }
    Paid paid(1 + slips_.names.size(), std::vector<double>(grid_.size()));
    const auto fill = [&](std::vector<double>& to, const auto& run) {
      for (std::size_t p = 0; p < grid_.size(); ++p) to[p] = run(p)[0];
    };
    fill(paid[0], [&](std::size_t p) { return pay.paid(p); });
    for (std::size_t i = 0; i < slips_.names.size(); ++i) {
      const auto line = std::ranges::find(contract.pay, slips_.names[i], &PayLine::name);
      const auto part = std::ranges::find(contract.adjust, slips_.names[i], &Adjustment::name);
      if (line != contract.pay.end()) {
        const auto l = static_cast<std::size_t>(line - contract.pay.begin());
        if (line->counts) fill(paid[i + 1], [&](std::size_t p) { return pay.earned(l, p); });
      } else if (part != contract.adjust.end()) {
        const auto a = static_cast<std::size_t>(part - contract.adjust.begin());
        fill(paid[i + 1], [&](std::size_t p) { return pay.adjusted(a, p); });
      }
    }
    return paid;
  }

  void add(std::string text, std::optional<Paid> paid) {
    if (!paid) return;
    Change change{std::move(text), std::move(*paid), std::vector<bool>(slips_.slips.size()), 0};
    for (const auto s : differing_) {
      change.explains[s] = agrees(s, change.paid);
      if (change.explains[s]) ++change.explained;
    }
    if (change.explained > 0) changes_.push_back(std::move(change));
  }
  void add_contract(std::string text, const Contract& contract) {
    add(std::move(text), price(contract, ledger_));
  }

  void try_changes() {
    for (const auto& key : amount_keys(contract_)) try_amounts(key);
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) try_readings(l);
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) {
      auto other = contract_;
      other.pay[l].counts = !other.pay[l].counts;
      add_contract(fmt::format("{} {}", contract_.pay[l].name,
                               contract_.pay[l].counts ? "left out" : "paid, not only noted"),
                   other);
    }
    for (std::size_t a = 0; a < contract_.adjust.size(); ++a) {
      auto other = contract_;
      other.adjust.erase(other.adjust.begin() + static_cast<std::ptrdiff_t>(a));
      add_contract(contract_.adjust[a].name + " left out", other);
    }
    try_work_left_out();
    try_other_periods();
  }

  // Another amount than the contract's, half as much to half as much again and in round figures: an amount to
  // the cent explains any sum that it moves by little, so a step of the last figure must move the sum by 20
  // cents or more.
  void try_amounts(const std::string& key) {
    const auto amount = constant_at(key);
    if (!amount || *amount == 0.0) return;
    const double nudge = std::max(1.0, std::abs(*amount) * 0.01);
    const auto nudged = price(with_amount(key, *amount + nudge), ledger_);
    if (!nudged) return;
    std::set<double> tried{*amount};
    constexpr std::size_t most_tried = 40;
    for (const auto s : differing_) {
      const auto period = slips_.slips[s].period;
      for (std::size_t i = 0; i <= slips_.names.size(); ++i) {
        const auto stated = stated_sum(s, i);
        if (!stated || same(*stated, paid_[i][period])) continue;
        const double slope = ((*nudged)[i][period] - paid_[i][period]) / nudge;
        if (slope == 0.0) continue;
        const double wanted = *amount + (*stated - paid_[i][period]) / slope;
        for (double step = 1000; step >= 0.01 - 1e-12 && step * std::abs(slope) >= 0.2; step /= 10) {
          const double steps = std::round(wanted / step);
          const double round = step >= 1 ? steps * step : steps / std::round(1 / step);
          if (std::abs(round - *amount) > std::abs(*amount) / 2) continue;
          if (tried.size() > most_tried || !tried.insert(round).second) continue;
          const auto before = changes_.size();
          add_contract(fmt::format("{} = {} instead of {}", key, round, *amount), with_amount(key, round));
          if (changes_.size() > before) break;
        }
      }
    }
  }

  [[nodiscard]] std::optional<double> constant_at(const std::string& key) const {
    auto copy = contract_;
    const auto* amount = find_amount(copy, key);
    return amount != nullptr ? amount->constant() : std::nullopt;
  }
  [[nodiscard]] Contract with_amount(const std::string& key, double value) const {
    auto copy = contract_;
    *find_amount(copy, key) = Amount(value);
    return copy;
  }

  void try_readings(std::size_t l) {
    const auto& name = contract_.pay[l].name;
    const auto* pay = std::get_if<MeasuredPay>(&contract_.pay[l].pays);
    if (pay == nullptr) return;
    const auto changed = [&](std::string_view what, std::string_view value, auto&& change) {
      auto other = contract_;
      change(std::get<MeasuredPay>(other.pay[l].pays));
      add_contract(fmt::format("{} = \"{}\" of {}", what, value, name), other);
    };
    if (const auto* ladder = std::get_if<TierLadder>(&pay->schedule)) {
      for (const auto& [text, mode] : mode_names)
        if (mode != ladder->mode)
          changed("mode", text, [to = mode](MeasuredPay& p) { std::get<TierLadder>(p.schedule).mode = to; });
      for (const bool included : {false, true})
        if (std::ranges::any_of(ladder->tiers, [&](const Tier& t) { return t.from.included != included; }))
          changed("bound", included ? "at_least" : "above", [&](MeasuredPay& p) {
            for (auto& t : std::get<TierLadder>(p.schedule).tiers) t.from.included = included;
          });
    }
    for (const auto& [text, span] : span_names)
      if (span != pay->reset) changed("reset", text, [to = span](MeasuredPay& p) { p.reset = to; });
    for (const auto& [text, paid] : paid_names)
      if (paid != pay->paid) changed("paid", text, [to = paid](MeasuredPay& p) { p.paid = to; });
  }

  // The ledger without the work of one period.
  void try_work_left_out() {
    for (std::size_t without = 0; without < grid_.size(); ++without) {
      LedgerBlock other(ledger_.periods(), ledger_.columns(), 1);
      for (std::size_t p = 0; p < ledger_.periods(); ++p)
        for (std::size_t c = 0; c < ledger_.columns(); ++c)
          *other.at(p, c) = p == without ? 0.0 : ledger_.at(p, c)[0];
      add(fmt::format("work of {} left out", grid_[without].label), price(contract_, other));
    }
  }

  void try_other_periods() {
    const auto moved = [&](std::string text, auto&& take) {
      Paid paid = paid_;
      for (std::size_t i = 0; i < paid.size(); ++i)
        for (std::size_t p = 0; p < grid_.size(); ++p) paid[i][p] = take(paid_[i], p);
      add(std::move(text), std::move(paid));
    };
    const auto at = [](const std::vector<double>& usd, std::size_t p, int by) {
      const auto other = static_cast<std::ptrdiff_t>(p) + by;
      return other < 0 || other >= std::ssize(usd) ? std::numeric_limits<double>::quiet_NaN()
                                                   : usd[static_cast<std::size_t>(other)];
    };
    moved("nothing paid", [](const auto&, std::size_t) { return 0.0; });
    moved("pay of the period before", [&](const auto& usd, std::size_t p) { return at(usd, p, -1); });
    moved("pay of the period after", [&](const auto& usd, std::size_t p) { return at(usd, p, 1); });
    moved("paid together with the period before",
          [&](const auto& usd, std::size_t p) { return usd[p] + at(usd, p, -1); });
    moved("paid together with the period after",
          [&](const auto& usd, std::size_t p) { return usd[p] + at(usd, p, 1); });
    moved("paid twice", [](const auto& usd, std::size_t p) { return 2 * usd[p]; });
  }

  [[nodiscard]] std::vector<std::string> explanations_of(std::size_t slip) const {
    std::size_t most = 1;
    for (const auto& change : changes_)
      if (change.explains[slip]) most = std::max(most, change.explained);
    constexpr std::size_t shown = 5;
    std::vector<std::string> texts;
    for (const auto& change : changes_)
      if (change.explains[slip] && change.explained == most && texts.size() < shown)
        texts.push_back(change.text);
    return texts;
  }

  const Contract& contract_;
  const LedgerLayout& layout_;
  const PeriodGrid& grid_;
  const LedgerBlock& ledger_;
  const PaySlips& slips_;
  Paid paid_;
  std::vector<std::size_t> differing_;
  std::vector<Change> changes_;  ///< those that explain a slip, in the order of trial
};

}  // namespace

SlipComparison compare_slips(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid,
                             const LedgerBlock& ledger, const PaySlips& slips) {
  return SlipComparer(contract, layout, grid, ledger, slips).compare();
}

}  // namespace paystress::questions
