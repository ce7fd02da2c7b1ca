// Pay of paths that leave: hours, lines and short months count the months employed.
#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/cash_flow.h"
#include "analysis/scenario_columns.h"
#include "model/study.h"

namespace paystress::leaving_columns_test {
namespace {

constexpr std::size_t paths = 3;
constexpr int months = 12;

/// Path 0 stays, path 1 leaves at the end of month 3, path 2 at that of month 12. A month has 100 hours of
/// session and 25 unpaid ones and pays 10,000 dollars, 2,000 in month 2.
struct Leavers {
  PathShape shape{paths, 256};
  PracticeColumns practice;
  IncomeColumns income{shape, months, {MayLeave::yes}};
  Leavers() : practice(shape, grid()) {
    LedgerBlock ledger(months, ledger_column_count, paths);
    Settlement pay;
    pay.paths = paths;
    pay.stride = ledger.stride();
    pay.periods = months;
    pay.paid_.assign(months * pay.stride, 0.0);
    pay.stayed_.assign(months * pay.stride, 0.0);
    pay.leaving_.assign(pay.stride, 0.0);
    pay.leaving_[1] = 3;
    pay.leaving_[2] = 12;
    for (std::size_t m = 0; m < months; ++m)
      for (std::size_t i = 0; i < paths; ++i) {
        ledger.at(m, LedgerColumn::session_hours)[i] = 100;
        ledger.at(m, LedgerColumn::after_hours)[i] = 20;
        ledger.at(m, LedgerColumn::meeting_hours)[i] = 5;
        const double usd = m == 1 ? 2'000 : 10'000;
        pay.stayed_[m * pay.stride + i] = usd;
        pay.paid_[m * pay.stride + i] = i == 1 && m >= 3 ? 0.0 : usd;
      }
    practice.write(0, ledger);
    income.write(0, pay);
  }
  static PeriodGrid grid() {
    Study study;
    study.months = months;
    return study.grid();
  }
  [[nodiscard]] const ReportPeriod& period(std::string_view label) const {
    for (const auto& p : practice.periods())
      if (p.label == label) return p;
    throw std::out_of_range(std::string(label));
  }
};

TEST_CASE("pay by the hour is that of the months employed", "[unit][leaving]") {
  const Leavers l;
  const auto& year = l.period("horizon");
  const auto hourly = measure_column(Measure::paid_hourly_usd, year, l.practice, &l.income);
  CHECK(hourly[0] == Approx(112'000 / 1'200.0));
  CHECK(hourly[1] == Approx(22'000 / 300.0));
  CHECK(hourly[2] == Approx(112'000 / 1'200.0));
  CHECK(measure_column(Measure::effective_hourly_usd, year, l.practice, &l.income)[1] ==
        Approx(22'000 / 375.0));
  // Nobody is paid by the hour after leaving.
  CHECK(std::isnan(measure_column(Measure::paid_hourly_usd, l.period("month_05"), l.practice, &l.income)[1]));
  CHECK(l.income.income_if_stayed(year) == std::vector<double>(paths, 112'000));
}

TEST_CASE("lines are those of the months employed", "[unit][leaving]") {
  const Leavers l;
  const auto& year = l.period("horizon");
  CHECK(l.income.months_employed(year) == std::vector<double>{12, 3, 12});
  CHECK(l.income.income_against_lines(year) == std::vector<double>{112'000, 88'000, 112'000});
  const auto later = l.income.income_against_lines(l.period("month_05"));
  CHECK(later[0] == 10'000);
  CHECK(std::isnan(later[1]));
  CHECK(statistic_column(StatisticKind::shortfall_prob, Measure::income_usd, year, l.practice, l.income)[1] ==
        88'000);
  CHECK(statistic_column(StatisticKind::mean, Measure::income_usd, year, l.practice, l.income)[1] == 22'000);
}

TEST_CASE("months after a known end are not the contract's", "[unit][leaving]") {
  // 100 hours of session and 25 unpaid ones a month; 12,000 dollars a month, to the end of month 6.
  const Leavers l;
  IncomeColumns six{l.shape, months, {MayLeave::no, 6}};
  const std::vector<double> paid(paths, 12'000), nothing(paths, 0.0);
  std::vector<const double*> runs(months, nothing.data());
  std::fill_n(runs.begin(), 6, paid.data());
  six.write(0, runs);
  REQUIRE(six.may_end());
  const auto& year = l.period("horizon");
  CHECK(measure_column(Measure::paid_hourly_usd, year, l.practice, &six) == std::vector<double>(paths, 120));
  CHECK(measure_column(Measure::effective_hourly_usd, year, l.practice, &six) ==
        std::vector<double>(paths, 96));
  CHECK(six.months_employed(year) == std::vector<double>(paths, 6));
  CHECK(six.income_against_lines(year) == std::vector<double>(paths, 144'000));
  CHECK(std::isnan(six.income_against_lines(l.period("month_07"))[0]));
  const auto flow = cash_flow(six, year, 13'000.0);
  CHECK(flow.worst_month_usd == std::vector<double>(paths, 12'000));
  CHECK(flow.months_below_need == std::vector<double>(paths, 6));
  // An end at the horizon or behind it is none.
  CHECK_FALSE(IncomeColumns(l.shape, months, {MayLeave::no, 12}).may_end());
  CHECK_FALSE(IncomeColumns(l.shape, months, {MayLeave::no, 20}).may_end());
  // Who leaves before a known end is employed up to then, everyone else up to the end.
  IncomeColumns both{l.shape, months, {MayLeave::yes, 6}};
  Settlement pay;
  pay.paths = paths;
  pay.stride = paths;
  pay.periods = months;
  pay.paid_.assign(months * paths, 0.0);
  pay.stayed_ = pay.paid_;
  pay.leaving_ = {0, 3, 0};
  both.write(0, pay);
  CHECK(both.last_month() == std::vector<double>{6, 3, 6});
}

TEST_CASE("months after leaving are no short months", "[unit][leaving]") {
  const Leavers l;
  const auto flow = cash_flow(l.income, l.period("horizon"), 5'000.0);
  CHECK(flow.worst_month_usd == std::vector<double>(paths, 2'000));
  CHECK(flow.months_below_need == std::vector<double>(paths, 1));
  CHECK(flow.longest_run == std::vector<double>(paths, 1));
  const auto later = cash_flow(l.income, {{}, 4, 12, 0.0}, 5'000.0);
  CHECK(std::isnan(later.worst_month_usd[1]));
  CHECK(later.months_below_need == std::vector<double>(paths, 0));
}

}  // namespace
}  // namespace paystress::leaving_columns_test
