#include "sim/results/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace paystress::results {
namespace {

// Columns of so many contracts are held at once.
constexpr double group_bytes = 150e6;

// What a path costs: to sample, to price by a contract with its waterfall, and to put into the tables of a
// row.
constexpr std::size_t sampling_cost = 6, contract_cost = 1, row_cost = 3;

std::size_t cost_of(const engine::SampleGroup& group) {
  std::size_t cost = sampling_cost;
  for (const auto& price : group.prices) cost += contract_cost + row_cost * price.scenarios.size();
  return cost;
}

}  // namespace

std::optional<Shard> parse_shard(std::string_view text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto [slash, number_error] = std::from_chars(text.data(), end, shard.number);
  if (number_error != std::errc() || slash == end || *slash != '/') return std::nullopt;
  const auto [stop, of_error] = std::from_chars(slash + 1, end, shard.of);
  if (of_error != std::errc() || stop != end) return std::nullopt;
  if (shard.number < 1 || shard.number > shard.of || shard.of > most_shards) return std::nullopt;
  return shard;
}

std::string shard_text(Shard shard) { return fmt::format("{}/{}", shard.number, shard.of); }

std::vector<engine::SampleGroup> batch_groups(std::span<const engine::ScenarioInput> inputs, int months,
                                              std::size_t paths) {
  // Sampling again for more contracts than fit costs little beside pricing that many.
  const double bytes_an_offer = static_cast<double>(paths) * (60.0 + 8.0 * months);
  const auto offers_at_once = static_cast<std::size_t>(std::max(1.0, group_bytes / bytes_an_offer));
  std::vector<engine::SampleGroup> groups;
  for (auto& group : engine::plan_run(inputs, months)) {
    for (std::size_t first = 0; first < group.prices.size(); first += offers_at_once) {
      const auto begin = group.prices.begin() + static_cast<std::ptrdiff_t>(first);
      const auto size = static_cast<std::ptrdiff_t>(std::min(group.prices.size() - first, offers_at_once));
      groups.push_back({group.practice, group.stress, {begin, begin + size}});
    }
  }
  return groups;
}

std::string_view dealing_rule() {
  static const std::string rule = fmt::format(
      "groups of rows that share a practice and a stress, of at most {:.0f} MB of paths, by falling cost "
      "({} + {} for each contract + {} for each row), each to the shard that has least",
      group_bytes / 1e6, sampling_cost, contract_cost, row_cost);
  return rule;
}

std::vector<std::size_t> rows_of_shard(const engine::RunRequest& request, Shard shard) {
  const auto groups = batch_groups(request.inputs, request.study->months, request.paths);
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t g) { return cost_of(groups[g]); });
  // Cost so far and number of each shard; the least comes first, of two the lower number.
  std::vector<std::pair<std::size_t, std::size_t>> load;
  for (std::size_t k = 1; k <= shard.of; ++k) load.emplace_back(0, k);
  std::vector<std::size_t> rows;
  for (const auto g : order) {
    std::ranges::pop_heap(load, std::ranges::greater{});
    auto& [cost, number] = load.back();
    cost += cost_of(groups[g]);
    if (number == shard.number)
      for (const auto& row : engine::rows_of(groups[g])) rows.push_back(row.scenario);
    std::ranges::push_heap(load, std::ranges::greater{});
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace paystress::results
