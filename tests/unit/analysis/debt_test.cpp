#include "analysis/debt.h"

#include <catch2/catch.hpp>

#include "analysis/column_schema.h"
#include "tests/support/fake_scenario.h"

namespace debt_test {

using namespace paystress;
using paystress::testing::csv_cells;

TEST_CASE("debt.csv tells what is owed on leaving, and when pay turns negative", "[unit][debt]") {
  Contract contract;
  contract.adjust.resize(2);
  contract.adjust[0].name = "cap";
  contract.adjust[0].does = Cap{};
  contract.adjust[1].name = "draw";
  contract.adjust[1].does = Draw{};
  // 1,000 paths, 2 months; path i owes 10 i after month 1 where i < 300; nothing after month 2, when path i <
  // 50 is paid -1.
  constexpr std::size_t n = 1000;
  Settlement pay;
  pay.paths = pay.stride = n;
  pay.periods = 2;
  pay.adjustments = 2;
  // A settlement keeps runs for the draw only (from run 1 on); the cap's balance is the run of zeros.
  pay.balance_run = {0, 1};
  pay.balance_.assign(3 * n, 0.0);
  pay.paid_.assign(2 * n, 5000.0);
  for (std::size_t i = 0; i < 300; ++i) pay.balance_[n + i] = 10.0 * static_cast<double>(i + 1);
  for (std::size_t i = 0; i < 50; ++i) pay.paid_[n + i] = -1.0;
  const PathShape shape{n, n};
  BalanceColumns balances(shape, 2, contract);
  IncomeColumns income(shape, 2);
  balances.write(0, pay);
  income.write(0, pay);
  REQUIRE(balances.accounts().size() == 1);
  CHECK(balances.accounts()[0].name == "draw");
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  const auto rows = csv_cells(debt_rows({scenario, {}}, balances, income, 0.95));
  const auto cell = [&](const std::string& name, const std::string& month, const std::string& statistic,
                        const std::string& level) {
    for (const auto& r : rows)
      if (r[4] == name && r[5] == month && r[6] == statistic && r[7] == level) return r[8];
    return std::string("no such row");
  };
  for (const auto& r : rows) REQUIRE(r.size() == table_schema(Table::debt).columns.size());
  CHECK(balances.may_owe());
  CHECK(balances.owed(1)[299] == 3000.0);
  CHECK(balances.owed(1)[300] == 0.0);
  CHECK(balances.owed(2) == std::vector<double>(n, 0.0));
  CHECK(cell("draw", "1", "owing_prob", "") == "0.3");
  CHECK(cell("draw", "1", "mean", "") == "451.5");
  CHECK(cell("draw", "1", "mean_given_owing", "") == "1505");
  CHECK(cell("draw", "1", "quantile", "0.5") == "0");
  CHECK(cell("draw", "1", "quantile", "0.9") == "2000");
  CHECK(cell("draw", "2", "owing_prob", "") == "0");
  CHECK(cell("draw", "2", "mean_given_owing", "").empty());
  CHECK(cell("pay", "1", "negative_pay_prob", "") == "0");
  CHECK(cell("pay", "2", "negative_pay_prob", "") == "0.05");
  CHECK(debt_rows({scenario, {}}, BalanceColumns(shape, 2, Contract{}), income, 0.95).empty());
  // What is withheld or carried is the employer's to pay.
  contract.adjust[1].does = Withhold{};
  CHECK_FALSE(BalanceColumns(shape, 2, contract).may_owe());
}

TEST_CASE("debt.csv tells what is earned and not due when the months end", "[unit][debt]") {
  Contract contract;
  contract.pay.resize(2);
  contract.pay[0] = {"base", true, {}, {}, FixedPay{}, {}};
  contract.pay[1] = {"bonus", true, {}, {}, FixedPay{100.0, Span::year, PaidWhen::period_end}, {}};
  constexpr std::size_t n = 1000;
  Settlement pay;
  pay.paths = pay.stride = n;
  pay.periods = 2;
  pay.lines = 2;
  pay.paid_.assign(2 * n, 5000.0);
  pay.not_due_.assign(2 * n, 0.0);
  const PathShape shape{n, n};
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  const auto rows = [&] {
    BalanceColumns balances(shape, 2, contract);
    IncomeColumns income(shape, 2);
    balances.write(0, pay);
    income.write(0, pay);
    return csv_cells(debt_rows({scenario, {}}, balances, income, 0.95));
  };
  CHECK(rows().empty());  // all of it is due
  for (std::size_t i = 0; i < 250; ++i) pay.not_due_[n + i] = 1200.0;
  const auto left = rows();
  REQUIRE(left.size() == 1 + 5 + 2);
  CHECK(left[0][4] == "bonus");
  CHECK(left[0][5] == "2");
  CHECK(left[0][6] == "not_due_mean");
  CHECK(left[0][8] == "300");
  CHECK(left[1][6] == "not_due_quantile");
  CHECK(left[1][8] == "0");
  CHECK(left[3][8] == "1200");
}

}  // namespace debt_test
