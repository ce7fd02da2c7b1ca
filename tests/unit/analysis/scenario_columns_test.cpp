#include "analysis/scenario_columns.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

#include "model/study.h"

namespace scenario_columns_test {

namespace {

using namespace paystress;

PeriodGrid grid_of(int months) {
  Study study;
  study.months = months;
  return study.grid();
}

/// Writes value(path, run) into a store block by block, from two threads, last block first.
template <class F>
void fill(PathStore& store, F value) {
  const auto half = [&](std::size_t odd) {
    for (std::size_t b = store.shape().blocks(); b-- > 0;) {
      if (b % 2 != odd) continue;
      const std::size_t n = store.shape().paths_in(b);
      std::vector<double> data(n * store.runs());
      std::vector<const double*> runs(store.runs());
      for (std::size_t r = 0; r < store.runs(); ++r) {
        for (std::size_t i = 0; i < n; ++i) data[r * n + i] = value(b * store.shape().block_paths + i, r);
        runs[r] = &data[r * n];
      }
      store.write(b, runs);
    }
  };
  std::jthread other([&] { half(1); });
  half(0);
}

}  // namespace

TEST_CASE("pay in cents comes back exactly, whatever its size", "[unit][columns]") {
  const PathShape shape{1000, 256};
  const auto check = [&](auto value) {
    PathStore store(shape, 12, 100.0, PathStore::Precision::exact);
    fill(store, value);
    std::vector<double> out(shape.paths);
    for (std::size_t r = 0; r < 12; ++r) {
      store.read_sum(r, r, out);
      for (std::size_t i = 0; i < shape.paths; ++i) REQUIRE(out[i] == value(i, r));
    }
    return store.bytes();
  };
  const auto cents = [](double c) { return c / 100.0; };
  const auto number = [](std::size_t i) { return static_cast<double>(i); };
  // One byte a month for a spread below 2.56 dollars, two below 655.36, three below 167,772.16, four above;
  // none for a constant, eight if not whole.
  const auto closest =
      check([&](std::size_t i, std::size_t r) { return cents(1'200'000 + number(i + 7 * r)); });
  const auto narrow =
      check([&](std::size_t i, std::size_t r) { return cents(1'200'000 + number(2 * i + 7 * r)); });
  const auto middle = check([&](std::size_t i, std::size_t r) { return cents(number(i * 30'001 + r)); });
  const auto wide = check([&](std::size_t i, std::size_t r) { return cents(number(i * 100'001 + r)); });
  const auto equal = check([&](std::size_t, std::size_t r) { return cents(number(r)); });
  const auto real = check([&](std::size_t i, std::size_t r) { return number(i + r) / 3.0; });
  const auto huge = check([&](std::size_t i, std::size_t r) { return 1e12 + cents(number(2 * i + r)); });
  const auto same = check([&](std::size_t i, std::size_t) { return cents(number(i)); });
  check([&](std::size_t i, std::size_t) { return -cents(number(i * 997)); });
  check([&](std::size_t i, std::size_t) { return i % 2 == 0 ? 1e300 : -1e300; });
  check([&](std::size_t i, std::size_t) { return i % 2 == 0 ? -4e9 : 4e9; });
  // The ends of each form: differences of 2^8 - 1 and 2^8, of 2^16, of 2^24, of 2^31 and 2^32 - 1 and beyond.
  for (const double range : {255.0, 256.0, 65'535.0, 65'536.0, 16'777'215.0, 16'777'216.0, 2'147'483'647.0,
                             2'147'483'648.0, 4'294'967'295.0, 4'294'967'296.0})
    check([&](std::size_t i, std::size_t r) { return cents((i % 3 == 0 ? 0.0 : range) - 10.0 * number(r)); });
  // Whole numbers on both sides of 2^51, beyond which halves can no longer be told.
  for (const double base : {2'251'799'813'685'000.0, 2'251'799'813'690'000.0})
    check([&](std::size_t i, std::size_t) { return (base + 100.0 * number(i % 7)) / 100.0; });
  CHECK(closest - equal == 1000 * 12 * 1);
  CHECK(middle - equal == 1000 * 12 * 3);
  CHECK(narrow - equal == 1000 * 12 * 2);
  CHECK(wide - equal == 1000 * 12 * 4);
  // Paths 0, 3, 6, ... are whole dollars, but a block is kept in one form.
  CHECK(real - equal == 1000 * 12 * 8);
  CHECK(huge - equal == 1000 * 12 * 2);
  CHECK(same - equal == 1000 * 1);  // a month like the one before takes nothing
}

TEST_CASE("sums over months are exact in cents", "[unit][columns]") {
  // 0.1 + 0.2 + ... in doubles is not what a ledger says.
  PathStore store({100, 64}, 12, 100.0, PathStore::Precision::exact);
  fill(store, [](std::size_t i, std::size_t) { return 0.10 + static_cast<double>(i); });
  std::vector<double> out(100);
  store.read_sum(0, 11, out);
  for (std::size_t i = 0; i < 100; ++i) REQUIRE(out[i] == (120.0 + 1200.0 * static_cast<double>(i)) / 100.0);
}

TEST_CASE("noise of doubles around a cent is not kept, a fraction of a cent is", "[unit][columns]") {
  PathStore store({2, 256}, 1, 100.0, PathStore::Precision::exact);
  fill(store, [](std::size_t i, std::size_t) { return i == 0 ? 0.1 + 0.2 : 5.0; });
  std::vector<double> out(2);
  store.read_sum(0, 0, out);
  CHECK(out[0] == 0.3);
  PathStore fraction({2, 256}, 1, 100.0, PathStore::Precision::exact);
  fill(fraction, [](std::size_t i, std::size_t) { return i == 0 ? 0.001 : 5.0; });
  fraction.read_sum(0, 0, out);
  CHECK(out[0] == 0.001);
}

TEST_CASE("ten million paths of one scenario fit below 2 GiB", "[unit][columns]") {
  // 256 paths as a run writes them, every hour a trait; 39,063 blocks take as much each. On top the tables
  // need three columns of doubles at a time (80 MB each).
  const PeriodGrid grid = grid_of(12);
  const PathShape shape{256, 256};
  PracticeColumns practice(shape, grid);
  LedgerBlock ledger(12, ledger_column_count, 256);
  Settlement pay;
  pay.paths = 256;
  pay.stride = 256;
  pay.periods = 12;
  pay.paid_.resize(12 * 256);
  for (std::size_t m = 0; m < 12; ++m)
    for (std::size_t i = 0; i < 256; ++i) {
      const auto x = static_cast<double>(i);
      ledger.at(m, LedgerColumn::session_hours)[i] = 160.0 + x / 7.0;
      ledger.at(m, LedgerColumn::after_hours)[i] = 20.0 + x / 3.0;
      ledger.at(m, LedgerColumn::meeting_hours)[i] = (m == 0 ? 8.0 : 4.0) + x / 11.0;
      ledger.at(m, LedgerColumn::completed_visits)[i] = 300.0 + x;
      ledger.at(m, LedgerColumn::generated_wrvu)[i] = 50'000.0 + 1000.0 * x;
      pay.paid_[m * 256 + i] = 12'000.0 + 100.01 * x;
    }
  practice.write(0, ledger);
  IncomeColumns income(shape, 12);
  income.write(0, pay);
  const double heap_overhead = 4 * 16.0;  // of malloc, by allocation
  const double bytes =
      (static_cast<double>(practice.bytes() + income.bytes()) + heap_overhead) * 10e6 / 256.0 + 3 * 80e6;
  INFO("bytes a path: " << static_cast<double>(practice.bytes() + income.bytes()) / 256.0);
  CHECK(bytes < 2147483648.0);
  const auto p = practice.periods().front();
  CHECK(practice.generated_wrvu(p)[3] == 12 * (50'000.0 + 3000.0) / 100.0);
  CHECK(practice.completed_visits(p)[5] == 12 * 305.0);
  CHECK(practice.session_hours(p)[7] == Approx(12 * 161.0).epsilon(1e-7));
  CHECK(income.income(p)[255] == Approx(12 * (12'000.0 + 100.01 * 255)).epsilon(1e-15));
}

TEST_CASE("periods are the horizon, study years and months", "[unit][columns]") {
  const auto p = report_periods(grid_of(14));
  REQUIRE(p.size() == 1 + 2 + 14);
  CHECK(p[0].label == "horizon");
  CHECK(p[0].last == 14);
  CHECK(p[1].label == "year_1");
  CHECK(p[1].last == 12);
  CHECK(p[1].weeks == Approx(365.0 / 7.0));
  CHECK(p[2].label == "year_2");
  CHECK(p[2].first == 13);
  CHECK(p[2].last == 14);
  CHECK(p[4].label == "month_02");
  CHECK(p[4].weeks == 4.0);
}

TEST_CASE("hourly measures divide by session hours, or by all hours", "[unit][columns]") {
  const PathShape shape{2, 256};
  PracticeColumns practice(shape, grid_of(1));
  LedgerBlock ledger(1, ledger_column_count, 2);
  const std::vector<std::pair<LedgerColumn, double>> first_path{{LedgerColumn::session_hours, 100.0},
                                                                {LedgerColumn::after_hours, 20.0},
                                                                {LedgerColumn::meeting_hours, 5.0},
                                                                {LedgerColumn::completed_visits, 300.0},
                                                                {LedgerColumn::generated_wrvu, 43'000.0}};
  for (const auto& [column, value] : first_path) ledger.at(0, column)[0] = value;
  practice.write(0, ledger);
  IncomeColumns income(shape, 1);
  const std::vector<double> pay{12'500.0, 1000.0};
  const double* runs[] = {pay.data()};
  income.write(0, runs);
  const auto& p = practice.periods()[0];
  const auto at = [&](Measure m) { return measure_column(m, p, practice, &income); };
  CHECK(at(Measure::income_usd)[0] == 12'500.0);
  CHECK(at(Measure::paid_hourly_usd)[0] == 125.0);
  CHECK(at(Measure::effective_hourly_usd)[0] == 100.0);
  CHECK(at(Measure::after_hours_per_week)[0] == Approx(20.0 * 7.0 / 31.0));
  CHECK(at(Measure::wrvu_per_hour)[0] == Approx(4.3));
  CHECK(at(Measure::completed_visits)[0] == 300.0);
  // A path that never worked: no hourly pay, not infinite pay.
  CHECK(std::isnan(at(Measure::paid_hourly_usd)[1]));
  CHECK(std::isnan(at(Measure::wrvu_per_hour)[1]));
  CHECK_THROWS_AS(measure_column(Measure::income_usd, p, practice, nullptr), std::invalid_argument);
  for (const auto m : {Measure::income_usd, Measure::completed_visits})
    CHECK(find_measure(measure_name(m)) == m);
  CHECK_FALSE(find_measure("income"));
}

}  // namespace scenario_columns_test
