#include "sim/results/exact_result.h"

#include <fmt/format.h>

#include "sim/engine/outcomes.h"
#include "sim/errors.h"
#include "sim/exact/exact_tables.h"
#include "sim/samplers/practice_plan.h"
#include "sim/words/scenario_titles.h"
#include "sim/words/text_table.h"

namespace paystress::results {

std::vector<exact::ExactPay> solve_exactly(const Study& study,
                                           std::span<const engine::ScenarioInput> inputs) {
  std::vector<exact::ExactPay> pays(inputs.size());
  const PeriodGrid grid = study.grid();
  std::string refusals;
  for (const auto& group : engine::plan_run(inputs, study.months)) {
    const auto plan = samplers::make_plan(*group.practice, *group.stress, study.calendar());
    for (const auto& price : group.prices) {
      const auto reasons = exact::why_not_exact(plan, *price.contract, grid);
      for (const auto s : price.scenarios)
        for (const auto& reason : reasons)
          refusals += fmt::format("\n  {}: {}", inputs[s].scenario->id, reason);
      if (!refusals.empty()) continue;
      const auto pay = exact::settle_exactly(plan, *price.contract, grid, study.near_miss);
      for (const auto s : price.scenarios) pays[s] = pay;
    }
  }
  if (!refusals.empty())
    throw InputError("no exact answer for these scenarios; --sampler fast has one with an error:" + refusals);
  return pays;
}

void add_exact_tables(const ResultWriter& result, const Study& study,
                      std::span<const engine::ScenarioInput> inputs, std::span<const exact::ExactPay> pays) {
  const auto reported = engine::table_options(study);
  std::string income;
  std::string tiers;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    income += exact::exact_income_rows(*inputs[i].scenario, pays[i], reported);
    tiers += exact::exact_tier_rows(*inputs[i].scenario, pays[i]);
  }
  result.add(Table::income_distribution, income);
  result.add(Table::tier_miss, tiers);
}

std::string exact_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                         std::span<const exact::ExactPay> pays, const words::Screen& screen) {
  std::vector<words::ScreenTable::Column> columns{
      {"median", "$", 0}, {"mean", "$", 1}, {"5th", "percentile $", 2}};
  if (study.target_usd_per_year) columns.push_back({"P(below", "target)", 3});
  columns.push_back({"rounded", "by $", 4});
  words::ScreenTable table(columns);
  std::string before;
  for (std::size_t i = 0; i < pays.size(); ++i) {
    const auto& cents = pays[i].horizon;
    const auto usd = [](double c) { return words::dollars(c / 100); };
    std::vector<std::string> row{usd(static_cast<double>(cents.quantile(0.5))), usd(cents.mean()),
                                 usd(static_cast<double>(cents.quantile(0.05)))};
    if (study.target_usd_per_year)
      row.push_back(words::percent(cents.below(100 * *study.target_usd_per_year * study.months / 12 *
                                               pays[i].share_in_force(1, study.months))));
    row.push_back(fmt::format("{:.2f}", pays[i].largest_rounding_usd));
    const auto& scenario = *inputs[i].scenario;
    const auto title = words::offer_title(study, scenario);
    if (title != before) table.title(title);
    before = title;
    table.row(words::stress_title(scenario.stress), std::move(row));
  }
  return table.text(screen) + "\n";
}

}  // namespace paystress::results
