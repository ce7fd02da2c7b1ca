#include "analysis/column_memo.h"

#include <algorithm>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <catch2/catch.hpp>
#include <cmath>

namespace column_memo_test {

using namespace paystress;

namespace {

constexpr std::size_t paths = 4096;

std::vector<double> some_column() {
  boost::random::mt19937_64 bits(7);
  std::vector<double> column(paths);
  for (double& x : column) x = boost::random::lognormal_distribution<double>(9.0, 0.2)(bits);
  return column;
}

bool same(const Estimate& a, const Estimate& b) {
  return a.value == b.value && a.std_error == b.std_error && a.ci_low == b.ci_low && a.ci_high == b.ci_high &&
         a.paths == b.paths && a.method == b.method;
}
bool same(const ColumnFigures& a, const ColumnFigures& b) {
  const auto told = [](const ColumnEstimates::Told& x, const ColumnEstimates::Told& y) {
    return x.statistic.kind == y.statistic.kind && x.statistic.argument == y.statistic.argument &&
           same(x.estimate, y.estimate);
  };
  const auto alike = [](const Estimate& x, const Estimate& y) { return same(x, y); };
  return std::ranges::equal(a.estimates.told, b.estimates.told, told) &&
         std::ranges::equal(a.estimates.fan, b.estimates.fan, alike) &&
         std::ranges::equal(a.below, b.below, alike);
}

}  // namespace

TEST_CASE("a column that is known is told the same, one that differs on a path is not it", "[unit][memo]") {
  ColumnMemo memo;
  const ColumnEstimator plain({}, paths), knowing({}, paths, &memo);
  const auto column = some_column();
  const std::vector<double> line{8'000.0};
  const auto first = knowing.figures(column, line);
  CHECK(memo.found() == 0);
  CHECK(same(first, plain.figures(column, line)));
  CHECK(same(first, knowing.figures(column, line)));
  CHECK(memo.found() == 1);

  auto other = column;
  other[paths - 1] = std::nextafter(other[paths - 1], 0.0);
  CHECK(same(knowing.figures(other, line), plain.figures(other, line)));
  CHECK(memo.found() == 1);
  // The same numbers of other paths have another order, on which replicates and pairs depend.
  std::swap(other[0], other[1]);
  static_cast<void>(knowing.figures(other, line));
  CHECK(memo.found() == 1);
  // Other lines are another question.
  const auto without = knowing.figures(column);
  CHECK(memo.found() == 1);
  CHECK(without.below.empty());
}

}  // namespace column_memo_test
