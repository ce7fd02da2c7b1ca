#include "sim/questions/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analysis/csv_rows.h"
#include "model/contract_key.h"
#include "sim/words/text_table.h"

namespace paystress::questions {
namespace {

double value_of(const Replay& r, std::size_t month, std::size_t column) {
  const double stored = r.ledger.at(month, column)[r.lane];
  const double scale = r.layout[column].scale;
  return scale > 0 ? stored / scale : stored;
}

Settlement settled(const Replay& r) {
  Settlement pay;
  r.plan.settle(r.ledger, pay);
  return pay;
}

struct ShownColumn {
  LedgerColumn column;
  std::string_view title;
  int decimals;
};
constexpr std::array<ShownColumn, 14> shown{{{LedgerColumn::workdays, "days", 0},
                                             {LedgerColumn::session_hours, "session h", 1},
                                             {LedgerColumn::after_hours, "after h", 1},
                                             {LedgerColumn::meeting_hours, "meeting h", 1},
                                             {LedgerColumn::slots, "slots", 0},
                                             {LedgerColumn::unfilled_slots, "unfilled", 0},
                                             {LedgerColumn::booked_visits, "booked", 0},
                                             {LedgerColumn::late_cancels, "cancels", 0},
                                             {LedgerColumn::no_shows, "no-shows", 0},
                                             {LedgerColumn::tech_failures, "failed", 0},
                                             {LedgerColumn::completed_visits, "visits", 0},
                                             {LedgerColumn::generated_wrvu, "wRVU", 2},
                                             {LedgerColumn::credited_wrvu, "credited", 2},
                                             {LedgerColumn::messages, "messages", 0}}};

}  // namespace

Replay replay_path(const Study& study, const engine::ScenarioInput& scenario, const engine::Draws& draws,
                   std::size_t paths, std::size_t path) {
  const auto sampler =
      samplers::make_sampler(draws.sampler, {scenario.practice, scenario.stress, study.calendar(), draws.seed,
                                             draws.traits == TraitSampling::latin_hypercube});
  const auto grid = study.grid();
  const auto changed = stressed(*scenario.offer, *scenario.stress, study.months);
  const PathShape shape{paths, samplers::block_paths};
  const std::size_t block = path / samplers::block_paths;
  Replay replay{sampler->layout(), LedgerBlock(grid.size(), sampler->layout().size(), shape.paths_in(block)),
                path % samplers::block_paths,
                PayPlan(changed ? *changed : *scenario.offer, sampler->layout(), grid), grid};
  sampler->sample(block * samplers::block_paths, replay.ledger);
  return replay;
}

std::string replay_months(const Replay& r) {
  const auto pay = settled(r);
  std::vector<std::string> header{"month"};
  for (const auto& c : shown) header.emplace_back(c.title);
  header.emplace_back("paid $");
  words::TextTable table(header);
  std::array<double, shown.size() + 1> total{};
  const auto add = [&](const std::string& label, const std::array<double, shown.size() + 1>& values) {
    std::vector<std::string> row{label};
    for (std::size_t c = 0; c < shown.size(); ++c)
      row.push_back(fmt::format("{:.{}f}", values[c], shown[c].decimals));
    row.push_back(fmt::format("{:.2f}", values.back()));
    table.add(std::move(row));
  };
  for (std::size_t m = 0; m < r.grid.size(); ++m) {
    std::array<double, shown.size() + 1> values{};
    for (std::size_t c = 0; c < shown.size(); ++c)
      values[c] = value_of(r, m, static_cast<std::size_t>(shown[c].column));
    values.back() = pay.paid(m)[r.lane];
    for (std::size_t i = 0; i < values.size(); ++i) total[i] += values[i];
    add(r.grid[m].label, values);
  }
  add("total", total);
  return table.text();
}

std::string replay_csv(const Replay& r) {
  const auto pay = settled(r);
  CsvRows rows;
  rows.text("period");
  for (std::size_t c = 0; c < r.layout.size(); ++c) rows.text(r.layout[c].name);
  rows.text("paid_usd").end();
  for (std::size_t m = 0; m < r.grid.size(); ++m) {
    rows.text(r.grid[m].label);
    for (std::size_t c = 0; c < r.layout.size(); ++c) rows.exact(value_of(r, m, c));
    rows.exact(pay.paid(m)[r.lane]).end();
  }
  return rows.take();
}

}  // namespace paystress::questions
