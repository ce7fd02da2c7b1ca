#include "sim/questions/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "analysis/csv_rows.h"
#include "model/calendar.h"
#include "model/contract_key.h"
#include "model/date_text.h"
#include "model/visit_push.h"
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
// What a day has of them.
bool is_of_days(const ShownColumn& c) { return ledger_column_info(c.column).finest == ColumnFinest::day; }

std::vector<std::size_t> columns_of_days(const LedgerLayout& layout) {
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < layout.size(); ++c)
    if (layout[c].finest == ColumnFinest::day) all.push_back(c);
  return all;
}

double value_of_day(const Replay& r, std::size_t row, std::size_t column) {
  const auto& days = r.days;
  const double stored = days.block().at(row, column)[r.lane];
  const double scale = days.layout()[column].scale;
  return scale > 0 ? stored / scale : stored;
}

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
  auto sampler = samplers::make_sampler(
      draws.sampler, {scenario.practice, scenario.stress, study.calendar(), draws.seed, draws.traits});
  const auto grid = study.grid();
  const auto changed = stressed(*scenario.offer, *scenario.stress, study.months);
  // A path is the same whatever is drawn beside it: no more than lanes of vectors hold, so that the days of a
  // hundred years fit into memory.
  constexpr std::size_t beside = 16;
  const std::size_t first = path - path % beside;
  const Contract& contract = changed ? *changed : *scenario.offer;
  const auto layout = sampler->layout();
  const auto whole = with_span_columns(layout, contract);
  const std::size_t n = std::min(beside, paths - first);
  DayLedger days(layout, columns_of_days(layout), sampler->days(), n);
  Replay replay{std::move(sampler),
                whole,
                LedgerBlock(grid.size(), whole.size(), n),
                std::move(days),
                path - first,
                PayPlan(contract, layout, grid),
                grid};
  replay.sampler->sample_days(first, replay.ledger, &replay.days);
  SpanColumns::Workspace work;
  if (!contract.ledger.empty())
    SpanColumns(contract, replay.days.layout(), replay.days.grid())
        .make(replay.days.block(), replay.ledger, layout.size(), work);
  if (const auto push = VisitPush::of(replay.plan, layout, grid)) {
    VisitPush::Workspace added;
    auto pay = settled(replay);
    push->add(replay.plan, replay.ledger, pay, added);
    replay.ledger = std::move(*added.months);
  }
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

std::string replay_days(const Replay& r) {
  std::vector<std::string> header{"date", "day", "holiday"};
  for (const auto& c : shown)
    if (is_of_days(c)) header.emplace_back(c.column == LedgerColumn::workdays ? "worked" : c.title);
  words::TextTable table(header);
  const auto& rows = r.days.grid().days;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto weekday = std::chrono::weekday(rows[row].date).iso_encoding() - 1;
    std::vector<std::string> line{date_text(rows[row].date), std::string(weekday_names.at(weekday)),
                                  rows[row].is_holiday ? "yes" : ""};
    for (const auto& c : shown)
      if (is_of_days(c)) {
        const auto at = *r.days.layout().find(ledger_column_info(c.column).name);
        line.push_back(fmt::format("{:.{}f}", value_of_day(r, row, at), c.decimals));
      }
    table.add(std::move(line));
  }
  return table.text();
}

std::string replay_days_csv(const Replay& r) {
  CsvRows rows;
  rows.text("period").text("is_holiday");
  const auto& layout = r.days.layout();
  for (std::size_t c = 0; c < layout.size(); ++c) rows.text(layout[c].name);
  rows.end();
  const auto& days = r.days.grid().days;
  for (std::size_t row = 0; row < days.size(); ++row) {
    rows.text(date_text(days[row].date)).text(days[row].is_holiday ? "1" : "0");
    for (std::size_t c = 0; c < layout.size(); ++c) rows.exact(value_of_day(r, row, c));
    rows.end();
  }
  return rows.take();
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
