// Weeks and fortnights of a contract that ends by leaving: on the paths that leave they are those of a
// contract that ends with that month.
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "model/span_columns.h"
#include "tests/support/pay_support.h"

namespace paystress::leaving_spans_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using std::chrono::sys_days;

constexpr std::size_t months_of_study = 5;
constexpr sys_days first_day{std::chrono::year(2026) / 1 / 1}, last_day{std::chrono::year(2026) / 5 / 31};

/// Visits of every weekday of January to May 2026; path i leaves at the end of month i.
struct Weekdays {
  DayGrid grid{{}, first_day, last_day, 1};
  LedgerLayout layout = LedgerLayout::typed({{"workdays", ColumnUnit::count, ColumnJoin::sum, 1.0, ""},
                                             {"visits_done", ColumnUnit::count, ColumnJoin::sum, 1.0, ""}},
                                            0);
  LedgerBlock block{count(), 2, months_of_study + 1};

  Weekdays() {
    for (auto day = first_day; day <= last_day; day += std::chrono::days(1))
      if (is_weekday(day)) grid.days.push_back({day, month_of(grid, day), false});
    for (std::size_t d = 0; d < grid.days.size(); ++d)
      for (std::size_t i = 0; i < block.paths(); ++i) {
        block.at(d, std::size_t{0})[i] = 1.0;
        block.at(d, std::size_t{1})[i] = static_cast<double>((7 * d + 3 * i * d + i) % 13);
      }
  }
  static bool is_weekday(sys_days day) { return std::chrono::weekday(day).iso_encoding() < 6; }
  static std::size_t count() {
    std::size_t n = 0;
    for (auto day = first_day; day <= last_day; day += std::chrono::days(1)) n += is_weekday(day) ? 1U : 0U;
    return n;
  }
};

SpanColumn span(const char* name, SpanColumn::Each each, int days, const char* value) {
  SpanColumn c;
  c.info = {name, ColumnUnit::count, ColumnJoin::sum, 1.0, ""};
  c.each = each;
  c.days = days;
  if (days > 0) c.from = sys_days{std::chrono::year(2026) / 1 / 8};
  c.value = std::get<Amount>(parse_amount(value));
  return c;
}

Contract by_weeks() {
  auto contract = contract_of(
      {measured("overtime", "over", SingleRate{7.0}), measured("slack", "short_of", SingleRate{11.0}),
       measured("ladder", "over", tiers(TierMode::marginal, {above(20, 3)}), Span::quarter),
       measured("long", "most", SingleRate{0.5})});
  contract.partial = Partial::full;
  contract.ledger = {span("over", SpanColumn::Each::week, 0, "max(0, visits_done - 20)"),
                     span("short_of", SpanColumn::Each::days, 14, "max(0, 50 - visits_done) + month"),
                     span("most", SpanColumn::Each::days, 45, "visits_done")};
  return contract;
}

Settlement priced(const Contract& contract) {
  const Weekdays days;
  TypedLedger leavers(static_cast<int>(months_of_study));
  for (const auto* name : {"visits_done", "left", "left_by_employer"})
    leavers.add(name, std::vector<double>(months_of_study, 0.0));
  leavers.add("months_employed", std::vector<double>(months_of_study, 0.0), ColumnUnit::count, 1.0,
              ColumnJoin::last);
  const auto layout = leavers.layout();
  const auto whole = with_span_columns(layout, contract);
  LedgerBlock months(months_of_study, whole.size(), days.block.paths());
  for (std::size_t path = 0; path < months.paths(); ++path)
    write_leaving({static_cast<int>(path), false}, layout, leavers.grid, path, months);
  SpanColumns::Workspace work;
  SpanColumns(contract, days.layout, days.grid).make(days.block, months, layout.size(), work);
  Settlement pay;
  PayPlan(contract, layout, leavers.grid).settle(months, pay);
  return pay;
}

double in_all(const Settlement& pay, std::size_t path) {
  double usd = 0;
  for (std::size_t m = 0; m < pay.periods; ++m) usd += pay.paid(m)[path];
  return usd;
}

}  // namespace

TEST_CASE("a week or fortnight that is open on leaving counts its days so far",
          "[unit][pay_leaving][spans]") {
  auto leaving = by_weeks();
  leaving.ends_by_leaving = true;
  const auto left = priced(leaving);
  const auto stayed = priced(by_weeks());
  CHECK(in_all(left, 0) == in_all(stayed, 0));
  for (std::size_t month = 1; month <= months_of_study; ++month) {
    INFO(month);
    auto ended = by_weeks();
    ended.ends = static_cast<int>(month);
    CHECK(in_all(left, month) == in_all(priced(ended), month));
    for (std::size_t m = 0; m < months_of_study; ++m) {
      INFO(m);
      // Before the month of leaving as if one stayed, after it nothing.
      if (m + 1 < month) CHECK(left.paid(m)[month] == stayed.paid(m)[month]);
      if (m + 1 > month) CHECK(left.paid(m)[month] == 0.0);
      CHECK(left.paid_if_stayed(m)[month] == stayed.paid(m)[month]);
    }
  }
}

}  // namespace paystress::leaving_spans_test
