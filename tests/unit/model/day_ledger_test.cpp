#include "model/day_ledger.h"

#include <catch2/catch.hpp>
#include <vector>

namespace day_ledger_test {

using namespace paystress;

namespace {

constexpr auto no_shows = static_cast<std::size_t>(LedgerColumn::no_shows);
constexpr auto completed = static_cast<std::size_t>(LedgerColumn::completed_visits);

/// Two days of January and one of February, one path, with no-shows and completed visits.
DayGrid grid() {
  return {{{std::chrono::year(2026) / 1 / 5, 1, false},
           {std::chrono::year(2026) / 1 / 6, 1, false},
           {std::chrono::year(2026) / 2 / 2, 2, false}},
          std::chrono::year(2026) / 1 / 1,
          std::chrono::year(2026) / 2 / 28,
          1};
}

LedgerBlock months(const LedgerLayout& layout, std::vector<double> visits) {
  LedgerBlock block(2, layout.size(), 1);
  for (std::size_t m = 0; m < visits.size(); ++m) block.at(m, completed)[0] = visits[m];
  return block;
}

}  // namespace

TEST_CASE("a day ledger keeps the columns that are wanted", "[unit][spans]") {
  const auto layout = LedgerLayout::sampled({}, 0);
  const auto of = grid();
  DayLedger days(layout, {no_shows, completed}, of, 3);
  CHECK(days.layout().size() == 2);
  CHECK(days.layout()[1].name == "completed_visits");
  CHECK(days.has(LedgerColumn::no_shows));
  CHECK_FALSE(days.has(LedgerColumn::slots));
  CHECK(days.find(0, LedgerColumn::slots) == nullptr);
  CHECK(days.find(2, completed) == days.block().at(2, 1));
}

TEST_CASE("what a month gains falls on its days by the weights, in whole units", "[unit][spans]") {
  const auto layout = LedgerLayout::sampled({}, 0);
  const auto of = grid();
  DayLedger days(layout, {no_shows, completed}, of, 1);
  const auto set = [&](std::size_t column, std::vector<double> values) {
    for (std::size_t d = 0; d < values.size(); ++d) days.find(d, column)[0] = values[d];
  };
  const auto values = [&](std::size_t column) {
    std::vector<double> all;
    for (std::size_t d = 0; d < 3; ++d) all.push_back(days.find(d, column)[0]);
    return all;
  };
  set(no_shows, {1, 2, 0});
  set(completed, {5, 6, 7});
  // Three no-shows of January come back as visits: one on the first day, two on the second.
  days.follow(months(layout, {11, 7}), months(layout, {14, 7}), no_shows);
  CHECK(values(completed) == std::vector<double>{6, 8, 7});
  // Two units over weights 1 and 2: 2/3 rounds to 1, the rest follows. Nothing has a day in February.
  days.follow(months(layout, {14, 7}), months(layout, {12, 9}), no_shows);
  CHECK(values(completed) == std::vector<double>{5, 7, 7});
}

}  // namespace day_ledger_test
