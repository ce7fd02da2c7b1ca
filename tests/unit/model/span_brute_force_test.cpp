// Columns by day, week and some days, and pay that reads them, against exact fractions.
#include "tests/support/span_brute_force.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "model/rounding.h"
#include "model/settle.h"
#include "tests/support/pay_random.h"

namespace paystress::span_brute_force_test {
namespace {

using testing::random_spans;

/// The months with the columns that the engine makes of the days, in stored units.
LedgerBlock made_by_engine(const testing::RandomSpans& c) {
  const testing::SpanDays days(c);
  const SpanColumns spans(c.contract, days.layout, days.grid);
  const auto typed = c.months.block();
  LedgerBlock block(typed.periods(), typed.columns() + spans.columns().size(), 1);
  for (std::size_t p = 0; p < typed.periods(); ++p)
    for (std::size_t column = 0; column < typed.columns(); ++column)
      block.at(p, column)[0] = typed.at(p, column)[0];
  SpanColumns::Workspace work;
  spans.make(days.block, block, typed.columns(), work);
  return block;
}

enum class Verdict { agrees, near_tie, columns_differ, pay_differs };

// The engine's columns and its running total of pay in every month against exact ones. Doubles cannot tell
// what lies within the slack of rounding.h from a tie.
Verdict judge(const testing::RandomSpans& c) {
  const auto block = made_by_engine(c);
  const testing::ExactSpans exact(c);
  const std::size_t first = c.months.columns.size();
  auto months = c.months;
  for (std::size_t s = 0; s < exact.by_month.size(); ++s) {
    const auto& info = c.contract.ledger[s].info;
    std::vector<double> values;
    for (std::size_t p = 0; p < exact.by_month[s].size(); ++p) {
      values.push_back(exact.by_month[s][p].convert_to<double>());
      if (block.at(p, first + s)[0] == std::round(values.back() * info.scale)) continue;
      return exact.from_tie < 1e-9 ? Verdict::near_tie : Verdict::columns_differ;
    }
    months.add(info.name, std::move(values), info.unit, info.scale);
  }
  Settlement pay;
  PayPlan(c.contract, c.months.layout(), c.months.grid).settle(block, pay);
  const testing::BruteForce truth(c.contract, months);
  const double unit = std::max(1.0, c.contract.round.unit_usd.value_or(0.01) * 100.0);
  double engine = 0.0;
  testing::Exact total = 0;
  for (std::size_t p = 0; p < truth.paid_cents.size(); ++p) {
    engine += std::round(pay.paid(p)[0] * 100.0);
    total += truth.paid_cents[p];
    const double difference = std::fabs(engine - total.convert_to<double>());
    if (difference == 0.0) continue;
    const bool tie = truth.from_tie[p] <= tie_slack + std::fabs(engine) * relative_slack;
    return difference <= unit && tie ? Verdict::near_tie : Verdict::pay_differs;
  }
  return Verdict::agrees;
}

struct Comparison {
  std::vector<std::uint64_t> wrong;
  int priced = 0, near_ties = 0, by_days = 0, guaranteed = 0;
};
Comparison compare(std::uint64_t first, std::uint64_t count) {
  Comparison out;
  for (std::uint64_t i = first; i < first + count && out.wrong.size() < 10; ++i) {
    const auto c = random_spans(i);
    if (!find_flaws(c.contract, c.months.layout(), c.months.grid).empty()) continue;
    ++out.priced;
    for (const auto& column : c.contract.ledger) {
      out.by_days += column.each == SpanColumn::Each::days ? 1 : 0;
      out.guaranteed += column.info.name == "floor_usd" ? 1 : 0;
    }
    const auto verdict = judge(c);
    if (verdict == Verdict::near_tie)
      ++out.near_ties;
    else if (verdict != Verdict::agrees)
      out.wrong.push_back(i);
  }
  return out;
}

std::string described(const std::vector<std::uint64_t>& wrong) {
  if (wrong.empty()) return {};
  const auto c = random_spans(wrong.front());
  std::string out = "case " + std::to_string(wrong.front()) + "\n" + testing::summary(c.contract);
  for (const auto& column : c.contract.ledger)
    out += column.info.name + " each " + std::to_string(column.length_days()) + ": " + column.value.text() +
           (column.when ? " when " + column.when->text() : "") + "\n";
  return out + (judge(c) == Verdict::columns_differ ? "columns differ" : "pay differs");
}

TEST_CASE("columns of days and their pay agree with exact fractions to the cent", "[pay_brute_force]") {
  const auto result = compare(0, 3000);
  INFO(described(result.wrong));
  CHECK(result.wrong.empty());
  CHECK(result.near_ties <= 3);
  CHECK(result.priced > 2000);
  CHECK(result.by_days > 1000);
  CHECK(result.guaranteed > 500);
}

// A few minutes: ./unit_model_tests "[spans][long]"
TEST_CASE("columns of days and their pay agree with exact fractions on 100,000 contracts",
          "[.][long][spans]") {
  const auto result = compare(3000, 130'000);
  INFO(described(result.wrong));
  CHECK(result.wrong.empty());
  CHECK(result.near_ties <= 100);
  CHECK(result.priced >= 100'000);
}

TEST_CASE("the comparison sees a span that ends a day later, and a cent a day", "[pay_brute_force]") {
  int tried = 0, moved = 0, dearer = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto c = random_spans(i);
    if (!find_flaws(c.contract, c.months.layout(), c.months.grid).empty()) continue;
    const auto at = std::ranges::find(c.contract.ledger, SpanColumn::Each::days, &SpanColumn::each);
    if (at == c.contract.ledger.end() || c.days.size() < 60) continue;
    ++tried;
    const testing::ExactSpans exact(c);
    auto other = c;
    auto& column = other.contract.ledger[static_cast<std::size_t>(at - c.contract.ledger.begin())];
    *column.from += std::chrono::days(1);
    moved += testing::ExactSpans(other).by_month != exact.by_month ? 1 : 0;
    column = *at;
    column.value = Amount::apply(Amount::Op::add, {column.value, 0.01});
    dearer += testing::ExactSpans(other).by_month != exact.by_month ? 1 : 0;
  }
  // Values that do not depend on the span, or that a condition closes, stay: 106 of 165 move here.
  CHECK(tried > 100);
  CHECK(moved > tried / 2);
  CHECK(dearer > tried * 3 / 4);
}

}  // namespace
}  // namespace paystress::span_brute_force_test
