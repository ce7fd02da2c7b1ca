#include "model/contract_order.h"

#include <algorithm>
#include <set>
#include <string>

#include "model/amount_facts.h"

namespace paystress {

std::vector<std::size_t> lines_seen(const Contract& contract, const Adjustment& adjustment) {
  std::vector<std::size_t> lines;
  for (std::size_t l = 0; l < contract.pay.size(); ++l) {
    const bool named = std::ranges::find(adjustment.on, contract.pay[l].name) != adjustment.on.end();
    if (adjustment.on.empty() ? contract.pay[l].counts : named) lines.push_back(l);
  }
  return lines;
}

std::vector<std::size_t> earlier_within(const Contract& contract, std::size_t i) {
  const auto own = lines_seen(contract, contract.adjust[i]);
  std::vector<std::size_t> earlier;
  for (std::size_t e = 0; e < i; ++e) {
    if (std::ranges::includes(own, lines_seen(contract, contract.adjust[e]))) earlier.push_back(e);
  }
  return earlier;
}

std::optional<MonthRange> money_phase(const Contract& contract, Span span,
                                      const std::optional<MonthRange>& months) {
  constexpr int never = 1'000'000;
  if (months || span != Span::year || contract.opening.to_date.empty() ||
      !contract.opening.earned_usd.empty())
    return months;
  return MonthRange{1, never};
}

ComponentOrder order_of_components(const Contract& contract) {
  const std::size_t n = contract.pay.size();
  std::vector<std::set<std::string>> waits(n);
  for (std::size_t l = 0; l < n; ++l) {
    const auto names = names_of(contract.pay[l], contract);
    for (const auto& name : names.earned) {
      if (std::ranges::find(contract.pay, name, &PayLine::name) != contract.pay.end()) waits[l].insert(name);
    }
  }
  ComponentOrder out;
  auto& order = out.order;
  std::vector<bool> done(n, false);
  while (order.size() < n) {
    const auto before = order.size();
    for (std::size_t l = 0; l < n; ++l) {
      if (done[l] || !waits[l].empty()) continue;
      done[l] = true;
      order.push_back(l);
      for (auto& w : waits) w.erase(contract.pay[l].name);
    }
    if (order.size() > before) continue;
    for (std::size_t l = 0; l < n; ++l) {
      if (!done[l]) out.circle.push_back(l);
    }
    break;
  }
  return out;
}

}  // namespace paystress
