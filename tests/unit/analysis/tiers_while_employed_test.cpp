// Tiers of the windows in which a path is employed: every month of leaving with every run of months, by hand.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "analysis/tier_misses.h"
#include "tests/support/pay_support.h"

namespace paystress::tiers_while_employed_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

constexpr int months = 6, window_months = 3;
constexpr double line = 360.0, few = 90.0, many = 140.0;
constexpr std::size_t windows = 2;

/// A path: the month at whose end it leaves (0: never), and whether each month has many visits.
struct Path {
  int leaves = 0;
  unsigned months_with_many = 0;
  [[nodiscard]] double visits(int month) const {
    return (months_with_many >> static_cast<unsigned>(month - 1) & 1U) != 0 ? many : few;
  }
};

std::vector<Path> all_paths() {
  std::vector<Path> all;
  for (int leaves = 0; leaves <= months; ++leaves)
    for (unsigned m = 0; m < 1U << months; ++m) all.push_back({leaves, m});
  return all;
}

/// What becomes of a path in a quarter, worked out from the words of `partial` alone.
enum class Standing { gone, missed, reached };
Standing standing(const Path& path, std::size_t window, Partial partial) {
  const int first = static_cast<int>(window) * window_months + 1;
  int last = first + window_months - 1;
  const bool is_cut = path.leaves > 0 && path.leaves < last;
  if (path.leaves > 0 && path.leaves < first) return Standing::gone;
  if (is_cut) last = path.leaves;
  if (is_cut && partial == Partial::none) return Standing::missed;
  double seen = 0.0;
  for (int m = first; m <= last; ++m) seen += path.visits(m);
  const double part =
      is_cut && partial == Partial::prorate ? static_cast<double>(last - first + 1) / window_months : 1.0;
  return seen >= line * part ? Standing::reached : Standing::missed;
}

TierMisses counted(const std::vector<Path>& paths, Partial partial, std::size_t block_paths) {
  TypedLedger columns(months);
  const std::vector<double> none(months, 0.0);
  columns.add("visits_done", none).add("left", none).add("left_by_employer", none);
  columns.add("months_employed", none, ColumnUnit::count, 1.0, ColumnJoin::last);
  auto contract = contract_of(
      {measured("bonus", "visits_done", tiers(TierMode::marginal, {at_least(line, 10)}), Span::quarter)});
  contract.ends_by_leaving = true;
  contract.partial = partial;
  const PayPlan plan(contract, columns.layout(), columns.grid);
  TierMisses all(plan, columns.grid);
  for (std::size_t from = 0; from < paths.size(); from += block_paths) {
    const auto count = std::min(block_paths, paths.size() - from);
    LedgerBlock block(months, columns.columns.size(), count);
    for (std::size_t i = 0; i < count; ++i)
      for (int m = 1; m <= months; ++m) {
        const auto& path = paths[from + i];
        const auto period = static_cast<std::size_t>(m - 1);
        block.at(period, 0)[i] = path.visits(m);
        block.at(period, 1)[i] = path.leaves == m ? 1 : 0;
        block.at(period, 3)[i] = path.leaves > 0 ? std::min(m, path.leaves) : m;
      }
    Settlement pay;
    plan.settle(block, pay);
    TierMisses some(plan, columns.grid);
    some.add(pay);
    all.merge(some);
  }
  return all;
}

Estimate row_of(const TierMisses& misses, const std::string& period) {
  for (const auto& row : tier_miss_estimates(misses, 0.95))
    if (row.period == period) return row.figures.miss_employed;
  FAIL("no row " << period);
  return {};
}

TEST_CASE("a tier is told of the windows employed, the last cut as partial says", "[unit][tier_misses]") {
  const auto paths = all_paths();
  const auto n = static_cast<double>(paths.size());
  for (const auto partial : {Partial::prorate, Partial::full, Partial::none}) {
    double missed[windows] = {}, judged[windows] = {}, any = 0.0, both = 0.0;
    for (const auto& path : paths) {
      int misses = 0;
      for (std::size_t w = 0; w < windows; ++w) {
        const auto is = standing(path, w, partial);
        judged[w] += is == Standing::gone ? 0 : 1;
        missed[w] += is == Standing::missed ? 1 : 0;
        misses += is == Standing::missed ? 1 : 0;
      }
      any += misses >= 1 ? 1 : 0;
      both += misses >= 2 ? 1 : 0;
    }
    INFO("partial " << static_cast<int>(partial));
    for (const std::size_t block : {std::size_t{64}, paths.size()}) {
      const auto misses = counted(paths, partial, block);
      CHECK(*row_of(misses, "quarter_1").value == missed[0] / judged[0]);
      CHECK(*row_of(misses, "quarter_2").value == missed[1] / judged[1]);
      CHECK(row_of(misses, "quarter_2").paths == static_cast<std::size_t>(judged[1]));
      CHECK(*row_of(misses, "any").value == any / n);
      CHECK(*row_of(misses, "at_least_2").value == both / n);
      CHECK(*row_of(misses, "share").value == (missed[0] + missed[1]) / (judged[0] + judged[1]));
    }
    // 448 paths: of the second quarter those that left in the first three months are no part.
    CHECK(judged[0] == 448.0);
    CHECK(judged[1] == 256.0);
  }
}

TEST_CASE("a line that is reached before leaving is reached by the month of it", "[unit][tier_misses]") {
  // 140 and 140 of 240: reached on leaving in month 2, where the whole line of 360 is not.
  const auto prorated = counted({{2, 0b11}, {0, 0b111}}, Partial::prorate, 2);
  CHECK(*row_of(prorated, "by_month_01").value == 1.0);
  CHECK(*row_of(prorated, "by_month_02").value == 0.5);
  CHECK(*row_of(prorated, "by_month_03").value == 0.0);
  CHECK(*row_of(prorated, "quarter_1").value == 0.0);
  CHECK(*row_of(prorated, "quarter_2").value == 1.0);  // of the path that is there
  CHECK(*row_of(counted({{2, 0b11}}, Partial::full, 1), "quarter_1").value == 1.0);
  CHECK_FALSE(row_of(counted({{2, 0b11}}, Partial::full, 1), "quarter_2").value);
  CHECK(*row_of(counted({{2, 0b11}}, Partial::full, 1), "share").value == 1.0);
}

TEST_CASE("where the offer does not end by leaving nothing is told apart", "[unit][tier_misses]") {
  TypedLedger ledger(months);
  ledger.add("visits_done", std::vector<double>(months, many));
  const auto contract = contract_of(
      {measured("bonus", "visits_done", tiers(TierMode::marginal, {at_least(line, 10)}), Span::quarter)});
  const PayPlan plan(contract, ledger.layout(), ledger.grid);
  TierMisses misses(plan, ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  misses.add(pay);
  for (const auto& row : tier_miss_estimates(misses, 0.95)) CHECK_FALSE(row.figures.miss_employed.value);
}

}  // namespace
}  // namespace paystress::tiers_while_employed_test
