#include "sim/questions/remedies.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/paired_change.h"
#include "analysis/root_search.h"
#include "model/contract_key.h"
#include "sim/questions/what_if.h"

namespace paystress::questions {
namespace {

constexpr double a_small_rise = 1.05, most_times = 2.0, tolerance = 0.001;

/// The worse answer with other numbers in its contract.
class Raised {
 public:
  Raised(const engine::RunRequest& request, const engine::ScenarioInput& worse, const engine::Execution& how)
      : request_(request), worse_(worse), how_(how) {}

  /// Yearly pay by path under each of the contracts.
  [[nodiscard]] std::vector<std::vector<double>> pay(const std::vector<Contract>& contracts) const {
    std::vector<engine::ScenarioInput> inputs(contracts.size(), worse_);
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].offer = &contracts[i];
    return yearly_pay(request_, inputs, how_);
  }
  [[nodiscard]] Contract with(const std::string& key, double value) const {
    auto contract = *worse_.offer;
    *find_amount(contract, key) = Amount(value);
    return contract;
  }
  [[nodiscard]] const Contract& contract() const { return *worse_.offer; }

 private:
  const engine::RunRequest& request_;
  const engine::ScenarioInput& worse_;
  const engine::Execution& how_;
};

struct Number {
  std::string key;
  double value = 0.0;
};

// Dollars of pay and terms that are above nothing; bounds of tiers, blocks and targets are not paid.
std::vector<Number> numbers_paid(const Contract& contract) {
  auto copy = contract;
  std::vector<Number> numbers;
  for (auto& key : amount_keys(contract)) {
    const auto value = find_amount(copy, key)->constant();
    const bool is_paid =
        key.starts_with("terms.") || (key.starts_with("pay.") && key.find("usd") != std::string::npos);
    if (is_paid && value && *value > 0.0) numbers.push_back({std::move(key), *value});
  }
  return numbers;
}

// Whose rise by a twentieth moves the median most, the first of such.
std::optional<Number> strongest(const Raised& raised) {
  auto numbers = numbers_paid(raised.contract());
  if (numbers.empty()) return std::nullopt;
  std::vector<Contract> contracts{raised.contract()};
  for (const auto& number : numbers)
    contracts.push_back(raised.with(number.key, a_small_rise * number.value));
  std::vector<double> medians;
  for (const auto& usd : raised.pay(contracts)) medians.push_back(Sample(usd).quantile(0.5));
  const auto most = std::ranges::max_element(medians.begin() + 1, medians.end());
  if (!(*most > medians.front())) return std::nullopt;
  return numbers[static_cast<std::size_t>(most - medians.begin()) - 1];
}

MarginPoint margin_at(double x, const Estimate& more) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!more.value) return {x, std::nan(""), std::nan(""), std::nan("")};
  return {x, *more.value, more.ci_low.value_or(-infinity), more.ci_high.value_or(infinity)};
}

}  // namespace

std::optional<Remedy> find_remedy(const engine::RunRequest& request, const engine::ScenarioInput& worse,
                                  std::span<const double> better_usd, const TableOptions& options,
                                  const engine::Execution& how) {
  const Raised raised(request, worse, how);
  const auto number = strongest(raised);
  if (!number) return std::nullopt;
  const auto margins = [&](std::span<const double> xs) {
    std::vector<Contract> contracts;
    for (const double x : xs) contracts.push_back(raised.with(number->key, x));
    std::vector<MarginPoint> points;
    const auto pay = raised.pay(contracts);
    for (std::size_t i = 0; i < xs.size(); ++i)
      points.push_back(margin_at(xs[i], median_change(better_usd, pay[i], options.ci_level, options.design)));
    return points;
  };
  RootSearchSettings settings;
  settings.from = number->value;
  settings.to = most_times * number->value;
  settings.grid = 9;
  settings.tolerance = tolerance * number->value;
  const auto found = find_crossings(margins, settings);
  // From the last crossing on it is enough at every value tried.
  if (found.crossings.empty() || !found.crossings.back().starts) return std::nullopt;
  const auto& crossing = found.crossings.back();
  Remedy remedy{number->key, number->value, {}};
  remedy.to.value = crossing.holds_at();
  if (!crossing.open_low) remedy.to.ci_low = crossing.ci_low;
  if (!crossing.open_high) remedy.to.ci_high = crossing.ci_high;
  return remedy;
}

}  // namespace paystress::questions
