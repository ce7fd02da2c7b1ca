#include "sim/questions/price_levers.h"

#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "analysis/lever_table.h"
#include "model/levers.h"
#include "sim/questions/what_if.h"

namespace paystress::questions {
namespace {

constexpr std::array measures{Measure::income_usd, Measure::effective_hourly_usd};

/// A scenario as described, its levers, and the columns of each measure while they are made.
struct PulledLevers {
  RowScenario scenario;
  std::vector<Lever> levers;
  std::array<LeverColumns, measures.size()> columns;
};

// Where the columns of a changed practice belong.
std::vector<double>& place_of(PulledLevers& row, std::size_t change, std::size_t measure) {
  auto& columns = row.columns.at(measure);
  if (change < row.levers.size()) return columns.alone[change];
  return columns.together;
}

std::vector<Lever> levers_on(const engine::RunRequest& request, const Practice& practice) {
  return levers_of(practice, !request.study->holidays.empty());
}

}  // namespace

std::size_t samplings_of_levers(const engine::RunRequest& request, const Practice& practice) {
  return levers_on(request, practice).size() + 1;
}

std::string price_levers(const engine::RunRequest& request, const std::vector<DescribedOffer>& described,
                         const engine::Execution& how) {
  std::deque<Practice> practices;
  std::vector<PulledLevers> rows;
  std::vector<engine::ScenarioInput> inputs;
  std::vector<std::pair<std::size_t, std::size_t>> places;  // row, and which of its changes
  for (const auto& offer : described) {
    const auto& input = *offer.input;
    PulledLevers row{offer.scenario, levers_on(request, *input.practice), {}};
    for (auto& columns : row.columns) columns.alone.resize(row.levers.size());
    row.columns[0].base = offer.income_usd;
    row.columns[1].base = offer.effective_hourly_usd;
    const auto add = [&](Practice practice) {
      practices.push_back(std::move(practice));
      places.emplace_back(rows.size(), places.size());
      inputs.push_back(input);
      inputs.back().practice = &practices.back();
    };
    const auto first = places.size();
    auto bare = *input.practice;
    for (const auto& lever : row.levers) {
      add(without(*input.practice, lever));
      bare = without(std::move(bare), lever);
    }
    add(std::move(bare));
    for (std::size_t p = first; p < places.size(); ++p) places[p].second -= first;
    rows.push_back(std::move(row));
  }
  for_each_what_if(request, inputs, what_if_paths(request), how,
                   [&](std::size_t input, const engine::GroupRun& run, std::size_t offer) {
                     const auto [row, change] = places[input];
                     for (std::size_t m = 0; m < measures.size(); ++m)
                       place_of(rows[row], change, m) = over_horizon(measures.at(m), run, offer);
                   });
  const auto options = engine::table_options(*request.study);
  std::string text;
  for (auto& row : rows)
    for (std::size_t m = 0; m < measures.size(); ++m) {
      row.columns.at(m).measure = measure_name(measures.at(m));
      text += lever_rows(row.scenario, row.levers, row.columns.at(m), options.ci_level, options.design);
    }
  return text;
}

}  // namespace paystress::questions
