#include "sim/results/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/words/text_table.h"

namespace paystress::results {
namespace {

std::string with_interval(const Estimate& e) {
  if (!e.value) return "-";
  if (!e.ci_low || !e.ci_high) return words::dollars(*e.value);
  return fmt::format("{} ({} to {})", words::dollars(*e.value), words::dollars(*e.ci_low),
                     words::dollars(*e.ci_high));
}

std::string windows_of(Span reset) {
  switch (reset) {
    case Span::month:
      return "months";
    case Span::quarter:
      return "quarters";
    case Span::year:
      return "years";
    case Span::horizon:
      return "paths";
  }
  return {};
}

std::string headline(const std::optional<engine::TierHeadline>& tier) {
  if (!tier) return "-";
  return fmt::format("{} tier {}: missed in {} of {}", tier->component, tier->tier,
                     words::percent(tier->missed_share), windows_of(tier->reset));
}

}  // namespace

std::string run_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                       std::span<const engine::ScenarioOutcome> outcomes) {
  std::vector<std::string> header{"scenario", "median total pay $ (95 % interval)", "worst 1 in 20 $"};
  if (study.target_usd_per_year) header.emplace_back("P(below target)");
  if (study.need_usd_per_month) header.emplace_back("months below need");
  header.insert(header.end(), {"paid $/h", "effective $/h", "tier line that costs most"});
  words::TextTable table(header);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& k = outcomes[i].tables.key_figures;
    std::vector<std::string> row{inputs[i].scenario->id, with_interval(k.p50_usd),
                                 words::or_dash(k.p05_usd.value, words::dollars)};
    if (study.target_usd_per_year)
      row.push_back(words::or_dash(k.target_shortfall_prob.value, words::percent));
    if (study.need_usd_per_month) row.push_back(words::or_dash(k.need_shortfall_share.value, words::percent));
    row.push_back(words::or_dash(k.paid_hourly_p50_usd.value, words::dollars));
    row.push_back(words::or_dash(k.effective_hourly_p50_usd.value, words::dollars));
    row.push_back(headline(outcomes[i].tier));
    table.add(std::move(row));
  }
  return table.text();
}

std::string ranking_report(std::span<const engine::ScenarioInput> inputs,
                           const engine::Comparisons& comparisons) {
  const auto base = std::ranges::find(comparisons.ranks, "base", [](const auto& r) { return r.first; });
  if (base == comparisons.ranks.end()) return {};
  words::TextTable table(
      {"ranking, unstressed", "median total pay $", "pays most on", "costs on average $ if chosen"});
  for (const auto& r : base->second)
    table.add({inputs[r.scenario].scenario->id, words::or_dash(r.median_usd.value, words::dollars),
               words::or_dash(r.best_prob.value, words::percent),
               words::or_dash(r.regret_usd.value, words::dollars)});
  return table.text() + "\n";
}

std::string precision_report(const Study& study, std::span<const TargetStatus> targets, std::size_t paths) {
  const auto worst = worst_target(targets);
  if (!worst) return {};
  const auto& t = targets[*worst];
  auto text = fmt::format("{} of {} precision targets not met after {} paths; the worst is {} of {}",
                          std::ranges::count(targets, false, &TargetStatus::met), targets.size(), paths,
                          target_text(study.precision->targets[t.target]), t.scenario);
  if (t.half_width) text += fmt::format(": +- {:.4g}", *t.half_width);
  if (t.paths_needed) text += fmt::format(", about {:.0f} paths would do", *t.paths_needed);
  return text;
}

}  // namespace paystress::results
