#include "analysis/debt.h"

#include <algorithm>
#include <array>
#include <limits>
#include <variant>

#include "analysis/csv_rows.h"
#include "analysis/scenario_cells.h"

namespace paystress {
namespace {

constexpr double cents = 100.0;
constexpr std::array<double, 5> balance_levels{0.50, 0.75, 0.90, 0.95, 0.99};

}  // namespace

std::vector<BalanceColumns::Account> BalanceColumns::accounts_of(const Contract& contract) {
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < contract.adjust.size(); ++i) {
    const auto& does = contract.adjust[i].does;
    if (std::holds_alternative<Draw>(does) || std::holds_alternative<Withhold>(does) ||
        std::holds_alternative<Carry>(does))
      accounts.push_back({contract.adjust[i].name, i});
  }
  return accounts;
}

BalanceColumns::BalanceColumns(PathShape shape, int months, const Contract& contract)
    : months_(months),
      accounts_(accounts_of(contract)),
      store_(shape, accounts_.size() * static_cast<std::size_t>(months), cents, PathStore::Precision::exact) {
}

void BalanceColumns::write(std::size_t block, const Settlement& pay) {
  std::vector<const double*> runs;
  for (const auto& account : accounts_)
    for (std::size_t m = 0; m < static_cast<std::size_t>(months_); ++m)
      runs.push_back(pay.balance(account.adjustment, m));
  store_.write(block, runs);
}

std::vector<double> BalanceColumns::balance(std::size_t account, int month) const {
  std::vector<double> out(shape().paths);
  const std::size_t run = account * static_cast<std::size_t>(months_) + static_cast<std::size_t>(month - 1);
  store_.read_sum(run, run, out);
  return out;
}

std::string debt_rows(const Scenario& scenario, const BalanceColumns& balances, const IncomeColumns& income,
                      double ci_level, PathDesign design) {
  CsvRows out;
  if (balances.accounts().empty()) return {};
  const std::string tail = batch_cells(scenario);
  const auto row = [&](std::string_view name, int month, std::string_view statistic,
                       std::optional<double> level, const Estimate& e) {
    scenario_cells(out, scenario);
    out.text(name).count(static_cast<std::size_t>(month)).text(statistic).exact(level);
    out.computed(e.value).error(e.std_error).computed(e.ci_low).computed(e.ci_high);
    out.exact(ci_level).count(e.paths).text(e.method).end(tail);
  };
  for (std::size_t a = 0; a < balances.accounts().size(); ++a) {
    const auto& name = balances.accounts()[a].name;
    for (int m = 1; m <= balances.months(); ++m) {
      auto owed = balances.balance(a, m);
      auto owed_where_any = owed;
      std::ranges::replace_if(
          owed_where_any, [](double b) { return b <= 0.0; }, std::numeric_limits<double>::quiet_NaN());
      const PathSample given(std::move(owed_where_any), design), all(std::move(owed), design);
      row(name, m, "owing_prob", {}, all.above(0.0, ci_level));
      row(name, m, "mean", {}, all.mean(ci_level));
      row(name, m, "mean_given_owing", {}, given.mean(ci_level));
      for (const double p : balance_levels) row(name, m, "quantile", p, all.quantile(p, ci_level));
    }
  }
  for (int m = 1; m <= income.months(); ++m) {
    const PathSample pay(income.income({{}, m, m, 0.0}), design);
    row("pay", m, "negative_pay_prob", {}, pay.below(0.0, ci_level));
  }
  return out.take();
}

}  // namespace paystress
